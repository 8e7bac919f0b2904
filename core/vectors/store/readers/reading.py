"""One file being read: the words kept, what is set aside, the progress, and the errors."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from core import budget
from core.errors import SourceError
from core.messages import Message, message
from core.progress import OnStep, report
from core.tables.aside import Aside, SetAside
from core.tables.options import GUESSED, TableOptions

OPENERS: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
PACKED = (".gz", ".bz2", ".xz")
DAMAGE = (OSError, EOFError, lzma.LZMAError, zlib.error)
LARGEST_DIM = 10_000
LONGEST_WORD = 2_000  # bytes, and characters
LONGEST_LINE = LARGEST_DIM * 40
HALF = re.compile("[\ud800-\udfff]")  # of a character: JSON can hold a lone surrogate
STEP = 2_000  # words between two reports
FEW = 5  # examples in a note
WORD_BYTES = 150  # of memory that a word takes besides its characters
MOST_REPEATED = 10_000
SHARE = 0.1  # of the rows may be unreadable, or one of a few
FEWEST = 4  # rows of which one may be
EMPTY, INFINITE, DOUBLE, UNREADABLE = "empty", "infinite", "double", "unreadable"
SUMMARIES = {
    EMPTY: "{n:,} vectors have an empty word and are left out: {shown}.",
    INFINITE: "{n:,} vectors hold NaN or ∞ and are left out: {shown}.",
    DOUBLE: "{n:,} words occur twice; the first is kept: {shown}.",
    UNREADABLE: "{n:,} rows are left out: {shown}.",
}
"""kind of what is set aside → the sentence that counts them"""


@dataclass(frozen=True, eq=False)
class Loaded:
    """What a file held: words, matrix (V, d) float32, and sentences on what was left out.

    matrix: CSR where the file lists the numbers that are not zero; set_aside: the rows that
    are not used, each with why.
    """

    words: list[str]
    matrix: Any
    format: str
    notes: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    encoding: str = "UTF-8"


class Reading:
    """One file being read."""

    def __init__(
        self, path: Path, name: str, limit: int | None, on_step: OnStep,
        options: TableOptions = GUESSED,
    ) -> None:  # fmt: skip
        self.path, self.name, self.limit, self.on_step = path, name, limit, on_step
        self.options = options
        self.packed = opener(path) is not None
        self.size = path.stat().st_size
        self.words: list[str] = []
        self.seen: dict[str, int] = {}
        self.aside = Aside()
        self.kinds: Counter[str] = Counter()
        self.few: dict[str, list[Message]] = {}
        self.most = budget.reading()
        self._matrix: NDArray[np.float32] | None = None
        self._letters = 0

    def fail(self, what: str) -> NoReturn:
        """Raise SourceError about this file."""
        raise SourceError(message("“{name}”: {what}", name=self.name, what=what))

    @property
    def met(self) -> int:
        """The number of words read, including those left out."""
        return len(self.words) + len(self.aside)

    @property
    def width(self) -> int:
        """The numbers of a row that was kept; 0 before the first."""
        return 0 if self._matrix is None else int(self._matrix.shape[1])

    @property
    def full(self) -> bool:
        """Whether the limit of words is reached."""
        return self.limit is not None and len(self.words) >= self.limit

    def leave(self, kind: str, place: Message, why: Message, shown: Message | None = None) -> None:
        """Set one row aside; shown: what a note says of it, by default its place.

        Raises SourceError where that is most of the file: nobody wants what is left.
        """
        self.aside.add(place, why)
        self.kinds[kind] += 1
        n = self.kinds[kind]
        if n <= FEW:
            self.few.setdefault(kind, []).append(shown or place)
        if kind == UNREADABLE and n >= STEP and n > len(self.words):
            self.fail(self.few[kind][0])
        if kind == DOUBLE and n > MOST_REPEATED and n > 10 * len(self.words):
            self.fail(
                message(
                    "{n:,} of {met:,} rows repeat a word; this is not a file of word vectors.",
                    n=n,
                    met=self.met,
                )
            )

    def add(self, word: str, row: NDArray[np.float32], place: str, n: int) -> bool:
        """Keep one word and its numbers, (d,); returns whether it is kept.

        place: the template of the n-th place, “line {n:,}” or “word {n:,}”. Set aside are words
        that were met before, empty words, and numbers that are not finite. Raises SourceError
        for invalid words, and where what is kept outgrows the memory it may take.
        """
        where = message(place, n=n)
        if not np.isfinite(row).all():
            self.leave_infinite(word, where)
            return False
        if not self.new(word, where, n):
            return False
        self._row(len(row))[:] = row
        return True

    def too_many(self, bad: int) -> bool:
        """Whether so many odd rows make this no file of word vectors."""
        return bad > SHARE * self.met and (bad > 1 or self.met < FEWEST)

    def leave_infinite(self, word: str, where: Message) -> None:
        """Set a row aside that holds NaN or infinity."""
        shown = message("“{word}” at {place}", word=word[:30], place=where)
        self.leave(INFINITE, where, message("NaN or ∞ among its numbers"), shown)

    def new(self, word: str, where: Message, n: int) -> bool:
        """Keep one word, if it is a new one. Raises SourceError where it cannot be a word."""
        if not word:
            self.leave(EMPTY, where, message("its word is empty"))
            return False
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
            template = "“{word}” at {place}, first at {first}"
            shown = message(template, word=word[:30], place=where, first=self.seen[word])
            self.leave(DOUBLE, where, message("“{word}” again", word=word[:30]), shown)
            return False
        self.seen[word] = n
        self.words.append(word)
        self._letters += len(word)
        return True

    def _row(self, d: int) -> NDArray[np.float32]:
        """The row of the matrix for the word that was kept last."""
        n = len(self.words)
        if self._matrix is None:
            self._matrix = np.empty((min(self.limit or STEP, STEP), d), np.float32)
        if n > len(self._matrix):
            larger = len(self._matrix) * 5 // 4 + STEP
            self.check_size(min(larger, self.limit or larger), d)
            self._matrix.resize((min(larger, self.limit or larger), d), refcheck=False)
        return self._matrix[n - 1]

    def check_size(self, rows: int, d: int) -> None:
        """Raise SourceError where so many rows of d numbers need more memory than they may take."""
        needed = 4 * rows * d + WORD_BYTES * len(self.words) + 4 * self._letters
        if needed > self.most:
            self.fail(
                message(
                    "{n:,} words of {d:,} numbers take more than {most} of memory; read only "
                    "the first words, or raise the limit by setting VECTORSCOPE_READ_GB.",
                    n=rows,
                    d=d,
                    most=budget.amount(self.most),
                )
            )

    def tell(self, done: int, of: int, n: int) -> None:
        """Report, every `STEP` words, that `done` of `of` are read."""
        if n % STEP == 0:
            report(
                self.on_step,
                min(done / max(of, 1), 1.0),
                message("reading, {n:,} words", n=len(self.words)),
            )

    def loaded(
        self, format: str, notes: Iterable[str] = (), encoding: str = "UTF-8", matrix: Any = None
    ) -> Loaded:
        """The words and vectors read, or a matrix that was read otherwise than by `add`.

        Raises SourceError where there are none, or only zeros.
        """
        if self.too_many(self.kinds[UNREADABLE]):
            self.fail(self.few[UNREADABLE][0])
        if not self.words and self.kinds[INFINITE]:
            first = self.few[INFINITE][0]
            self.fail(message("every vector holds NaN or ∞, as {first}.", first=first))
        if not self.words:
            self.fail(message("it holds no vectors; choose another file."))
        if matrix is None:
            assert self._matrix is not None
            self._matrix.resize((len(self.words), self._matrix.shape[1]), refcheck=False)
            matrix = self._matrix
        filled = matrix.getnnz(axis=1) > 0 if hasattr(matrix, "getnnz") else matrix.any(axis=1)
        if not filled.any():
            self.fail(message("every vector is zero; there is nothing to compare."))
        messages = list(notes)
        if zero := int((~filled).sum()):
            messages.append(
                message("{n:,} words have a vector of zeros, which is near nothing.", n=zero)
            )
        if 2 * self.kinds[DOUBLE] > self.met:
            messages.append(
                message("Most rows repeat a word. Rows that are no words belong on “Collection”.")
            )
        messages += [
            message(SUMMARIES[kind], n=n, shown=joined(self.few[kind]))
            for kind, n in self.kinds.items()
        ]
        named = self.aside.listed()
        return Loaded(self.words, matrix, format, tuple(messages), named, encoding)

    def claim(self, head: list[str], least: float, off_by: int = 0) -> tuple[int, int]:
        """Words and dimension of a binary header, checked against the size of the file.

        least: bytes that a number takes; off_by: words that it may declare too many.
        """
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
        if not self.packed and (V - off_by) * (d * least + 2) > self.size:
            self.fail(
                message(
                    "line 1 declares {V:,} words of {d:,} numbers, at least {need:,} bytes, but "
                    "the file has {size:,}: it is cut off, or line 1 is wrong.",
                    V=V,
                    d=d,
                    need=V * (d * least + 2),
                    size=self.size,
                )
            )
        return V, d

    def line(self, file: BinaryIO, n: int) -> bytes:
        """The next line, the n-th. Raises SourceError where it is damaged or too long."""
        try:
            line = file.readline(LONGEST_LINE)
        except DAMAGE as error:
            self.fail(
                message(
                    "the compressed data end or are damaged before line {n:,} ({error}).",
                    n=n,
                    error=error,
                )
            )
        if len(line) == LONGEST_LINE:
            self.fail(
                message(
                    "line {n:,} is longer than any vector; this is not a file of word vectors.", n=n
                )
            )
        return bytes(line)


def joined(messages: list[Message]) -> str:
    """Several short messages as one."""
    return reduce(lambda a, b: message("{a}; {b}", a=a, b=b), messages)


def opener(path: Path) -> Callable[..., Any] | None:
    """What opens a compressed file, by its first bytes: names may lie. None for any other."""
    with path.open("rb") as file:
        start = file.read(6)
    return next((open for mark, open in OPENERS.items() if start.startswith(mark)), None)


def opened(path: Path) -> Any:
    """A file opened for reading bytes, decompressed where it is compressed."""
    unpack = opener(path)
    return unpack(path, "rb") if unpack else path.open("rb")


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
