"""The first characters of a file, before it is read: enough to suggest a tokeniser."""

from __future__ import annotations

from pathlib import Path

from core.text import encodings, files, shelf
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
    encoding, mark = encodings.marked(start)
    if not encoding:
        try:
            return start.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.start >= len(start) - 3:  # a character cut in two by the end
                return start.decode("utf-8", "ignore")
            encoding = encodings.detect(start)
    return start[mark:].decode(encoding, "replace")
