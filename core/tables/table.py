"""A table as a whole: its rows as cells of text, and what was understood of it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from core.messages import message
from core.tables.aside import Aside, SetAside
from core.tables.decoding import Tally
from core.tables.dialect import Dialect
from core.tables.encodings import Encoding
from core.tables.options import TableOptions
from core.tables.stream import Stream, stream, with_encoding

CHUNK = 1 << 18
OPENERS: dict[bytes, Any] = {
    b"\x1f\x8b": partial(gzip.GzipFile, "", "rb", 9),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
NAMED = 5  # lines in a note


@dataclass(frozen=True)
class Table:
    """A table in memory.

    rows: cells as text, `dialect.width` each; lines: the number of each row's first line, from 1.
    dialect.columns names the columns; where dialect.index, the first names the rows.
    """

    rows: list[list[str]]
    lines: list[int]
    dialect: Dialect
    encoding: str
    notes: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, without that of the row names."""
        return self.dialect.columns[self.dialect.index :]

    @property
    def row_names(self) -> tuple[str, ...]:
        """The names of the rows, () where they have none."""
        return tuple(row[0] for row in self.rows) if self.dialect.index else ()

    def column(self, name: str) -> list[str]:
        """The cells of a column. Raises ValueError where there is none of this name."""
        at = self.dialect.columns.index(name)
        return [row[at] for row in self.rows]


def read_table(
    content: bytes | Path,
    name: str,
    options: TableOptions = TableOptions(),  # noqa: B008
    *,
    usual: str = "",
    spaces: bool = False,
    numbers: bool = False,
) -> Table:
    """Read a delimited table, plain or as gz, bz2 or xz.

    Rows with more or fewer cells than the others are set aside; blank ones are no rows. For the
    other arguments see `core.tables.guess.dialect_of`. Raises SourceError for endless lines, and
    what a damaged archive raises.
    """
    usual = usual or separator_of(name)

    def use(
        pieces: Iterator[str], tally: Tally
    ) -> tuple[Stream, list[list[str]], list[int], Aside]:
        table = stream(pieces, name, options, usual=usual, spaces=spaces, numbers=numbers)
        rows, numbers_of_lines, aside = list[list[str]](), list[int](), Aside()
        for line, cells in table.rows:
            if not any(map(str.strip, cells)):
                continue
            if len(cells) != table.dialect.width:
                aside.add(message("line {n:,}", n=line), uneven(len(cells), table.dialect.width))
                continue
            rows.append(cells)
            numbers_of_lines.append(line)
        return table, rows, numbers_of_lines, aside

    result, encoding, tally = with_encoding(partial(chunks, content), use, options.codec)
    table, rows, numbers_of_lines, aside = result
    notes = (*encoding_notes(encoding, tally), *dialect_notes(table))
    return Table(rows, numbers_of_lines, table.dialect, encoding.label, notes, aside.listed())


def chunks(content: bytes | Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked where it is gz, bz2 or xz."""
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as raw:
        magic = raw.read(6)
        raw.seek(0)
        packed = (opener for start, opener in OPENERS.items() if magic.startswith(start))
        file: IO[bytes] = next(packed, lambda same: same)(raw)
        while chunk := file.read(CHUNK):
            yield chunk


def separator_of(name: str) -> str:
    """The separator that a file's name promises.

    >>> separator_of("reviews.TSV.gz")
    '\\t'
    """
    endings = [ending.lower() for ending in Path(name).suffixes[-2:]]
    return "\t" if {".tsv", ".tab"} & {*endings} else ","


def uneven(cells: int, width: int) -> str:
    """Why a row with another number of cells than the others is set aside."""
    template = "It has {n:,} cells where {width:,} are expected."
    return message(template, n=cells, width=width)


def encoding_notes(encoding: Encoding, tally: Tally) -> Iterator[str]:
    """What was odd about the bytes."""
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


def dialect_notes(table: Stream) -> Iterator[str]:
    """What was odd about a table that has been read to its end."""
    dialect = table.dialect
    if not dialect.heading:
        yield message("The first row names no columns; it was read as the others.")
    if table.titles:
        template = "{n:,} lines above the table were skipped: “{first}”."
        yield message(template, n=len(table.titles), first=table.titles[0][:60])
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
            lines=listed(table.stray, len(table.stray)),
        )


def listed(numbers: Iterable[int], total: int) -> str:
    """The first few of some numbers, and … for the rest."""
    few = [f"{number:,}" for number in list(numbers)[:NAMED]]
    return ", ".join([*few, *(["…"] if total > len(few) else [])])
