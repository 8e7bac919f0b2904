"""Filters of a table's rows, which combine: categories, ranges, texts, and rows by number."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.errors import QueryError
from core.items.collection import Table
from core.items.values import categories, numbers, texts
from core.messages import message

KINDS = ("in", "between", "contains", "word", "rows")
B = NDArray[np.bool_]


@dataclass(frozen=True)
class Filter:
    """What a row must fulfil to be shown.

    in: its category is one of `value`; between: its number is in [low, high]; contains, word: its
    text holds these characters, or this whole word, in any case; rows: it is one of these rows,
    packed by `packed`, and `column` is empty.
    """

    kind: str
    column: str
    value: Any


def packed(rows: Iterable[int]) -> str:
    """Row numbers as a short text, for links."""
    steps = np.diff(np.unique(np.fromiter(rows, np.int64)), prepend=0).astype("<u4")
    return base64.urlsafe_b64encode(zlib.compress(steps.tobytes(), 9)).decode().rstrip("=")


def unpacked(text: str) -> NDArray[np.int64]:
    """The row numbers, ascending. Raises QueryError where it is no such text."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        limited = zlib.decompressobj().decompress(data, 1 << 26)
        return np.frombuffer(limited, "<u4").cumsum(dtype=np.int64)
    except (ValueError, zlib.error) as error:
        raise _malformed() from error


def written(filters: Sequence[Filter]) -> str:
    """Filters as the text that links hold."""
    plain = [[f.kind, f.column, f.value] for f in filters]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) if plain else ""


def read(text: str) -> tuple[Filter, ...]:
    """The filters of such a text. Raises QueryError where it is malformed."""
    if not text:
        return ()
    try:
        filters = tuple(Filter(kind, column, value) for kind, column, value in json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise _malformed() from error
    if not all(f.kind in KINDS and isinstance(f.column, str) and _fits(f) for f in filters):
        raise _malformed()
    return filters


def passing(table: Table, filters: Sequence[Filter], but: str | None = None) -> B:
    """Which rows (n,) fulfil all filters, except those of the column `but`. Raises QueryError."""
    mask = np.ones(len(table), bool)
    for f in filters:
        if but is None or f.column != but:
            mask &= _one(table, f)
    return mask


def _one(table: Table, f: Filter) -> B:
    if f.kind == "rows":
        rows = unpacked(f.value)
        if rows.size and rows[-1] >= len(table):
            raise QueryError(
                message(
                    "The filter names row {row:,}, but there are {n:,} rows; remove it.",
                    row=int(rows[-1]),
                    n=len(table),
                )
            )
        mask = np.zeros(len(table), bool)
        mask[rows] = True
        return mask
    if f.kind == "in":
        groups = categories(table, f.column)
        wanted = [i for i, name in enumerate(groups.names) if name in set(f.value)]
        return np.isin(groups.codes, wanted)
    if f.kind == "between":
        low, high = f.value
        values = numbers(table, f.column)
        return (values >= low) & (values <= high)  # NaN is in no range
    return _matching(table, f.kind, f.column, f.value)


@lru_cache(maxsize=16)  # the map, its counts and its names ask for the same rows
def _matching(table: Table, kind: str, column: str, text: str) -> B:
    values = texts(table, column)
    if kind == "contains":
        matches = pc.match_substring(values, text, ignore_case=True)
    else:
        matches = pc.match_substring_regex(values, rf"\b{_quoted(text)}\b", ignore_case=True)
    mask = np.array(pc.fill_null(matches, False).to_numpy(), bool)
    mask.flags.writeable = False
    return mask


def _quoted(text: str) -> str:
    """A text as a pattern that matches itself, as RE2 quotes it."""
    return "".join(c if c.isalnum() or c == "_" or ord(c) > 127 else f"\\{c}" for c in text)


def _fits(f: Filter) -> bool:
    if f.kind == "in":
        return isinstance(f.value, list) and all(isinstance(v, str) for v in f.value)
    if f.kind == "between":
        return (
            isinstance(f.value, list)
            and len(f.value) == 2
            and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in f.value)
        )
    return isinstance(f.value, str)


def _malformed() -> QueryError:
    return QueryError(message("The filters of this link are damaged; set them anew."))
