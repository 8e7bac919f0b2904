"""Analogies: four words a line, below lines that name a section."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from core.errors import SourceError
from core.messages import message
from core.tables.aside import Aside
from core.tables.options import GUESSED, TableOptions
from core.tables.options import SEPARATORS as SIGNS
from core.vectors.evaluate.judged import JudgedList, Question

SECTION = re.compile(r"\s*[:：]+\s*(.*)")
SEPARATORS = ("\t", ";", ",", "|", " ")
HEADING = re.compile(r"(word|w|term|item)?[ _-]?[1-4a-d*]|target|answer|expected|question", re.I)
WHOLE = "all"
MOST = 1_000_000  # questions
FEW = 0.2  # of the lines: so many different values has a column that names sections


def read(text: str, name: str, options: TableOptions = GUESSED) -> JudgedList:
    """The analogies of a text; what is none is set aside. Raises SourceError where all is."""
    lines = [line.strip("\ufeff\r\n") for line in text.split("\n")]
    body = [line for line in lines if line.strip() and not SECTION.match(line)]
    body = [line for line in body if not line.lstrip().startswith("#")]
    separator = SIGNS.get(options.separator, "") or _separator(body)
    column = _section_column([_words(line, separator) for line in body[:1000]])
    questions, aside, section = list[Question](), Aside(), WHOLE
    begun = False
    for n, line in enumerate(lines, start=1):
        if match := SECTION.match(line):
            section = match[1].strip() or WHOLE
            continue
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        words = _words(line, separator)
        if not begun:
            begun = True
            if section == WHOLE and _is_heading(words, body[1:]):
                continue
        of = section
        if column is not None and len(words) == 5:
            of = words.pop(column)
        if len(words) != 4 or not all(words):
            template = "Four words are expected: “{shown}”."
            aside.add(message("line {n:,}", n=n), message(template, shown=line.strip()[:40]))
            continue
        questions.append(Question(of, *words))
        if len(questions) > MOST:
            template = "“{name}” holds more than {most:,} analogies; give a part of it."
            raise SourceError(message(template, name=name, most=MOST))
    if not questions:
        if len(aside):
            place, why = aside.listed()[0].place, aside.listed()[0].why
            template = "“{name}”, {place}: {why}"
            raise SourceError(message(template, name=name, place=place, why=why))
        raise SourceError(
            message("“{name}” holds no analogies; lines of four words are expected.", name=name)
        )
    sections = dict.fromkeys(question.section for question in questions)
    template = "Read as {n:,} analogies in {sections:,} sections."
    notes = (message(template, n=len(questions), sections=len(sections)),)
    return JudgedList(questions=tuple(questions), notes=notes, set_aside=aside.listed())


def _is_heading(words: Sequence[str], below: Sequence[str]) -> bool:
    """Whether words name columns: “a” and “b” do, unless all words are as short."""
    if not all(map(HEADING.fullmatch, words[-4:])):
        return False
    return max(map(len, words), default=0) > 1 or max(map(len, below), default=0) > 2 * len(words)


def _separator(lines: Sequence[str]) -> str:
    """The sign that cuts most lines into four words."""
    fours = {
        sign: sum(len(_words(line, sign)) in (4, 5) for line in lines[:1000]) for sign in SEPARATORS
    }
    return max(SEPARATORS, key=lambda sign: fours[sign])


def _words(line: str, separator: str) -> list[str]:
    if separator == " ":
        return [word.strip('"') for word in line.split()]
    try:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        cells = line.split(separator)
    while cells and not cells[-1].strip():
        cells.pop()
    return [cell.strip() for cell in cells]


def _section_column(rows: Sequence[Sequence[str]]) -> int | None:
    """Where most rows have five words, the one that repeats most: it names the section."""
    five = [row for row in rows if len(row) == 5]
    if len(five) <= len(rows) / 2:
        return None
    different = [len({row[j] for row in five}) for j in range(5)]
    least = min(range(5), key=lambda j: different[j])
    return least if different[least] <= max(1, FEW * len(five)) else None
