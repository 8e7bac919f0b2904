"""Items: pictures, or rows of a table, as the pages that train on them read them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from core.items.files import read_upload, store_together
from core.reading.report import Reading


def describe(files: Sequence[Path]) -> Reading:
    """One file, or several that belong together. Raises SourceError."""
    with ExitStack() as stack:
        opened = [(path.name, stack.enter_context(path.open("rb"))) for path in files]
        spec = store_together(opened)
    raw = read_upload(spec)
    return Reading(
        "items",
        format=files[0].suffix.lower().lstrip("."),
        rows=len(raw.x),
        columns=int(raw.x.shape[1]),
        names=raw.ids,
        labels=tuple(map(str, raw.labels)),
        picture=raw.axes,
        first=raw.x[0],
        notes=raw.notes,
    )
