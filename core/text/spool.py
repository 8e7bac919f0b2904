"""A growing text on disk: cleaned while it is read, document by document."""

from __future__ import annotations

import io
import re
import tempfile
import unicodedata
from types import TracebackType
from typing import IO, Any, cast

import numpy as np

from core import cache
from core.errors import SourceError
from core.messages import message
from core.tables.decoding import controls

IN_MEMORY = 1 << 26  # a text below this needs no disk, which may be full or read-only
BEGINNING = 1 << 15  # bytes
LONGEST_WORD, USUAL_WORD = 4096, 64
LINE_END = re.compile(r"[\v\x1c-\x1e\x85\u2028]")
INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f\u00ad\u200b\u2060\ufeff]")
# the two patterns above change nothing in a text without any of these
CHANGED_BYTES = (*range(9), 11, 12, *range(14, 33))  # of the counts of `controls`
CHANGED = "\x85\u00ad\u200b\u2028\u2029\u2060\ufeff"
BLANK = re.compile(r"\n\s+")
INSIDE = re.compile(r"[^\S\n]+")  # white space inside lines
SPACE = re.compile(r"\s\S*\Z")


def scratch() -> IO[bytes]:
    """A file of the cache folder, or the system's, that vanishes; in memory while it is small."""
    place: str | None = str(cache.folder() / "tmp")
    try:
        (cache.folder() / "tmp").mkdir(parents=True, exist_ok=True)
    except OSError:
        place = None
    file: Any = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=place)  # noqa: SIM115
    return cast(IO[bytes], file)


def store(file: IO[bytes], data: bytes) -> None:
    """Append to a scratch file. Raises SourceError when the disk is full."""
    try:
        file.write(data)
    except OSError as error:
        raise SourceError(
            message(
                "The disk has no room for the text ({why}); free some space, or put "
                "the cache elsewhere by setting VECTORSCOPE_CACHE.",
                why=error.strerror,
            )
        ) from error


def mapped(file: IO[bytes], kind: Any, size: int, *, writeable: bool = False) -> np.ndarray:
    """The first `size` numbers of a scratch file, mapped from the disk unless they are few."""
    if size * np.dtype(kind).itemsize <= IN_MEMORY:
        file.seek(0)
        data = file.read(size * np.dtype(kind).itemsize)
        return np.frombuffer(bytearray(data) if writeable else data, kind)
    file.flush()
    return np.memmap(cast(Any, file), kind, mode="r+" if writeable else "r", shape=(size,))


class Spool:
    """A growing text: call `begin` for each document and `write` for each piece of it.

    Pieces may be cut anywhere; the text is the same, except for a combining
    mark that a cut separates from its letter. Line ends become \\n, blank lines
    one blank line, form feeds begin another document, invisible characters are
    removed, and letters are composed (NFC), so that one word has one spelling.
    Documents without text are counted in `empty`, not kept. joined: white space inside lines is
    left out.
    """

    def __init__(self, *, joined: bool = False) -> None:
        self._joined = joined
        self._file = scratch()
        self.size = 0
        self.starts: list[int] = []
        self.names: list[str] = []
        self.empty = 0
        self._newlines = io.IncrementalNewlineDecoder(None, translate=True)
        self._name = ""
        self._sheet = 1
        self._tail = ""
        self._fresh = True  # the document has no text yet

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()

    def begin(self, name: str) -> None:
        """Start a document."""
        self._name, self._sheet, self._tail, self._fresh = name, 1, "", True

    def write(self, piece: str) -> None:
        """Add to the document. Raises SourceError when the disk is full."""
        piece = self._newlines.decode(piece)
        if _is_plain(piece):
            self._add(piece)
            return
        piece = LINE_END.sub("\n", piece)
        first, *others = INVISIBLE.sub("", piece.replace("\u2029", "\n\n")).split("\f")
        self._add(first)
        for sheet in others:
            self._finish()
            self._sheet += 1
            self._add(sheet)

    def end(self) -> None:
        """Finish the document."""
        self._newlines.reset()
        self._finish()

    def _finish(self) -> None:
        self._put(self._clean(self._tail).rstrip())
        self._tail = ""
        self.empty += self._fresh
        self._fresh = True

    def mark(self) -> tuple[int, int, int]:
        """The current end of the text, for `rewind`."""
        return self.size, len(self.starts), self.empty

    def rewind(self, mark: tuple[int, int, int]) -> None:
        """Forget what was written since the mark."""
        self.size, documents, self.empty = mark
        del self.starts[documents:], self.names[documents:]
        self._file.seek(self.size)
        self._file.truncate()
        self._newlines.reset()
        self._tail, self._fresh = "", True

    def beginning(self) -> str:
        """The first characters of the text so far."""
        self._file.seek(0)
        start = self._file.read(min(self.size, BEGINNING)).decode("utf-8", "ignore")
        self._file.seek(self.size)
        return start

    def array(self) -> np.ndarray:
        """The text so far: (B,) uint8, mapped from the disk unless it is small."""
        return mapped(self._file, np.uint8, self.size)

    def _add(self, piece: str) -> None:
        # The text after the last white space waits for the next piece, as does
        # the white space, which may be the beginning of a blank line.
        text = self._tail + piece
        last_space = SPACE.search(text, max(0, len(text) - USUAL_WORD))
        last_space = last_space or SPACE.search(text, max(0, len(text) - LONGEST_WORD))
        body = (text[: last_space.start()] if last_space else text).rstrip()
        self._tail = text[len(body) :]
        if not body and len(self._tail) > LONGEST_WORD:
            self._tail = self._clean(self._tail)
        self._put(self._clean(body))

    def _clean(self, text: str) -> str:
        text = BLANK.sub(_blank, text)
        return unicodedata.normalize("NFC", INSIDE.sub("", text) if self._joined else text)

    def _put(self, text: str) -> None:
        if self._fresh:
            text = text.lstrip()
            if not text:
                return
            if self.size:
                self._store(b"\n\n")
            self.starts.append(self.size)
            self.names.append(self._name if self._sheet == 1 else f"{self._name} ({self._sheet})")
            self._fresh = False
        self._store(text.encode("utf-8", "replace"))

    def _store(self, data: bytes) -> None:
        store(self._file, data)
        self.size += len(data)


def _is_plain(text: str) -> bool:
    """True when there are no form feeds, and neither LINE_END nor INVISIBLE finds anything."""
    if text.isascii() and text.isprintable():  # most rows of a table: many short pieces
        return True
    low = controls(text.encode("utf-8", "replace"))
    return not low[[*CHANGED_BYTES]].any() and (
        text.isascii() or not any(character in text for character in CHANGED)
    )


def _blank(match: re.Match[str]) -> str:
    """White space that begins with a line's end: a blank line, or indentation."""
    return "\n\n" if "\n" in match[0][1:] else "\n"
