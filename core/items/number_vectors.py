"""Vectors of a table that holds numbers alone: its columns of numbers, each standardised."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.items import vectors
from core.items.roles import Column
from core.items.vectors import is_text
from core.items.written import decimal_of, numbers_in

NAME = "numbers, standardised"
"""The column of vectors that such a table has, besides its own."""
FEWEST = 3  # columns of numbers: of fewer no space is worth a map
FEWEST_ROWS = 5


OWN = ("embedding", "text", "place", "picture")
"""Roles of columns beside which numbers make no vectors."""


def sources(table: pa.Table, columns: Sequence[Column]) -> list[str]:
    """The columns that make the vectors; none where the table has vectors or texts of its own.

    columns: those of the table with their roles. What is given the role of a text by hand takes
    the numbers no vectors. A column of one value tells no rows apart, and is left out.
    """
    own = any(column.role in OWN and column.guess in OWN for column in columns)
    if own or NAME in table.column_names or table.num_rows < FEWEST_ROWS:
        return []
    names = [
        column.name for column in columns
        if column.role == "number" and column.distinct > 1 and _varies(table, column.name)
    ]  # fmt: skip
    return names if len(names) >= FEWEST else []


def _varies(table: pa.Table, name: str) -> bool:
    """Whether a column holds numbers; of one of text, whether those it spells differ."""
    kind = table.schema.field(name).type
    if is_text(kind):
        values = _numbers(table, name)
        known = values[np.isfinite(values)]
        return known.size > 0 and float(np.ptp(known)) > 0
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    return bool(numeric or pa.types.is_decimal(kind))


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    """The numbers of a column, those that a text spells, too; NaN where there is none."""
    field = table.schema.field(name)
    if is_text(field.type):
        return numbers_in(table[name], decimal_of(field)).values
    values = np.array(table[name].cast(pa.float64(), safe=False).to_numpy(), np.float64)
    values[~np.isfinite(values)] = np.nan
    return values


def deciding(columns: Sequence[Column]) -> dict[str, str]:
    """Of the roles set by hand those that decide which columns make the vectors, as they do it:
    a number, or something else."""
    roles = {}
    for column in columns:
        kept = column.role in OWN and column.guess in OWN
        if column.role == column.guess or kept or column.name == NAME:
            continue
        if column.role == "number":
            roles[column.name] = "number"
        elif column.guess in ("number", *OWN):
            roles[column.name] = "other"
    return roles


def standardised(
    table: pa.Table, names: list[str], most: int | None = None
) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """(n, d) vectors of mean 0 and variance 1 in each column, and what is wrong with each row (n,).

    Rows that lack a number have no vector: their code is `EMPTY`, else `FINE`. Mean and variance
    are those of all numbers of the column. most: rows that are returned, by default all.
    """
    matrix = np.empty((table.slice(0, most).num_rows, len(names)), np.float32)
    for i, name in enumerate(names):
        values = _numbers(table, name)
        matrix[:, i] = (values[:most] - np.nanmean(values)) / (np.nanstd(values) or 1)
    whole = np.isfinite(matrix).all(axis=1)
    return matrix, np.where(whole, vectors.FINE, vectors.EMPTY).astype(np.int8)
