"""Parquet, Arrow and Feather files, read some thousands of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from core.errors import SourceError
from core.items.readers import ArrowRows
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
    """A table that is held in memory."""

    def batches(names: list[str], size: int) -> Iterator[pa.RecordBatch]:
        yield from table.select(names).to_batches(size)

    return ArrowRows(name, table.num_rows, table.schema, batches, notes)


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
