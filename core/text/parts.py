"""One file of a source: its text, or the texts of its rows, in whatever encoding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from core.errors import SourceError
from core.messages import message
from core.tables.decoding import Tally
from core.tables.encodings import Encoding
from core.tables.options import TableOptions
from core.tables.preview import Preview, preview
from core.tables.stream import with_encoding
from core.text import files, rows, sources
from core.text.files import Budget, Part
from core.text.rows import Remarks
from core.text.spool import Spool

ENOUGH = 4096  # characters that suffice to tell text from other data


class NotText(SourceError):
    """A file that is not text; among others, it is skipped."""


def read_part(
    part: Part,
    column: str,
    options: TableOptions,
    several: bool,
    spool: Spool,
    budget: Budget,
    step: sources.Step,
    remarks: Remarks | None = None,
) -> tuple[Encoding, Tally]:
    """Read one file as UTF-8, or, where that fails, once more in its real encoding.

    column: of a table; several: whether the source has more than one file. What is said of rows
    that were not used is added to `remarks`. Raises SourceError.
    """
    mark, spent = spool.mark(), budget.spent

    with ExitStack() as stack:

        def chunks() -> Iterator[bytes]:
            stack.close()
            stream, raw = stack.enter_context(files.opened(part))
            size = max(part.path.stat().st_size, 1)
            budget.spent = spent
            for chunk in files.chunks(stream, part, budget):
                step(raw.tell() / size)
                yield chunk

        def use(pieces: Iterator[str], tally: Tally) -> Remarks:
            spool.rewind(mark)
            own = Remarks()
            watched = _watched(pieces, part, tally)
            if part.kind == "text":
                spool.begin(part.name)
                for piece in watched:
                    spool.write(piece)
                spool.end()
                return own
            prefix = f"{part.name}, row" if several else "row"
            for number, text in rows.rows(part.kind, watched, column, part.name, options, own):
                spool.begin(f"{prefix} {number}")
                spool.write(text)
                spool.end()
            return own

        own, encoding, tally = with_encoding(chunks, use, options.codec)
    if remarks is not None:
        remarks.add(own, part.name if several else "")
    return encoding, tally


def beginning(part: Part, options: TableOptions) -> Preview:
    """What the first rows of a table show: its columns, and how it is written."""

    def chunks() -> Iterable[bytes]:
        with files.opened(part) as (stream, _):
            yield from files.chunks(stream, part, Budget(files.limit()))

    if part.kind in rows.SEPARATORS:
        return preview(chunks, part.name, options, usual=rows.SEPARATORS[part.kind])
    return preview(chunks, part.name, options, usual="", json=part.kind != "text")


def _watched(pieces: Iterator[str], part: Part, tally: Tally) -> Iterator[str]:
    """Pass text on while it looks like text."""
    for piece in pieces:
        if tally.characters >= ENOUGH:
            _check_text(part, tally)
        yield piece
    _check_text(part, tally)


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
