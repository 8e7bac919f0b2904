"""Labels of pictures in a table beside them: a column of file names, a column of labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import numpy as np

from core import uploads
from core.errors import SourceError
from core.items import labels
from core.messages import message
from core.tables.options import TableOptions
from core.tables.table import Table, read_table

MOST_BYTES = 50_000_000
LEAST = 0.5  # of the pictures stand in a list that is theirs
UNKNOWN = "?"


@dataclass(frozen=True)
class Listed:
    """labels: (n,) one a picture, “?” where the list does not have it; notes: what was found."""

    labels: np.ndarray
    notes: tuple[str, ...]


def read(file: IO[bytes], name: str, pictures: Sequence[str]) -> Listed | None:
    """The labels of pictures, by their files' names, from a table; None where it lists others."""
    content = uploads.content(file, MOST_BYTES)
    if len(content) > MOST_BYTES:
        return None
    table = _read(content, name)
    if table is None:
        return None
    cells = dict(zip(table.dialect.columns, zip(*table.rows, strict=True), strict=False))
    if len(cells) < 2:
        return None
    keys = [_forms(picture) for picture in pictures]
    known = {form for forms in keys for form in forms}
    matches = {
        column: len({_forms(cell)[-1] for cell in column_cells if known & {*_forms(cell)}})
        for column, column_cells in cells.items()
    }
    files = max(matches, key=lambda column: matches[column])
    if matches[files] < LEAST * len({form[-1] for form in keys}):
        return None
    column = _label_column(table, files, cells)
    if not column:
        return None
    by_file: dict[str, str] = {}
    for cell, label in zip(cells[files], cells[column], strict=True):
        for form in _forms(cell):
            by_file.setdefault(form, label.strip())
    found = [next((by_file[form] for form in key if form in by_file), UNKNOWN) for key in keys]
    template = "Labels are taken from “{column}” of “{file}”."
    notes = [message(template, column=column, file=name)]
    if missing := found.count(UNKNOWN):
        template = "Pictures that are not in “{file}”, labelled “?”: {n:,}."
        notes.append(message(template, n=missing, file=name))
    return Listed(np.array(found), tuple(notes))


def _read(content: bytes, name: str) -> Table | None:
    """A table, its columns apart by spaces where nothing else divides them; None for no text."""
    try:
        table = read_table(content, name)
        if len(table.columns) == 1:
            table = read_table(content, name, TableOptions(separator="spaces"))
    except SourceError:
        return None
    return table


def _label_column(table: Table, files: str, cells: dict[str, tuple[str, ...]]) -> str:
    others = [column for column in table.dialect.columns if column != files]
    if named := [column for column in others if labels.is_name(column)]:
        return named[0]
    return others[0] if len(others) == 1 else ""


def _forms(name: str) -> tuple[str, ...]:
    """The ways in which a list may write a picture's name: path, file, stem."""
    path = PurePosixPath(name.strip().replace("\\", "/"))
    return (str(path), path.name, path.stem)
