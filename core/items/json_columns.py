"""Records of JSON as columns: every field that any record has, whatever its values are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import SourceError
from core.items.readers import MOST_COLUMNS
from core.messages import Message, message
from core.tables.cells import EXACT

TOO_LONG = "“{name}” was read as text: a number does not hold all of its digits."
KINDS = {bool: "true or false", int: "a number", float: "a number", str: "a text"}
KINDS |= {list: "a list", dict: "an object"}


def columns(
    records: Sequence[dict[str, Any]], places: Sequence[int], name: str
) -> tuple[pa.Table, tuple[Message, ...]]:
    """The table of records and notes on it; records that lack a field have nothing there.

    places: the line of each, or its number in an array. A field whose values have no type in
    common becomes text: texts as they are, all else as JSON writes it. Raises SourceError where
    the fields are too many.
    """
    notes: list[Message] = []
    fields = dict.fromkeys(field for record in records for field in record)
    if len(fields) > MOST_COLUMNS:
        template = "“{name}” has records of {n:,} different fields; the limit is {most:,}."
        raise SourceError(message(template, name=name, n=len(fields), most=MOST_COLUMNS))
    found = {}
    for field in fields:
        values = [record.get(field) for record in records]
        try:
            found[field] = pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            found[field] = pa.array([_text(value) for value in values], pa.large_string())
            notes.append(_mixed(field, values, places))
    table, long = exact(pa.table(found))
    return table, (*notes, *long)


def exact(table: pa.Table) -> tuple[pa.Table, tuple[Message, ...]]:
    """The table, its whole numbers that a float64 does not hold as text, and notes on these."""
    notes: list[Message] = []
    for i, field in enumerate(table.schema):
        if pa.types.is_integer(field.type) and too_long(table.column(i)):
            table = table.set_column(i, field.name, table.column(i).cast(pa.large_string()))
            notes.append(message(TOO_LONG, name=field.name))
    return table, tuple(notes)


def too_long(numbers: pa.ChunkedArray) -> bool:
    """Whether numbers are so large that different ones may be the same float64."""
    ends = pc.min_max(numbers).as_py()
    return any(end is not None and abs(end) >= EXACT for end in ends.values())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _mixed(name: str, values: Sequence[Any], places: Sequence[int]) -> Message:
    """What is said of a column that became text: its first value, and the first of another kind."""
    if all(isinstance(value, (int, float)) for value in values if value is not None):
        return message(TOO_LONG, name=name)
    known = [(n, value) for n, value in zip(places, values, strict=True) if value is not None]
    first = KINDS[type(known[0][1])]
    for line, value in known:
        if KINDS[type(value)] != first:
            return message(
                "“{name}” holds {one} first and {other} in line {n:,}: it was read as text.",
                name=name,
                one=message(first),
                other=message(KINDS[type(value)]),
                n=line,
            )
    return message("“{name}” holds values of no common type: it was read as text.", name=name)
