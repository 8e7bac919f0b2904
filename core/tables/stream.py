"""A table as a stream of rows: memory follows what is kept, not what is read."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from core.tables.decoding import Tally, decoded
from core.tables.dialect import Dialect
from core.tables.encodings import SAMPLE, Encoding, guess, opening
from core.tables.guess import COMMENTS, DECLARED, dialect_of
from core.tables.lines import lines
from core.tables.no_tables import check_page
from core.tables.options import GUESSED, TableOptions
from core.tables.records import Record, records

T = TypeVar("T")
LOOKED_AT = 1 << 18  # characters
FEWEST = 20  # lines
Chunks = Callable[[], Iterable[bytes]]


@dataclass
class Stream:
    """The rows of a table while they are read.

    titles: the lines above the heading that hold something; stray: the lines with a quotation
    mark that was read as a letter; comments: those between rows of numbers that are left out.
    The last two are complete when `rows` is at its end.
    """

    dialect: Dialect
    rows: Iterator[Record]
    titles: list[str] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)


def stream(
    pieces: Iterable[str],
    name: str,
    options: TableOptions = GUESSED,
    *,
    usual: str = ",",
    spaces: bool = False,
    numbers: bool = False,
) -> Stream:
    """The rows below the heading of a decoded table; see `core.tables.guess.dialect_of`.

    Raises SourceError for a web page.
    """
    source = lines(pieces, name)
    sample, size, whole = list[str](), 0, False
    for line in source:
        sample.append(line)
        size += len(line)
        if size >= LOOKED_AT and len(sample) >= FEWEST:
            break
    else:
        whole = True
    check_page("".join(sample[:FEWEST]), name)
    dialect = dialect_of(sample, options, usual=usual, spaces=spaces, numbers=numbers, whole=whole)
    body = itertools.chain(sample[dialect.preamble :], source)
    stray: list[int] = []
    rows = records(body, dialect, stray, dialect.preamble + 1)
    if dialect.heading:
        next(rows, None)
    above = [line.strip() for line in sample[: dialect.preamble]]
    titles = [line for line in above if line and not DECLARED.fullmatch(line)]
    comments: list[int] = []
    if numbers:
        rows = _without_comments(rows, dialect, comments)
    return Stream(dialect, rows, titles, stray, comments)


def _without_comments(
    rows: Iterator[Record], dialect: Dialect, comments: list[int]
) -> Iterator[Record]:
    """The rows but for those of another width that a comment's mark begins: NumPy's footers."""
    for row in rows:
        if len(row.cells) != dialect.width and row.cells[0].lstrip().startswith(COMMENTS):
            comments.append(row.line)
        else:
            yield row


def with_encoding(
    chunks: Chunks, use: Callable[[Iterator[str], Tally], T], codec: str = ""
) -> tuple[T, Encoding, Tally]:
    """Hand the decoded text to `use`: as UTF-8, and, where that fails, once more in its encoding.

    chunks: opens the bytes anew; use: is given the pieces, and the tally of what was decoded so
    far; codec: Python's name of the encoding, if it is known.
    """
    tally = Tally()
    stream = iter(chunks())
    first = next(stream, b"")
    encoding = opening(first)
    known = bool(encoding.mark)
    if codec and not (codec == "utf-16-le" and encoding.name == "utf-16-be"):
        encoding, known = Encoding(codec, mark=encoding.mark if codec == encoding.name else 0), True
    data = itertools.chain((first[encoding.mark :],), stream)
    try:
        text = decoded(data, encoding.name, tally, strict=not known)
        return use(text, tally), encoding, tally
    except UnicodeDecodeError as error:
        encoding = guess(_sample(first, error, tally))
    tally = Tally()
    again = decoded(chunks(), encoding.name, tally, others=encoding.others)
    return use(again, tally), encoding, tally


def _sample(first: bytes, error: UnicodeDecodeError, tally: Tally) -> bytes:
    """Bytes to detect the encoding from: the start, and those around the failure if further on.

    Both are cut at white space, which in no encoding is part of a character.
    """
    start = first[:SAMPLE]
    if len(first) > len(start):
        start = start[: start.rfind(b"\n") + 1 or start.rfind(b" ") + 1 or len(start)]
    if tally.bytes <= SAMPLE:
        return start
    around = error.object
    return start + around[min(around.find(b"\n") + 1 or around.find(b" ") + 1, error.start) :]
