"""Tables written as text: delimited ones by the reader that all pages share, and JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from core.errors import SourceError
from core.items.arrow_files import in_memory
from core.items.readers import ArrowRows
from core.messages import message
from core.tables.cells import is_missing, number
from core.tables.dialect import Dialect
from core.tables.options import TableOptions
from core.tables.table import read_table
from core.uploads import DAMAGE

BLOCK = 1 << 26  # bytes: the longest line of JSON
NAMED = 3  # rows set aside that a note names


def delimited(path: Path, name: str, paired: bool = False) -> ArrowRows:
    """A CSV or TSV, plain or packed; numbers become numbers, empty cells nothing.

    paired: it stands beside the Projector's vectors, where one column has no heading. Rows of
    another number of cells are set aside and named. Raises SourceError.
    """
    options = TableOptions()
    if paired:
        with path.open("rb") as file:
            options = TableOptions(heading="yes" if b"\t" in file.readline(1 << 20) else "no")
    try:
        table = read_table(path, name, options)
    except DAMAGE as error:
        raise _unreadable(name, error) from error
    names = table.dialect.columns
    columns = {
        column or f"column {i + 1}": _typed([row[i] for row in table.rows], table.dialect)
        for i, column in enumerate(names)
    }
    aside = tuple(
        message("Left out: {place}. {why}", place=row.place, why=row.why)
        for row in table.set_aside[:NAMED]
    )
    if len(table.set_aside) > NAMED:
        more = message("{n:,} more rows were left out.", n=len(table.set_aside) - NAMED)
        aside = (*aside, more)
    return in_memory(pa.table(columns), name, (*table.notes, *aside))


def json_lines(path: Path, name: str) -> ArrowRows:
    """One record a line, plain or packed; nested records stay nested."""
    import pyarrow.json

    try:
        with pa.input_stream(path, compression=_compression(path)) as file:
            options = pyarrow.json.ReadOptions(block_size=BLOCK)
            table = pyarrow.json.read_json(file, options)
    except (pa.ArrowException, *DAMAGE) as error:
        raise _unreadable(name, error) from error
    return in_memory(table, name)


def _typed(cells: Sequence[str], dialect: Dialect) -> pa.Array:
    """Cells as whole numbers, as numbers, or as text where any of them is neither."""
    values = np.full(len(cells), np.nan)
    for i, cell in enumerate(cells):
        value = number(cell, dialect.decimal, dialect.thousands)
        if value is None and not is_missing(cell):
            return pa.array([cell or None for cell in cells], pa.large_string())
        values[i] = np.nan if value is None else value
    known = ~np.isnan(values)
    exact = known.any() and np.abs(values[known]).max() < 2**53
    if exact and (values[known] == np.rint(values[known])).all():
        whole = np.where(known, values, 0).astype(np.int64)
        return pa.array(whole, mask=~known)
    return pa.array(values, mask=~known)


def _compression(path: Path) -> str | None:
    with path.open("rb") as file:
        start = file.read(3)
    return {b"\x1f\x8b": "gzip", b"BZ": "bz2"}.get(start[:2])


def _unreadable(name: str, error: Exception) -> SourceError:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return SourceError(
        message("“{name}” cannot be read as a table ({reason}).", name=name, reason=reason)
    )
