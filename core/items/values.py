"""The values of a table's columns as arrays: categories, numbers, dates and texts, one a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.errors import QueryError
from core.items.collection import Table
from core.items.vectors import is_text
from core.items.written import Reading, dates_in, decimal_of, numbers_in, shortest
from core.messages import message

DAY = 86_400.0  # seconds
CELL = 500  # characters of a cell in a preview


@dataclass(frozen=True, eq=False)
class Categories:
    """codes: (n,) the category of each row, −1 for none; names: by falling number of rows."""

    codes: NDArray[np.int32]
    names: tuple[str, ...]
    sizes: NDArray[np.int64]


def column(table: Table, name: str) -> pa.ChunkedArray:
    """A plain column. Raises QueryError where there is none."""
    if name not in table.arrow.column_names:
        raise QueryError(
            message(
                "The table has no column “{name}”; choose one of {names}.",
                name=name[:80],
                names=", ".join(n[:40] for n in table.arrow.column_names[:20]) or message("none"),
            )
        )
    return table.arrow.column(name)


def categories(table: Table, name: str) -> Categories:
    """The categories of a column, whatever its type; the most frequent is number 0."""
    return _categories(table, name)


@lru_cache(maxsize=32)
def _categories(table: Table, name: str) -> Categories:
    encoded = texts_of(column(table, name)).combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    raw = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    names = [str(value) for value in encoded.dictionary.to_pylist()]
    sizes = np.bincount(raw[raw >= 0], minlength=len(names))
    order = np.lexsort((np.array(names, object).astype(str), -sizes)) if names else sizes
    place = np.empty(len(names) + 1, np.int32)
    place[order] = np.arange(len(names))
    place[-1] = -1  # what −1 selects
    codes = place[raw]
    codes.flags.writeable = False
    return Categories(codes, tuple(names[i] for i in order), sizes[order])


def numbers(table: Table, name: str) -> NDArray[np.float64]:
    """The numbers of a column (n,), NaN where there is none; dates in days since 1970."""
    return _numbers(table, name)


@lru_cache(maxsize=32)
def _numbers(table: Table, name: str) -> NDArray[np.float64]:
    values = column(table, name)
    kind = values.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _days(values)
    if is_text(kind):
        return reading(table, name).values
    if pa.types.is_boolean(kind):
        values = values.cast(pa.int8())
    try:
        cast = values.cast(pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise QueryError(
            message("The column “{name}” holds no numbers ({kind}).", name=name, kind=str(kind))
        ) from error
    return _finite(np.array(cast.to_numpy(), np.float64))


@lru_cache(maxsize=32)
def reading(table: Table, name: str) -> Reading:
    """What a column of text gives as numbers, and how it was read: dates where its role is a
    date, numbers where that is a number, else dates where there are no numbers."""
    values = column(table, name)
    role = next((c.role for c in table.columns if c.name == name), "")
    if role == "date":
        return dates_in(values)
    found = numbers_in(values, decimal_of(table.arrow.schema.field(name)))
    if role == "number" or np.isfinite(found.values).any():
        return found
    return dates_in(values)


def texts(table: Table, name: str) -> pa.ChunkedArray:
    """A column as text, null where there is none."""
    return texts_of(column(table, name))


def texts_of(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values of any type as text: nested ones as Python writes them."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if is_text(values.type):
        return values.cast(pa.large_string())
    try:
        return values.cast(pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # nested, or bytes that are no text
        written = [None if v is None else _written(v) for v in values.to_pylist()]
        return pa.chunked_array([pa.array(written, pa.large_string())])


def cell(table: Table, name: str, row: int, most: int = CELL) -> str:
    """One value as a short text; nothing for none."""
    value = column(table, name)[row].as_py()
    kind = column(table, name).type
    if isinstance(value, float) and not pa.types.is_float64(kind):  # 0.1 of 32 bits
        value = np.float32(value) if pa.types.is_float32(kind) else np.float16(value)
    return "" if value is None else _written(value)[:most]


def _written(value: object) -> str:
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, dict) and isinstance(value.get("bytes"), bytes):
        return f"{len(value['bytes']):,} bytes"
    return shortest(value) if isinstance(value, (float, np.floating)) else str(value)


def _days(values: pa.ChunkedArray) -> NDArray[np.float64]:
    seconds = values.cast(pa.timestamp("ms"), safe=False).cast(pa.int64())
    return _finite(np.array(seconds.cast(pa.float64(), safe=False).to_numpy()) / 1e3 / DAY)


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    values = np.where(np.isfinite(values), values, np.nan)
    values.flags.writeable = False
    return values
