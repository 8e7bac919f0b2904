"""Numbers and dates that a column of text holds, as people write them.

Numbers may have currency signs and marks of thousands; dates may be 2024/3/5, 5.3.2024, 3/5/2024
or 2024年3月5日. How they were read is said with a cell of the column, and so is what was not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.messages import Message, message
from core.tables.cells import is_missing, marks, number

EPOCH = datetime(1970, 1, 1)
DAY = timedelta(days=1)
LONGEST = 60  # characters of a number; longer cells are texts
DECIMAL = b"decimal mark"
"""What the metadata of a field calls the mark that its table has before decimals, if a comma."""
SIGN = r"(?:US\$|HK\$|[$€£¥￥₩₹元円]|USD|EUR|GBP|CHF|CNY|RMB|JPY)"
MONEY = re.compile(rf"([-+−]?)\s*({SIGN}?)\s*([-+−]?[\d.,].*?)\s*({SIGN}|[%％]|)", re.IGNORECASE)
TIME = r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([AP])M)?)?"
ISO = re.compile(r"\s*(?!0000)\d{4}")  # how a date of ISO 8601 begins; no “now”, no year 0
YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.年])(\d{{1,2}})[-/.月](\d{{1,2}})日?{TIME}", re.IGNORECASE)
YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){TIME}", re.IGNORECASE)
READ = "“{cell}” was read as {value}."
UNCLEAR = (
    "“{cell}” was read as {value}, but no cell tells whether day or month stands first; write "
    "dates as {value}."
)
NO_NUMBERS = "Cells that are no numbers: {n:,}, such as “{cell}”."
NO_DATES = "Cells that are no dates: {n:,}, such as “{cell}”."
Found = tuple[list[float | None], tuple[Message, ...]]


@dataclass(frozen=True, eq=False)
class Reading:
    """values: (n,) numbers, or days since 1970, NaN where a cell holds none; notes: how they were
    read, and which cells were not."""

    values: NDArray[np.float64]
    notes: tuple[Message, ...] = ()


def with_decimal(table: pa.Table, decimal: str) -> pa.Table:
    """A table whose columns of text remember the mark that stands before its decimals."""
    if decimal == ".":
        return table
    fields = [field.with_metadata({DECIMAL: decimal.encode()}) for field in table.schema]
    return table.cast(pa.schema(fields))


def decimal_of(field: pa.Field) -> str:
    """The mark before decimals in the table that a column comes from."""
    return (field.metadata or {}).get(DECIMAL, b".").decode()


def numbers_in(column: pa.ChunkedArray, decimal: str = ".") -> Reading:
    """The numbers of a column of text. decimal: the mark that its table has before decimals.

    >>> numbers_in(pa.chunked_array([["$1,100.50", "12", None]])).values.tolist()
    [1100.5, 12.0, nan]
    """
    return _read(column, lambda cells: _numbers(cells, decimal), NO_NUMBERS)


def dates_in(column: pa.ChunkedArray) -> Reading:
    """The dates of a column of text, in days since 1970.

    >>> dates_in(pa.chunked_array([["2.1.1970", "1970/1/3 12:00"]])).values.tolist()
    [1.0, 2.5]
    """
    return _read(column, _dates, NO_DATES)


def shortest(value: float | np.floating) -> str:
    """The shortest text that gives a number back.

    >>> shortest(1234567.5), shortest(3.0), shortest(np.float32(0.1))
    ('1234567.5', '3', '0.1')
    """
    return str(value).removesuffix(".0")


def is_money(cell: str) -> bool:
    """Whether a cell is a number with a currency sign or %."""
    match = _money(cell)
    signed = match is not None and bool(match[2] or match[4])
    return signed and any(number(plain(cell), *pair) is not None for pair in (".,", ",."))


def is_date(cell: str) -> bool:
    """Whether a cell is a date that is written in one of the ways above."""
    return bool(YEAR_FIRST.fullmatch(cell.strip()) or YEAR_LAST.fullmatch(cell.strip()))


def plain(cell: str) -> str:
    """A number without currency sign and %.

    >>> plain("-$1,100"), plain("12 %"), plain("$12.5"), plain("US")
    ('-1,100', '12', '12.5', 'US')
    """
    match = _money(cell)
    return f"{match[1]}{match[3]}" if match else cell.strip()


def _money(cell: str) -> re.Match[str] | None:
    cell = cell.strip()
    return MONEY.fullmatch(cell) if len(cell) <= LONGEST else None


def _read(column: pa.ChunkedArray, read: Callable[[Sequence[str]], Found], without: str) -> Reading:
    """Each different cell is read once."""
    encoded = column.cast(pa.large_string()).combine_chunks().dictionary_encode()
    cells = [cell or "" for cell in encoded.dictionary.to_pylist()]
    found, notes = read(cells)
    values = np.array([*(np.nan if v is None else v for v in found), np.nan])
    values[~np.isfinite(values)] = np.nan
    at = encoded.indices.fill_null(len(cells)).to_numpy()
    wrong = [v is None and not is_missing(cell) for cell, v in zip(cells, found, strict=True)]
    if any(wrong):
        n = int(np.array([*wrong, False])[at].sum())
        notes = (*notes, message(without, n=n, cell=cells[wrong.index(True)][:40]))
    result = values[at]
    result.flags.writeable = False
    return Reading(result, notes)


def _numbers(cells: Sequence[str], decimal: str) -> Found:
    """By the table's marks, or by the column's own where those read more of it."""
    bare = [plain(cell) for cell in cells]
    own = marks(bare, "," if decimal == "." else ";")
    pairs = ((decimal, "," if decimal == "." else "."), own)
    read = [[number(cell, *pair) for cell in bare] for pair in pairs]
    found: list[float | None] = max(read, key=lambda one: sum(value is not None for value in one))
    for cell, value in zip(cells, found, strict=True):
        if value is not None and _simple(cell) != value:
            return found, (message(READ, cell=cell.strip(), value=shortest(value)),)
    return found, ()


def _simple(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _dates(cells: Sequence[str]) -> Found:
    """Those of years first or last; all others as ISO 8601 has them."""
    import pandas as pd

    matches = {place: YEAR_LAST.fullmatch(cell.strip()) for place, cell in enumerate(cells)}
    either = {place: m for place, m in matches.items() if m and m[2] != "."}  # 5.3. is no May
    days_first = sum(int(match[1]) > 12 for match in either.values())
    days_second = sum(int(match[3]) > 12 for match in either.values())
    found = [_date(cell.strip(), days_first > days_second) for cell in cells]
    rest = [place for place, value in enumerate(found) if value is None and ISO.match(cells[place])]
    parsed = pd.to_datetime(
        pd.Series([cells[place] for place in rest], dtype=object), errors="coerce",
        format="ISO8601", utc=True,
    ).dt.tz_localize(None)  # fmt: skip
    for place, moment in zip(rest, parsed, strict=True):
        if not pd.isna(moment):
            found[place] = (moment.to_pydatetime(warn=False) - EPOCH) / DAY
    for place, match in either.items():
        if (days := found[place]) is not None:
            day = (EPOCH + timedelta(days=days)).date().isoformat()
            template = READ if days_first or days_second else UNCLEAR
            return found, (message(template, cell=match[0], value=day),)
    return found, ()


def _date(cell: str, day_first: bool) -> float | None:
    """Days since 1970, None where it is no such date."""
    if match := YEAR_FIRST.fullmatch(cell):
        year, month, day = match[1], match[3], match[4]
    elif match := YEAR_LAST.fullmatch(cell):
        year, month, day = match[4], match[1], match[3]
        if day_first or match[2] == ".":
            month, day = day, month
    else:
        return None
    hour, half = int(match[5] or 0), (match[8] or "").upper()
    hour = hour % 12 + 12 * (half == "P") if half else hour
    try:
        moment = datetime(
            int(year), int(month), int(day), hour, int(match[6] or 0), int(match[7] or 0)
        )
    except ValueError:
        return None
    return (moment - EPOCH) / DAY
