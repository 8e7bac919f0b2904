"""The rows of a delimited table, one after the other, as lists of cells.

Python's `csv` does the parsing, strictly. Where it finds that a quotation mark was none (it is
never closed, or something follows it), that line is read without quotes and named, and the next
line begins the next row: a stray quotation mark costs no other row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from core.errors import SourceError
from core.messages import message
from core.tables.dialect import Dialect

LONGEST_CELL = 1 << 24  # characters: a novel fits; a quote that never closes is noticed
MOST_LINES = 200_000  # of a cell
ALONE = "\x1f"  # a separator that stands nowhere: the table has one column
SWALLOWED = 4  # lines of the width of rows, in one pair of quotes, that are rows after all
csv.field_size_limit(LONGEST_CELL)


class Record(NamedTuple):
    """A row: the number of its first line, from 1, and its cells."""

    line: int
    cells: list[str]


def records(
    lines: Iterable[str], dialect: Dialect, stray: list[int] | None = None, first: int = 1
) -> Iterator[Record]:
    """The rows below a table's heading or preamble; blank lines are none.

    stray: receives the numbers of lines with a quotation mark that is read as a letter.
    first: the number of the first line. Raises SourceError for endless lines.
    """
    if dialect.quotes == "none":
        rows = _plain(lines, dialect.separator, first)
    else:
        rows = _quoted(lines, dialect, [] if stray is None else stray, first)
    if not dialect.trailing:
        yield from rows
        return
    for line, cells in rows:
        if len(cells) == dialect.width + 1 and not cells[-1].strip():
            cells.pop()
        yield Record(line, cells)


def split(line: str, dialect: Dialect) -> list[str]:
    """The cells of one line; quotes that do not close are letters."""
    if dialect.quotes == "none":
        return cut(line, dialect.separator)
    try:
        return next(csv.reader([_spaced(line, dialect)], strict=True, **_format(dialect)), [])
    except csv.Error:
        pass
    plain = cut(line, dialect.separator)
    if len(plain) == dialect.width:
        return plain
    try:
        lenient = next(csv.reader([_spaced(line, dialect)], **_format(dialect)), [])
    except csv.Error:
        return plain
    return lenient if len(lenient) == dialect.width else plain


def cut(line: str, separator: str) -> list[str]:
    """The cells of a line in which quotes mean nothing."""
    if separator == " ":
        return line.split()
    line = line.rstrip("\n")
    return line.split(separator) if separator else [line]


def _plain(lines: Iterable[str], separator: str, first: int) -> Iterator[Record]:
    for number, line in enumerate(lines, first):
        if line.strip(" \n\r") or (separator and separator in line):
            yield Record(number, cut(line, separator))


def _quoted(
    lines: Iterable[str], dialect: Dialect, stray: list[int], first: int
) -> Iterator[Record]:
    feed = _Feed(lines, dialect, first)
    form = _format(dialect)
    reader = csv.reader(feed, strict=True, **form)
    while True:
        start = feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        if not cells and feed.taken in (["\n"], [""]):
            continue
        if not cells or (len(feed.taken) > 1 and _swallowed(cells, feed.taken, dialect)):
            if len(feed.taken[0]) > LONGEST_CELL:
                raise _too_long(start)
            cells = split(feed.taken[0], dialect)
            feed.put_back()
            reader = csv.reader(feed, strict=True, **form)
            stray.append(start)
        if len(cells) > 1 or cells[0].strip() or '"' in feed.taken[0]:
            yield Record(start, cells)


def _too_long(line: int) -> SourceError:
    return SourceError(
        message(
            "Line {line:,} holds more than {most:,} characters in one row; put each record on a "
            "line of its own.",
            line=line,
            most=LONGEST_CELL,
        )
    )


def _swallowed(cells: list[str], taken: list[str], dialect: Dialect) -> bool:
    """Whether a pair of stray quotes made one row of several."""
    if dialect.width < 2:
        return False
    whole = [len(split(line, dialect)) == dialect.width for line in taken]
    if len(cells) != dialect.width:
        return whole[0] and whole[-1]
    return all(whole) and (dialect.separator == "\t" or len(taken) >= SWALLOWED)


def _format(dialect: Dialect) -> dict[str, Any]:
    escaped = dialect.quotes == "escaped"
    return {
        "delimiter": dialect.separator or ALONE,
        "doublequote": True,
        "escapechar": "\\" if escaped else None,
        "skipinitialspace": dialect.separator == " ",
    }


def _spaced(line: str, dialect: Dialect) -> str:
    """Runs of white space are one separator; a lone carriage return ends no row."""
    if "\r" in line:
        line = line.replace("\r", " ")
    if dialect.separator == " ":
        return line.strip().replace("\t", " ") + "\n"
    return line


class _Feed:
    """Lines for `csv.reader`, remembered until the row ends, so that they can be read again."""

    def __init__(self, lines: Iterable[str], dialect: Dialect, first: int) -> None:
        self._lines, self._dialect = iter(lines), dialect
        self._waiting: list[str] = []
        self._next = first
        self.taken: list[str] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else next(self._lines)
        if "\r" in line or self._dialect.separator == " ":
            line = _spaced(line, self._dialect)
        self.taken.append(line)
        self._next += 1
        if len(self.taken) > MOST_LINES:
            raise csv.Error("a quotation mark does not close")
        return line

    def begin(self) -> int:
        """Start a row; the number of its first line."""
        self.taken = []
        return self._next

    def put_back(self) -> None:
        """Read all lines of the row again but the first."""
        again = self.taken[1:]
        self._waiting += reversed(again)
        self._next -= len(again)
        self.taken = self.taken[:1]
