"""The lines of a text file as bytes, and their words as text, whatever the encoding.

Lines are split at bytes, before they are decoded: a word may hold any of the characters that
Unicode calls a line end. Numbers and separators are ASCII in all encodings but UTF-16 and
UTF-32, which are turned into UTF-8 first.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from core.messages import Message, message
from core.tables.encodings import NAMES, detect, opening
from core.tables.frequent import EAST_ASIAN
from core.vectors.store.readers.reading import Reading, read_bytes

SAMPLE = 1 << 16
SAMPLED_LINES = 200
FEW = 0.2  # of the lines of an East Asian encoding are UTF-8 as well
CUT = re.compile(
    rb"^[\x80-\xbf]|(?:[\xc2\xc3]|[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})$"
)


class Lines:
    """The numbered lines of an open file; the first of them can be looked at before."""

    def __init__(self, reading: Reading, file: BinaryIO) -> None:
        self.reading = reading
        start = read_bytes(file, SAMPLE, reading.name)
        encoding = opening(start)
        mark = encoding.mark
        self.encoding = reading.options.codec or encoding.name
        rewind(reading, file, mark)
        self.file: Any = file
        ends_with_cr = b"\n" not in start and b"\r" in start
        self.recoded = self.encoding.startswith(("utf-16", "utf-32"))
        if self.recoded or ends_with_cr:
            self.file = Recoded(file, reading, self.encoding if self.recoded else "", ends_with_cr)
        self.n = 0
        self.done = mark
        self.sample = self._sample()
        self.words = Words(self.sample, "utf-8" if self.recoded else self.encoding)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """(number, line with its end), counted from 1."""
        for line in self.sample:
            self.n += 1
            self.done += len(line)
            yield self.n, line
        while line := self.reading.line(self.file, self.n + 1):
            self.n += 1
            self.done += len(line)
            yield self.n, line

    def _sample(self) -> list[bytes]:
        lines: list[bytes] = []
        size = 0
        while len(lines) < SAMPLED_LINES and (size < SAMPLE or len(lines) < 3):
            if not (line := self.reading.line(self.file, len(lines) + 1)):
                break
            lines.append(line)
            size += len(line)
        return lines

    @property
    def name(self) -> str:
        """The encoding's usual name."""
        encoding = self.words.fallback if self.words.other else self.encoding
        return NAMES.get(encoding, encoding)

    def notes(self) -> list[Message]:
        """What was done to the encoding, in sentences."""
        notes = []
        if self.encoding != "utf-8":
            notes.append(message("The file is {encoding}.", encoding=self.name))
        if self.words.other:
            template = "Words that are not UTF-8, read as {encoding}: {n:,}."
            notes.append(message(template, n=self.words.other, encoding=self.name))
        if self.words.cut:
            template = "Words that are cut inside a character, its bytes written as \\x…: {n:,}."
            notes.append(message(template, n=self.words.cut))
        return notes


class Words:
    """Words from bytes: UTF-8, and where that fails the encoding that the file seems to have."""

    def __init__(self, sample: list[bytes], encoding: str) -> None:
        self.encoding = encoding
        self.fallback = ""
        self.cut = 0
        self.other = 0
        self._sample = b"".join(sample)
        high = [line for line in sample if not line.isascii()]
        if encoding == "utf-8" and sum(map(is_utf8, high)) < FEW * len(high):
            other = detect(self._sample)  # some of whose words are UTF-8 by chance
            self.fallback = other if other in EAST_ASIAN else ""
        self.foreign = self.fallback != ""

    def decoded(self, word: bytes) -> str:
        """The word; bytes of half a character are written out as \\x…"""
        if not self.foreign or word.isascii():
            try:
                return word.decode(self.encoding)
            except UnicodeDecodeError:
                pass
        if not self.fallback:
            self.fallback = detect(word if is_utf8(self._sample) else self._sample)
        if self.fallback == "utf-8" or (self.fallback not in EAST_ASIAN and CUT.search(word)):
            self.cut += 1
            return word.decode("utf-8", "backslashreplace")
        self.other += 1
        return word.decode(self.fallback, "backslashreplace")


class Recoded:
    """A file in another encoding, or with CR at its line ends, as lines of UTF-8 with LF."""

    def __init__(self, file: BinaryIO, reading: Reading, encoding: str, cr: bool) -> None:
        self.file, self.reading, self.cr = file, reading, cr
        self.decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
        self.buffer, self.at, self.more = b"", 0, True

    def readline(self, most: int) -> bytes:
        """The next line, or so many bytes of it."""
        while True:
            end = self.buffer.find(b"\n", self.at)
            if end >= 0 or not self.more or len(self.buffer) - self.at >= most:
                break
            self.buffer, self.at = self.buffer[self.at :] + self._read(), 0
        stop = min(end + 1 if end >= 0 else len(self.buffer), self.at + most)
        line = self.buffer[self.at : stop]
        self.at = stop
        return line

    def _read(self) -> bytes:
        data = read_bytes(self.file, SAMPLE, self.reading.name)
        self.more = bool(data)
        if self.decoder is not None:
            data = self.decoder.decode(data, not data).encode("utf-8", "replace")
        return data.replace(b"\r", b"\n") if self.cr else data


def is_utf8(data: bytes) -> bool:
    """Whether bytes are valid UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def rewind(reading: Reading, file: BinaryIO, at: int) -> None:
    """Go back to the byte `at`, the first after a byte order mark."""
    file.seek(0)
    read_bytes(file, at, reading.name)
