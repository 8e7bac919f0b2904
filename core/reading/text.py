"""Texts and tables of texts, as the picker of corpora reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import SourceError
from core.messages import message
from core.reading.report import Reading
from core.text.files import Part
from core.text.reading import columns, read
from core.text.shelf import store_upload


def describe(files: Sequence[Path]) -> Reading:
    """One file. Raises SourceError."""
    if len(files) > 1:
        raise SourceError(message("A text is one file; put several into a zip."))
    path = files[0]
    with path.open("rb") as data:
        source = store_upload(path.name, data)
    names = columns(source)
    if names:
        source = source.replace(column="text" if "text" in names else names[-1])
    raw = read(source)
    first = raw.decode(int(raw.document_starts[0]), int(raw.document_starts[1])).strip()
    return Reading(
        "text",
        format=Part(path, path.name).kind,
        encoding=raw.report.encoding,
        rows=raw.report.documents,
        columns=tuple(names),
        names=tuple(raw.document_names),
        first=first,
        notes=tuple(raw.report.notes),
    )
