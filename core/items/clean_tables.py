"""Clean tables at once: the same columns as `core.tables.table.read_table` gives, by Arrow.

A table is clean where nothing about it has to be said: UTF-8 and a heading, one line a row, as
many cells in each, quotes around cells only. All others are read row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.tables.cells import EXACT, MISSING, is_missing, number
from core.tables.decoding import CONTROL, controls
from core.tables.dialect import Dialect

BOM = b"\xef\xbb\xbf"
MOST_BYTES = 1 << 31
BLOCK = 4096  # cells that are looked at together
NUMBER = r"^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$"
DIGITS = r"^[-+−]?0[0-9]+$|^[-+−]?[0-9]{16,}$|^(?:0|[0-9]{2,})[eE][0-9]+$"
"""Cells whose digits may not come back from the number that they make."""
LONGEST = 300  # digits that a float64 can stand for


def columns(chunks: Iterable[bytes], dialect: Dialect) -> dict[str, pa.Array] | None:
    """The columns of a table by name; None where it is not clean. chunks: its bytes, unpacked."""
    if not dialect.heading or dialect.preamble or dialect.index or dialect.trailing:
        return None
    marks = (dialect.decimal, dialect.thousands) == (".", "") and dialect.quotes != "escaped"
    if not marks or dialect.separator in ("", " "):
        return None
    data = b"".join(chunks).removeprefix(BOM)
    if not _is_plain(data, dialect):
        return None
    table = _parsed(data, dialect)
    if table is None or _has_blank_rows(table):
        return None
    return {name: _typed(column) for name, column in zip(dialect.columns, table, strict=True)}


def _is_plain(data: bytes, dialect: Dialect) -> bool:
    """Whether lines end alike, no control character is inside, and quotes enclose cells only."""
    if len(data) > MOST_BYTES or data.count(b"\r") != data.count(b"\r\n"):
        return False
    if controls(data)[[*CONTROL]].any():
        return False
    if dialect.quotes == "none" or b'"' not in data:
        return True
    alone = np.frombuffer(b"\n" + data.replace(b'""', b"") + b"\n", np.uint8)
    places = np.flatnonzero(alone == ord('"'))
    before, behind = alone[places[::2] - 1], alone[places[1::2] + 1]
    ends = np.frombuffer(dialect.separator.encode() + b"\r\n", np.uint8)
    return len(before) == len(behind) and bool(
        np.isin(before, ends).all() and np.isin(behind, ends).all()
    )


def _parsed(data: bytes, dialect: Dialect) -> list[pa.ChunkedArray] | None:
    """The cells as text, without the heading; None where a row takes several lines, or is odd."""
    from pyarrow import csv

    names = [str(j) for j in range(dialect.width)]
    try:
        table = csv.read_csv(
            pa.py_buffer(data),
            csv.ReadOptions(column_names=names),
            csv.ParseOptions(
                delimiter=dialect.separator,
                quote_char='"' if dialect.quotes == "doubled" else False,
                newlines_in_values=True,
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException:  # of bytes that are no UTF-8, too
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    return [column.slice(1) for column in table.columns] if len(table) == lines else None


def _has_blank_rows(table: list[pa.ChunkedArray]) -> bool:
    blank = None
    for column in table:
        empty = pc.equal(pc.utf8_trim_whitespace(column), "")
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return False
    return True


def _typed(cells: pa.ChunkedArray) -> pa.Array:
    """Cells as whole numbers, as numbers, or as text where any of them is neither."""
    trimmed = pc.utf8_trim_whitespace(cells)
    missing = pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array([*MISSING], pa.large_string()))
    odd = pc.invert(pc.or_(missing, pc.match_substring_regex(trimmed, NUMBER)))
    rest = cells.filter(odd)
    if any(number(cell) is None and not is_missing(cell) for cell in rest[:1].to_pylist()):
        return pc.if_else(pc.equal(cells, ""), None, cells).combine_chunks()
    doubtful = pc.match_substring_regex(trimmed, DIGITS)
    if len(rest) or pc.any(doubtful).as_py():  # numbers that are written otherwise, or none
        return typed(cells.to_pylist())
    values = pc.if_else(missing, None, trimmed).cast(pa.float64())
    return in_numbers(values.to_numpy())


def typed(cells: Iterable[str], decimal: str = ".", thousands: str = "") -> pa.Array:
    """The same for cells one by one, with any marks."""
    cells = list(cells)
    values = np.full(len(cells), np.nan)
    for i, cell in enumerate(cells):
        value = number(cell, decimal, thousands)
        if value is None and not is_missing(cell):
            return pa.array([cell or None for cell in cells], pa.large_string())
        values[i] = np.nan if value is None else value
    if any(is_changed(cell, thousands) for cell in cells):
        kept = [None if is_missing(cell) else cell.strip() for cell in cells]
        return pa.array(kept, pa.large_string())
    return in_numbers(values)


def is_changed(cell: str, thousands: str = "") -> bool:
    """Whether the digits of a cell would not come back from the number they make.

    They are those of postcodes and other ids: they begin with zeros, are more than a float64
    holds, or are cut by an e that no program writes behind two digits.

    >>> [is_changed(c) for c in ("01000", "1234567890123456789", "10e1", "05.3", "1e5", "-12")]
    [True, True, True, False, False, False]
    """
    text = cell.strip().replace(thousands, "") if thousands else cell.strip()
    if not re.search(DIGITS, text):
        return False
    digits = text.lstrip("+-−")
    if not digits.isdigit() or digits[0] == "0":
        return True
    return len(digits) > LONGEST or int(float(digits)) != int(digits)


def kept_digits(column: pa.Array, decimal: str = ".", thousands: str = "") -> str:
    """A cell of a column of text that is one because its digits would have changed; else "".

    >>> kept_digits(pa.array(["1000", None, "01000"])), kept_digits(pa.array(["01000", "a"]))
    ('01000', '')
    """
    if not pa.types.is_large_string(column.type) and not pa.types.is_string(column.type):
        return ""
    example = ""
    for start in range(0, len(column), BLOCK):  # most columns of text end at the first cell
        for cell in column.slice(start, BLOCK).drop_null().to_pylist():
            if number(cell, decimal, thousands) is None:
                return ""
            if not example and is_changed(cell, thousands):
                example = cell
    return example


def in_numbers(values: np.ndarray) -> pa.Array:
    """Numbers, NaN where one is missing, as whole ones if all are."""
    known = ~np.isnan(values)
    exact = known.any() and np.abs(values[known]).max() < EXACT
    if exact and (values[known] == np.rint(values[known])).all():
        whole = np.where(known, values, 0).astype(np.int64)
        return pa.array(whole, mask=~known)
    return pa.array(values, mask=~known)
