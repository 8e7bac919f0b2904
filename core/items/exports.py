"""Rows of a table to take away: as Parquet, as numbers and texts, or as a table of their own."""

from __future__ import annotations

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core import uploads
from core.items.collection import Table, table_of
from core.items.collection_specs import Collection, of_files, with_roles
from core.items.values import texts, texts_of
from core.progress import OnStep, run_on

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


def as_collection(
    table: Table, rows: NDArray[np.int64], name: str, on_step: OnStep = run_on
) -> Collection:
    """Some rows as a collection of their own, with all columns, vectors and roles; kept as an
    upload called `name`. A zip of pictures that was uploaded goes along.

    Raises SourceError where a column of vectors is too large, and on a full disk.
    """
    fields = [*table.arrow.schema]
    parts = [table.arrow[field.name].take(pa.array(rows)) for field in fields]
    for column, d in table.dims.items():
        given = table.vectors(column, on_step)
        place = np.searchsorted(given.rows, rows)
        place = np.minimum(place, len(given.rows) - 1)
        there = given.rows[place] == rows
        flat = pa.array(given.matrix[place].ravel())
        lists = pa.FixedSizeListArray.from_arrays(flat, d, mask=pa.array(~there))
        parts.append(lists)
        fields.append(pa.field(column, lists.type))
    file = io.BytesIO()
    pq.write_table(pa.table(parts, schema=pa.schema(fields)), file)
    files = [(name, uploads.keep(name, file.getvalue()))]
    if table.spec.rows_from == "upload" and table.names("picture"):
        files += [given for given in table.spec.files if given[0].lower().endswith(".zip")]
    fresh = of_files("upload", files)
    roles = {column.name: column.role for column in table.columns}
    kept = {  # where fewer rows are guessed to mean something else
        column.name: roles[column.name]
        for column in table_of(fresh, on_step).columns
        if roles[column.name] != column.role and roles[column.name] in column.possible
    }
    return with_roles(fresh, kept)


def text_lines(table: Table, column: str, rows: NDArray[np.int64] | None = None) -> bytes:
    """The texts of some rows, or of all, as lines of JSON with one field, "text"."""
    values = texts(table, column)
    some = values if rows is None else values.take(pa.array(rows))
    lines = (json.dumps({"text": t}, ensure_ascii=False) for t in some.to_pylist() if t)
    return "\n".join(lines).encode()
