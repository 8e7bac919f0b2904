"""A table as a whole: its rows as cells of text, and what was understood of it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from core.messages import message
from core.tables.aside import Aside, SetAside
from core.tables.decoding import Tally
from core.tables.dialect import Dialect
from core.tables.notes import dialect_notes, encoding_notes, uneven
from core.tables.options import GUESSED, TableOptions
from core.tables.stream import Stream, stream, with_encoding

CHUNK = 1 << 18
OPENERS: dict[bytes, Any] = {
    b"\x1f\x8b": partial(gzip.GzipFile, "", "rb", 9),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}


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
    options: TableOptions = GUESSED,
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
    with opened(content) as file:
        while chunk := file.read(CHUNK):
            yield chunk


@contextmanager
def opened(content: bytes | Path) -> Iterator[IO[bytes]]:
    """A file to be read as bytes, unpacked where it is gz, bz2 or xz."""
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as raw:
        magic = raw.read(6)
        raw.seek(0)
        packed = (opener for start, opener in OPENERS.items() if magic.startswith(start))
        yield next(packed, lambda same: same)(raw)


def separator_of(name: str) -> str:
    """The separator that a file's name promises.

    >>> separator_of("reviews.TSV.gz")
    '\\t'
    """
    endings = [ending.lower() for ending in Path(name).suffixes[-2:]]
    return "\t" if {".tsv", ".tab"} & {*endings} else ","
