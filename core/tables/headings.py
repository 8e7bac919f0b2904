"""Whether the first row of a table names its columns, and the first column its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from core.tables.cells import COMMA, THOUSANDS, is_missing, number

MOSTLY = 0.9  # of a column's cells are numbers: so are those that should be
LONGEST_NAME = 60  # characters of a column's name; a longer first cell is a text
MOST_WORDS = 3  # of a name: in a longer one, “text” is no sign
LONGER = 3  # times as long as its heading are the cells of a single column of texts
SURE_WORDS = 0.5  # of the first column are words, so that “i”, “nan” and “2020” are words too
YEARS = range(1800, 2101)
LONG_COUNT = 10  # numbers 0, 1, 2 … that no row of data is by chance
WORD = re.compile(r"[^\W_]+")
NAMES = (
    "text texts body content contents sentence sentences review reviews comment comments message "
    "document documents abstract title headline label labels class category target sentiment id "
    "name word words key value score date author url lang language source question answer tweet "
    "description"
)
KNOWN = frozenset(NAMES.split())


def has_heading(first: Sequence[str], rest: Sequence[Sequence[str]], numbers: bool = False) -> bool:
    """Whether a table's first row names its columns, judged by the rows below it.

    A word above numbers is a name; a number above numbers is none, unless the row counts 0, 1,
    2 … or years above other than whole numbers. Where there are no numbers: names are short,
    known, and do not come again.
    numbers: whether all cells should be numbers, so that only a number speaks against a heading.
    """
    if not any(cell.strip() for cell in first):
        return False
    if not rest:
        return not any(_is_number(cell) for cell in first)
    corner = not first[0].strip() or first[0].startswith("Unnamed: 0")
    if corner and len(first) > 1 and len({*first}) == len(first):
        return True
    if _counts(first) and _breaks_off(first, rest[0]):
        return True
    columns = [[row[j] for row in rest if j < len(row)] for j in range(len(first))]
    of_numbers = [_is_numeric(column) for column in columns]
    if _counts_beside_a_word(first, of_numbers):
        return True
    above = [cell for cell, numeric in zip(first, of_numbers, strict=True) if numeric]
    named = sum(not _is_number(cell) and not is_missing(cell) for cell in above)
    counted = sum(_has_digits(cell) for cell in above)
    if named or counted:
        return named > counted
    if numbers and any(map(_has_digits, first)):
        return False
    if numbers and all(of_numbers) and len({*first}) == len(first) > 1:
        return True  # “NA” and “inf”, each once
    return _names_texts(first, columns)


def names_numbers(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Whether words stand above columns of numbers, which makes a row a heading for sure."""
    columns = [[row[j] for row in rest if j < len(row)] for j in range(len(first))]
    above = [cell for cell, column in zip(first, columns, strict=True) if _is_numeric(column)]
    return bool(above) and not any(_is_number(cell) or is_missing(cell) for cell in above)


