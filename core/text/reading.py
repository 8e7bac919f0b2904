"""Reading a source: its documents as one clean UTF-8 text, and a report on the reading."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO

import numpy as np

from core import budget
from core.cache import cached
from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, report, run_on
from core.text import encodings, files, shelf, sources, tables
from core.text.encodings import Tally
from core.text.files import Budget, Part
from core.text.specs import Source
from core.text.spool import Spool

ENOUGH = 4096  # characters that suffice to tell text from other data
FULLEST_REPORT = 50
DOCUMENT_BYTES = 180  # of memory, for a document's name and place
OFTEN = 1 << 14  # documents between two looks at what they take


@dataclass(frozen=True)
class ReadReport:
    """What was read, and what could not be.

    bad_bytes: the number of bytes that are invalid in the encoding; first_bad: the
    position of the first in its (unpacked) file, −1 when there is none.
    """

    encoding: str
    bytes_read: int
    documents: int
    bad_bytes: int
    first_bad: int
    notes: list[str]


@dataclass(frozen=True)
class RawText:
    """The cleaned text.

    utf8: (B,) uint8. Lines end with \\n; a blank line separates paragraphs, and
    documents. document_starts: (D+1,) int64, document i is
    utf8[document_starts[i]:document_starts[i+1]]. document_names: D names.
    """

    utf8: np.ndarray
    document_starts: np.ndarray
    document_names: list[str]
    report: ReadReport

    def decode(self, start: int, end: int) -> str:
        """The text between two byte offsets, without characters that they cut."""
        return self.utf8[max(start, 0) : end].tobytes().decode("utf-8", "ignore")


@cached
def read(source: Source, on_step: OnStep = run_on) -> RawText:
    """Read a source.

    Raises SourceError for a source that is missing, damaged, too large, empty or not
    text, and for a table without a chosen column.

    >>> text = read(Source("lee-news"))
    >>> text.document_names[0], text.report.encoding
    ('Lee news 1', 'UTF-8')
    """
    tally, notes, encodings_used = Tally(), list[str](), list[str]()

    def step(fraction: float) -> None:
        report(on_step, min(fraction, 1.0), "reading the text")

    step(0.0)
    with Spool() as spool:
        if source.source == "wikipedia-sample":
            tally.bytes = sources.wikipedia(spool, step)
        elif source.source == "lee-news":
            tally.bytes = sources.lee_news(spool, step)
        else:
            _read_files(source, spool, tally, notes, encodings_used, step)
        if not spool.size:
            raise empty(source)
        if spool.empty and spool.starts:
            template = "{n:,} empty documents or rows were skipped."
            notes.append(message(template, n=spool.empty))
        if tally.bad:
            notes.append(
                message(
                    "{n:,} bytes could not be decoded; the first is at byte {first:,}.",
                    n=tally.bad,
                    first=tally.first_bad,
                )
            )
        return RawText(
            spool.array(),
            np.array([*spool.starts, spool.size], np.int64),
            spool.names,
            ReadReport(
                ", ".join(dict.fromkeys(encodings_used)) or "UTF-8",
                tally.bytes,
                len(spool.starts),
                tally.bad,
                tally.first_bad,
                notes,
            ),
        )


def columns(source: Source) -> list[str]:
    """The columns of a table, one of which holds the text; [] for plain text."""
    if source.source not in ("upload", "file"):
        return []
    for path, name in shelf.locate(source):
        parts, _ = files.parts(path, name)
        for part in parts:
            if part.kind != "text":
                return _header(part)
    return []


def _read_files(
    source: Source,
    spool: Spool,
    tally: Tally,
    notes: list[str],
    encodings_used: list[str],
    step: sources.Step,
) -> None:
    paths = [(sources.text8(), "text8")] if source.source == "text8" else shelf.locate(source)
    parts: list[Part] = []
    for path, name in paths:
        readable, skipped = files.parts(path, name)
        parts += readable
        notes += skipped
    budget = Budget(files.limit())
    for done, part in enumerate(parts):
        mark = spool.mark()

        def inner(fraction: float, done: int = done) -> None:
            step((done + fraction) / len(parts))

        try:
            encoding, own = read_part(part, source.column, len(parts) > 1, spool, budget, inner)
        except NotText as error:
            if len(parts) == 1:
                raise
            spool.rewind(mark)
            if len(notes) < FULLEST_REPORT:
                notes.append(message("Skipped: {error}", error=error.args[0]))
            continue
        encodings_used.append(encodings.NAMES.get(encoding, encoding))
        tally.bytes += own.bytes
        tally.bad += own.bad
        if tally.first_bad < 0 <= own.first_bad:
            tally.first_bad = own.first_bad
            if len(parts) > 1:
                template = "The first byte that could not be decoded is in “{name}”."
                notes.append(message(template, name=part.name))


class NotText(SourceError):
    """A file that is not text; among others, it is skipped."""


def read_part(
    part: Part, column: str, several: bool, spool: Spool, budget: Budget, step: sources.Step
) -> tuple[str, Tally]:
    """Read one file as UTF-8, or, where that fails, once more in its real encoding."""
    mark, spent = spool.mark(), budget.spent
    encoding, strict = "utf-8", True
    while True:
        tally = Tally()
        try:
            with files.opened(part) as (stream, raw):
                size = max(part.path.stat().st_size, 1)
                chunks = files.chunks(stream, part, budget)
                first = next(chunks, b"")
                marked, skip = encodings.marked(first)
                encoding, strict = (marked, False) if marked else (encoding, strict)
                data = itertools.chain((first[skip:],), chunks)
                pieces = encodings.decoded(data, encoding, tally, strict)
                watched = _watched(pieces, part, tally, partial(_progress, step, raw, size))
                _spool(part, column, several, watched, spool)
            return encoding, tally
        except UnicodeDecodeError as error:
            sample = _sample(first, error, tally)
            encoding, strict = encodings.detect(sample), False
            spool.rewind(mark)
            budget.spent = spent


def _sample(first: bytes, error: UnicodeDecodeError, tally: Tally) -> bytes:
    """Bytes to detect the encoding from: the start, and those around the failure if further on.

    Both are cut at white space, which in no encoding is part of a character.
    """
    start = first[: encodings.SAMPLE]
    if len(first) > len(start):
        start = start[: start.rfind(b"\n") + 1 or start.rfind(b" ") + 1 or len(start)]
    if tally.bytes <= encodings.SAMPLE:
        return start
    around = error.object
    return start + around[min(around.find(b"\n") + 1 or around.find(b" ") + 1, error.start) :]


def _watched(
    pieces: Iterator[str], part: Part, tally: Tally, step: Callable[[], None]
) -> Iterator[str]:
    """Pass text on while it looks like text, reporting progress."""
    for piece in pieces:
        step()
        if tally.characters >= ENOUGH:
            _check_text(part, tally)
        yield piece
    _check_text(part, tally)


def _progress(step: sources.Step, raw: IO[bytes], size: int) -> None:
    step(raw.tell() / size)


def _check_text(part: Part, tally: Tally) -> None:
    if not tally.is_text:
        raise NotText(
            message(
                "“{name}” does not look like text: {bad:,} of its first {bytes:,} bytes are "
                "invalid and {control:,} are control characters.",
                name=part.name,
                bad=tally.bad,
                bytes=tally.bytes,
                control=tally.control,
            )
        )


def _spool(part: Part, column: str, several: bool, pieces: Iterator[str], spool: Spool) -> None:
    if part.kind == "text":
        spool.begin(part.name)
        for piece in pieces:
            spool.write(piece)
        spool.end()
        return
    prefix = f"{part.name}, row" if several else "row"
    for number, row in enumerate(tables.rows(part.kind, pieces, column, part.name), 1):
        if not number % OFTEN:
            budget.check_reading(DOCUMENT_BYTES * len(spool.starts), part.name)
        spool.begin(f"{prefix} {number}")
        spool.write(row)
        spool.end()


def _header(part: Part) -> list[str]:
    with files.opened(part) as (stream, _):
        first = next(files.chunks(stream, part, Budget(files.limit())), b"")
    encoding, skip = encodings.marked(first)
    if not encoding:
        first = first[: first.rfind(b"\n") + 1] or first  # whole lines only
        try:
            first.decode()
            encoding = "utf-8"
        except UnicodeDecodeError:
            encoding = encodings.detect(first)
    return tables.header(part.kind, encodings.decoded([first[skip:]], encoding, Tally()), part.name)


def empty(source: Source) -> SourceError:
    """The error for a source without text."""
    name = source.name or source.source
    return SourceError(message("“{name}” is empty: it holds no text.", name=name))
