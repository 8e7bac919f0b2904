"""Lines of a text, whatever ends them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator

from core.errors import SourceError
from core.messages import message

LONGEST_LINE = 1 << 26


def ends_in_returns(sample: str) -> bool:
    """Whether lines end with a carriage return alone, as on old Macs."""
    pairs = sample.count("\r\n")
    return sample.count("\r") - pairs > sample.count("\n")


def lines(pieces: Iterable[str], name: str) -> Iterator[str]:
    """Cut a stream of text into lines, each with its \\n; the last may have none.

    Lines end with \\n or \\r\\n, or, where most do, with \\r alone. U+2028 and the like end none.
    Raises SourceError for a line of more than 67 million characters.
    """
    stream = iter(pieces)
    first = next(stream, "")
    pieces = itertools.chain((first,), stream)
    if ends_in_returns(first):
        newlines = io.IncrementalNewlineDecoder(None, translate=True)
        pieces = (newlines.decode(piece) for piece in pieces)
    waiting: list[str] = []
    length = 0
    for piece in pieces:
        head, newline, tail = piece.rpartition("\n")
        if newline:
            yield from _cut("".join(waiting) + head)
            waiting, length = [], 0
        waiting.append(tail)
        length += len(tail)
        if length > LONGEST_LINE:
            raise SourceError(
                message(
                    "“{name}” has a line of more than {longest:,} characters; "
                    "put each record on a line of its own.",
                    name=name,
                    longest=LONGEST_LINE,
                )
            )
    if last := "".join(waiting):
        yield last


def _cut(text: str) -> Iterator[str]:
    """The lines of a text without its last newline; `splitlines` would cut at more than \\n."""
    if "\r" not in text:
        return (line + "\n" for line in text.split("\n"))
    return (line.rstrip("\r") + "\n" for line in text.split("\n"))
