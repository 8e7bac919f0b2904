"""A table of numbers: its columns of numbers as one array, its columns of words apart."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import SourceError
from core.messages import message
from core.tables import row_names
from core.tables.aside import Aside, SetAside
from core.tables.cells import is_missing, number
from core.tables.decoding import Tally
from core.tables.dialect import Dialect
from core.tables.headings import column_names
from core.tables.notes import dialect_notes, encoding_notes, uneven
from core.tables.options import GUESSED, TableOptions
from core.tables.records import Record
from core.tables.stream import Chunks, stream, with_encoding
from core.tables.table import chunks, separator_of

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 1 << 22  # cells that pandas converts at once
RAGGED = 0.1  # of the rows are longer or shorter: then they are so on purpose
STRAY = 8  # times the median length: a row so long is a mistake, and set aside
BLOCK = 1 << 15  # cells converted at once; the first block says which columns hold words


@dataclass(frozen=True)
class Numbers:
    """values: (n, d) float64, NaN where a cell is empty or missing; lines: (n,) of the file.

    columns: d names; row_names: n names or (); words: the cells of the columns that hold no
    numbers. wrong: by column of numbers, the line and text of the first cell that is none;
    gaps: of the first that is missing. total: how many rows there are, of which n were read.
    """

    values: NDArray[np.float64]
    columns: tuple[str, ...]
    row_names: tuple[str, ...]
    words: dict[str, tuple[str, ...]]
    wrong: dict[str, tuple[int, str]]
    lines: NDArray[np.int64]
    dialect: Dialect
    encoding: str
    notes: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    gaps: dict[str, tuple[int, str]] = field(default_factory=dict)
    total: int = 0


AtOnce = Callable[[Dialect, list[int], int], Numbers | None]


def read_numbers(
    content: bytes | Path | Chunks,
    name: str,
    options: TableOptions = GUESSED,
    *,
    usual: str = "",
    spaces: bool = True,
    most: int = sys.maxsize,
    check: Callable[[Dialect], None] = lambda dialect: None,
    ragged: bool = False,
) -> Numbers:
    """Read a table of numbers; see `core.tables.table.read_table`.

    A column is one of words where most of its first cells are; one of ids names the rows. Uneven
    rows are set aside, or, where many are and they may be ragged, filled up with NaN. most: so
    many rows are kept, and the others counted. check: called with the dialect before any row is
    read, to refuse what is too wide. content may be a function that opens the bytes anew. Raises
    SourceError where the column that `options` name is not there.
    """
    usual = usual or separator_of(name)
    source = content if callable(content) else partial(chunks, content)

    def read(pieces: Iterator[str], width: int) -> tuple[Numbers, list[str]]:
        table = stream(pieces, name, options, usual=usual, spaces=spaces, numbers=True)
        dialect = _as_named(table.dialect, options.named_by, width)
        check(dialect)
        rows = _filled_up(table.rows, dialect) if width else table.rows
        at_once = (lambda *_: None) if width else partial(_at_once, source, most)
        numbers = _with_ids(_gathered(rows, dialect, at_once, most), options.named_by, name)
        return numbers, [*dialect_notes(table), *numbers.notes]

    def longest(pieces: Iterator[str], tally: Tally) -> int:
        table = stream(pieces, name, options, usual=usual, spaces=spaces, numbers=True)
        lengths = np.array([len(row.cells) for row in table.rows])
        return int(lengths[lengths <= STRAY * np.median(lengths)].max())

    (numbers, notes), encoding, tally = with_encoding(
        source, lambda pieces, _: read(pieces, 0), options.codec
    )
    left = sum(row.rows for row in numbers.set_aside)
    if ragged and left > RAGGED * (left + numbers.total):
        width = max(with_encoding(source, longest, options.codec)[0], numbers.dialect.width)
        (numbers, notes), encoding, tally = with_encoding(
            source, lambda pieces, _: read(pieces, width), options.codec
        )
    notes = [*encoding_notes(encoding, tally), *notes]
    return replace(numbers, encoding=encoding.label, notes=tuple(notes))


def _as_named(dialect: Dialect, named_by: str, width: int) -> Dialect:
    """A dialect whose first column names the rows no more where another does, or none."""
    if named_by and dialect.columns[:1] != (named_by,):
        dialect = replace(dialect, index=False)
    return replace(dialect, columns=column_names(dialect.columns, width)) if width else dialect


def _filled_up(rows: Iterable[Record], dialect: Dialect) -> Iterator[Record]:
    """Rows of one length: empty cells stand behind the last number of a shorter one."""
    for line, cells in rows:
        gap = [""] * (dialect.width - len(cells))
        last = cells[-1] if len(cells) > 1 else ""
        word = not is_missing(last) and number(last, dialect.decimal, dialect.thousands) is None
        yield Record(line, [*cells[:-1], *gap, last] if word else [*cells, *gap])


def _with_ids(table: Numbers, named_by: str, name: str) -> Numbers:
    """The table, a column of ids, or the one that is named, apart from its numbers."""
    if not named_by and table.dialect.heading:
        at = row_names.column_of_ids(table.columns, table.values, table.row_names)
        if at is None:
            return table
        return _named(table, at, guessed=True)
    if named_by in table.words:
        words = {column: cells for column, cells in table.words.items() if column != named_by}
        return replace(table, words=words, row_names=table.words[named_by])
    if named_by in table.columns:
        return _named(table, table.columns.index(named_by))
    if named_by in ("", row_names.NONE) or (
        table.dialect.index and table.dialect.columns[0] == named_by
    ):
        return table
    raise SourceError(
        message(
            "“{name}” has no column “{column}”; choose another under “Read it differently”.",
            name=name,
            column=named_by[:80],
        )
    )


def _named(table: Numbers, at: int, guessed: bool = False) -> Numbers:
    """The table, its rows named by a column of numbers, unless words already tell them apart."""
    column, dialect, words = table.columns[at], table.dialect, table.words
    ids = row_names.names(table.values[:, at])
    notes = (row_names.note(column),) if guessed else ()
    if not ids:
        notes = (row_names.inexact(column),)
    if ids and dialect.index and len({*table.row_names}) < len(table.row_names):
        words = {dialect.columns[0]: table.row_names, **words}
        dialect = replace(dialect, index=False)
    return replace(
        table,
        values=np.delete(table.values, at, axis=1),
        columns=tuple(other for other in table.columns if other != column),
        row_names=table.row_names if dialect.index else ids,
        words=words,
        notes=(*table.notes, *notes),
        wrong={other: place for other, place in table.wrong.items() if other != column},
        gaps={other: place for other, place in table.gaps.items() if other != column},
        dialect=dialect,
    )


def _gathered(
    rows: Iterator[Record],
    dialect: Dialect,
    at_once: AtOnce,
    most: int,
) -> Numbers:
    """Convert block by block; after the first, all at once where pandas can."""
    aside, total = Aside(), 0
    gaps: dict[int, tuple[int, str]] = {}
    blocks, lines, names = list[NDArray[np.float64]](), list[int](), list[str]()
    words: dict[int, list[str]] = {}
    wrong: dict[int, tuple[int, str]] = {}
    numeric: list[int] = []
    for whole in _blocks(rows, dialect, aside):
        total += len(whole)
        block = whole[: most - len(lines)]
        if not block:
            continue
        if not blocks:
            words = {j: [] for j in _of_words(block, dialect)}
            numeric = [j for j in range(dialect.index, dialect.width) if j not in words]
        elif (
            len(blocks) == 1
            and not (wrong or len(aside))
            and (numbers := at_once(dialect, [*words], lines[0]))
        ):
            return numbers
        cells = [row.cells for row in block]
        lines += [row.line for row in block]
        if dialect.index:
            names += [row[0] for row in cells]
        for j, column in words.items():
            column += [row[j] for row in cells]
        if len(numeric) < dialect.width:
            cells = [[row[j] for j in numeric] for row in cells]
        blocks.append(_converted(cells, block, numeric, dialect, wrong, gaps))
    values = np.concatenate(blocks) if blocks else np.zeros((0, len(numeric)))
    numbers = _numbers(values, names, words, wrong, np.array(lines, np.int64), dialect, aside)
    missing = {dialect.columns[j]: place for j, place in sorted(gaps.items())}
    return replace(numbers, gaps=missing, total=total)


def _numbers(
    values: NDArray[np.float64],
    names: Sequence[str],
    words: Mapping[int, Sequence[str]],
    wrong: Mapping[int, tuple[int, str]],
    lines: NDArray[np.int64],
    dialect: Dialect,
    aside: Aside,
) -> Numbers:
    columns = dialect.columns
    return Numbers(
        values,
        tuple(columns[j] for j in range(dialect.index, dialect.width) if j not in words),
        tuple(names),
        {columns[j]: tuple(column) for j, column in words.items()},
        {columns[j]: place for j, place in sorted(wrong.items())},
        lines,
        dialect,
        "",
        set_aside=aside.listed(),
        total=len(values),
    )


def _at_once(
    source: Chunks, most: int, dialect: Dialect, words: list[int], first: int
) -> Numbers | None:
    """The same by pandas, several times faster; None where some row or cell is odd.

    words: the columns that hold no numbers; first: the line of the first row.
    """
    if dialect.quotes == "escaped" or dialect.thousands or not dialect.separator:
        return None
    import pandas as pd

    numeric = [j for j in range(dialect.index, dialect.width) if j not in words]
    texts = [*words, *([0] if dialect.index else [])]
    kept, total = list[pd.DataFrame](), 0
    try:
        with pd.read_csv(
            io.BufferedReader(_Pieces(source())),
            sep=r"\s+" if dialect.separator == " " else dialect.separator,
            header=None,
            skiprows=first - 1,
            skip_blank_lines=False,
            quoting=csv.QUOTE_NONE if dialect.quotes == "none" else csv.QUOTE_MINIMAL,
            decimal=dialect.decimal,
            dtype=dict.fromkeys(texts, str),
            keep_default_na=False,
            float_precision="round_trip",  # as Python reads numbers, to the last bit
            encoding="utf-8",
            chunksize=max(AT_ONCE // dialect.width, 1),
        ) as parts:
            for part in parts:
                if not _is_clean(part, numeric, dialect):
                    return None
                kept += [part.iloc[: most - total]] if total < most else []
                total += len(part)
    except (ValueError, LookupError):  # among them the parser's own, and other encodings
        return None
    values = np.concatenate([part[numeric].to_numpy(np.float64) for part in kept])
    names = [name for part in kept for name in part[0]] if dialect.index else []
    cells = {j: [cell for part in kept for cell in part[j]] for j in words}
    lines = np.arange(first, first + len(values), dtype=np.int64)
    numbers = _numbers(values, names, cells, {}, lines, dialect, Aside())
    return replace(numbers, total=total)


def _is_clean(part: pd.DataFrame, numeric: Sequence[int], dialect: Dialect) -> bool:
    """Whether all rows are as long as the first ones, and all their numbers are there."""
    if part.shape[1] != dialect.width + dialect.trailing:
        return False
    whole = part.iloc[:, : dialect.width]
    return all(part[j].dtype.kind in "iuf" for j in numeric) and not whole.isna().any(axis=None)


class _Pieces(io.RawIOBase):
    """A stream of bytes from pieces of any size."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._rest = iter(pieces), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._pieces, b"")
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n


