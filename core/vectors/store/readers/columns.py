"""Vectors in a table of columns: Parquet, and Arrow's files (Feather).

Words are a column of text or of ids, or pandas' index: the one that is called so, else one whose
cells all differ. Numbers are a column of lists, or all columns of numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from core.messages import Message, message
from core.progress import run_on
from core.tables.row_names import IDS
from core.vectors.store.readers.lists import NAMES, listed
from core.vectors.store.readers.matrices import paired
from core.vectors.store.readers.reading import LARGEST_DIM, Loaded, Reading

ROWS = 4_096  # of a batch
LOOKED_AT = 16  # batches, where nothing names the column of words
SHOWN = 6  # columns that a sentence names
CERTAIN = NAMES - {"label", "labels"}  # how columns of words, and no others, are called
INDEX = "__index_level_0__"


def read(reading: Reading, words: Path | None) -> Loaded:
    """Batch by batch. Raises SourceError for a damaged file, and one without numbers."""
    try:
        format, schema, rows, batches = _opened(reading)
        offered = _offered(schema)
        text = _chosen(reading, offered, batches)
        ids = _ids(schema, offered, text)
        numbers = _numbers(reading, schema, (text, INDEX, *ids))
        format, schema, rows, batches = _opened(reading)
        matrix = (_matrix(reading, batch, numbers) for batch in batches)
        if text is None or words is not None:
            names = listed(reading, words, rows)
            return paired(reading, matrix, names, format, rows)
        for batch in batches:
            for word, row in zip(
                batch.column(text).to_pylist(), _matrix(reading, batch, numbers), strict=True
            ):
                n = reading.met + 1
                reading.add("" if word is None else str(word), row, "row {n:,}", n)
                reading.tell(n, rows, n)
                if reading.full:
                    return reading.loaded(format, _notes(text, offered, ids))
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        _damaged(reading, error)
    return reading.loaded(format, _notes(text, offered, ids))


def offered(path: Path, name: str) -> tuple[str, ...]:
    """The columns that may hold the words. Raises SourceError where the file is damaged."""
    reading = Reading(path, name, None, run_on)
    try:
        return tuple(_offered(_opened(reading)[1]))
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        _damaged(reading, error)


def _opened(reading: Reading) -> tuple[str, Any, int, Iterable[Any]]:
    """(format, schema, rows, batches)"""
    import pyarrow.parquet as parquet

    with reading.path.open("rb") as file:
        mark = file.read(4)
    if mark == b"PAR1":
        table = parquet.ParquetFile(reading.path)
        rows = table.metadata.num_rows
        return "Parquet", table.schema_arrow, rows, table.iter_batches(ROWS)
    source = pa.ipc.open_file(pa.memory_map(str(reading.path)))
    batches = [source.get_batch(k) for k in range(source.num_record_batches)]
    return "Feather", source.schema, sum(len(batch) for batch in batches), batches


def _damaged(reading: Reading, error: Exception) -> NoReturn:
    reading.fail(
        message(
            "it is a damaged Parquet or Arrow file ({error}); save it again.",
            error=" ".join(str(error).split())[:120],
        )
    )


def _offered(schema: Any) -> list[str]:
    """The columns that may hold the words: texts, then whole numbers that are called as ids are."""
    kinds = {field.name: field.type for field in schema}
    texts = [
        name
        for name, kind in kinds.items()
        if pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or (pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type))
    ]
    texts.sort(key=lambda name: name != INDEX)
    whole = [name for name, kind in kinds.items() if pa.types.is_integer(kind)]
    return [*texts, *(name for name in whole if name == INDEX or IDS.search(name))]


def _chosen(reading: Reading, offered: list[str], batches: Iterable[Any]) -> str | None:
    """The column of words: the one the user names, or else the likeliest."""
    if wanted := reading.options.named_by:
        if wanted not in offered:
            template = "it has no column “{column}” of words; there are: {names}."
            names = ", ".join(offered[:SHOWN]) or message("none")
            reading.fail(message(template, column=wanted[:80], names=names))
        return wanted
    if named := [name for name in offered if name.lower() in CERTAIN]:
        return named[0]
    if len(offered) < 2 or offered[0] == INDEX:
        return next(iter(offered), None)
    seen: dict[str, set[Any]] = {name: set() for name in offered}
    for batch in itertools.islice(batches, LOOKED_AT):
        for name, cells in seen.items():
            cells.update(batch.column(name).to_pylist())
    return max(offered, key=lambda name: len(seen[name]))  # of equal ones the first


def _ids(schema: Any, offered: list[str], text: str | None) -> list[str]:
    """The columns that are called as ids are, and no part of a vector."""
    if any(_is_list(field.type) and _is_number(field.type.value_type) for field in schema):
        return []
    return [
        name for name in offered
        if name not in (text, INDEX) and pa.types.is_integer(schema.field(name).type)
    ]  # fmt: skip


def _notes(text: str | None, offered: list[str], ids: list[str]) -> tuple[Message, ...]:
    """Which column the words were taken from, where that was a guess, and which is no number."""
    template = "Not among the numbers, for it is called as ids are: “{column}”."
    return (*_source(text, offered), *(message(template, column=name[:40]) for name in ids))


def _source(text: str | None, offered: list[str]) -> tuple[Message, ...]:
    if text is None or text.lower() in CERTAIN or text == INDEX:
        return ()
    if not (others := [name for name in offered if name != text]):
        return (message("The words are taken from “{column}”.", column=text[:40]),)
    return (
        message(
            "The words are taken from “{column}”; they could be taken from: {others}.",
            column=text[:40],
            others=", ".join(name[:40] for name in others[:SHOWN]),
        ),
    )


def _numbers(reading: Reading, schema: Any, apart: Collection[str | None]) -> list[str]:
    """The column of lists, or the columns of numbers but those set apart."""
    for field in schema:
        if _is_list(field.type) and _is_number(field.type.value_type):
            return [field.name]
    numbers = [field.name for field in schema if _is_number(field.type) and field.name not in apart]
    if not numbers or len(numbers) > LARGEST_DIM:
        template = "it has {n:,} columns of numbers; from 1 to {most:,} are read."
        reading.fail(message(template, n=len(numbers), most=LARGEST_DIM))
    return numbers


def _matrix(reading: Reading, batch: Any, numbers: list[str]) -> np.ndarray:
    """The rows of a batch: (b, d); a list of another length becomes a row of NaN."""
    if not _is_list(batch.schema.field(numbers[0]).type):
        columns = [batch.column(name).to_numpy(zero_copy_only=False) for name in numbers]
        return np.stack(columns, axis=1).astype(np.float32)
    lists = batch.column(numbers[0])
    lengths = np.asarray(lists.value_lengths().fill_null(0))
    d = reading.width or int(np.bincount(lengths).argmax() if len(lengths) else 0)
    if d == 0 or d > LARGEST_DIM:
        template = "its lists hold {d:,} numbers; from 1 to {most:,} are read."
        reading.fail(message(template, d=d, most=LARGEST_DIM))
    matrix = np.full((len(lists), d), np.nan, np.float32)
    whole = lengths == d
    values = lists.filter(pa.array(whole)).flatten().to_numpy(zero_copy_only=False)
    matrix[whole] = values.reshape(-1, d)
    return matrix


def _is_list(kind: Any) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))
