"""The texts of a table: one column of CSV, TSV or JSON, one text a row."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import SourceError
from core.messages import message
from core.tables.aside import Aside
from core.tables.notes import dialect_notes, listed
from core.tables.objects import objects, paths, text_at
from core.tables.options import GUESSED, TableOptions
from core.tables.stream import stream

FIRST_RECORDS = 50
FEWEST, SHORTEST = 1000, 0.9  # rows, and their share, that lack cells where nothing is a table
TEXTS = (
    "text",
    "texts",
    "content",
    "body",
    "sentence",
    "review",
    "comment",
    "document",
    "正文",
    "文本",
    "内容",
)
SEPARATORS = {"csv": ",", "tsv": "\t"}


class NoColumn(SourceError):
    """A table without the column that was chosen, or one of several of which none was chosen."""


@dataclass
class Remarks:
    """What is said of a table once it is read: rows that were not used, and notes on others."""

    aside: Aside = field(default_factory=Aside)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Remarks, file: str) -> None:
        """What is said of another file; with its name, where there are several."""
        for entry in other.aside.listed():
            place = message("“{name}”, {place}", name=file, place=entry.place)
            self.aside.add(place if file else entry.place, entry.why, entry.rows)
        named = "“{name}”: {error}"
        self.notes += (message(named, name=file, error=n) if file else n for n in other.notes)


def rows(
    kind: str,
    pieces: Iterable[str],
    column: str,
    name: str,
    options: TableOptions = GUESSED,
    remarks: Remarks | None = None,
) -> Iterator[tuple[int, str]]:
    """(number of the row, text) of each row of a table ("csv", "tsv", "jsonl" or "json").

    A text that was cut at a separator that should have been quoted is put together again. Rows
    without a text are set aside in `remarks`, which is complete at the end.
    Raises NoColumn, naming the columns, when `column` is not one of them, or is empty and there
    are several.
    """
    remarks = remarks or Remarks()
    if kind not in SEPARATORS:
        texts = _json_rows(objects(pieces, name, remarks.aside), column, name)
    else:
        texts = _rows(kind, pieces, column, name, options, remarks)
    for number, (line, text) in enumerate(texts, 1):
        if text.strip():
            yield number, text
        else:
            why = message("There is no text in its column.")
            remarks.aside.add(message("line {n:,}", n=line), why)


def suggest_column(columns: Sequence[str], first: Sequence[Sequence[str]]) -> str:
    """The column that most likely holds the text: one called so, or that of the longest cells.

    first: some rows. "" for a table without columns.

    >>> suggest_column(["id", "remark"], [["1", "rivers and lakes"]])
    'remark'
    """

    def length(at: int) -> int:
        return sum(len(row[at]) for row in first if at < len(row))

    called = [at for at, name in enumerate(columns) if name.lower().split(".")[-1] in TEXTS]
    order = called or range(len(columns))
    return columns[max(order, key=length)] if columns else ""


def _rows(
    kind: str,
    pieces: Iterable[str],
    column: str,
    name: str,
    options: TableOptions,
    remarks: Remarks,
) -> Iterator[tuple[int, str]]:
    table = stream(pieces, name, options, usual=SEPARATORS[kind])
    dialect = table.dialect
    width = dialect.width
    if not width:
        return
    at = dialect.columns.index(_chosen(column, dialect.columns, name))
    longer, shorter = list[int](), list[int]()
    for number, (line, cells) in enumerate(table.rows, 1):
        if (more := len(cells) - width) > 0:
            yield line, dialect.separator.join(cells[at : at + more + 1])
            longer.append(line)
        elif at < len(cells):
            yield line, cells[at]
        else:
            yield line, ""
        shorter += [line] if more < 0 else []
        if len(shorter) > max(FEWEST, SHORTEST * number):
            raise _no_table(name, shorter[0], len(shorter), number)
    remarks.notes += dialect_notes(table)
    if longer:
        remarks.notes.append(
            message(
                "{n:,} rows have more cells than the heading; the text was put together from "
                "them: line {lines}.",
                n=len(longer),
                lines=listed(longer),
            )
        )
    if shorter:
        template = "{n:,} rows have fewer cells than the heading; they are kept: line {lines}."
        remarks.notes.append(message(template, n=len(shorter), lines=listed(shorter)))


def _no_table(name: str, line: int, shorter: int, rows: int) -> SourceError:
    return SourceError(
        message(
            "“{name}” is not a proper table: {shorter:,} of its first {rows:,} rows have fewer "
            "cells than the heading, the first on line {line:,}. A quotation mark may be missing "
            "there, or another separator be right.",
            name=name,
            shorter=shorter,
            rows=rows,
            line=line,
        )
    )


def _json_rows(
    records: Iterator[tuple[int, Any]], column: str, name: str
) -> Iterator[tuple[int, str]]:
    """The column of each record. Some may lack it, but not all of the first FIRST_RECORDS."""
    first = list(itertools.islice(records, FIRST_RECORDS))
    if not first:
        return
    known = paths(record for _, record in first)
    if column not in known or not column:
        column = _chosen(column, known, name)
    for line, record in itertools.chain(first, records):
        yield line, text_at(record, column)


def _chosen(column: str, columns: Sequence[str], name: str) -> str:
    if column in columns and column:
        return column
    if not column and len(columns) == 1:
        return columns[0]
    known = ", ".join(name[:40] for name in columns[:20]) or message("none")
    if not column:
        template = "“{name}” is a table; choose the column with the text: {known}."
        raise NoColumn(message(template, name=name, known=known))
    template = "“{name}” has no column “{column}”; its columns are: {known}."
    raise NoColumn(message(template, name=name, column=column, known=known))
