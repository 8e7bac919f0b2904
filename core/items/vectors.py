"""Arrow columns as rows of float32: lists of any kind, and numbers written as text.

A row without a usable vector is never an error: it gets a code that says what is wrong.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

F32 = NDArray[np.float32]
Codes = NDArray[np.int8]
FINE, EMPTY, INFINITE, LENGTH, UNREADABLE, ZEROS = range(6)
REASONS = {
    EMPTY: "no vector",
    INFINITE: "NaN or ∞ in the vector",
    LENGTH: "a vector of another length",
    UNREADABLE: "text that is not a list of numbers",
    ZEROS: "a vector of zeros, which has no direction",
}
LEAST, MOST = 2, 65_536  # numbers in a vector
LOOKED_AT = 1_000  # rows that tell the length of a column's vectors
BRACKETED = re.compile(r"\s*[\[(][^\[\]()]*[\])]\s*")


def is_list(kind: pa.DataType) -> bool:
    """Whether a column of this type holds lists of numbers."""
    lists = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    if not (lists or pa.types.is_fixed_size_list(kind)):
        return False
    inner = kind.value_type
    return bool(pa.types.is_floating(inner) or pa.types.is_integer(inner))


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type holds text."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def dimension(column: pa.Array) -> int:
    """d, the commonest length of the vectors in the first rows; 0 where most hold no vector."""
    head = column.slice(0, LOOKED_AT)
    if is_list(head.type):
        sizes = Counter(n for n in pc.list_value_length(head).to_pylist() if n)
    elif is_text(head.type):
        texts = [text for text in head.to_pylist() if text and text.strip()]
        if not texts or sum(bool(BRACKETED.fullmatch(t)) for t in texts) < len(texts) / 2:
            return 0
        sizes = Counter(len(v) for text in texts if (v := parsed(text)) is not None)
    else:
        return 0
    d = max(sizes, key=lambda size: (sizes[size], size), default=0)
    return int(d) if LEAST <= d <= MOST else 0


def parsed(text: str) -> F32 | None:
    """The numbers of “[0.1, 0.2]”, or of NumPy's “[0.1 0.2]”; None for anything else.

    >>> parsed("[0.5 2.]").tolist(), parsed("(1, 2)").tolist(), parsed("[one]")
    ([0.5, 2.0], [1.0, 2.0], None)
    """
    try:
        return np.array(orjson.loads(text), np.float32, ndmin=1)
    except (ValueError, TypeError):  # not JSON, or of mixed values
        pass
    try:
        return np.array(text.strip().strip("[]()").replace(",", " ").split(), np.float32)
    except ValueError:
        return None


def block(column: pa.Array, d: int) -> tuple[F32, Codes]:
    """Rows (b, d) of a column and the code of each (b,); rows that are not fine hold zeros."""
    if is_list(column.type):
        rows, codes = _lists(column, d)
    else:
        rows, codes = _texts(column, d)
    return checked(rows, codes)


def checked(rows: F32, codes: Codes | None = None) -> tuple[F32, Codes]:
    """The rows (b, d), those with NaN or ∞ set to zeros, and the code of each (b,)."""
    codes = np.zeros(len(rows), np.int8) if codes is None else codes
    # a sum is finite where all its terms are, and may be infinite where they are not
    with np.errstate(over="ignore", invalid="ignore"):
        doubtful = np.flatnonzero(~np.isfinite(rows.sum(axis=1, dtype=np.float64)))
    if len(doubtful):
        bad = doubtful[~np.isfinite(rows[doubtful]).all(axis=1)]
        codes[bad] = INFINITE
        rows[bad] = 0
    codes[(codes == FINE) & ~rows.any(axis=1)] = ZEROS
    return rows, codes


def _lists(column: pa.Array, d: int) -> tuple[F32, Codes]:
    sizes = pc.fill_null(pc.list_value_length(column), -1).to_numpy(zero_copy_only=False)
    values = _numbers(column.flatten())  # without those of null lists
    codes = np.where(sizes == d, FINE, np.where(sizes <= 0, EMPTY, LENGTH)).astype(np.int8)
    if (codes == FINE).all():
        return values.reshape(-1, d), codes
    ends = np.cumsum(np.maximum(sizes, 0))
    fine = np.flatnonzero(codes == FINE)
    rows = np.zeros((len(column), d), np.float32)
    rows[fine] = values[(ends[fine] - d)[:, None] + np.arange(d)]
    return rows, codes


def _numbers(values: pa.Array) -> F32:
    """Flat values as float32 of their own; nulls become NaN, and what is too large ∞."""
    with np.errstate(over="ignore"):
        return np.array(values.to_numpy(zero_copy_only=False), np.float32)


def _texts(column: pa.Array, d: int) -> tuple[F32, Codes]:
    rows = np.zeros((len(column), d), np.float32)
    codes = np.zeros(len(column), np.int8)
    for i, text in enumerate(column.to_pylist()):
        if not text or not text.strip():
            codes[i] = EMPTY
            continue
        vector = parsed(text)
        if vector is None or vector.ndim != 1:
            codes[i] = UNREADABLE
        elif len(vector) != d:
            codes[i] = LENGTH if len(vector) else EMPTY
        else:
            rows[i] = vector
    return rows, codes
