"""A table of numbers: its columns of numbers as one array, its columns of words apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.messages import message
from core.tables.aside import Aside, SetAside
from core.tables.cells import is_missing, number
from core.tables.decoding import Tally
from core.tables.dialect import Dialect
from core.tables.options import TableOptions
from core.tables.records import Record
from core.tables.stream import stream, with_encoding
from core.tables.table import chunks, dialect_notes, encoding_notes, separator_of, uneven

BLOCK = 1024  # rows converted at once
LOOKED_AT = 1000  # rows that say which columns hold words


@dataclass(frozen=True)
class Numbers:
    """values: (n, d) float64, NaN where a cell is empty or missing; lines: (n,) of the file.

    columns: d names; row_names: n names or (); words: the cells of the columns that hold no
    numbers. wrong: by column of numbers, the line and text of the first cell that is none.
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


def read_numbers(
    content: bytes | Path,
    name: str,
    options: TableOptions = TableOptions(),  # noqa: B008
    *,
    usual: str = "",
    spaces: bool = True,
) -> Numbers:
    """Read a table of numbers; see `core.tables.table.read_table`.

    A column is one of words where most of its first 1000 cells are none. Uneven rows are set
    aside.
    """
    usual = usual or separator_of(name)

    def use(pieces: Iterator[str], tally: Tally) -> tuple[Numbers, list[str]]:
        table = stream(pieces, name, options, usual=usual, spaces=spaces, numbers=True)
        numbers = _gathered(table.rows, table.dialect)
        return numbers, list(dialect_notes(table))

    (numbers, notes), encoding, tally = with_encoding(partial(chunks, content), use, options.codec)
    notes = [*encoding_notes(encoding, tally), *notes]
    return replace(numbers, encoding=encoding.label, notes=tuple(notes))


def _gathered(rows: Iterator[Record], dialect: Dialect) -> Numbers:
    aside = Aside()
    blocks, lines, names = list[NDArray[np.float64]](), list[int](), list[str]()
    words: dict[int, list[str]] | None = None
    wrong: dict[int, tuple[int, str]] = {}
    numeric: list[int] = []
    for block in _blocks(rows, dialect, aside):
        if words is None:
            words = {j: [] for j in _of_words(block[:LOOKED_AT], dialect)}
            numeric = [j for j in range(dialect.index, dialect.width) if j not in words]
        cells = [row.cells for row in block]
        lines += [row.line for row in block]
        if dialect.index:
            names += [row[0] for row in cells]
        for j, column in words.items():
            column += [row[j] for row in cells]
        if len(numeric) < dialect.width:
            cells = [[row[j] for j in numeric] for row in cells]
        blocks.append(_converted(cells, block, numeric, dialect, wrong))
    names_of = dialect.columns
    return Numbers(
        np.concatenate(blocks) if blocks else np.zeros((0, len(numeric))),
        tuple(names_of[j] for j in numeric),
        tuple(names),
        {names_of[j]: tuple(column) for j, column in (words or {}).items()},
        {names_of[j]: place for j, place in sorted(wrong.items())},
        np.array(lines, np.int64),
        dialect,
        "",
        set_aside=aside.listed(),
    )


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
        if len(block) == BLOCK:
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
            elif not is_missing(cell):
                wrong.setdefault(numeric[j], (block[i].line, cell))
    return values
