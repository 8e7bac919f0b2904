"""What was understood of a file, in one form for all kinds of files."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from core.tables.aside import SetAside

SHOWN = 20


@dataclass(frozen=True)
class Reading:
    """One file, or several that belong together, as a page reads them.

    kind: vectors, text, matrix, items, pairs or analogies; rows: vectors, documents, rows of a
    matrix, items or judged pairs; columns: dimensions, columns of a matrix, numbers of an item,
    or the names of a table's columns; names: words or row names, for pairs the first words;
    labels: of items; picture: (height, width) of pictures; first: the first row; set_aside: what
    was not used; error: the sentence that the page shows where the file cannot be read.
    """

    kind: str
    format: str = ""
    encoding: str = ""
    rows: int = 0
    columns: int | tuple[str, ...] = 0
    names: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    picture: tuple[int, ...] = ()
    first: Any = None
    set_aside: tuple[SetAside, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""

    def to_json(self) -> str:
        """One line; of names and labels the first 20, and no NaN, which JSON does not have."""
        fields = asdict(self)
        fields["names"] = list(self.names[:SHOWN])
        fields["labels"] = list(self.labels[:SHOWN])
        fields["first"] = _plain(self.first)
        return json.dumps(fields, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Numbers as JSON has them: NaN and infinity become their names."""
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, Iterable):
        return [_plain(part) for part in value]
    number = float(value)
    return number if math.isfinite(number) else str(number)
