"""Texts and tables of texts, as the picker of corpora reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import SourceError
from core.messages import message
from core.reading.report import Reading
from core.text.reading import columns, read, understood
from core.text.rows import suggest_column
from core.text.shelf import store_upload
from core.text.specs import Source


def describe(files: Sequence[Path]) -> Reading:
    """One file; of a table the column that the picker suggests. Raises SourceError."""
    if len(files) > 1:
        raise SourceError(message("A text is one file; put several into a zip."))
    path = files[0]
    with path.open("rb") as data:
        source = store_upload(path.name, data)
    names = columns(source)
    source = source.replace(column=_column(source, names))
    raw = read(source)
    first = raw.decode(int(raw.document_starts[0]), int(raw.document_starts[1])).strip()
    return Reading(
        "text",
        format=path.name.lower().rpartition(".")[2],
        encoding=raw.report.encoding,
        rows=raw.report.documents,
        columns=tuple(names),
        names=tuple(raw.document_names),
        first=first,
        set_aside=raw.report.set_aside,
        notes=tuple(raw.report.notes),
    )


def _column(source: Source, names: Sequence[str]) -> str:
    shown = understood(source)
    return suggest_column(names, shown.rows) if shown else ""
