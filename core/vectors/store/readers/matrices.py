"""A matrix and its words: NumPy, safetensors, TensorFlow Projector."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import arrays
from core.messages import message
from core.vectors.store.readers import text
from core.vectors.store.readers.reading import DAMAGE, LARGEST_DIM, Loaded, Reading, opened


def read_numpy(reading: Reading, words: Path | None) -> Loaded:
    """A matrix (V, d), one vector a row, and a list of words, one a line."""
    with opened(reading.path, reading.name) as file:
        try:
            head = arrays.header(file, reading.name)
            names = listed(reading, words)
            if len(head.shape) != 2 or head.shape[1] > LARGEST_DIM:
                reading.fail(
                    message(
                        "it holds the shape {shape}, not a matrix of word vectors.",
                        shape=str(head.shape),
                    )
                )
            if not reading.packed and file.tell() + head.bytes > reading.size:
                reading.fail(
                    message(
                        "it declares {n:,} entries but ends before the last of them.",
                        n=head.entries,
                    )
                )
            if reading.packed or head.fortran:
                first = None if head.fortran else reading.limit
                matrix = arrays.values(file, reading.name, head, first)
            else:
                matrix = np.load(reading.path, mmap_mode="r", allow_pickle=False)
        except DAMAGE as error:
            reading.fail(message("its data are damaged ({error}).", error=str(error)))
    return paired(reading, matrix, names, "NumPy", head.shape[0])


def read_safetensors(reading: Reading, words: Path | None) -> Loaded:
    """The first matrix of the file, its words in the metadata or in a list."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(reading.path, "numpy") as file:
            facts = file.metadata() or {}
            names = sorted(file.keys(), key=lambda name: (name != "word", name))
            shapes = {name: file.get_slice(name).get_shape() for name in names}
            name = next((name for name in names if len(shapes[name]) == 2), None)
            if name is None:
                reading.fail(
                    message(
                        "it holds no matrix, only {names}.", names=", ".join(names) or "nothing"
                    )
                )
            matrix = file.get_slice(name)[: reading.limit or shapes[name][0]]
    except (SafetensorError, OSError, TypeError, AttributeError, OverflowError) as error:
        reading.fail(message("it is not a safetensors file ({error}).", error=str(error)))
    names_of = listed(reading, words) if words is not None else _named(reading, facts)
    return paired(reading, matrix, names_of, "safetensors", shapes[name][0])


def read_projector(reading: Reading, words: Path | None) -> Loaded:
    """TensorFlow Projector: numbers in one TSV, words in another (or in the first column)."""
    if words is None:
        loaded = text.read(reading)
        return Loaded(loaded.words, loaded.matrix, "Projector", loaded.notes)
    rows: list[NDArray[np.float32]] = []
    names = listed(reading, words)[: reading.limit]
    with opened(reading.path, reading.name) as file:
        n = 1
        while line := reading.line(file, n):
            if reading.limit is not None and len(rows) >= reading.limit:
                break
            d = len(rows[0]) if rows else 0
            rows.append(text.numbers(reading, b"word\t" + line, d, n)[1])
            reading.tell(n, len(names), n)
            n += 1
    if not rows:
        reading.fail(message("it holds no vectors; choose another file."))
    return paired(reading, np.stack(rows), names, "Projector")


def listed(reading: Reading, words: Path | None) -> list[str]:
    """The words of a list; of several columns the first, below a line that names them."""
    if words is None:
        reading.fail(message("it is a matrix without words; add a word list with one word a line."))
    try:
        lines = words.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        reading.fail(
            message(
                "the word list is not UTF-8 text ({reason} at byte {start:,}).",
                reason=error.reason,
                start=error.start,
            )
        )
    if lines and "\t" in lines[0]:
        lines = [line.split("\t")[0] for line in lines[1:]]
    return lines


def paired(
    reading: Reading, matrix: Any, words: list[str], format: str, rows: int | None = None
) -> Loaded:
    """Row i of the matrix for word i; `rows` is how many it has in the file."""
    if getattr(matrix, "ndim", 0) != 2 or matrix.dtype.kind not in "fiu":
        reading.fail(
            message(
                "it holds {dtype} of shape {shape}, not a matrix of numbers.",
                dtype=matrix.dtype,
                shape=matrix.shape,
            )
        )
    have = len(matrix) if rows is None else rows
    if have != len(words):
        reading.fail(
            message(
                "the matrix has {have:,} rows and the list {n:,} words.", have=have, n=len(words)
            )
        )
    for n, word in enumerate(words[: reading.limit], start=1):
        reading.add(word, np.asarray(matrix[n - 1], np.float32), "row {n:,}", n)
        reading.tell(n, len(words), n)
    return reading.loaded(format)


def _named(reading: Reading, facts: Mapping[str, str]) -> list[str]:
    """The words in the metadata: under “words”, or in the description of a model saved here."""
    try:
        words = json.loads(facts["words"] if "words" in facts else facts["model"])
        words = words if isinstance(words, list) else words["words"]
        return [str(word) for word in words]
    except (KeyError, ValueError, TypeError, RecursionError):
        reading.fail(message("it names no words; add a word list with one word a line."))
