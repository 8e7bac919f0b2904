"""Series from tables: CSV, TSV and the archives of UCR, one series a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from core.errors import SourceError
from core.items import labels
from core.items.limits import LARGEST
from core.messages import Message, message
from core.series.rows import NAMED, Rows, no_classes, no_column, texts
from core.series.specs import OwnSeries
from core.tables.cells import number
from core.tables.dialect import Dialect
from core.tables.numbers import Numbers, read_numbers

BESIDE = 20  # columns beside the points
Cells = Sequence[str] | np.ndarray


def read_table(path: Path, name: str, spec: OwnSeries) -> Rows:
    """The series of a table. The class is in the column that is named, or looks like it.

    Where headings are numbers they are the axis, and other columns are no points. Raises
    SourceError.
    """

    def check(dialect: Dialect) -> None:
        if dialect.width > LARGEST + BESIDE:
            raise too_long(name, dialect.width)

    options = spec.series_table
    read = partial(read_numbers, path, name, most=spec.most_series, check=check, ragged=True)
    table = read(options)
    if options.heading == "guess" and _is_axis(table):
        table = read(options.replace(heading="yes"))
    if not len(table.lines):
        raise SourceError(
            message("“{name}” is not a table: it has no row below its heading.", name=name)
        )
    columns = _columns(table)
    chosen = _chosen(table, columns, spec.class_column, name)
    points = [j for j, column in enumerate(table.columns) if column != chosen]
    at = [number(table.columns[j]) for j in points] if table.dialect.heading else []
    numbered = [j for j, place in zip(points, at, strict=bool(at)) if place is not None]
    axis = np.zeros(0)
    if len(numbered) > 0.5 * len(points):
        points, axis = numbered, np.array([place for place in at if place is not None])
    if not points:
        raise SourceError(message("“{name}” has no column of numbers.", name=name))
    for j in points:
        if (spoilt := table.wrong.get(table.columns[j])) is not None:
            raise SourceError(
                message(
                    "Line {line:,} of “{name}” holds “{cell}” in “{column}”, which is no number.",
                    line=spoilt[0],
                    name=name,
                    cell=spoilt[1][:40],
                    column=table.columns[j][:40],
                )
            )
    notes = [
        *table.notes,
        message("Classes are taken from “{column}”.", column=chosen),
        *_used(table, points, chosen),
    ]
    if table.total > len(table.values):
        notes.append(
            message("The first {n:,} of {all:,} series are used.",
                    n=len(table.values), all=table.total)
        )  # fmt: skip
    ids = table.row_names if columns[chosen] is not table.row_names else ()
    return Rows(
        table.values[:, points], texts(columns[chosen]), axis, ids, tuple(columns), tuple(notes),
        table.set_aside,
    )  # fmt: skip


def _used(table: Numbers, points: Sequence[int], chosen: str) -> list[Message]:
    """Which columns of numbers are points, and which others are not, where they have names."""
    if not table.dialect.heading:
        return []
    names = table.columns
    notes = [
        message(
            "Each of {n:,} columns is a point, “{first}” to “{last}”.",
            n=len(points),
            first=names[points[0]][:40],
            last=names[points[-1]][:40],
        )
    ]
    used = {chosen, *(names[j] for j in points)}
    if others := [name[:40] for name in names if name not in used]:
        more = ", …" if len(others) > NAMED else ""
        notes.append(
            message("Columns that are no points: {columns}.",
                    columns=", ".join(others[:NAMED]) + more)
        )  # fmt: skip
    return notes


def too_long(name: str, points: int) -> SourceError:
    """The error for series that are too long."""
    return SourceError(
        message(
            "A series of “{name}” has {n:,} points; the limit is {most:,}. Average neighbouring "
            "points, or cut the series into pieces.",
            name=name,
            n=points,
            most=LARGEST,
        )
    )


def _is_axis(table: Numbers) -> bool:
    """Whether the first row, read as one like others, is a heading whose names are numbers.

    It is where they rise all along, beside words that no other row has.
    """
    if table.dialect.heading or table.values.shape[0] < 2 or table.values.shape[1] < 2:
        return False
    words = [*table.words.values(), *([table.row_names] if table.row_names else [])]
    steps = np.diff(table.values[0][np.isfinite(table.values[0])])
    unlike = bool(words) and all(column[0] not in column[1:] for column in words)
    return unlike and len(steps) > 1 and bool((steps > 0).all())


def _columns(table: Numbers) -> dict[str, Cells]:
    """What the classes can be taken from: row names, columns of words, columns of few numbers."""
    columns: dict[str, Cells] = {}
    if table.dialect.index and table.row_names:
        columns[table.dialect.columns[0]] = table.row_names
    columns |= table.words
    for j, column in enumerate(table.columns):
        if number(column) is None or not table.dialect.heading:
            columns.setdefault(column, table.values[:, j])
    return columns


def _chosen(table: Numbers, columns: Mapping[str, Cells], wanted: str, name: str) -> str:
    """The column with the classes. Raises SourceError where there is none."""
    if wanted:
        if wanted not in columns:
            raise no_column(name, wanted, tuple(columns))
        return wanted
    if named := [column for column in columns if labels.is_name(column)]:
        return named[0]
    words = [c for c in columns if c in table.words or columns[c] is table.row_names]
    repeating = [c for c in words if len(set(texts(columns[c]))) < len(table.values)]
    if len(repeating) == 1:
        return repeating[0]
    if not table.dialect.heading and len(table.columns) > 1 and not words:
        for j in (0, len(table.columns) - 1):  # UCR has the class first, others last
            values = table.values[:, j]
            if np.isfinite(values).all() and labels.is_like(values):
                return table.columns[j]
    raise no_classes(name, tuple(columns))
