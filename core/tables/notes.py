"""Sentences on what was odd about a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.messages import message
from core.tables.decoding import Tally
from core.tables.encodings import Encoding
from core.tables.stream import Stream

NAMED = 20  # runs of lines in a note


def uneven(cells: int, width: int) -> str:
    """Why a row with another number of cells than the others is set aside."""
    template = "It has {n:,} cells where {width:,} are expected."
    return message(template, n=cells, width=width)


def encoding_notes(encoding: Encoding, tally: Tally) -> Iterator[str]:
    """What was odd about the bytes."""
    if encoding.name.startswith(("utf-16", "utf-32")) and not encoding.mark:
        template = "No mark at its beginning says so, but its bytes are {encoding}."
        yield message(template, encoding=encoding.label)
    if encoding.unsure:
        template = (
            "Too few of its characters tell its encoding: it was read as {encoding}, but another "
            "would do as well. Choose the right one where letters look wrong."
        )
        yield message(template, encoding=Encoding(encoding.others or encoding.name).label)
    if tally.others:
        yield message(
            "{n:,} lines are not UTF-8 and were read as {encoding}: line {lines}.",
            n=tally.others,
            encoding=Encoding(encoding.others).label,
            lines=listed(tally.foreign, tally.others),
        )
    if tally.bad:
        yield message(
            "{n:,} bytes could not be decoded; the first is at byte {first:,}.",
            n=tally.bad,
            first=tally.first_bad,
        )
    if tally.control:
        yield message(
            "{n:,} control characters were left out; the first is character {first:,}.",
            n=tally.control,
            first=tally.first_control + 1,
        )


def dialect_notes(table: Stream) -> Iterator[str]:
    """What was odd about a table that has been read to its end."""
    dialect = table.dialect
    if not dialect.heading:
        yield message("The first row names no columns; it was read as the others.")
    if table.titles:
        template = "{n:,} lines above the table were skipped: “{first}”."
        yield message(template, n=len(table.titles), first=table.titles[0][:60])
    if table.comments:
        template = "{n:,} comments between the rows were left out: line {lines}."
        yield message(template, n=len(table.comments), lines=listed(table.comments))
    if dialect.decimal == ",":
        yield message("Commas were read as decimal marks.")
    if dialect.thousands:
        template = "“{mark}” was read as a mark of thousands."
        yield message(template, mark=dialect.thousands)
    if table.stray:
        yield message(
            "{n:,} lines hold a quotation mark that encloses nothing; it was kept as a letter: "
            "line {lines}.",
            n=len(table.stray),
            lines=listed(table.stray),
        )


def listed(numbers: Sequence[int], total: int = 0) -> str:
    """Numbers of lines, runs of them as 3–7; of many the first, and … for the others.

    >>> listed([2, 3, 4, 9])
    '2–4, 9'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        elif len(runs) == NAMED:
            break
        else:
            runs.append([number, number])
    shown = [f"{low:,}" if low == high else f"{low:,}–{high:,}" for low, high in runs]
    named = sum(high - low + 1 for low, high in runs)
    return ", ".join([*shown, *(["…"] if max(total, len(numbers)) > named else [])])
