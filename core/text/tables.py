"""Tables of texts: one column of CSV, TSV or JSON lines."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterable, Iterator

from core.errors import SourceError
from core.messages import message

LONGEST_LINE = 1 << 26
FIRST_RECORDS = 50
csv.field_size_limit(1 << 24)  # a novel fits; a quote that never closes is noticed


def lines(pieces: Iterable[str], name: str) -> Iterator[str]:
    """Cut a stream of text into lines, each with its newline."""
    waiting: list[str] = []
    length = 0
    for piece in pieces:
        head, newline, tail = piece.rpartition("\n")
        if newline:
            yield from _cut("".join(waiting) + head)
            waiting, length = [], 0
        waiting.append(tail)
        length += len(tail)
        if length > LONGEST_LINE:
            raise SourceError(
                message(
                    "“{name}” has a line of more than {longest:,} characters; "
                    "put each record on a line of its own.",
                    name=name,
                    longest=LONGEST_LINE,
                )
            )
    if last := "".join(waiting):
        yield last


def rows(kind: str, pieces: Iterable[str], column: str, name: str) -> Iterator[str]:
    """The text of each row: one column of a table ("csv", "tsv" or "jsonl").

    Raises SourceError, naming the columns, when `column` is not one of them, or is
    empty and there are several.
    """
    if kind == "jsonl":
        yield from _json_rows(pieces, column, name)
        return
    table = _records(kind, pieces, name)
    header = next(table, [])
    index = header.index(_chosen(column, header, name))
    for record in table:
        yield record[index] if index < len(record) else ""


def header(kind: str, pieces: Iterable[str], name: str) -> list[str]:
    """The columns of a table: its first row, or the keys of its first records."""
    if kind == "jsonl":
        return _keys(list(itertools.islice(_objects(pieces, name), FIRST_RECORDS)))
    return next(_records(kind, pieces, name), [])


def _records(kind: str, pieces: Iterable[str], name: str) -> Iterator[list[str]]:
    source = lines(pieces, name)
    first = next(source, "")
    mark = "\t" if kind == "tsv" else max(",;\t|", key=first.count)
    reader = csv.reader(itertools.chain((first,), source), delimiter=mark)
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SourceError(
                message(
                    "“{name}” is not a proper table near line {line:,} ({error}); "
                    "a quotation mark may be missing there.",
                    name=name,
                    line=reader.line_num,
                    error=str(error),
                )
            ) from error
        if record:
            yield record


def _json_rows(pieces: Iterable[str], column: str, name: str) -> Iterator[str]:
    """The column of each record. Some may lack it, but not all of the first FIRST_RECORDS."""
    first: list[object] = []
    known = False
    for record in _objects(pieces, name):
        if not known:
            first.append(record)
            if column and isinstance(record, dict) and column in record:
                known = True
            elif len(first) < FIRST_RECORDS:
                continue
            else:
                column, known = _chosen(column, _keys(first), name), True
            yield from (_value(record, column) for record in first)
        else:
            yield _value(record, column)
    if not known and first:
        column = _chosen(column, _keys(first), name)
        yield from (_value(record, column) for record in first)


def _objects(pieces: Iterable[str], name: str) -> Iterator[object]:
    for number, line in enumerate(lines(pieces, name), 1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SourceError(
                message(
                    "“{name}” has no JSON record on line {line:,} ({error}); "
                    "each line must be one record.",
                    name=name,
                    line=number,
                    error=str(error),
                )
            ) from error


def _keys(records: list[object]) -> list[str]:
    """The names of the columns that hold text, in order of appearance."""
    keys: dict[str, None] = {}
    for record in records:
        if isinstance(record, dict):
            texts = (key for key, value in record.items() if isinstance(value, str))
            keys.update((key, None) for key in texts if _is_unicode(key))
        elif isinstance(record, str):
            keys["text"] = None
    return list(keys)


def _is_unicode(key: str) -> bool:
    """Whether this is valid Unicode: JSON may hold lone surrogates, which no setting can."""
    return not any("\ud800" <= character <= "\udfff" for character in key)


def _value(record: object, column: str) -> str:
    value = record.get(column, "") if isinstance(record, dict) else record
    return value if isinstance(value, str) else ""


def _chosen(column: str, columns: list[str], name: str) -> str:
    if column in columns and column:
        return column
    if not column and len(columns) == 1:
        return columns[0]
    known = ", ".join(name[:40] for name in columns[:20]) or message("none")
    if not column:
        template = "“{name}” is a table; choose the column with the text: {known}."
        raise SourceError(message(template, name=name, known=known))
    template = "“{name}” has no column “{column}”; its columns are: {known}."
    raise SourceError(message(template, name=name, column=column, known=known))


def _cut(text: str) -> Iterator[str]:
    """The lines of a text without its last newline; `splitlines` would cut at more than \\n."""
    return (line + "\n" for line in text.split("\n"))