def _blocks(rows: Iterator[Record], dialect: Dialect, aside: Aside) -> Iterator[list[Record]]:
    block: list[Record] = []
    for row in rows:
        if len(row.cells) != dialect.width:
            if any(map(str.strip, row.cells)):
                why = uneven(len(row.cells), dialect.width)
                aside.add(message("line {n:,}", n=row.line), why)
            continue
        if not row.cells[0].strip() and not any(map(str.strip, row.cells)):
            continue
        block.append(row)
        if len(block) * dialect.width >= BLOCK:
            yield block
            block = []
    if block:
        yield block


def _of_words(rows: Sequence[Record], dialect: Dialect) -> list[int]:
    """The columns most of whose cells are words."""
    chosen = []
    for j in range(dialect.index, dialect.width):
        cells = [row.cells[j] for row in rows if not is_missing(row.cells[j])]
        words = sum(number(cell, dialect.decimal, dialect.thousands) is None for cell in cells)
        if 2 * words > len(cells):
            chosen.append(j)
    return chosen


def _converted(
    cells: list[list[str]],
    block: Sequence[Record],
    numeric: Sequence[int],
    dialect: Dialect,
    wrong: dict[int, tuple[int, str]],
    gaps: dict[int, tuple[int, str]],
) -> NDArray[np.float64]:
    """A block of cells as numbers."""
    plain = dialect.decimal == "." and not dialect.thousands
    if plain:
        try:
            values = np.array([list(map(float, row)) for row in cells], np.float64)
            if not any("_" in cell for row in cells for cell in row):  # 1_0 is Python's 10
                return values.reshape(len(cells), len(numeric))
        except ValueError:
            pass
    values = np.full((len(cells), len(numeric)), np.nan)
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            value = number(cell, dialect.decimal, dialect.thousands)
            if value is not None:
                values[i, j] = value
            else:
                places = gaps if is_missing(cell) else wrong
                places.setdefault(numeric[j], (block[i].line, cell))
    return values
