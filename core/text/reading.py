"""Reading a source: its documents as one clean UTF-8 text, and a report on the reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.cache import cached
from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, report, run_on
from core.tables.aside import SetAside
from core.tables.decoding import Tally
from core.tables.notes import encoding_notes
from core.tables.preview import Preview
from core.text import files, shelf, sources
from core.text.files import Budget, Part
from core.text.parts import beginning, read_part
from core.text.rows import Remarks
from core.text.scripts import unspaced
from core.text.specs import Source
from core.text.spool import Spool

MOST_LOOKED_AT = 20  # tables of a zip, for the names of their columns
FULLEST_REPORT = 50


@dataclass(frozen=True)
class ReadReport:
    """What was read, and what could not be.

    bad_bytes: the number of bytes that are invalid in the encoding; first_bad: the
    position of the first in its (unpacked) file, −1 when there is none; set_aside: rows and
    files that were not used.
    """

    encoding: str
    bytes_read: int
    documents: int
    bad_bytes: int
    first_bad: int
    notes: list[str]
    set_aside: tuple[SetAside, ...] = ()


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
    tally, remarks, encodings_used = Tally(), Remarks(), list[str]()

    def step(fraction: float) -> None:
        report(on_step, min(fraction, 1.0), "reading the text")

    step(0.0)
    with Spool(joined=source.joined) as spool:
        if source.source == "wikipedia-sample":
            tally.bytes = sources.wikipedia(spool, step)
        elif source.source == "lee-news":
            tally.bytes = sources.lee_news(spool, step)
        elif source.source == "peoples-daily":
            tally.bytes = sources.peoples_daily(spool, step)
        else:
            _read_files(source, spool, tally, remarks, encodings_used, step)
        if not spool.size:
            raise empty(source)
        if spool.empty and spool.starts:
            template = "{n:,} empty documents or rows were skipped."
            remarks.notes.append(message(template, n=spool.empty))
        if script := unspaced(spool.beginning()):
            remarks.notes.append(
                message(
                    "{script} sets no spaces between words: cut at spaces, whole phrases are one "
                    "token. Cut the text into characters, or give one whose words are set apart.",
                    script=script,
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
                remarks.notes,
                remarks.aside.listed(),
            ),
        )


def columns(source: Source) -> list[str]:
    """The columns of a table, one of which holds the text; [] for plain text.

    Of several tables in one zip, those of all of them. Raises SourceError where none is readable.
    """
    names: dict[str, None] = {}
    errors: list[SourceError] = []
    tables = [part for part in _parts(source) if part.kind != "text"]
    for part in tables[:MOST_LOOKED_AT]:
        try:
            names |= dict.fromkeys(beginning(part, source.table).columns)
        except SourceError as error:
            errors.append(error)
    if errors and not names:
        raise errors[0]
    return list(names)


def understood(source: Source) -> Preview | None:
    """What the beginning of a file shows, of several the first table; None for samples.

    Raises SourceError.
    """
    parts = _parts(source)
    tables = [part for part in parts if part.kind != "text"]
    return beginning((tables or parts)[0], source.table) if parts else None


def _parts(source: Source) -> list[Part]:
    if source.source not in ("upload", "file"):
        return []
    return [part for path, name in shelf.locate(source) for part in files.parts(path, name)[0]]


def _read_files(
    source: Source,
    spool: Spool,
    total: Tally,
    remarks: Remarks,
    encodings_used: list[str],
    step: sources.Step,
) -> None:
    paths = [(sources.text8(), "text8")] if source.source == "text8" else shelf.locate(source)
    parts: list[Part] = []
    for path, name in paths:
        readable, skipped = files.parts(path, name)
        parts += readable
        remarks.notes += skipped
    budget = Budget(files.limit())
    errors: list[SourceError] = []
    for done, part in enumerate(parts):
        mark = spool.mark()

        def inner(fraction: float, done: int = done) -> None:
            step((done + fraction) / len(parts))

        several = len(parts) > 1
        try:
            encoding, tally = read_part(
                part, source.column, source.table, several, spool, budget, inner, remarks
            )
        except SourceError as error:
            if not several or isinstance(error, files.TooLarge):
                raise
            errors.append(error)
            spool.rewind(mark)
            remarks.aside.add(part.name, error.args[0])
            if len(remarks.notes) < FULLEST_REPORT:
                remarks.notes.append(message("Skipped: {error}", error=error.args[0]))
            continue
        encodings_used += encoding.label.split(", ")
        remarks.notes += (
            message("“{name}”: {error}", name=part.name, error=note) if several else note
            for note in encoding_notes(encoding, tally)
        )
        total.bytes += tally.bytes
        total.bad += tally.bad
        if total.first_bad < 0 <= tally.first_bad:
            total.first_bad = tally.first_bad
    if errors and len(errors) == len(parts):
        raise errors[0]


def empty(source: Source) -> SourceError:
    """The error for a source without text."""
    name = source.name or source.source
    return SourceError(message("“{name}” is empty: it holds no text.", name=name))
