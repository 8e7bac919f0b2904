"""Word vectors from the files that other programs write, read as streams, never unpickled.

word2vec text and binary, GloVe text, fastText .vec and .bin, tables as text, JSON, sparse text,
NumPy, safetensors and TensorFlow Projector with a word list, Parquet and Feather; most also as
.gz, .bz2, .xz or in a .zip. What is wrong is said with the line, or word, at which it is; sizes
that a header claims are believed only as far as the file reaches.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, run_on
from core.tables.no_tables import check_page, check_sheet
from core.tables.options import GUESSED, TableOptions
from core.vectors.store.readers import (
    columns,
    fasttext,
    layout,
    matrices,
    records,
    text,
    word2vec,
    zips,
)
from core.vectors.store.readers.reading import PACKED, Loaded, Reading, opened, read_bytes

FORMATS = (
    "word2vec binary", "fastText binary", "NumPy", "NumPy archive", "safetensors", "Parquet",
    "Feather", "JSON", "text",
)  # fmt: skip
ZIP = "zip archive"
WITHOUT_WORDS = ("NumPy", "NumPy archive", "safetensors", "Parquet", "Feather")
"""Formats that take their words from a list, if there is one."""
START = 1 << 16


def load(
    path: Path, name: str, words: Path | None = None, first: int = 0, on_step: OnStep = run_on,
    list_name: str = "", array: str = "", options: TableOptions = GUESSED,
) -> Loaded:  # fmt: skip
    """Read a file called `name`, and the word list of a matrix; they may come the other way round.

    first: only so many of the first words, 0 for all; array: which matrix of several, or
    which file of a zip; options: how the lines of a text file are divided, where the guess is
    wrong. Raises SourceError.
    """
    with np.errstate(over="ignore"):  # numbers beyond float32 are infinite, which is set aside
        kind = guess(path, name)
        if kind == ZIP:
            return _of_archive(path, name, words, first, on_step, list_name, array, options)
        if words is not None:
            path, name, words, list_name, kind = _in_order(path, name, words, list_name, kind)
        reading = Reading(path, name, first or None, on_step, options)
        if kind == "text" and words is not None and text.holds(reading) == "numbers":
            return matrices.read_projector(reading, words)
        loaded = _read(reading, kind, words, array)
    return loaded


def _of_archive(
    path: Path, name: str, words: Path | None, first: int, on_step: OnStep,
    list_name: str, chosen: str, options: TableOptions,
) -> Loaded:  # fmt: skip
    """What the chosen file of a zip archive holds. Raises SourceError for a zip within it."""
    with zips.unpacked(path, name, chosen, on_step) as inner:
        if guess(inner.path, inner.name) == ZIP:
            template = "“{name}” holds another zip archive; unpack it and choose that."
            raise SourceError(message(template, name=name))
        listed = (words, list_name) if words is not None else (inner.words, inner.list_name)
        loaded = load(inner.path, inner.name, listed[0], first, on_step, listed[1], "", options)
    return replace(loaded, notes=(*inner.notes, *loaded.notes))


def _read(reading: Reading, kind: str, words: Path | None, array: str) -> Loaded:
    simple: dict[str, Callable[[Reading], Loaded]] = {
        "text": text.read, "word2vec binary": word2vec.read, "fastText binary": fasttext.read,
        "JSON": records.read,
    }  # fmt: skip
    if kind in simple:
        return simple[kind](reading)
    if kind == "NumPy":
        return matrices.read_numpy(reading, words)
    if kind == "safetensors":
        return matrices.read_safetensors(reading, words, array)
    if kind == "NumPy archive":
        return matrices.read_archive(reading, words, array)
    return columns.read(reading, words)


def _in_order(
    path: Path, name: str, words: Path, list_name: str, kind: str
) -> tuple[Path, str, Path | None, str, str]:
    """Vectors first, their list second; without a list where the vectors have their words.

    Raises SourceError where neither holds vectors.
    """
    list_name = list_name or words.name
    if kind in WITHOUT_WORDS:
        return path, name, words, list_name, kind
    other = guess(words, list_name)
    if other in WITHOUT_WORDS:
        return words, list_name, path, name, other
    held = _held(path, name, kind)
    if held == "numbers" or (held == "vectors" and _held(words, list_name, other) == "list"):
        return path, name, words if held == "numbers" else None, list_name, kind
    if _held(words, list_name, other) == "numbers":
        return words, list_name, path, name, other
    if held == "vectors":
        return path, name, None, list_name, kind
    if _held(words, list_name, other) == "vectors":
        return words, list_name, None, name, other
    template = "“{name}” and “{other}” hold no numbers; give the file of vectors and its words."
    raise SourceError(message(template, name=name, other=list_name))


def _held(path: Path, name: str, kind: str) -> str:
    """What a file holds: “vectors”, “numbers” without words, or a “list”."""
    reading = Reading(path, name, None, run_on)
    if kind == "text":
        return text.holds(reading)
    if kind == "JSON":
        return "vectors" if records.holds_vectors(reading) else "list"
    return "vectors"


def guess(path: Path, name: str) -> str:
    """The format, by the first bytes and the name's end. Raises SourceError for what is none."""
    check_sheet(name)
    ending = _plain_ending(name)
    with opened(path) as file:
        start = read_bytes(file, START, name)
    if not start:
        raise SourceError(message("“{name}” is empty; choose another file.", name=name))
    if (ending == ".npy" and start[:2] != b"PK") or start[:6] == b"\x93NUMPY":
        return "NumPy"
    if start[:4] == b"PAR1" or start[:6] == b"ARROW1":
        return "Parquet" if start[:4] == b"PAR1" else "Feather"
    if ending == ".safetensors" or (start[8:10] == b'{"' and start[4:8] == b"\0\0\0\0"):
        return "safetensors"
    if len(start) >= 8 and struct.unpack("<i", start[:4])[0] == fasttext.MAGIC:
        return "fastText binary"
    if start[:2] in (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        raise SourceError(
            message(
                "“{name}” is a Python pickle, which can run any program when opened; "
                "save the vectors in word2vec format instead.",
                name=name,
            )
        )
    if start[:4] == b"PK\x03\x04":
        if ending in (".npz", ".npy"):
            return "NumPy archive"
        return ZIP
    head, _, rest = start.partition(b"\n")
    if layout.DECLARED.fullmatch(head.rstrip(b"\r")) and _binary(rest):
        return "word2vec binary"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and _is_json(start):
        return "JSON"
    check_page(start.decode("utf-8", "replace"), name)
    return "text"


def _plain_ending(name: str) -> str:
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix in PACKED else path.suffix


def _binary(data: bytes) -> bool:
    """Whether the bytes after a header are float32 numbers rather than lines of text.

    A control character is no proof, nor half of a UTF-8 character: words may hold them.
    """
    lines = data.split(b"\n", 3)[:-1] or [data]
    if layout.layout_of(lines[:3]).agreeing > 0:
        return False
    return any(byte < 9 or 13 < byte < 32 for byte in data[:2000]) or not _is_ascii(data[:2000])


def _is_ascii(data: bytes) -> bool:
    return all(byte < 128 for byte in data)


def _is_json(start: bytes) -> bool:
    """Whether a file that begins with a bracket goes on as JSON does: a word may be one, too."""
    data = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    after = data[1:].lstrip()[:1]
    return after in (b'"', b"[", b"{") or (data[:1] == b"[" and after.isdigit())
