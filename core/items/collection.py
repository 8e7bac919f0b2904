"""A collection: rows with columns and vectors, whatever file they came from.

A row is an item. Equal titles stay apart, texts stay whole; rows without a usable vector are
counted and named, and stay in the table. Columns are kept as Arrow and vectors as a float32
matrix, both mapped from disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core import uploads
from core.cache import cached
from core.errors import SourceError
from core.items import array_files, number_vectors, vectors
from core.items.collection_specs import OWN, Collection, Embedding, of_files, with_roles
from core.items.opening import Opening, limit, opening, pictures_of
from core.items.readers import Reader
from core.items.roles import Column, places, roles
from core.items.samples import READERS
from core.messages import Message, message
from core.progress import OnStep, report, run_on

PREVIEW = 10  # first rows of a table that are shown
NUMBERS = 4  # first numbers of their vectors
I64 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Stored:
    """What files held: their plain columns as an Arrow file (B,) uint8, n rows, the length of the
    vectors in each column of vectors, and what was odd or not used.

    heads: by column of vectors the first numbers of the first rows (≤ 10, ≤ 4), NaN in rows
    without a usable vector; members: the tables in a zip of which one is opened.
    """

    arrow: NDArray[np.uint8]
    rows: int
    dims: dict[str, int]
    notes: tuple[str, ...] = ()
    heads: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    members: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Vectors:
    """The vectors of a column: matrix (m, d) float32, the rows (m,) they belong to, ascending.

    missing: (n − m,) the other rows, and why (n − m,) as codes of `core.items.vectors.REASONS`.
    """

    matrix: NDArray[np.float32]
    rows: I64
    missing: I64
    why: NDArray[np.int8]

    @property
    def reasons(self) -> tuple[tuple[str, I64], ...]:
        """What is wrong with the missing rows, and which rows that is true of."""
        return tuple(
            (reason, self.missing[self.why == code])
            for code, reason in vectors.REASONS.items()
            if (self.why == code).any()
        )


@dataclass(frozen=True, eq=False)
class Table:
    """An opened collection: `len(table)` rows, their columns, and what each means."""

    spec: Collection
    stored: Stored

    def __len__(self) -> int:
        return self.stored.rows

    @cached_property
    def arrow(self) -> pa.Table:
        """All columns but those of vectors; the values stay on disk until they are read."""
        if not self.stored.arrow.size:
            return pa.table({})
        return pa.ipc.open_file(pa.py_buffer(self.stored.arrow)).read_all()

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column with its role: guessed, or set by hand. Raises SpecError."""
        return roles(self.arrow, self.dims, self.spec.overruled)

    @cached_property
    def dims(self) -> dict[str, int]:
        """The length of the vectors in each column of them, those that its numbers make last."""
        made = {number_vectors.NAME: len(self.numbers)} if self.numbers else {}
        return {**self.stored.dims, **made}

    @cached_property
    def numbers(self) -> list[str]:
        """The columns of numbers that make vectors; none where the table has its own, or texts."""
        columns = roles(self.arrow, self.stored.dims, self.spec.overruled)
        return number_vectors.sources(self.arrow, columns)

    def home(self, embedding: str) -> Collection:
        """The collection as far as it decides about a column of vectors: without roles, but for
        the vectors of numbers, which those set by hand choose."""
        bare = self.spec.replace(roles="")
        if embedding != number_vectors.NAME:
            return bare
        return with_roles(bare, number_vectors.deciding(self.columns))

    def head(self, column: str) -> NDArray[np.float32]:
        """The first numbers of the first rows (≤ 10, ≤ 4) of a column of vectors."""
        made = column == number_vectors.NAME and self.numbers
        return self._head_of_numbers if made else self.stored.heads[column]

    @cached_property
    def _head_of_numbers(self) -> NDArray[np.float32]:
        return _beginning(*number_vectors.standardised(self.arrow, self.numbers, PREVIEW))

    def names(self, *wanted: str) -> list[str]:
        """The names of the columns of these roles, in the order of the table."""
        return [column.name for column in self.columns if column.role in wanted]

    @property
    def places(self) -> dict[str, tuple[str, ...]]:
        """Given places in the plane, by name: the column or the two columns that hold them."""
        return places(self.columns)

    def vectors(self, column: str = "", on_step: OnStep = run_on) -> Vectors:
        """The vectors of a column, by default the first. Raises SourceError without any."""
        if not column:
            names = self.names("embedding")
            if not names:
                raise SourceError(
                    message(
                        "“{name}” has no column of vectors. A column of lists of numbers is "
                        "one, or text such as [0.1, 0.2]; or let its texts be embedded.",
                        name=self.spec.label,
                    )
                )
            column = names[0]
        return embedded(Embedding(self.home(column), column), on_step)

    def preview(self, n: int = PREVIEW) -> pa.Table:
        """The first rows of every plain column."""
        return self.arrow.slice(0, n)


def open_table(*files: str | Path, on_step: OnStep = run_on) -> Table:
    """Open files of rows as one collection; `len` of it is its rows.

    files: Parquet, Arrow, Feather, CSV, TSV, JSON lines; .npy, .npz or .safetensors beside a
    table, also in parts; the two files of a Projector; AnnData; the folder of a data set of
    `datasets`; a zip of pictures beside a table, or around tables. They are copied to the
    cache, so that the collection can be opened by its spec later. Raises SourceError where they
    cannot be read.

    >>> import pyarrow as pa, pyarrow.parquet as pq, tempfile
    >>> rows = pa.table({"title": ["a", "a", "b"], "emb": [[1.0, 0.0], None, [0.0, 1.0]]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pq.write_table(rows, f"{folder}/reviews.parquet")
    ...     table = open_table(f"{folder}/reviews.parquet")
    >>> len(table), table.vectors().missing.tolist()
    (3, [1])
    """
    paths = [path for file in files for path in _paths(Path(file))]
    if not paths:
        raise SourceError(message("There is no file to open; name at least one."))
    kept = []
    for path in paths:
        with path.open("rb") as data:
            kept.append((uploads.base_name(path.name), uploads.keep(path.name, data)))
    return table_of(of_files("upload", kept), on_step)


