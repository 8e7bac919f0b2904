"""A matrix, as the page of matrices reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import SourceError
from core.lowrank.bases import is_sparse
from core.matrices import shelf
from core.messages import message
from core.reading.report import Reading


def describe(files: Sequence[Path]) -> Reading:
    """One file. Raises SourceError."""
    if len(files) > 1:
        raise SourceError(message("A matrix is one file; give {n:,} apart.", n=len(files)))
    with files[0].open("rb") as data:
        name, digest = shelf.store_upload(files[0].name, data)
    contents = shelf.read(name, digest)
    values = contents.values
    first = values[[0]].toarray()[0] if is_sparse(values) else values[0]
    return Reading(
        "matrix",
        format=files[0].suffix.lower().lstrip("."),
        encoding=contents.encoding,
        rows=int(values.shape[0]),
        columns=int(values.shape[1]),
        names=contents.rows,
        labels=contents.columns,
        first=first,
        set_aside=contents.set_aside,
        notes=contents.notes,
    )
