"""Tables written as text: delimited ones by the reader that all pages share, and JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.errors import SourceError
from core.items import clean_tables, json_columns
from core.items.arrow_files import in_memory
from core.items.readers import ArrowRows
from core.items.written import with_decimal
from core.messages import message
from core.tables.aside import Aside, SetAside
from core.tables.decoding import Tally
from core.tables.notes import encoding_notes
from core.tables.objects import objects
from core.tables.options import GUESSED, TableOptions
from core.tables.preview import Preview, preview
from core.tables.stream import with_encoding
from core.tables.table import chunks, read_table, separator_of
from core.uploads import DAMAGE

BLOCK = 1 << 26  # bytes: the longest line of JSON
UTF8 = "UTF-8"
NAMED = 3  # rows set aside that a note names


def delimited(
    path: Path, name: str, paired: bool = False, options: TableOptions = GUESSED
) -> ArrowRows:
    """A CSV or TSV, plain or packed; numbers become numbers, empty cells nothing.

    paired: it stands beside the Projector's vectors, where one column has no heading. Rows of
    another number of cells are set aside and named. Raises SourceError.
    """
    try:
        options = _paired(path, options) if paired else options
        shown = beginning(path, name, options)
        dialect = shown.dialect if shown.encoding == UTF8 else None
        if dialect and (columns := clean_tables.columns(chunks(path), dialect)) is not None:
            return in_memory(pa.table(columns), name, tuple(_digits(columns)))
        table = read_table(path, name, options)
    except DAMAGE as error:
        raise _unreadable(name, error) from error
    names = table.dialect.columns
    columns = {
        column or f"column {i + 1}": clean_tables.typed(
            (row[i] for row in table.rows), table.dialect.decimal, table.dialect.thousands
        )
        for i, column in enumerate(names)
    }
    digits = _digits(columns, table.dialect.decimal, table.dialect.thousands)
    notes = (*table.notes, *digits, *_left_out(table.set_aside))
    return in_memory(with_decimal(pa.table(columns), table.dialect.decimal), name, notes)


def _digits(
    columns: Mapping[str, pa.Array], decimal: str = ".", thousands: str = ""
) -> Iterator[str]:
    """Sentences that name the columns of digits which were read as text."""
    found = {}
    for name, column in columns.items():
        if example := clean_tables.kept_digits(column, decimal, thousands):
            found[name] = example
    for name, example in [*found.items()][:NAMED]:
        yield message(
            "“{name}” was read as text, for a number does not keep digits such as {example}.",
            name=name,
            example=example[:40],
        )
    if len(found) > NAMED:
        template = "{n:,} more columns of digits were read as text."
        yield message(template, n=len(found) - NAMED)


def beginning(path: Path, name: str, options: TableOptions = GUESSED) -> Preview:
    """The first rows of a CSV or TSV, and how they are read. Raises SourceError."""
    try:
        return preview(partial(chunks, path), name, options, usual=separator_of(name))
    except DAMAGE as error:
        raise _unreadable(name, error) from error


def _paired(path: Path, options: TableOptions) -> TableOptions:
    if options.heading != "guess":
        return options
    with path.open("rb") as file:
        return options.replace(heading="yes" if b"\t" in file.readline(1 << 20) else "no")


def json_lines(path: Path, name: str) -> ArrowRows:
    """One record a line, plain or packed; fields of nested records are columns.

    Other JSON, and lines that are none, take the reader that all pages share. Raises SourceError.
    """
    import pyarrow.json

    try:
        with pa.input_stream(path, compression=_compression(path)) as file:
            options = pyarrow.json.ReadOptions(block_size=BLOCK)
            table = pyarrow.json.read_json(file, options)
        table.validate(full=True)  # else texts that are no UTF-8 pass
    except (pa.ArrowException, *DAMAGE):
        return _records(path, name)
    wrapped = (pa.types.is_list(kind) and pa.types.is_struct(kind.value_type)
               for kind in table.schema.types)  # fmt: skip
    if table.num_rows == 1 and any(wrapped):  # an object around the records
        return _records(path, name)
    if any(
        pa.types.is_floating(f.type) and json_columns.too_long(table[f.name]) for f in table.schema
    ):
        return _records(path, name)  # whole numbers beyond 64 bits are no longer what they were
    table, notes = json_columns.exact(table)
    return in_memory(table, name, notes)


def _records(path: Path, name: str) -> ArrowRows:
    """JSON of any form and encoding, record by record; what is no record is named."""

    def use(pieces: Iterator[str], tally: Tally) -> tuple[list[dict[str, Any]], list[int], Aside]:
        aside, records, places = Aside(), list[dict[str, Any]](), list[int]()
        for n, record in objects(pieces, name, aside):
            if isinstance(record, dict):
                records.append(record)
                places.append(n)
            else:
                template = "It is no JSON record ({error})."
                why = message(template, error=type(record).__name__)
                aside.add(message("line {n:,}", n=n), why)
        return records, places, aside

    try:
        (records, places, aside), encoding, tally = with_encoding(partial(chunks, path), use)
        table, mixed = json_columns.columns(records, places, name)
    except (pa.ArrowException, *DAMAGE) as error:
        raise _unreadable(name, error) from error
    notes = (*encoding_notes(encoding, tally), *mixed, *_left_out(aside.listed()))
    return in_memory(table, name, notes)


def _left_out(set_aside: Sequence[SetAside]) -> tuple[str, ...]:
    """Sentences that name the rows that are not used."""
    notes = tuple(
        message("Left out: {place}. {why}", place=row.place, why=row.why)
        for row in set_aside[:NAMED]
    )
    if len(set_aside) > NAMED:
        more = message("{n:,} more rows were left out.", n=len(set_aside) - NAMED)
        notes = (*notes, more)
    return notes


def _compression(path: Path) -> str | None:
    with path.open("rb") as file:
        start = file.read(3)
    return {b"\x1f\x8b": "gzip", b"BZ": "bz2"}.get(start[:2])


def _unreadable(name: str, error: Exception) -> SourceError:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return SourceError(
        message("“{name}” cannot be read as a table ({reason}).", name=name, reason=reason)
    )