def table_of(spec: Collection, on_step: OnStep = run_on) -> Table:
    """The collection that a spec describes. Raises SourceError and SpecError."""
    stored(spec.replace(roles=""), on_step)  # reports and can be cancelled; below it is looked up
    return _table(spec)


@lru_cache(maxsize=8)
def _table(spec: Collection) -> Table:
    return Table(spec, stored(spec.replace(roles="")))


@cached
def stored(spec: Collection, on_step: OnStep = run_on) -> Stored:
    """The columns of a collection; its roles play no part. Raises SourceError."""
    report(on_step, 0.0, message("opening {name}", name=spec.label))
    opened = _opened(spec)
    reader = opened.reader
    if not reader.rows:
        raise SourceError(message("“{name}” has no rows.", name=spec.label))
    table = reader.columns(on_step)
    heads = {name: _head(reader, name) for name in reader.dims}
    notes = (*opened.notes, *reader.notes)
    return Stored(_packed(table), reader.rows, dict(reader.dims), notes, heads, opened.members)


@cached
def embedded(spec: Embedding, on_step: OnStep = run_on) -> Vectors:
    """The vectors of a column. Raises SourceError where no row has one, or they are too large."""
    if spec.embedding == number_vectors.NAME:
        return _of_numbers(spec, on_step)
    reader = _opened(spec.collection).reader
    n, d = reader.rows, reader.dims.get(spec.embedding, 0)
    if not d:
        raise _without(spec)
    if n * d * 4 > limit():
        raise array_files.too_large(reader.name, n * d * 4, limit())
    matrix = np.empty((n, d), np.float32)
    codes = np.empty(n, np.int8)
    done = kept = 0
    for block, why in reader.blocks(spec.embedding):
        report(on_step, done / n, _reading(done, n))
        fine = why == vectors.FINE
        m = int(fine.sum())
        matrix[kept : kept + m] = block if m == len(block) else block[fine]
        codes[done : done + len(why)] = why
        done, kept = done + len(why), kept + m
    return _usable(spec, matrix[:kept], codes)


def _of_numbers(spec: Embedding, on_step: OnStep) -> Vectors:
    """The vectors that a table's numbers make."""
    table = table_of(spec.collection, on_step)
    names = table.numbers
    if not names:
        raise _without(spec)
    if len(table) * len(names) * 4 > limit():
        raise array_files.too_large(spec.collection.label, len(table) * len(names) * 4, limit())
    matrix, codes = number_vectors.standardised(table.arrow, names)
    return _usable(spec, np.ascontiguousarray(matrix[codes == vectors.FINE]), codes)


def _usable(spec: Embedding, matrix: NDArray[np.float32], codes: NDArray[np.int8]) -> Vectors:
    """The vectors of the rows whose code is FINE. Raises SourceError where none is."""
    if not len(matrix):
        raise SourceError(
            message(
                "No row of “{name}” has a usable vector in “{column}”: {reason}.",
                name=spec.collection.label,
                column=spec.embedding[:80],
                reason=message(vectors.REASONS[int(codes[0])]),
            )
        )
    missing = np.flatnonzero(codes != vectors.FINE)
    rows = np.flatnonzero(codes == vectors.FINE)
    return Vectors(matrix, rows, missing, codes[missing])


def _without(spec: Embedding) -> SourceError:
    return SourceError(
        message(
            "“{name}” has no vectors in “{column}”; choose another column.",
            name=spec.collection.label,
            column=spec.embedding[:80],
        )
    )


def picture_archive(spec: Collection) -> Path | None:
    """The zip that holds the pictures of a collection's rows, if there is one."""
    return pictures_of(spec) if spec.rows_from in OWN else None


def _opened(spec: Collection) -> Opening:
    sample = READERS.get(spec.rows_from)
    return Opening(sample()) if sample else opening(spec)


def _head(reader: Reader, column: str) -> NDArray[np.float32]:
    """The first numbers of the first vectors of a column, NaN where there is no usable one."""
    return _beginning(*next(iter(reader.blocks(column))))


def _beginning(block: NDArray[np.float32], why: NDArray[np.int8]) -> NDArray[np.float32]:
    head = block[:PREVIEW, :NUMBERS].copy()
    head[why[:PREVIEW] != vectors.FINE] = np.nan
    return head


def _reading(done: int, n: int) -> Message:
    return message("reading the vectors, {done:,} of {n:,}", done=done, n=n)


def _packed(table: pa.Table) -> NDArray[np.uint8]:
    """A table as the bytes of an Arrow file."""
    if not table.num_columns:
        return np.zeros(0, np.uint8)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as file:
        file.write_table(table)
    return np.frombuffer(sink.getvalue(), np.uint8)


def _paths(path: Path) -> Sequence[Path]:
    """The file, or the Arrow and Parquet files of a folder, by name."""
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.suffix.lower() in (".arrow", ".parquet"))
    if not path.is_file():
        raise SourceError(message("There is no file “{name}”.", name=str(path)))
    return [path]
