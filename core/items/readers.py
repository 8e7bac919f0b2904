"""What every file of rows offers: its columns as Arrow, and its vectors a block at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import pyarrow as pa

from core.errors import SourceError
from core.items import vectors
from core.items.vectors import F32, Codes
from core.messages import message
from core.progress import OnStep, report, run_on

BATCH = 8_192  # rows read at a time, fewer where their vectors are long
MOST_COLUMNS = 2_000
Batches = Callable[[list[str], int], Iterator[pa.RecordBatch]]
Block = tuple[F32, Codes]


class Reader(Protocol):
    """A file of rows, or several."""

    @property
    def name(self) -> str:
        """What the user knows it by."""

    @property
    def rows(self) -> int:
        """The number of rows."""

    @property
    def dims(self) -> dict[str, int]:
        """Each column of vectors and the length of most of them."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was odd about the file, and what of it was not used."""

    def columns(self, on_step: OnStep = run_on) -> pa.Table:
        """All other columns."""

    def blocks(self, column: str) -> Iterator[Block]:
        """The vectors of a column, in order, some rows at a time, each with its code."""


@dataclass(frozen=True)
class ArrowRows:
    """Rows that come in batches of Arrow: `batches(names, size)` gives those of some columns."""

    name: str
    rows: int
    schema: pa.Schema
    batches: Batches
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.schema) > MOST_COLUMNS:
            raise SourceError(
                message(
                    "“{name}” has {n:,} columns; the limit is {most:,}. Put vectors into one "
                    "column of lists, or leave columns out.",
                    name=self.name,
                    n=len(self.schema),
                    most=MOST_COLUMNS,
                )
            )
        if len(set(self.schema.names)) < len(self.schema):
            names = self.schema.names
            twice = next(name for name in names if names.count(name) > 1)
            raise SourceError(
                message(
                    "“{name}” has two columns “{column}”; rename one of them.",
                    name=self.name,
                    column=twice[:80],
                )
            )

    @cached_property
    def dims(self) -> dict[str, int]:
        """Columns of lists of numbers, and of such lists as text."""
        names = [f.name for f in self.schema if vectors.is_list(f.type) or vectors.is_text(f.type)]
        dims = {}
        for batch in self.batches(names, vectors.LOOKED_AT) if names else ():
            for name in names:
                if d := vectors.dimension(batch.column(name)):
                    dims[name] = d
            break
        return dims

    def columns(self, on_step: OnStep = run_on) -> pa.Table:
        """All columns that hold no vectors."""
        names = [name for name in self.schema.names if name not in self.dims]
        kept, done = [], 0
        for batch in self.batches(names, BATCH) if names else ():
            report(on_step, done / max(self.rows, 1), "reading the columns")
            kept.append(batch)
            done += len(batch)
        schema = pa.schema([self.schema.field(name) for name in names])
        return pa.Table.from_batches(kept, schema).select(names)

    def blocks(self, column: str) -> Iterator[Block]:
        """The vectors of a column."""
        d = self.dims[column]
        for batch in self.batches([column], max(BATCH * 64 // d, 64)):
            yield vectors.block(batch.column(0), d)


@dataclass(frozen=True)
class Stacked:
    """Files of the same columns, one below the other, such as the shards of a data set."""

    parts: Sequence[Reader]

    @property
    def name(self) -> str:
        """That of the first."""
        return self.parts[0].name

    @cached_property
    def rows(self) -> int:
        """All rows."""
        return sum(part.rows for part in self.parts)

    @property
    def dims(self) -> dict[str, int]:
        """Those of the first part that has any rows."""
        return next((part.dims for part in self.parts if part.dims), {})

    @property
    def notes(self) -> tuple[str, ...]:
        """Those of all parts."""
        return tuple(note for part in self.parts for note in part.notes)

    def columns(self, on_step: OnStep = run_on) -> pa.Table:
        """Those of all parts; a column of other types becomes text."""
        tables = _alike([part.columns(on_step) for part in self.parts if part.rows])
        try:
            return pa.concat_tables(tables, promote_options="permissive")
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise SourceError(
                message(
                    "“{name}” and the files after it differ in a column ({error}); give files "
                    "of the same columns.",
                    name=self.name,
                    error=str(error)[:200],
                )
            ) from error

    def blocks(self, column: str) -> Iterator[Block]:
        """The vectors of one part after the other."""
        for part in self.parts:
            if part.rows:
                yield from part.blocks(column)


class Joined:
    """Files of as many rows, side by side: row i of each belongs to item i.

    Raises SourceError where their rows differ in number. A name that an earlier file has, too,
    is followed by the name of its own file.
    """

    def __init__(self, parts: Sequence[Reader]) -> None:
        self.parts = parts
        self.name, self.rows = parts[0].name, parts[0].rows
        for part in parts[1:]:
            if part.rows != self.rows:
                raise SourceError(
                    message(
                        "“{a}” has {n:,} rows and “{b}” {m:,}: they do not belong together. "
                        "Files that are opened together need a row for each item, in the "
                        "same order.",
                        a=parts[0].name,
                        n=self.rows,
                        b=part.name,
                        m=part.rows,
                    )
                )

    @cached_property
    def homes(self) -> dict[str, tuple[Reader, str]]:
        """By name: the part that holds this column of vectors, and its name there."""
        homes: dict[str, tuple[Reader, str]] = {}
        for part in self.parts:
            for name in part.dims:
                homes[_free(name, part.name, homes)] = part, name
        return homes

    @property
    def dims(self) -> dict[str, int]:
        """Those of all parts."""
        return {name: part.dims[own] for name, (part, own) in self.homes.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """Those of all parts."""
        return tuple(note for part in self.parts for note in part.notes)

    def columns(self, on_step: OnStep = run_on) -> pa.Table:
        """Those of all parts."""
        columns: dict[str, pa.ChunkedArray] = {}
        fields: list[pa.Field] = []
        for part in self.parts:
            table = part.columns(on_step)
            for field, column in zip(table.schema, table.columns, strict=True):
                name = _free(field.name, part.name, {**columns, **self.homes})
                columns[name] = column
                fields.append(field.with_name(name))
        return pa.table(list(columns.values()), schema=pa.schema(fields))

    def blocks(self, column: str) -> Iterator[Block]:
        """The vectors of a column, from the file that holds it."""
        part, own = self.homes[column]
        return part.blocks(own)


def _alike(tables: Sequence[pa.Table]) -> list[pa.Table]:
    """The same tables; a column that is text in one of them is text in all."""
    texts = {
        field.name for table in tables for field in table.schema if vectors.is_text(field.type)
    }
    alike = []
    for table in tables:
        for at, field in enumerate(table.schema):
            plain = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
            if field.name in texts and plain:
                table = table.set_column(at, field.name, table[at].cast(pa.large_string()))
        alike.append(table)
    return alike


def _free(name: str, file: str, taken: Mapping[str, object]) -> str:
    """A name that is not taken."""
    if name not in taken:
        return name
    free = f"{name} ({file})"
    while free in taken:
        free += "′"
    return free
