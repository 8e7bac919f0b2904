"""A matrix and its words: NumPy's arrays and archives, safetensors, numbers in a text file."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from core import arrays
from core.errors import SourceError
from core.messages import Message, message
from core.vectors.store.readers import text
from core.vectors.store.readers.lists import Listed, listed
from core.vectors.store.readers.reading import (
    DAMAGE,
    LARGEST_DIM,
    UNREADABLE,
    Loaded,
    Reading,
    opened,
)

PIECE = 1 << 20  # bytes of a matrix at once
READ = ("F64", "F32", "F16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8")
SHOWN = 6  # arrays named in a sentence
LIKELY = ("word", "embed_tokens", "word_embedding", "wte", "embedding", "vector")
Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]


def read_numpy(reading: Reading, words: Path | None) -> Loaded:
    """A matrix (V, d), one vector a row, and a list of words, one a line."""
    with opened(reading.path) as file:
        try:
            head = arrays.header(file, reading.name)
            if words is not None:
                check_matrix(reading, head)
            names = listed(reading, words, head.shape[0] if head.shape else None)
            if not reading.packed and file.tell() + head.bytes > reading.size:
                reading.fail(
                    message(
                        "it declares {n:,} entries but ends before the last of them.",
                        n=head.entries,
                    )
                )
            rows = blocks(reading, file, head)
            return paired(reading, rows, names, "NumPy", head.shape[0])
        except DAMAGE as error:
            reading.fail(message("its data are damaged ({error}).", error=str(error)))


def read_archive(reading: Reading, words: Path | None, chosen: str = "") -> Loaded:
    """The matrix of an .npz and its words: an array of text beside it, or a list."""
    try:
        with zipfile.ZipFile(reading.path) as archive:
            heads = _heads(archive, reading.name)
            shapes = _numeric(heads)
            names = _stored_words(reading, archive, heads) if words is None else None
            names = names or listed(reading, words, _only_length(shapes))
            name, notes = choose(reading, shapes, len(names.words), chosen)
            with archive.open(f"{name}.npy") as file:
                head = arrays.header(file, reading.name)
                check_matrix(reading, head)
                rows = blocks(reading, file, head, packed=True)
                return paired(reading, rows, names, "NumPy", head.shape[0], notes)
    except (*DAMAGE, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        reading.fail(message("its data are damaged ({error}).", error=str(error)[:100]))


def read_safetensors(reading: Reading, words: Path | None, chosen: str = "") -> Loaded:
    """A matrix of the file, its words in the metadata or in a list."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(reading.path, "numpy") as file:
            facts = file.metadata() or {}
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
            shapes = {name: tuple(part.get_shape()) for name, part in slices.items()}
            matrices(reading, shapes)
            if words is not None:
                names = listed(reading, words, _only_length(shapes))
            else:
                stored = file.get_tensor("words") if "words" in slices else None
                names = Listed(_named(reading, facts, stored, shapes))
            name, notes = choose(reading, shapes, len(names.words), chosen)
            kind = slices[name].get_dtype()
            V, d = shapes[name]
            reading.check_size(min(reading.limit or V, V), d)
            if kind == "BF16":
                rows = _bfloat16(reading, name)
            elif kind in READ:
                rows = _slices(slices[name], shapes[name])
            else:
                template = "its matrix “{name}” is of the type {kind}, which is not read."
                reading.fail(message(template, name=name[:60], kind=kind))
            return paired(reading, rows, names, "safetensors", shapes[name][0], notes)
    except (SafetensorError, OSError, TypeError, AttributeError, OverflowError) as error:
        reading.fail(message("it is not a safetensors file ({error}).", error=str(error)[:200]))


def offered(path: Path, name: str, kind: str) -> dict[str, Shape]:
    """The matrices that an .npz or a safetensors file lets one choose from, by their names.

    None in a damaged file, which reading it explains, and in files of other kinds.
    """
    from safetensors import SafetensorError, safe_open

    try:
        if kind == "NumPy archive":
            with zipfile.ZipFile(path) as archive:
                shapes = _numeric(_heads(archive, name))
        elif kind == "safetensors":
            with safe_open(path, "numpy") as file:
                shapes = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
        else:
            return {}
    except (*DAMAGE, SafetensorError, SourceError, zipfile.BadZipFile, RuntimeError):
        return {}
    return _fitting(shapes)


