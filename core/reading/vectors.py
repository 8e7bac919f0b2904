"""Word vectors, as the page that loads models reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import SourceError
from core.lowrank.bases import is_sparse
from core.messages import message
from core.reading.report import Reading
from core.vectors.store.readers.formats import load


def describe(files: Sequence[Path]) -> Reading:
    """Vectors, and their list of words if there is one, in any order. Raises SourceError."""
    if len(files) > 2:
        template = "Vectors are one file, or two with their list; {n:,} were given."
        raise SourceError(message(template, n=len(files)))
    first, *others = files
    words = others[0] if others else None
    loaded = load(first, first.name, words, list_name=words.name if words else "")
    row = loaded.matrix[0]
    return Reading(
        "vectors",
        format=loaded.format,
        encoding=loaded.encoding,
        rows=len(loaded.words),
        columns=int(loaded.matrix.shape[1]),
        names=tuple(loaded.words),
        first=row.toarray()[0] if is_sparse(row) else row,
        set_aside=loaded.set_aside,
        notes=loaded.notes,
    )
