"""Lists of words: one a line, a column of a table, or JSON.

A matrix beside the list tells how many words there must be, and so whether the first line is a
heading and the last a blank one.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.messages import Message, message
from core.tables.encodings import NAMES as ENCODINGS
from core.tables.encodings import opening
from core.uploads import content
from core.vectors.store.readers.layout import NUMBER, TITLES
from core.vectors.store.readers.lines import SAMPLE, Words
from core.vectors.store.readers.reading import DAMAGE, Reading, opened

MOST_BYTES = 1 << 30
MOST_JSON = 1 << 28
AGREE = 0.9
NAMES = frozenset(
    [*(title.decode() for title in TITLES - {b"index", b"id"}), "piece", "lemma", "title", "node"]
) | frozenset(["wort", "mot", "palabra", "слово", "词", "词语", "单词", "字"])
HOLDERS = ("words", "vocab", "vocabulary", "tokens", "itos", "index_to_key", "model")


@dataclass(frozen=True)
class Listed:
    """The words of a list in the order of the matrix's rows, and what was done to read it."""

    words: list[str]
    notes: tuple[Message, ...] = ()


def listed(reading: Reading, path: Path | None, rows: int | None = None) -> Listed:
    """The words of a list for a matrix of so many rows, if that is known. Raises SourceError."""
    if path is None:
        reading.fail(message("it is a matrix without words; add a word list with one word a line."))
    try:
        with opened(path) as file:
            data = content(file, MOST_BYTES)
    except DAMAGE as error:
        reading.fail(message("the word list is damaged ({error}).", error=str(error)[:100]))
    if len(data) > MOST_BYTES:
        reading.fail(message("the word list is larger than 1 GiB; give a shorter one."))
    if data[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{") and len(data) < MOST_JSON:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            if words := _of_json_lines(data):
                return Listed(words)
        else:
            return _of_json(reading, value)
    return _of_lines(*_lines(data), rows)


def _lines(data: bytes) -> tuple[list[str], tuple[Message, ...]]:
    """The lines of a list, without their ends, and a note on the encoding."""
    encoding = opening(data[:SAMPLE])
    data = data[encoding.mark :]
    if encoding.name != "utf-8":
        text = data.decode(encoding.name, "replace")
        end = "\n" if "\n" in text else "\r"
        lines = [line.removesuffix("\r") for line in text.split(end)]
        return _without_last(lines), (message("The list is {encoding}.", encoding=encoding.label),)
    rows = data.split(b"\n" if b"\n" in data else b"\r")
    words = Words(rows[:1000], "utf-8")
    lines = [words.decoded(row.removesuffix(b"\r")) for row in rows]
    notes: tuple[Message, ...] = ()
    if words.other:
        label = ENCODINGS.get(words.fallback, words.fallback)
        notes = (message("The list is {encoding}.", encoding=label),)
    return _without_last(lines), notes


def _without_last(lines: list[str]) -> list[str]:
    return lines[:-1] if lines and not lines[-1] else lines


def _of_lines(lines: list[str], notes: tuple[Message, ...], rows: int | None) -> Listed:
    while lines and not lines[-1].strip() and (rows is None or len(lines) > rows):
        lines.pop()
    if rows is not None and len(lines) > rows + 1:
        filled = [line for line in lines if line.strip()]
        lines = filled if len(filled) in (rows, rows + 1) else lines
    lines = _without_head(lines, rows)
    cells = _cells(lines)
    if cells is None:
        if len(lines) > 1 and all(len(line) > 2 and line[0] == line[-1] == '"' for line in lines):
            lines = [line[1:-1].replace('""', '"') for line in lines]
        heading = lines[:1] != [] and lines[0].strip().lower() in NAMES
        heading = heading and len(lines) == (len(lines) if rows is None else rows + 1)
        if heading:
            notes = (*notes, message("“{word}” is the list's heading.", word=lines[0][:40]))
        return Listed(lines[heading:], notes)
    titles = [cell.strip().lower() for cell in cells[0]]
    named = any(title in NAMES for title in titles)
    heading = named and len(cells) > 1
    if rows is not None:
        heading = len(cells) == rows + 1 and (named or _names_columns(cells))
    if heading:
        title = " ".join(cell for cell in cells[0] if cell)[:40]
        notes = (*notes, message("“{word}” is the list's heading.", word=title))
    return _of_cells(cells[heading:], titles if heading else [], notes)


def _without_head(lines: list[str], rows: int | None) -> list[str]:
    """The lines without a comment, or the number of words, above as many words as there must be."""
    if rows is None or len(lines) != rows + 1:
        return lines
    return lines[1:] if lines[0].startswith("#") or lines[0].strip() == str(rows) else lines


def _cells(lines: list[str]) -> list[list[str]] | None:
    """The lines as the rows of a table; None where each is a word."""
    filled = [line for line in lines if line.strip()]
    if not filled:
        return None
    if sum("\t" in line for line in filled[1:] or filled) >= AGREE * len(filled[1:] or filled):
        return [line.split("\t") for line in lines]
    for separator in ",;":
        counts = {line.count(separator) for line in filled[:1000]}
        if 0 not in counts and len(filled) > 1:
            rows = list(csv.reader(lines, delimiter=separator))
            if len(rows) == len(lines) and len({len(row) for row in rows if row}) == 1:
                return [row or [""] for row in rows]
    parts = [line.rsplit(None, 1) for line in filled]
    if all(len(part) == 2 and part[1].isdecimal() for part in parts):
        return [line.rsplit(None, 1) or [""] for line in lines]
    split = [line.split(None, 1) for line in filled]
    if len(filled) > 2 and all(len(part) == 2 for part in split):
        numbers = [part[0].rstrip(".:)") for part in split]
        if _running(numbers):
            return [line.split(None, 1) or [""] for line in lines]
    return None


def _of_cells(cells: list[list[str]], titles: Sequence[str], notes: tuple[Message, ...]) -> Listed:
    columns = max(map(len, cells), default=0)
    named = [k for k, title in enumerate(titles) if title in NAMES]
    sample = cells[:1000]
    texts = [
        k
        for k in range(columns)
        if any(not _is_number(row[k]) for row in sample if len(row) > k and row[k])
    ]
    chosen = (named or texts or [0])[0]
    words = [row[chosen] if len(row) > chosen else "" for row in cells]
    if chosen:
        notes = (*notes, message("The words stand in column {n:,} of the list.", n=chosen + 1))
    for k in range(columns):
        order = [row[k] if len(row) > k else "" for row in cells] if k != chosen else []
        if len(order) > 3 and not _running(order) and (places := _permutation(order)):
            note = message("The words are put in the order of the list's column {n:,}.", n=k + 1)
            ordered = [word for _, word in sorted(zip(places, words, strict=True))]
            return Listed(ordered, (*notes, note))
    return Listed(words, notes)


def _names_columns(cells: list[list[str]]) -> bool:
    """Whether a first row holds no number where the others do, or none of them holds any."""
    if len(cells[0]) < len(cells[1]):  # gensim's dictionaries begin with a number of documents
        return True
    below = [k for k, cell in enumerate(cells[1]) if _is_number(cell)]
    return not any(_is_number(cells[0][k]) for k in below if k < len(cells[0]))


def _of_json(reading: Reading, value: Any) -> Listed:
    """Words in an array, or numbered by an object, as “vocab.json” has them."""
    for _ in range(3):  # words inside of “model”: “vocab”
        holder = next((key for key in HOLDERS if isinstance(value, dict) and key in value), None)
        if holder is None or not isinstance(value[holder], (list, dict)):
            break
        value = value[holder]
    if isinstance(value, dict):
        keys, values = list(value), list(value.values())
        if all(isinstance(word, str) for word in values) and (places := _permutation(keys)):
            return Listed([word for _, word in sorted(zip(places, values, strict=True))])
        places = _permutation([str(number) for number in values])
        return Listed([word for _, word in sorted(zip(places, keys, strict=True))] or keys)
    words = [_word(part) for part in value] if isinstance(value, list) else []
    if words and None not in words:
        return Listed([word for word in words if word is not None])
    reading.fail(message("the word list is JSON without words; give an array of them."))


def _of_json_lines(data: bytes) -> list[str]:
    """The words of records, one a line; none where a line is no record: its bracket is a word."""
    try:
        words = [_word(json.loads(line)) for line in data.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return []
    return [word for word in words if word] if all(words) else []


def _word(part: Any) -> str | None:
    """The word in an element: itself, the first of a pair, or a field."""
    if isinstance(part, dict):
        named = [value for key, value in part.items() if str(key).lower() in NAMES]
        part = next(iter([*named, *part.values()]), None)
    if isinstance(part, list):
        part = part[0] if part else None
    return part if isinstance(part, str) else None


def _running(numbers: Sequence[str]) -> bool:
    """Whether they are 0, 1, 2, … or 1, 2, 3, …"""
    return any(
        all(number == str(first + k) for k, number in enumerate(numbers)) for first in (0, 1)
    )


def _permutation(numbers: Sequence[str]) -> list[int]:
    """The numbers, if they are 0 … n−1 or 1 … n in any order; else an empty list."""
    if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in numbers):
        return []
    places = [int(number) for number in numbers]
    first = min(places, default=0)
    whole = first in (0, 1) and max(places, default=0) == first + len(places) - 1
    return places if whole and len(set(places)) == len(places) else []


def _is_number(cell: str) -> bool:
    return NUMBER.fullmatch(cell.encode("utf-8", "replace")) is not None