def _heads(archive: zipfile.ZipFile, name: str) -> dict[str, arrays.Header]:
    """The headers of an archive's arrays of numbers and of text."""
    heads = {}
    for item in archive.namelist():
        if item.endswith(".npy"):
            with archive.open(item) as file:
                key = item.removesuffix(".npy")
                heads[key] = arrays.header(file, name, f"{arrays.NUMBERS}SU")
    return heads


def _numeric(heads: Mapping[str, arrays.Header]) -> dict[str, Shape]:
    return {name: head.shape for name, head in heads.items() if head.kind.kind in "fiu"}


def read_projector(reading: Reading, words: Path) -> Loaded:
    """TensorFlow Projector: numbers in one TSV, words in another."""
    have = sum(1 for _ in text.read_numbers(reading))
    names = listed(reading, words, have)
    _check_lengths(reading, have, names)
    for word, (n, row, why) in zip(names.words, text.read_numbers(reading), strict=True):
        if row is None:
            assert why is not None
            reading.leave(UNREADABLE, message("line {n:,}", n=n), why, why)
        else:
            reading.add(word, row, "line {n:,}", n)
        reading.tell(n, have, n)
        if reading.full:
            break
    return reading.loaded("Projector", names.notes)


def paired(
    reading: Reading,
    matrix: Iterable[np.ndarray],
    names: Listed,
    format: str,
    have: int,
    notes: Iterable[Message] = (),
) -> Loaded:
    """Row i of the matrix, which comes in blocks of its `have` rows, for word i."""
    words = names.words
    _check_lengths(reading, have, names)
    n = 0
    for block in matrix:
        for row in np.asarray(block, np.float32):
            reading.add(words[n], row, "row {n:,}", n + 1)
            n += 1
            reading.tell(n, len(words), n)
            if reading.full:
                return reading.loaded(format, [*names.notes, *notes])
    return reading.loaded(format, [*names.notes, *notes])


def _check_lengths(reading: Reading, have: int, names: Listed) -> None:
    if have != len(names.words):
        template = "the matrix has {have:,} rows and the list {n:,} words."
        reading.fail(message(template, have=have, n=len(names.words)))


def check_matrix(reading: Reading, head: arrays.Header) -> None:
    """Raises SourceError where an array is no matrix of word vectors."""
    if head.kind.kind not in "fiu":
        reading.fail(
            message(
                "it holds {dtype} of shape {shape}, not a matrix of numbers.",
                dtype=str(head.kind)[:40],
                shape=str(head.shape)[:60],
            )
        )
    if len(head.shape) != 2 or not 0 < head.shape[1] <= LARGEST_DIM:
        reading.fail(
            message(
                "it holds the shape {shape}, not a matrix of word vectors (at most {most:,} "
                "numbers each).",
                shape=str(head.shape)[:60],
                most=LARGEST_DIM,
            )
        )
    reading.check_size(min(reading.limit or head.shape[0], head.shape[0]), head.shape[1])


