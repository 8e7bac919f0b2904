"""A table of numbers: its columns of numbers as one array, its columns of words apart."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from core.tables.notes import dialect_notes, encoding_notes, uneven
from core.tables.options import GUESSED, TableOptions
from core.tables.records import Record
from core.tables.stream import stream, with_encoding
from core.tables.table import chunks, opened, separator_of

BLOCK = 1 << 15  # cells converted at once; the first block says which columns hold words


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
    options: TableOptions = GUESSED,
    *,
    usual: str = "",
    spaces: bool = True,
) -> Numbers:
    """Read a table of numbers; see `core.tables.table.read_table`.

    A column is one of words where most of its first cells are. Uneven rows are set aside.
    """
    usual = usual or separator_of(name)

    def use(pieces: Iterator[str], tally: Tally) -> tuple[Numbers, list[str]]:
        table = stream(pieces, name, options, usual=usual, spaces=spaces, numbers=True)
        numbers = _gathered(table.rows, table.dialect, partial(_at_once, content))
        return numbers, list(dialect_notes(table))

    (numbers, notes), encoding, tally = with_encoding(partial(chunks, content), use, options.codec)
    notes = [*encoding_notes(encoding, tally), *notes]
    return replace(numbers, encoding=encoding.label, notes=tuple(notes))


def _gathered(
    rows: Iterator[Record],
    dialect: Dialect,
    at_once: Callable[[Dialect, list[int], int], Numbers | None],
) -> Numbers:
    """Convert block by block; after the first, all at once where pandas can."""
    aside = Aside()
    blocks, lines, names = list[NDArray[np.float64]](), list[int](), list[str]()
    words: dict[int, list[str]] = {}
    wrong: dict[int, tuple[int, str]] = {}
    numeric: list[int] = []
    for block in _blocks(rows, dialect, aside):
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
        blocks.append(_converted(cells, block, numeric, dialect, wrong))
    values = np.concatenate(blocks) if blocks else np.zeros((0, len(numeric)))
    return _numbers(values, names, words, wrong, np.array(lines, np.int64), dialect, aside)


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
    )


def _at_once(
    content: bytes | Path, dialect: Dialect, words: list[int], first: int
) -> Numbers | None:
    """The same by pandas, several times faster; None where some row or cell is odd.

    words: the columns that hold no numbers; first: the line of the first row.
    """
    if dialect.quotes == "escaped" or dialect.thousands or not dialect.separator:
        return None
    import pandas as pd

    texts = dict.fromkeys([*words, *([0] if dialect.index else [])], str)
    try:
        with opened(content) as file:
            table = pd.read_csv(
                file,
                sep=r"\s+" if dialect.separator == " " else dialect.separator,
                header=None,
                skiprows=first - 1,
                skip_blank_lines=False,
                quoting=csv.QUOTE_NONE if dialect.quotes == "none" else csv.QUOTE_MINIMAL,
                decimal=dialect.decimal,
                dtype=texts,
                keep_default_na=False,
                low_memory=False,
                encoding="utf-8",
            )
    except (ValueError, LookupError):  # among them the parser's own, and other encodings
        return None
    if table.shape[1] != dialect.width + dialect.trailing:
        return None
    numeric = [j for j in range(dialect.index, dialect.width) if j not in words]
    kinds = table.dtypes.tolist()
    if not all(kinds[j].kind in "iuf" for j in numeric):
        return None
    values = table[numeric].to_numpy(np.float64)
    if np.isnan(values).any():
        return None
    names = tuple(table[0]) if dialect.index else ()
    cells = {j: tuple(table[j]) for j in words}
    lines = np.arange(first, first + len(values), dtype=np.int64)
    return _numbers(values, names, cells, {}, lines, dialect, Aside())


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
