"""Rows of a table as files: Parquet as it is, CSV without cells that a spreadsheet would run."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.items.collection import Table
from core.items.values import texts_of
from core.items.vectors import is_text

FORMULA = r"^[=+\-@\t\r]"
ROW = "row"


def parquet(table: Table, rows: NDArray[np.int64]) -> bytes:
    """Rows with their number in the table and all plain columns, types kept."""
    file = io.BytesIO()
    pq.write_table(numbered(table, rows), file)
    return file.getvalue()


def csv(table: Table, rows: NDArray[np.int64]) -> bytes:
    """The same as CSV: see `harmless_csv`."""
    return harmless_csv(numbered(table, rows))


def harmless_csv(plain: pa.Table) -> bytes:
    """A table as UTF-8 with a mark; an apostrophe goes before texts that look like formulas."""
    columns = {}
    for name, column in zip(plain.column_names, plain.columns, strict=True):
        kind = column.type
        number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
        columns[name] = column if number else _harmless(texts_of(column))
    safe = _harmless(pa.chunked_array([pa.array(list(columns))])).to_pylist()
    file = io.BytesIO(b"\xef\xbb\xbf")
    file.seek(0, io.SEEK_END)
    pyarrow.csv.write_csv(pa.table(dict(zip(safe, columns.values(), strict=True))), file)
    return file.getvalue()


def numbered(table: Table, rows: NDArray[np.int64]) -> pa.Table:
    """Some rows of the plain columns, their numbers in the table first."""
    chosen = table.arrow.take(pa.array(rows)) if table.arrow.num_columns else pa.table({})
    name = ROW
    while name in chosen.column_names:
        name += "′"
    columns = dict(zip(chosen.column_names, chosen.columns, strict=True))
    return pa.table({name: pa.array(rows), **columns})


def _harmless(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts whose first character would make a spreadsheet compute them get an apostrophe."""
    assert is_text(values.type)
    risky = pc.fill_null(pc.match_substring_regex(values, FORMULA), False)
    kind = values.type
    prefix = pa.scalar("'", kind)
    quoted = pc.binary_join_element_wise(prefix, values, pa.scalar("", kind))
    return pc.if_else(risky, quoted, values)
