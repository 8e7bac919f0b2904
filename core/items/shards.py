"""Arrays that follow each other: the parts that one matrix was saved in."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from core.items.array_files import Arrays
from core.items.readers import Reader, Stacked
from core.messages import message

NUMBER = re.compile(r"(\d+)")
NAMED = 3  # files that a note names


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts part_2 before part_10.

    >>> sorted(["part_10.npy", "part_2.npy"], key=natural)
    ['part_2.npy', 'part_10.npy']
    """
    pieces = NUMBER.split(name)
    return [(1, int(p), p) if i % 2 else (0, 0, p) for i, p in enumerate(pieces)]


def stacked(arrays: Sequence[Arrays], rows: int) -> list[Reader]:
    """The arrays, parts of one matrix put one below the other.

    rows: of the table beside them, 0 for none. With a table, arrays of one width are parts where
    together they have a row for each of its rows; without one, where their names differ only in
    a number.
    """
    groups: dict[object, list[Arrays]] = {}
    for place, part in enumerate(arrays):
        plain = len(part.matrices) == 1 and not part.plain
        width = next(iter(part.dims.values()))
        stem = NUMBER.sub("", next(iter(part.matrices))) if not rows else ""
        groups.setdefault((stem, width) if plain else place, []).append(part)
    readers: list[Reader] = []
    for group in groups.values():
        total = sum(part.rows for part in group)
        if len(group) > 1 and (not rows or total == rows):
            readers.append(_one(group))
        else:
            readers += group
    return readers


def _one(parts: Sequence[Arrays]) -> Stacked:
    """Parts under the name they share."""
    own = [next(iter(part.matrices)) for part in parts]
    name = NUMBER.split(own[0])[0].rstrip("_-. ") or own[0]
    named = ", ".join(part.name for part in parts[:NAMED])
    note = message(
        "{n} arrays follow each other as “{name}” ({files} …), {rows:,} rows in all.",
        n=len(parts),
        name=name,
        files=named,
        rows=sum(part.rows for part in parts),
    )
    renamed = [
        dataclasses.replace(part, matrices={name: part.matrices[key]})
        for part, key in zip(parts, own, strict=True)
    ]
    renamed[0] = dataclasses.replace(renamed[0], notes=(note, *parts[0].notes))
    return Stacked(renamed)
