"""Parquet, Arrow and Feather files, read some thousands of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from core.errors import SourceError
from core.items.readers import MOST_COLUMNS, ArrowRows
from core.messages import message


def parquet(path: Path, name: str) -> ArrowRows:
    """A Parquet file. Raises SourceError where it is damaged."""
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        rows, schema = file.metadata.num_rows, file.schema_arrow
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(name, "Parquet", error) from error

    def batches(names: list[str], size: int) -> Iterator[pa.RecordBatch]:
        # a nested column's path may hold dots, so columns are chosen by their top name
        try:
            with pq.ParquetFile(path, memory_map=True) as file:
                for batch in file.iter_batches(size, columns=names):
                    yield batch.select(names)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _damaged(name, "Parquet", error) from error

    return ArrowRows(name, rows, schema, batches)


def arrow(path: Path, name: str) -> ArrowRows:
    """An Arrow file or stream, as Feather and the folders of `datasets` are."""
    try:
        with pa.memory_map(str(path)) as source:
            parts, schema = _batches(source)
            rows = sum(len(part) for part in parts)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(name, "Arrow", error) from error

    def batches(names: list[str], size: int) -> Iterator[pa.RecordBatch]:
        with pa.memory_map(str(path)) as source:
            for part in _batches(source)[0]:
                for start in range(0, len(part), size):
                    yield part.slice(start, size).select(names)

    return ArrowRows(name, rows, schema, batches)


def in_memory(table: pa.Table, name: str, notes: tuple[str, ...] = ()) -> ArrowRows:
    """A table that is held in memory; records within its records become columns of their own."""
    table = flattened(table)

    def batches(names: list[str], size: int) -> Iterator[pa.RecordBatch]:
        yield from table.select(names).to_batches(size)

    return ArrowRows(name, table.num_rows, table.schema, batches, notes)


def flattened(table: pa.Table) -> pa.Table:
    """A table in which a column of records is one column a field, “data.embedding”, without a copy.

    What stays a column of records: pictures, those without fields, and those whose fields would
    be columns too many or of a name that is taken.
    """
    left = set[str]()
    while nested := [f for f in table.schema if pa.types.is_struct(f.type) and f.name not in left]:
        name, kind = nested[0].name, nested[0].type
        names = [f"{name}.{field.name}" for field in kind]
        others = [other for other in table.column_names if other != name]
        fields = {field.name for field in kind}
        several = len({*others, *names}) < len(others) + len(names)
        if not names or "bytes" in fields or several or len(others) + len(names) > MOST_COLUMNS:
            left.add(name)
            continue
        at = table.column_names.index(name)
        for place, (part, values) in enumerate(
            zip(names, table.column(at).flatten(), strict=True), at + 1
        ):
            table = table.add_column(place, part, values)
        table = table.remove_column(at)
    return table


def _batches(source: pa.NativeFile) -> tuple[list[pa.RecordBatch], pa.Schema]:
    """The record batches, which stay on disk: their buffers are the file's own pages."""
    try:
        file = pa.ipc.open_file(source)
        return [file.get_batch(i) for i in range(file.num_record_batches)], file.schema
    except pa.ArrowInvalid:  # no footer
        source.seek(0)
        stream = pa.ipc.open_stream(source)
        return list(stream), stream.schema


def _damaged(name: str, kind: str, error: Exception) -> SourceError:
    reason = " ".join(str(error).split())[:200]
    return SourceError(
        message(
            "“{name}” is damaged or not {kind} ({reason}); save it again.",
            name=name,
            kind=kind,
            reason=reason,
        )
    )
