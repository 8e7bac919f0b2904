"""Vectors as JSON: {word: [numbers]}, an array of records, or a record a line.

Read one entry at a time: memory holds no more of the file than the longest of them.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from core.messages import message
from core.tables.encodings import opening
from core.vectors.store.readers.lists import NAMES
from core.vectors.store.readers.reading import (
    LARGEST_DIM,
    UNREADABLE,
    Loaded,
    Reading,
    opened,
    read_bytes,
)

PIECE = 1 << 16
AHEAD = 10_000  # entries: nobody knows how many there are
LONGEST_ENTRY = 1 << 28  # characters
BLANK = " \t\r\n,"
VECTORS = ("vectors", "embeddings", "matrix", "vector", "embedding")


def read(reading: Reading) -> Loaded:
    """Entry by entry. Raises SourceError where they are no words and numbers."""
    for n, (word, numbers) in enumerate(_pairs(reading), start=1):
        row = _row(numbers)
        d = reading.width or (0 if row is None else len(row))
        if word is None or row is None or len(row) != d or d > LARGEST_DIM:
            place = message("entry {n:,}", n=n)
            template = "entry {n:,} (“{word}”) is not a word and its numbers"
            what = message(template, n=n, word=str(word)[:40])
            reading.leave(UNREADABLE, place, what, what)
        else:
            reading.add(word, row, "entry {n:,}", n)
        reading.tell(n, n + AHEAD, n)
        if reading.full:
            break
    return reading.loaded("JSON")


def holds_vectors(reading: Reading) -> bool:
    """Whether the JSON's first entry is a word and numbers, or a list of words."""
    for word, numbers in _pairs(reading):
        return word is not None and _row(numbers) is not None
    return False


def _row(numbers: Any) -> np.ndarray | None:
    if not isinstance(numbers, list) or not numbers:
        return None
    if any(isinstance(number, (bool, str)) or number is None for number in numbers):
        return None
    try:
        return np.array(numbers, np.float64).reshape(-1).astype(np.float32)
    except (TypeError, ValueError, OverflowError):
        return None


def _pairs(reading: Reading) -> Iterator[tuple[str | None, Any]]:
    """(word, numbers) of each entry, None where there is no word."""
    with opened(reading.path) as file:
        scanner = Scanner(reading, file)
        mark = scanner.peek()
        if mark == "{":
            yield from _of_object(scanner)
        elif mark == "[":
            scanner.at += 1
            while scanner.peek() not in ("]", ""):
                yield _of_record(scanner.value())


def _of_object(scanner: Scanner) -> Iterator[tuple[str | None, Any]]:
    """Entries of {word: numbers}, of {words: […], vectors: […]}, and of one record a line."""
    words: list[str] | None = None
    while scanner.peek() == "{":
        scanner.at += 1
        record: dict[str, Any] = {}
        nested = False
        while scanner.peek() not in ("}", ""):
            key = scanner.value()
            scanner.pass_over(":")
            value = scanner.value()
            if _is_numbers(value) and str(key).lower() not in VECTORS:
                yield str(key), value
            elif isinstance(value, dict) and all(map(_is_numbers, value.values())):
                nested = len(value) > 0
                yield from value.items()
            else:
                record[str(key)] = value
        scanner.pass_over("}")
        columns = _columns(record)
        if columns is not None:
            words, rows = columns
            yield from zip(words, rows, strict=False)
        elif record and not nested:
            yield _of_record(record)


def _columns(record: dict[str, Any]) -> tuple[list[str], list[Any]] | None:
    """The words and vectors of one record that holds them all."""
    lists = {key.lower(): value for key, value in record.items() if isinstance(value, list)}
    words = next((value for key, value in lists.items() if key in NAMES), None)
    rows = next((lists[key] for key in VECTORS if key in lists), None)
    if words is None or rows is None or not all(isinstance(row, list) for row in rows):
        return None
    return [str(word) for word in words], rows


def _of_record(record: Any) -> tuple[str | None, Any]:
    """The word and the numbers in one record: an object, or [word, numbers]."""
    if isinstance(record, list) and record and isinstance(record[0], str):
        return record[0], record[1] if len(record) == 2 else record[1:]
    if isinstance(record, dict):
        texts = {key: value for key, value in record.items() if isinstance(value, str)}
        named = [value for key, value in texts.items() if key.lower() in NAMES]
        word = next(iter([*named, *texts.values()]), None)
        numbers = next((value for value in record.values() if _is_numbers(value)), None)
        return word, numbers
    return None, record


def _is_numbers(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and isinstance(value[0], (int, float))


class Scanner:
    """JSON values one after another from a file, without the whole of it in memory."""

    def __init__(self, reading: Reading, file: Any) -> None:
        self.reading, self.file = reading, file
        start = read_bytes(file, PIECE, reading.name)
        encoding = opening(start)
        self._decoder = codecs.getincrementaldecoder(encoding.name)("replace")
        self.text = self._decoder.decode(start[encoding.mark :])
        self.at = 0
        self.more = True
        self._json = json.JSONDecoder()

    def peek(self) -> str:
        """The next character that is not blank nor a comma; empty at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in BLANK:
                self.at += 1
            if self.at < len(self.text) or not self.more:
                return self.text[self.at : self.at + 1]
            self._read()

    def pass_over(self, sign: str) -> None:
        """Go behind a sign. Raises SourceError where another is there."""
        if self.peek() != sign:
            self._fail()
        self.at += 1

    def value(self) -> Any:
        """The next value. Raises SourceError where it is none."""
        self.peek()
        while True:
            try:
                value, end = self._json.raw_decode(self.text, self.at)
            except ValueError:
                if not self.more:
                    self._fail()
            except RecursionError:
                self._fail()
            else:
                if end < len(self.text) or not self.more:
                    self.at = end
                    return value
            self._read()

    def _read(self) -> None:
        """More of the file, as much as is there already: long entries are decoded few times."""
        self.text, self.at = self.text[self.at :], 0
        if len(self.text) > LONGEST_ENTRY:
            self._fail()
        data = read_bytes(self.file, max(PIECE, len(self.text)), self.reading.name)
        self.more = bool(data)
        self.text += self._decoder.decode(data, not data)

    def _fail(self) -> NoReturn:
        shown = " ".join(self.text[self.at : self.at + 60].split())[:40]
        self.reading.fail(message("it is not valid JSON at “{shown}”; save it again.", shown=shown))
