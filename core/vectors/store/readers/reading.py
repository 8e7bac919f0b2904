"""One file being read: the words kept, the progress, and the errors."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from core.errors import SourceError
from core.messages import Message, message
from core.progress import OnStep, report

OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
DAMAGE = (OSError, EOFError, lzma.LZMAError, zlib.error)
LARGEST_DIM = 10_000
LONGEST_WORD = 2_000  # bytes, and characters
HALF = re.compile("[\ud800-\udfff]")  # of a character: JSON can hold a lone surrogate
STEP = 2_000  # words between two reports
FEW = 5  # examples in a note


@dataclass(frozen=True, eq=False)
class Loaded:
    """What a file held: words, matrix (V, d) float32, and sentences on what was left out."""

    words: list[str]
    matrix: NDArray[np.float32]
    format: str
    notes: tuple[str, ...] = ()


class Reading:
    """One file being read."""

    def __init__(self, path: Path, name: str, limit: int | None, on_step: OnStep) -> None:
        self.path, self.name, self.limit, self.on_step = path, name, limit, on_step
        self.packed = Path(name).suffix.lower() in OPENERS
        self.size = path.stat().st_size
        self.words: list[str] = []
        self.rows: list[NDArray[np.float32]] = []
        self.seen: dict[str, int] = {}
        self.doubles: list[Message] = []
        self.empty = 0

    def fail(self, what: str) -> NoReturn:
        """Raise SourceError about this file."""
        raise SourceError(message("“{name}”: {what}", name=self.name, what=what))

    @property
    def met(self) -> int:
        """The number of words read, including those left out."""
        return len(self.words) + len(self.doubles) + self.empty

    @property
    def full(self) -> bool:
        """Whether the limit of words is reached."""
        return self.limit is not None and len(self.words) >= self.limit

    def add(self, word: str, row: NDArray[np.float32], place: str, n: int) -> None:
        """Keep one word; of duplicates only the first, of empty words none.

        place: the template of the n-th place, “line {n:,}” or “word {n:,}”. Raises SourceError
        for values that are not finite, and for invalid words.
        """
        where = message(place, n=n)
        if not np.isfinite(row).all():
            self.fail(
                message(
                    "{place} (“{word}”) holds NaN or ∞; correct or remove it.",
                    place=where,
                    word=word[:40],
                )
            )
        if not word:
            self.empty += 1
            return
        if len(word) > LONGEST_WORD:
            self.fail(
                message(
                    "{place} (“{word}…”) is a word of {size:,} characters; the limit is {most:,}.",
                    place=where,
                    word=word[:40],
                    size=len(word),
                    most=LONGEST_WORD,
                )
            )
        if HALF.search(word):
            self.fail(
                message(
                    "{place} holds a word that is not Unicode text; correct or remove it.",
                    place=where,
                )
            )
        if word in self.seen:
            self.doubles.append(
                message(
                    "“{word}” at {place}, first at {first}",
                    word=word[:30], place=where, first=self.seen[word],
                )
            )  # fmt: skip
            return
        self.seen[word] = n
        self.words.append(word)
        self.rows.append(row)

    def tell(self, done: int, of: int, n: int) -> None:
        """Report, every `STEP` words, that `done` of `of` are read."""
        if n % STEP == 0:
            report(
                self.on_step,
                min(done / max(of, 1), 1.0),
                message("reading, {n:,} words", n=len(self.words)),
            )

    def loaded(self, format: str, *notes: str) -> Loaded:
        """The words and vectors read. Raises SourceError where there are none, or only zeros."""
        if not self.words:
            self.fail(message("it holds no vectors; choose another file."))
        matrix = np.stack(self.rows)
        if not matrix.any():
            self.fail(message("every vector is zero; there is nothing to compare."))
        zero = int((~matrix.any(axis=1)).sum())
        messages = list(notes)
        if zero:
            messages.append(
                message("{n:,} words have a vector of zeros, which is near nothing.", n=zero)
            )
        if self.empty:
            messages.append(
                message("{n:,} vectors have an empty word and are left out.", n=self.empty)
            )
        if self.doubles:
            shown = reduce(lambda a, b: message("{a}; {b}", a=a, b=b), self.doubles[:FEW])
            messages.append(
                message(
                    "{n:,} words occur twice; the first is kept: {shown}.",
                    n=len(self.doubles), shown=shown,
                )
            )  # fmt: skip
        return Loaded(self.words, matrix, format, tuple(messages))

    def claim(self, head: list[str], least: float) -> tuple[int, int]:
        """Words and dimension of a header, checked against the size of the file."""
        if max(map(len, head)) > 18:
            self.fail(message("line 1 holds a number of more than 18 digits; choose another file."))
        V, d = int(head[0]), int(head[1])
        if V == 0 or d == 0:
            self.fail(
                message(
                    "line 1 declares {V:,} words of {d:,} numbers: no vectors; choose another "
                    "file.",
                    V=V,
                    d=d,
                )
            )
        if d > LARGEST_DIM:
            self.fail(
                message(
                    "line 1 declares {d:,} numbers a word; at most {most:,} are read.",
                    d=d,
                    most=LARGEST_DIM,
                )
            )
        if not self.packed and V * (d * least + 2) > self.size:
            self.fail(
                message(
                    "line 1 declares {V:,} words of {d:,} numbers, at least {need:,.3g} GB, but "
                    "the file has {size:,.3g} GB: it is cut off, or line 1 is wrong.",
                    V=V,
                    d=d,
                    need=V * (d * least + 2) / 1e9,
                    size=self.size / 1e9,
                )
            )
        return V, d

    def line(self, file: BinaryIO, n: int) -> bytes:
        """The next line, the n-th. Raises SourceError where it is damaged or too long."""
        try:
            line = file.readline(LARGEST_DIM * 40)
        except DAMAGE as error:
            self.fail(
                message(
                    "the compressed data end or are damaged before line {n:,} ({error}).",
                    n=n,
                    error=error,
                )
            )
        if len(line) == LARGEST_DIM * 40:
            self.fail(
                message(
                    "line {n:,} is longer than any vector; this is not a file of word vectors.", n=n
                )
            )
        return bytes(line)


def opened(path: Path, name: str) -> Any:
    """A file opened for reading bytes; decompressed where its name ends so."""
    opener = OPENERS.get(Path(name).suffix.lower())
    return opener(path, "rb") if opener else path.open("rb")


def read_bytes(file: BinaryIO, n: int, name: str) -> bytes:
    """The next n bytes of a file. Raises SourceError where it is damaged."""
    try:
        return file.read(n)
    except DAMAGE as error:
        raise SourceError(
            message(
                "“{name}” is damaged: its compressed data end early ({error}).",
                name=name,
                error=error,
            )
        ) from error
