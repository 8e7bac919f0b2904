"""Word vectors from the files that other programs write, read as streams, never unpickled.

word2vec text and binary, GloVe text, fastText .vec and .bin, NumPy matrix + word list,
safetensors, TensorFlow Projector TSV; text and binary also as .gz, .bz2 or .xz. What is
wrong is said with the line, or word, at which it is; sizes that a header claims are
believed only as far as the file reaches.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, run_on
from core.vectors.store.readers import fasttext, matrices, text, word2vec
from core.vectors.store.readers.reading import OPENERS, Loaded, Reading, opened, read_bytes

FORMATS = ("word2vec binary", "fastText binary", "NumPy", "safetensors", "Projector", "text")


def load(
    path: Path, name: str, words: Path | None = None, first: int = 0, on_step: OnStep = run_on
) -> Loaded:
    """Read a file called `name`; `words` is the word list of a matrix; `first` 0 is all words.

    Raises SourceError.
    """
    kind = guess(path, name)
    reading = Reading(path, name, first or None, on_step)
    with np.errstate(over="ignore"):  # numbers beyond float32 are infinite, which is refused
        if kind == "text":
            return text.read(reading)
        if kind == "word2vec binary":
            return word2vec.read(reading)
        if kind == "fastText binary":
            return fasttext.read(reading)
        if kind == "safetensors":
            return matrices.read_safetensors(reading, words)
        if kind == "NumPy":
            return matrices.read_numpy(reading, words)
        return matrices.read_projector(reading, words)


def guess(path: Path, name: str) -> str:
    """The format, by the name's end and the first bytes."""
    ending = _plain_ending(name)
    with opened(path, name) as file:
        start = read_bytes(file, 1 << 12, name)
    if not start:
        raise SourceError(message("“{name}” is empty; choose another file.", name=name))
    if ending == ".npy" or start[:6] == b"\x93NUMPY":
        return "NumPy"
    if ending == ".safetensors":
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
        raise SourceError(
            message("“{name}” is a zip archive; unpack it and choose the file inside.", name=name)
        )
    head, _, rest = start.partition(b"\n")
    if len(head.split()) == 2 and all(part.isdigit() for part in head.split()) and _binary(rest):
        return "word2vec binary"
    if ending == ".tsv":
        return "Projector"
    return "text"


def _plain_ending(name: str) -> str:
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix in OPENERS else path.suffix


def _binary(data: bytes) -> bool:
    """Whether bytes after the header are float32 numbers rather than text."""
    return any(byte < 9 or 13 < byte < 32 for byte in data[:2000])