def _names_texts(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether words name columns of words."""
    cells = [cell.strip() for cell in first]
    words = [WORD.findall(cell.lower()) for cell in cells]
    if any(part in KNOWN for parts in words if len(parts) <= MOST_WORDS for part in parts):
        again = any(cell in map(str.strip, c) for cell, c in zip(cells, columns, strict=True))
        twice = len({*cells}) < len(cells)
        return not (twice and again) and all(len(cell) <= LONGEST_NAME for cell in cells)
    if any(len(cell) > LONGEST_NAME or _is_sentence(cell) for cell in cells):
        return False
    if any(_is_number(cell) for cell in cells):
        return False
    if len(cells) == 1:
        return len(columns[0]) > 0 and sum(map(len, columns[0])) > LONGER * len(cells[0]) * len(
            columns[0]
        )
    return not any(
        cell and sum(cell == other.strip() for other in column) > 0
        for cell, column in zip(cells, columns, strict=True)
    )


def is_shorter_heading(
    first: Sequence[str],
    rest: Sequence[Sequence[str]],
    width: int,
    line: str,
    separator: str = ",",
) -> bool:
    """Whether the heading lacks a name for the column of row names, as R's `write.table` has it."""
    if not rest or len(first) != width - 1 or any(len(row) != width for row in rest):
        return False
    if any(cell.startswith(" ") for row in rest for cell in row):
        return False  # a comma and a space: unquoted prose
    names = [row[0] for row in rest]
    if len({*names}) < len(names):
        return False
    if line.count('"') >= 2 * len(first) or names == list(first):
        return True
    if not _all_numeric(rest):
        counted = names == [str(n) for n in range(1, len(names) + 1)]
        return counted and separator != "," and len(names) > 1
    return not (any(map(_has_digits, first)) and any(map(_has_digits, names)))


def is_index(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of several columns names the rows: it has no heading, or holds words."""
    if not rows or min(map(len, rows)) < 2:
        return False
    if first and (not first[0].strip() or first[0].startswith("Unnamed: 0")):
        return True
    names = [row[0].strip() for row in rows]
    if len(names) > 1 and names == [cell.strip() for cell in first[1:]]:
        return True  # rows and columns of one name
    missing = [name for name in names if is_missing(name)]
    if len(missing) > 1 and all(missing) and len({*missing}) == len(missing):
        missing = []  # “NA” and “null”, each once, are words
    words = sum(not _has_digits(name) for name in names) - len(missing)
    return words > SURE_WORDS * len(rows)


def column_names(heading: Sequence[str], width: int) -> tuple[str, ...]:
    """A name for each column: its own, or “column 2”; of equal names the later ones are counted.

    >>> column_names(["id", "", "id"], 3)
    ('id', 'column 2', 'id (2)')
    """
    names: dict[str, None] = {}  # a set that keeps its order
    counts: dict[str, int] = {}
    for j in range(max(width, len(heading))):
        name = heading[j].strip().replace("\0", "") if j < len(heading) else ""
        name = name or f"column {j + 1}"
        plain = name
        while name in names:
            counts[plain] = counts.get(plain, 1) + 1
            name = f"{plain} ({counts[plain]})"
        names[name] = None
    return tuple(names)


def _is_number(cell: str) -> bool:
    text = cell.strip()
    if number(text) is not None or COMMA.fullmatch(text) is not None:
        return True
    return any(pattern.fullmatch(text) for pattern in THOUSANDS.values())


def _has_digits(cell: str) -> bool:
    """Whether this is a number and no word for one: “inf” and “NaN” may be names."""
    return _is_number(cell) and any(map(str.isdigit, cell))


def _is_numeric(column: Sequence[str]) -> bool:
    """Whether a column's cells are numbers, but for those that are missing."""
    present = [cell for cell in column if not is_missing(cell)]
    return bool(present) and sum(map(_is_number, present)) >= MOSTLY * len(present)


def _all_numeric(rows: Sequence[Sequence[str]]) -> bool:
    return all(_is_numeric([row[j] for row in rows]) for j in range(1, len(rows[0])))


def _is_sentence(cell: str) -> bool:
    return len(cell.split()) > 3 and cell.rstrip()[-1:] in ".!?…。！？"


def _counts(cells: Sequence[str], first: tuple[int, ...] = (0,)) -> bool:
    """Whether cells are 0, 1, 2 … or successive years: numbers that may be names."""
    texts = [cell.strip() for cell in cells]
    if len(texts) < 2 or not all(text.isdecimal() for text in texts):
        return False
    values = [int(text) for text in texts]
    steps = {b - a for a, b in pairwise(values)}
    return steps == {1} and (values[0] in first or (values[0] in YEARS and values[-1] in YEARS))


def _breaks_off(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the row below 0, 1, 2 … is of another kind, or does not count on from a long one."""
    if any(not cell.strip().isdecimal() for cell in second):
        return True
    return len(first) >= LONG_COUNT and int(second[0]) != int(first[-1]) + 1


def _counts_beside_a_word(first: Sequence[str], of_numbers: Sequence[bool]) -> bool:
    """Whether a row counts but for one cell, the first or last, that is a word above numbers."""
    return any(
        _counts(others, (0, 1))
        and not _is_number(word)
        and (of_numbers[at] or word.strip().lower() in KNOWN)
        for word, others, at in ((first[0], first[1:], 0), (first[-1], first[:-1], -1))
    )
