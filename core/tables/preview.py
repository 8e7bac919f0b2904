"""What the beginning of a table shows, before all of it is read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from core.tables.aside import Aside
from core.tables.decoding import Tally
from core.tables.dialect import Dialect
from core.tables.objects import objects, paths, text_at
from core.tables.options import GUESSED, TableOptions
from core.tables.stream import Chunks, stream, with_encoding

ROWS = 5
RECORDS = 50  # of JSON, whose fields are found by looking at records


@dataclass(frozen=True)
class Preview:
    """encoding: as people call it; dialect: None for JSON and plain text; columns: their names.

    rows: the first ones, cells as text; titles: what stands above the heading.
    """

    encoding: str
    dialect: Dialect | None
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...] = ()


def preview(
    chunks: Chunks,
    name: str,
    options: TableOptions = GUESSED,
    *,
    usual: str = ",",
    spaces: bool = False,
    numbers: bool = False,
    json: bool = False,
) -> Preview:
    """Read the beginning of a table; the arguments are those of `core.tables.stream.stream`.

    json: whether the table is one of JSON records. With no usual separator it is plain text.
    Raises SourceError where the bytes are damaged, or JSON is.
    """

    def use(pieces: Iterator[str], tally: Tally) -> Preview:
        if json:
            records = [r for _, r in itertools.islice(objects(pieces, name, Aside()), RECORDS)]
            columns = tuple(paths(records))
            rows = (tuple(text_at(record, path) for path in columns) for record in records[:ROWS])
            return Preview("", None, columns, tuple(rows))
        if not usual:
            lines = "".join(itertools.islice(pieces, 1)).splitlines()
            return Preview("", None, (), tuple((line,) for line in lines[:ROWS]))
        table = stream(pieces, name, options, usual=usual, spaces=spaces, numbers=numbers)
        first = tuple(tuple(cells) for _, cells in itertools.islice(table.rows, ROWS))
        return Preview("", table.dialect, table.dialect.columns, first, tuple(table.titles))

    shown, encoding, _ = with_encoding(chunks, use, options.codec)
    return Preview(encoding.label, shown.dialect, shown.columns, shown.rows, shown.titles)
