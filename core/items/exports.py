"""Rows of a table to take away: as Parquet, or as numbers and texts."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.items.collection import Table
from core.items.values import texts_of

ROW = "row"


def parquet(table: Table, rows: NDArray[np.int64]) -> bytes:
    """Rows with their number in the table and all plain columns, types kept."""
    file = io.BytesIO()
    pq.write_table(numbered(table, rows), file)
    return file.getvalue()


def readable(table: Table, rows: NDArray[np.int64]) -> pa.Table:
    """The same with numbers and texts only, for tables such as CSV: all else as text."""
    columns = {}
    whole = numbered(table, rows)
    for name, column in zip(whole.column_names, whole.columns, strict=True):
        kind = column.type
        number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
        columns[name] = column if number else texts_of(column)
    return pa.table(columns)


def numbered(table: Table, rows: NDArray[np.int64]) -> pa.Table:
    """Some rows of the plain columns, their numbers in the table first."""
    chosen = table.arrow.take(pa.array(rows)) if table.arrow.num_columns else pa.table({})
    name = ROW
    while name in chosen.column_names:
        name += "′"
    columns = dict(zip(chosen.column_names, chosen.columns, strict=True))
    return pa.table({name: pa.array(rows), **columns})
