"""word2vec's binary format: a header line, then word, space and d float32, each."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np

from core.messages import Message, message
from core.vectors.store.readers.lines import Words
from core.vectors.store.readers.reading import (
    LONGEST_WORD,
    SHARE,
    Loaded,
    Reading,
    opened,
    read_bytes,
)

PIECE = 1 << 16
OFF_BY = 1  # words that line 1 may declare too many
END = 10  # some writers end each vector with a line


def read(reading: Reading) -> Loaded:
    """Word by word. Raises SourceError where the numbers of its header do not fit what follows."""
    with opened(reading.path) as file:
        head = reading.line(file, 1)
        parts = [part.decode() for part in head.replace(b",", b" ").split()]
        V, d = reading.claim(parts, 4, OFF_BY)
        records = Records(reading, file, d, len(head))
        words = Words([], "utf-8")
        n = garbled = 0
        notes = list[Message]()
        while not reading.full and (records.more() if n < V else records.whole()):
            word, data = records.next(n + 1, V)
            n += 1
            row = np.frombuffer(data, "<f4").astype(np.float32)
            text = words.decoded(word)
            garbled += text.encode() != word or any(byte < 32 for byte in word)
            reading.add(text, row, "word {n:,}", n)
            reading.tell(records.done, reading.size, n)
        left = 0 if reading.full else records.left()
    if n < V and not reading.full and V - n > max(OFF_BY, SHARE * V):
        template = "it ends at word {n:,} of {V:,}; download it again."
        reading.fail(message(template, n=n + 1, V=V))
    if left and not garbled and n == V > 1:
        template = "{left:,} bytes behind the last word belong to no vector and are left out."
        notes.append(message(template, left=left))
        left = 0
    if left or garbled > (SHARE if n > V else 0.5) * n:
        reading.fail(
            message(
                "the {V:,} words of {d:,} numbers that line 1 declares do not fit what follows: "
                "{garbled:,} words are no text, {left:,} bytes are left over. Line 1 is wrong, or "
                "it is not word2vec's binary format.",
                V=V,
                d=d,
                garbled=garbled,
                left=left,
            )
        )
    if words.cut or words.other:
        template = "{n:,} words are not UTF-8; bytes of half a character are written as \\x…"
        notes.append(message(template, n=words.cut + words.other))
    if n > V or (n < V and not reading.full):
        template = "Line 1 declares {V:,} words; the file holds {met:,}."
        notes.append(message(template, V=V, met=n))
    return reading.loaded("word2vec binary", notes)


class Records:
    """The words and vectors behind the header of an open file."""

    def __init__(self, reading: Reading, file: BinaryIO, d: int, done: int) -> None:
        self.reading, self.file, self.width, self.done = reading, file, 4 * d, done
        self._data, self._at = b"", 0

    def next(self, n: int, V: int) -> tuple[bytes, bytes]:
        """(word, the bytes of its numbers), the n-th of V. Raises SourceError at the end."""
        self._skip_ends()
        while (end := self._data.find(b" ", self._at)) < 0:
            if len(self._data) - self._at > LONGEST_WORD:
                break
            if not self._read():
                template = "it ends at word {n:,} of {V:,}; download it again."
                self.reading.fail(message(template, n=n, V=V))
        if end < 0 or end - self._at > LONGEST_WORD:
            template = "word {n:,} has no end: this is not word2vec's binary format."
            self.reading.fail(message(template, n=n))
        word = self._data[self._at : end].replace(b"\n", b"")
        start = end + 1
        while len(self._data) - start < self.width:
            start -= self._at
            if not self._read():
                template = "it ends inside the vector of word {n:,} of {V:,}; download it again."
                self.reading.fail(message(template, n=n, V=V))
        stop = start + self.width
        self.done += stop - self._at
        self._at = stop
        return word, self._data[start:stop]

    def more(self) -> bool:
        """Whether anything but line ends follows."""
        self._skip_ends()
        return self._at < len(self._data)

    def whole(self) -> bool:
        """Whether another word and its vector follow, and not only the end of the file."""
        self._skip_ends()
        while len(self._data) - self._at < LONGEST_WORD + self.width and self._read():
            pass
        end = self._data.find(b" ", self._at, self._at + LONGEST_WORD)
        word = self._data[self._at : max(end, self._at)]
        whole = len(self._data) - end > self.width
        return len(word) > 0 and whole and not any(byte < 33 for byte in word)

    def left(self) -> int:
        """How many bytes follow, as far as they are read already."""
        self._skip_ends()
        return len(self._data) - self._at

    def _skip_ends(self) -> None:
        while True:
            while self._at < len(self._data) and self._data[self._at] == END:
                self._at += 1
            if self._at < len(self._data) or not self._read():
                return

    def _read(self) -> bool:
        more = read_bytes(self.file, PIECE, self.reading.name)
        self._data, self._at = self._data[self._at :] + more, 0
        return bool(more)
