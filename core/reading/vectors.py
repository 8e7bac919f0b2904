"""Word vectors, as the page that loads models reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.reading.report import Reading
from core.vectors.store.readers.formats import load

LISTS = (".txt", ".json", ".vocab", ".tsv")
NUMBERS = (".npy", ".npz", ".safetensors")


def describe(files: Sequence[Path]) -> Reading:
    """Vectors, and their list of words if there is one, in any order. Raises SourceError."""
    first, *others = sorted(files, key=lambda path: path.suffix.lower() not in NUMBERS)
    loaded = load(first, first.name, others[0] if others else None)
    return Reading(
        "vectors",
        format=loaded.format,
        rows=len(loaded.words),
        columns=int(loaded.matrix.shape[1]),
        names=tuple(loaded.words),
        first=loaded.matrix[0],
        notes=loaded.notes,
    )