def blocks(
    reading: Reading, file: IO[bytes], head: arrays.Header, packed: bool | None = None
) -> Iterator[np.ndarray]:
    """The rows of an .npy, some at a time: (b, d); memory holds no more than those."""
    V, d = head.shape
    step = max(1, PIECE // max(1, d * head.kind.itemsize))
    if head.fortran and (reading.packed if packed is None else packed):
        reading.check_size(head.bytes // 4, 1)
        yield arrays.values(file, reading.name, head)
    elif head.fortran:
        at = file.tell()
        whole = np.memmap(reading.path, head.kind, "r", at, (V, d), "F")
        for start in range(0, V, step):
            yield whole[start : start + step]
    else:
        for start in range(0, V, step):
            part = arrays.Header((min(step, V - start), d), False, head.kind)
            yield arrays.values(file, reading.name, part)


def matrices(reading: Reading, shapes: Shapes) -> dict[str, Shape]:
    """Those of some arrays that can hold word vectors. Raises SourceError where there are none."""
    fitting = _fitting(shapes)
    if not fitting:
        template = "it holds no matrix of word vectors, only {names}."
        reading.fail(message(template, names=_shown(shapes) or message("nothing")))
    return fitting


def _fitting(shapes: Shapes) -> dict[str, Shape]:
    return {
        name: shape
        for name, shape in shapes.items()
        if len(shape) == 2 and shape[0] > 0 and 0 < shape[1] <= LARGEST_DIM
    }


def choose(reading: Reading, shapes: Shapes, n: int, chosen: str) -> tuple[str, list[Message]]:
    """(name, notes) of the matrix for n words: the one chosen, or the likeliest that fits."""
    fitting = matrices(reading, shapes)
    if chosen:
        if chosen not in fitting:
            template = "it holds no matrix “{name}”, only {names}."
            reading.fail(message(template, name=chosen[:60], names=_shown(fitting)))
        return chosen, []
    as_long = {name: shape for name, shape in fitting.items() if shape[0] == n}
    if not as_long and len(fitting) > 1:
        template = "no matrix has a row for each of the {n:,} words: {names}."
        reading.fail(message(template, n=n, names=_shown(fitting)))
    name = min(as_long or fitting, key=_likeliness)
    others = {other: shape for other, shape in fitting.items() if other != name}
    if not others:
        return name, []
    template = "“{name}” is read; the file also holds {others}."
    return name, [message(template, name=name[:60], others=_shown(others))]


def _likeliness(name: str) -> tuple[int, str]:
    lower = name.lower()
    return next((k for k, part in enumerate(LIKELY) if part in lower), len(LIKELY)), name


def _shown(shapes: Shapes) -> str:
    """Names and shapes, of many the first."""
    shown = [
        f"{name[:60]} ({' × '.join(f'{side:,}' for side in shape)})"
        for name, shape in list(shapes.items())[:SHOWN]
    ]
    more = len(shapes) - len(shown)
    text = ", ".join(shown)
    return message("{names} and {n:,} more", names=text, n=more) if more else text


def _only_length(shapes: Shapes) -> int | None:
    """The number of rows, where all matrices have the same."""
    lengths = {shape[0] for shape in shapes.values() if len(shape) == 2}
    return lengths.pop() if len(lengths) == 1 else None


def _stored_words(
    reading: Reading, archive: zipfile.ZipFile, heads: Mapping[str, arrays.Header]
) -> Listed | None:
    """The words in an array of text of the archive."""
    lengths = {head.shape[0] for head in heads.values() if len(head.shape) == 2}
    for name, head in heads.items():
        if head.kind.kind in "SU" and len(head.shape) == 1 and head.shape[0] in lengths:
            reading.check_size(head.bytes // 4, 1)
            with archive.open(f"{name}.npy") as file:
                head = arrays.header(file, reading.name, "SU")
                stored = arrays.values(file, reading.name, head)
            if head.kind.kind == "S":
                return Listed([word.decode("utf-8", "backslashreplace") for word in stored])
            return Listed([str(word) for word in stored])
    return None


def _slices(part: Any, shape: Shape) -> Iterator[np.ndarray]:
    step = max(1, PIECE // (8 * shape[1]))
    for start in range(0, shape[0], step):
        yield part[start : min(start + step, shape[0])]


def _bfloat16(reading: Reading, name: str) -> Iterator[np.ndarray]:
    """Rows of numbers of 16 bits: those of a float32 without its last 16."""
    with reading.path.open("rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        head = json.loads(file.read(size))[name]
    shape, at = tuple(head["shape"]), 8 + size + head["data_offsets"][0]
    whole = np.memmap(reading.path, "<u2", "r", at, shape)
    step = max(1, PIECE // (4 * shape[1]))
    for start in range(0, shape[0], step):
        yield (whole[start : start + step].astype(np.uint32) << 16).view(np.float32)


def _named(
    reading: Reading, facts: Mapping[str, str], stored: np.ndarray | None, shapes: Shapes
) -> list[str]:
    """The words in the metadata: under “words”, or in the description of a model saved here."""
    try:
        if stored is not None and stored.dtype == np.uint8:
            words = json.loads(stored.tobytes())
        else:
            words = json.loads(facts["words"] if "words" in facts else facts["model"])
        words = words if isinstance(words, list) else words["words"]
        return [str(word) for word in words]
    except (KeyError, ValueError, TypeError, RecursionError):
        template = "it names no words; add a word list with one word a line. It holds {names}."
        reading.fail(message(template, names=_shown(matrices(reading, shapes))))
