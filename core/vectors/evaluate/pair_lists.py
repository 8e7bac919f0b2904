"""Pairs of words with a score: which columns hold them, in tables of many layouts."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from core.errors import SourceError
from core.messages import message
from core.tables.aside import Aside
from core.tables.cells import is_missing, number
from core.tables.dialect import Dialect
from core.tables.notes import dialect_notes
from core.tables.options import GUESSED, TableOptions
from core.tables.records import Record
from core.tables.stream import Stream, stream
from core.tables.table import separator_of
from core.vectors.evaluate.judged import JudgedList, Pair

FEWEST = 3
MOST = 200_000  # pairs: the largest lists there are have some ten thousand
LOOKED_AT = 1000  # rows that say what the columns hold
MOSTLY = 0.5  # of a column's cells are numbers
SCORES = (
    "score", "scores", "human", "mean", "average", "avg", "rating", "judgement", "judgment",
    "similarity", "relatedness", "sim", "rel", "gold", "value",
)  # fmt: skip
SCORE_STEMS = ("simlex", "score", "similarity", "relatedness", "rating")
SPREADS = ("sd", "std", "stdev", "deviation", "stderr", "var", "variance")
NO_WORDS = (
    "pos", "tag", "relation", "type", "id", "pair", "index", "no", "number", "domain", "category",
    "part",
)  # fmt: skip
TAGGED = re.compile(r"(.+)[-_#/](?:n|v|j|a|r|noun|verb|adj|adv)", re.IGNORECASE)
SHORT = 2  # letters at most that a part of speech is written with


def read(text: str, name: str, options: TableOptions = GUESSED) -> JudgedList:
    """The judged pairs of a text; what is none is set aside. Raises SourceError below 3 pairs."""
    table, rows = _rows(text, name, options)
    words, score = columns(rows, table.dialect)
    guessed = options.heading == "guess" and table.dialect.heading
    if score is not None and guessed and _is_number(table.dialect, score):
        table, rows = _rows(
            text, name, options.replace(heading="no")
        )  # a list without a heading after all
        words, score = columns(rows, table.dialect)
    pairs, aside = list[Pair](), Aside()
    for line, cells in rows:
        pair = _pair(cells, words, score, table.dialect)
        if isinstance(pair, str):
            if cells[0].lstrip().startswith("#"):  # a remark
                continue
            aside.add(message("line {n:,}", n=line), pair)
        else:
            pairs.append(pair)
    if len(pairs) < FEWEST:
        raise _too_few(name, len(pairs), aside)
    pairs, tagged = _untagged(pairs)
    notes = [_columns_used(table.dialect, words, score, len(pairs)), *dialect_notes(table)]
    if tagged:
        notes.append(message("The part of speech behind each word, as in “{word}”, is left out.",
                             word=tagged))  # fmt: skip
    return JudgedList(pairs=tuple(pairs), notes=tuple(notes), set_aside=aside.listed())


def columns(rows: Sequence[Record], dialect: Dialect) -> tuple[tuple[int, ...], int | None]:
    """The two columns with the words and the one with the score, by headings and content.

    Fewer words, or no score, where there are none.
    """
    some = [row.cells for row in rows[:LOOKED_AT] if len(row.cells) == dialect.width]
    width = dialect.width
    names = [_parts(name) for name in dialect.columns] if dialect.heading else [[]] * width
    numeric, texts = list[int](), list[int]()
    for j in range(int(dialect.index), width):
        cells = [row[j] for row in some if not is_missing(row[j])]
        found = sum(_is_score(c, dialect) for c in cells)
        (numeric if cells and found > MOSTLY * len(cells) else texts).append(j)
    words = [j for j in texts if not set(names[j]) & {*NO_WORDS}] or texts
    if len(words) > 2:
        long = [j for j in words if not all(_is_tag(row[j]) for row in some)]
        words = long if len(long) >= 2 else words
    return tuple(words[:2]), _score(numeric, names, some)


def _is_score(cell: str, dialect: Dialect) -> bool:
    """Whether a cell is a number and no word for one, such as “inf”."""
    value = number(cell, dialect.decimal, dialect.thousands)
    return value is not None and any(map(str.isdigit, cell))


def _is_tag(cell: str) -> bool:
    """Whether a cell may be a part of speech."""
    return len(cell.strip()) <= SHORT and cell.isascii()


def _score(
    numeric: Sequence[int], names: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]
) -> int | None:
    usable = [j for j in numeric if not set(names[j]) & {*SPREADS}]
    for name in SCORES:
        if named := [j for j in usable if name in names[j]]:
            return named[0]
    for stem in SCORE_STEMS:
        if named := [j for j in usable if any(part.startswith(stem) for part in names[j])]:
            return named[0]
    if len(usable) > 1:
        usable = [j for j in usable if not _counts([row[j] for row in rows])] or usable
    return usable[0] if usable else None


def _rows(text: str, name: str, options: TableOptions) -> tuple[Stream, list[Record]]:
    usual = separator_of(name)
    table = stream(iter([text.removeprefix("\ufeff")]), name, options, usual=usual, spaces=True)
    rows = list[Record]()
    for row in table.rows:
        if not any(map(str.strip, row.cells)):
            continue
        rows.append(row)
        if len(rows) > MOST:
            template = "“{name}” holds more than {most:,} rows; give a part of it."
            raise SourceError(message(template, name=name, most=MOST))
    return table, rows


def _pair(
    cells: Sequence[str], words: Sequence[int], score: int | None, dialect: Dialect
) -> Pair | str:
    """The pair in a row, or why there is none."""
    shown = dialect.separator.join(cells).strip()[:40]
    refusal = message("Two words and a number are expected: “{shown}”.", shown=shown)
    if score is None or len(words) < 2 or len(cells) <= max(*words, score):
        return refusal
    if dialect.separator == " " and len(cells) != dialect.width:  # a word with a space
        return refusal
    a, b = (cells[j].strip() for j in words)
    value = number(cells[score], dialect.decimal, dialect.thousands)
    if not a or not b or value is None or not math.isfinite(value):
        return refusal
    return Pair(a, b, value)


def _untagged(pairs: list[Pair]) -> tuple[list[Pair], str]:
    """The pairs without parts of speech where all words have one, and the first such word."""
    matches = [(TAGGED.fullmatch(pair.a), TAGGED.fullmatch(pair.b)) for pair in pairs]
    if not all(a and b for a, b in matches):
        return pairs, ""
    plain = [
        Pair(a[1], b[1], pair.score) for pair, (a, b) in zip(pairs, matches, strict=True) if a and b
    ]
    return plain, pairs[0].a


def _columns_used(dialect: Dialect, words: Sequence[int], score: int | None, n: int) -> str:
    a, b, value = (dialect.columns[j] for j in (*words, score or 0))
    template = "Read as {n:,} judged pairs: words in “{a}” and “{b}”, score in “{score}”."
    return message(template, n=n, a=a, b=b, score=value)


def _too_few(name: str, n: int, aside: Aside) -> SourceError:
    if len(aside):
        first = aside.listed()[0]
        template = "“{name}” holds {n} judged pairs; at least 3 are needed. {place}: {why}"
        return SourceError(message(template, name=name, n=n, place=first.place, why=first.why))
    return SourceError(
        message("“{name}” holds {n} judged pairs; at least 3 are needed.", name=name, n=n)
    )


def _parts(name: str) -> list[str]:
    """The words of a column's name, without numbers: “pos1” is “pos”."""
    name = name.lower().rstrip("0123456789") or name
    return "".join(c if c.isalnum() else " " for c in name.lower()).split()


def _is_number(dialect: Dialect, column: int) -> bool:
    """Whether a column is called by a number, or by what stands for one."""
    name = dialect.columns[column]
    return is_missing(name) or number(name, dialect.decimal, dialect.thousands) is not None


def _counts(cells: Sequence[str]) -> bool:
    """Whether cells count 1, 2, 3 …: numbers of rows."""
    if not all(cell.strip().isdecimal() for cell in cells):
        return False
    values = [int(cell) for cell in cells]
    return len(values) > 1 and all(b == a + 1 for a, b in pairwise(values))
