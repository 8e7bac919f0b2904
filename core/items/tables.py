"""Items from tables: rows of numbers, pictures as rows, labels in a column or another file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import IO

import numpy as np

from core import uploads
from core.errors import SourceError
from core.items import forms, labels, limits, numpy_files
from core.items.raw import Raw
from core.messages import message
from core.progress import OnStep, report, run_on
from core.tables.dialect import Dialect
from core.tables.numbers import Numbers, read_numbers
from core.tables.options import GUESSED, TableOptions

KINDS = (".csv", ".tsv", ".tab", ".data", ".dat", ".txt")
SHOWN = 5  # names of columns in a sentence
EMPTY = ("", "na", "n/a", "nan", "null", "none", "<na>", "#n/a")  # cells to be filled in

Open = Callable[[], IO[bytes]]


def read(
    opened: Open, name: str, most: int, form: str, on_step: OnStep = run_on,
    options: TableOptions = GUESSED,
) -> Raw:  # fmt: skip
    """The first `most` rows of a table, and what was understood of it.

    opened: opens its bytes anew, unpacked; form: whether rows are pictures, one of
    `core.items.specs.FORMS`; options: how it is written, where the guess is wrong. Raises
    SourceError.
    """
    return items(numbers(opened, name, most, on_step, options), name, form)


def numbers(
    opened: Open, name: str, most: int, on_step: OnStep = run_on, options: TableOptions = GUESSED
) -> Numbers:
    """The first `most` rows of a table. Raises SourceError for none, or too many columns."""

    def chunks() -> Iterator[bytes]:
        held = 0
        with opened() as file:
            while piece := file.read(uploads.CHUNK):
                limits.check_size(held := held + len(piece), name)
                stage = message("reading {megabytes:,.0f} MB", megabytes=held / 1e6)
                report(on_step, held / limits.LIMIT, stage)
                yield piece

    def check(dialect: Dialect) -> None:
        if dialect.width > limits.MOST_COLUMNS:
            raise SourceError(
                message(
                    "“{name}” has {n:,} columns; the limit is {most:,}. Leave some out.",
                    name=name,
                    n=dialect.width,
                    most=limits.MOST_COLUMNS,
                )
            )

    table = read_numbers(chunks, name, options, most=most, check=check)
    if not len(table.lines):
        template = "“{name}” is not a table: it has no row below its heading."
        raise SourceError(message(template, name=name))
    return table


def items(table: Numbers, name: str, form: str) -> Raw:
    """The items of a table, its labels and its columns of words apart. Raises SourceError."""
    notes = list(table.notes)
    label, values, words, columns = _without_label(table, form)
    if label is not None:
        column, known = label
        template = "Labels are taken from “{column}”."
        if not table.dialect.heading:
            template = "No heading: labels are taken from “{column}”."
        notes.append(message(template, column=column))
    else:
        known = np.zeros(0)
    kept = [j for j, column in enumerate(columns) if column not in _spoilt(table)]
    for column, (line, cell) in _spoilt(table).items():
        if column in columns:
            template = "Column “{column}” is left out: line {line:,} holds “{cell}”, no number."
            notes.append(message(template, column=column, line=line, cell=cell[:40]))
    if not kept:
        raise SourceError(message("“{name}” has no column of numbers.", name=name))
    if words or (table.dialect.heading and 2 * len(kept) <= table.dialect.width):
        taken = ", ".join(columns[j] for j in kept[:SHOWN])
        notes.append(message("Numbers are taken from: {names}.", names=taken))
    if words:
        left = ", ".join(list(words)[:SHOWN])
        notes.append(message("Columns left out, as they hold no numbers: {names}.", names=left))
    with np.errstate(over="ignore"):  # infinite numbers are refused with their place
        x = (values if len(kept) == values.shape[1] else values[:, kept]).astype(np.float32)
    index = table.dialect.columns[0] if table.dialect.index else ""
    ids = () if label is not None and label[0] == index else table.row_names
    named = [columns[j] for j in kept] if table.dialect.heading else ()
    raw = Raw(x, ())
    if form == "pictures" or (form == "auto" and forms.are_pictures(x, named)):
        raw = numpy_files.pictured(x, name)
    return replace(
        raw,
        labels=known,
        notes=(*notes, *raw.notes),
        ids=ids,
        columns=words,
        total=table.total,
        set_aside=table.set_aside,
        format=_format(table),
        encoding=table.encoding,
    )


def in_zip(
    archive: zipfile.ZipFile, files: Sequence[zipfile.ZipInfo], name: str, most: int, form: str
) -> Raw:
    """A table, or one of items and one of their labels."""
    read_tables = [
        (file.filename, numbers(partial(archive.open, file), file.filename, most)) for file in files
    ]
    widest = max(read_tables, key=lambda one: one[1].values.shape[1])
    raw = items(widest[1], widest[0], form)
    notes = list(raw.notes)
    left = []
    for file, table in read_tables:
        if file == widest[0]:
            continue
        known = None if len(raw.labels) else _only_labels(table, raw.total)
        if known is None:
            left.append(file)
            continue
        raw = replace(raw, labels=known)
        notes.append(message("Labels are taken from “{column}”.", column=file))
    if left:
        template = "Other files in the zip, not used: {n:,}, such as {names}."
        notes.append(message(template, n=len(left), names=", ".join(left[:3])))
    return replace(raw, notes=tuple(notes))


def with_labels(raw: Raw, archive: zipfile.ZipFile, file: zipfile.ZipInfo, most: int) -> Raw | None:
    """Items with the labels of a table beside them, one a row; None where it has others."""
    try:
        table = numbers(lambda: archive.open(file), file.filename, most)
    except SourceError:
        return None
    known = _only_labels(table, raw.all)
    if known is None:
        return None
    note = message("Labels are taken from “{column}”.", column=file.filename)
    return replace(raw, labels=known, notes=(*raw.notes, note))


def _only_labels(table: Numbers, items: int) -> np.ndarray | None:
    """The labels of a table that holds nothing else, one an item; None where it holds more."""
    words = table.words
    if table.total == items + 1 and not table.dialect.heading and len(words) == 1:
        words = {cells[0]: cells[1:] for cells in words.values()}  # the first is a heading
    elif table.total != items:
        return None
    named = [(n, np.array(column)) for n, column in words.items()]
    named += [(n, table.values[:, j]) for j, n in enumerate(table.columns)]
    for column, values in named:
        if labels.is_name(column) or len(named) == 1:
            return labels.plain(values)
    if not words and (one := labels.flat(table.values, len(table.values))) is not None:
        return labels.plain(one)
    return np.array(table.row_names) if table.row_names and not named else None


def _without_label(
    table: Numbers, form: str
) -> tuple[tuple[str, np.ndarray] | None, np.ndarray, dict[str, tuple[str, ...]], list[str]]:
    """The column with the labels, if one has them, and the others: numbers, words, names."""
    columns, words, values = list(table.columns), dict(table.words), table.values
    index = table.dialect.columns[0] if table.dialect.index else ""
    if table.dialect.heading:
        if index and labels.is_name(index):
            return (index, np.array(table.row_names)), values, words, columns
        if column := next((name for name in words if labels.is_name(name)), ""):
            return (column, np.array(words.pop(column))), values, words, columns
        for at, column in enumerate(columns):
            if labels.is_name(column) and _are_few(values[:, at], column):
                return _numeric_label(at, values, words, columns)
        if len(words) == 1 and _repeats(next(iter(words.values()))):
            column, cells = words.popitem()
            return (column, np.array(cells)), values, words, columns
        return None, values, words, columns
    if index and labels.is_like(np.array(table.row_names)) and _repeats(table.row_names):
        return (index, np.array(table.row_names)), values, words, columns
    if len(words) == 1 and _repeats(next(iter(words.values()))):
        column, cells = words.popitem()
        return (column, np.array(cells)), values, words, columns
    return _beside_picture(values, words, columns, form)


def _are_few(values: np.ndarray, column: str) -> bool:
    """Whether numbers are labels: a “y” or “target” may be measured instead."""
    if not {*labels.parts(column)} & {"y", "target", "targets"}:
        return True
    return bool(np.isfinite(values).all()) and labels.is_like(values)


def _beside_picture(
    values: np.ndarray, words: dict[str, tuple[str, ...]], columns: list[str], form: str
) -> tuple[tuple[str, np.ndarray] | None, np.ndarray, dict[str, tuple[str, ...]], list[str]]:
    """The first or the last column where the others are a picture, as MNIST has it."""
    width = values.shape[1]
    if form != "table" and width > 1 and forms.side(width - 1):
        likely = [at for at in (0, width - 1) if labels.is_like(values[:, at])]
        for at in sorted(likely, key=lambda at: not _are_classes(values[:, at])):
            if forms.are_pictures(np.delete(values, at, axis=1)):
                return _numeric_label(at, values, words, columns)
    return None, values, words, columns


def _are_classes(values: np.ndarray) -> bool:
    """Whether labels are 0, 1, 2 … or 1, 2, 3 …, and more than one."""
    different = np.unique(values)
    return len(different) > 1 and different[0] in (0, 1) and bool((np.diff(different) == 1).all())


def _numeric_label(
    at: int, values: np.ndarray, words: dict[str, tuple[str, ...]], columns: list[str]
) -> tuple[tuple[str, np.ndarray], np.ndarray, dict[str, tuple[str, ...]], list[str]]:
    rest = [name for j, name in enumerate(columns) if j != at]
    return (columns[at], labels.plain(values[:, at])), np.delete(values, at, axis=1), words, rest


def _repeats(cells: Sequence[str]) -> bool:
    return len(set(cells)) <= max(2, labels.FEW * len(cells)) and len(set(cells)) < len(cells)


def _spoilt(table: Numbers) -> dict[str, tuple[int, str]]:
    """Columns with a cell that is neither a number nor empty, and the first such cell."""
    marks = {c: gap for c, gap in table.gaps.items() if gap[1].strip().lower() not in EMPTY}
    return {**marks, **table.wrong}


def _format(table: Numbers) -> str:
    names = {",": "csv", ";": "csv", "\t": "tsv", "|": "csv", " ": "spaces", "": "one column"}
    return names.get(table.dialect.separator, "csv")
