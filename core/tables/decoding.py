"""Decoding bytes piece by piece, and counting what cannot be decoded."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from core.tables.encodings import HIGH_BYTE, MULTIBYTE

STEP = 1 << 16
CONTROL = (*range(9), *range(14, 27), *range(28, 32), 32)  # of the counts of `controls`
CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # the same
SPARED = 2  # control characters that even a short text may hold
NAMED = 100  # lines in another encoding are named, the others counted
LONGEST_LINE = 1 << 20  # bytes: a longer one is decoded in parts


@dataclass
class Tally:
    """What decoding counted: characters, control characters, and invalid bytes.

    first_bad: a byte; first_control: a character; both from 0, −1 where there is none. foreign:
    the first lines, of `others`, that are in the second encoding.
    """

    characters: int = 0
    control: int = 0
    bytes: int = 0
    bad: int = 0
    first_bad: int = -1
    first_control: int = -1
    lines: int = 0
    others: int = 0
    foreign: list[int] = field(default_factory=list)

    @property
    def is_text(self) -> bool:
        """False for binary data: too many bytes are invalid, or control characters."""
        return self.bad <= 0.1 * self.bytes and self.control <= 0.01 * self.characters + SPARED

    @property
    def is_text_everywhere(self) -> bool:
        """The same without what a short text is spared: true of slices, it is true of the whole."""
        return self.bad <= 0.1 * self.bytes and self.control <= 0.01 * self.characters


def controls(data: bytes) -> np.ndarray:
    """How often each of the bytes 0 to 31 occurs, and, at 32, how often 127 does: (33,) int64.

    In UTF-8 these are the ASCII control characters. Several times faster than a pattern.
    """
    byte_values = np.frombuffer(data, np.uint8)
    frequencies = np.bincount(byte_values[byte_values < 32], minlength=33)
    frequencies[32] = data.count(b"\x7f") if b"\x7f" in data else 0  # `in` is faster than `count`
    return frequencies


def decoded(
    chunks: Iterable[bytes], encoding: str, tally: Tally, strict: bool = False, others: str = ""
) -> Iterator[str]:
    """Decode a stream of bytes piece by piece; what cannot be decoded becomes U+FFFD.

    others: the encoding of those lines that are not in `encoding`, which then is UTF-8.
    Raises UnicodeDecodeError (whose `object` is the piece) when `strict`.
    """
    if others:
        yield from _by_lines(chunks, others, tally)
        return
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for chunk in chunks:
        for at in range(0, len(chunk), STEP):
            yield _decode(decoder, encoding, chunk[at : at + STEP], False, tally, strict)
    yield _decode(decoder, encoding, b"", True, tally, strict)


def _by_lines(chunks: Iterable[bytes], others: str, tally: Tally) -> Iterator[str]:
    """Decode whole lines: as UTF-8, those that are not UTF-8 in the other encoding."""
    waiting = b""
    for chunk in chunks:
        waiting += chunk
        end = waiting.rfind(b"\n") + 1
        if end or len(waiting) >= LONGEST_LINE:
            end = end or len(waiting)
            yield "".join(_line(line, others, tally) for line in waiting[:end].splitlines(True))
            waiting = waiting[end:]
    yield "".join(_line(line, others, tally) for line in waiting.splitlines(True))


def _line(line: bytes, others: str, tally: Tally) -> str:
    tally.lines += 1
    encoding = "utf-8"
    if not line.isascii():
        valid = len(MULTIBYTE.findall(line))
        stray = len(HIGH_BYTE.findall(MULTIBYTE.sub(b"", line)))
        if stray and stray >= valid:  # else it is damaged UTF-8
            encoding = others
            tally.others += 1
            tally.foreign += [tally.lines] if len(tally.foreign) < NAMED else []
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    return _decode(decoder, encoding, line, True, tally, False)


def _decode(
    decoder: codecs.IncrementalDecoder,
    encoding: str,
    data: bytes,
    final: bool,
    tally: Tally,
    strict: bool,
) -> str:
    tally.bytes += len(data)
    raw = data
    parts: list[str] = []
    while True:
        try:
            parts.append(decoder.decode(data, final))
            break
        except UnicodeDecodeError as error:
            if strict:
                raise
            # `object` is the decoder's own buffer with `data` behind it
            buffer = error.object
            if tally.first_bad < 0:
                tally.first_bad = tally.bytes - len(buffer) + error.start
            tally.bad += error.end - error.start
            parts += [buffer[: error.start].decode(encoding), "\ufffd"]
            data = buffer[error.end :]
            decoder.reset()
    text = "".join(parts)
    # invalid UTF-8 has no byte below 128
    utf8 = raw if encoding == "utf-8" else text.encode("utf-8", "surrogatepass")
    control = int(controls(utf8)[[*CONTROL]].sum())
    if control and tally.first_control < 0 and (first := CONTROLS.search(text)):
        tally.first_control = tally.characters + first.start()
    tally.control += control
    tally.characters += len(text)
    return text
