"""Records of JSON as columns: every field that any record has, whatever its values are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from core.messages import Message, message

KINDS = {bool: "true or false", int: "a number", float: "a number", str: "a text"}
KINDS |= {list: "a list", dict: "an object"}


def columns(
    records: Sequence[dict[str, Any]], places: Sequence[int]
) -> tuple[pa.Table, tuple[Message, ...]]:
    """The table of records and notes on it; records that lack a field have nothing there.

    places: the line of each, or its number in an array. A field whose values have no type in
    common becomes text: texts as they are, all else as JSON writes it.
    """
    notes: list[Message] = []
    names = dict.fromkeys(name for record in records for name in record)
    found = {}
    for name in names:
        values = [record.get(name) for record in records]
        try:
            found[name] = pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            found[name] = pa.array([_text(value) for value in values], pa.large_string())
            notes.append(_mixed(name, values, places))
    return pa.table(found), tuple(notes)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _mixed(name: str, values: Sequence[Any], places: Sequence[int]) -> Message:
    """What is said of a column that became text: its first value, and the first of another kind."""
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
