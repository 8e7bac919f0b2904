"""The first characters of a file, before it is read: enough to suggest a tokeniser."""

from __future__ import annotations

from pathlib import Path

from core.tables import encodings
from core.text import files, shelf
from core.text.specs import Source

BYTES = 1 << 16


def preview(source: Source) -> str:
    """The beginning of an upload's or file's content, decoded; markup and columns included.

    Raises SourceError where it cannot be opened.
    """
    return beginning(*shelf.locate(source)[0])


def beginning(path: Path, name: str) -> str:
    """The beginning of a file, decoded. Raises SourceError where it cannot be opened."""
    parts, _ = files.parts(path, name)
    if not parts:
        return ""
    with files.opened(parts[0]) as (stream, _):
        start = next(files.chunks(stream, parts[0], files.Budget(files.limit())), b"")[:BYTES]
    encoding = encodings.opening(start)
    body = start[encoding.mark :]
    try:
        return body.decode(encoding.name)
    except UnicodeDecodeError as error:
        if error.start >= len(body) - 3 or encoding.mark:  # a character cut in two by the end
            return body.decode(encoding.name, "ignore")
        return body.decode(encodings.guess(body).name, "replace")
