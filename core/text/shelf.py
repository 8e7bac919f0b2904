"""The user's own texts: uploads, kept in the cache folder, and files of a folder on the server.

Environment: VECTORSCOPE_FILES (the folder whose files may be read; off when unset).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from core import uploads
from core.errors import SourceError
from core.messages import message
from core.text import files
from core.text.specs import Source

READABLE = (".txt", ".text", ".md", ".log", ".cor", "", *files.TABLES, ".zip")
MOST_LISTED = 10_000


def store_upload(name: str, data: BinaryIO | bytes, column: str = "") -> Source:
    """Keep an uploaded file and return the source that reads it.

    Raises SourceError for a kind of file that cannot be read, and a full disk.
    """
    name = uploads.base_name(name)
    files.check_name(name)
    if files.extension(name) not in READABLE:
        known = ", ".join(kind for kind in READABLE if kind)
        raise SourceError(
            message(
                "“{name}” has an unknown extension; choose one of {known}; text may also be "
                "compressed as .gz, .bz2 or .xz.",
                name=name,
                known=known,
            )
        )
    return Source("upload", name=name, digest=uploads.keep(name, data), column=column)


def file_source(relative: str, column: str = "") -> Source:
    """The source for a file or folder below VECTORSCOPE_FILES, pinned by sizes and times."""
    place = _place(relative)
    return Source("file", name=relative, digest=_digest(place), column=column)


def list_files(*, text: bool = True) -> list[str]:
    """The names that `file_source` accepts: files, and folders of files (with a / at the end).

    Files whose names say that they are not text are omitted, unless `text` is False; so is what
    cannot be opened here: names that are not UTF-8, pipes, sockets and devices.
    """
    root = _root()
    names: set[str] = set()
    for path in _walk(root, text):
        relative = path.relative_to(root)
        names.add(relative.as_posix())
        names.update(f"{folder.as_posix()}/" for folder in relative.parents if folder.name)
        if len(names) >= MOST_LISTED:
            break
    return sorted(names)


def locate(source: Source) -> list[tuple[Path, str]]:
    """(path, name) of each file of an upload or file source.

    Raises SourceError when it is gone, changed, or outside the folder.
    """
    if source.source == "upload":
        return [(uploads.path(source.name, source.digest), source.name)]
    place = _place(source.name)
    if _digest(place) != source.digest:
        raise changed(source.name)
    if place.is_dir():
        return [(path, path.relative_to(place).as_posix()) for path in _walk(place)]
    return [(place, source.name)]


def _root() -> Path:
    folder = os.environ.get("VECTORSCOPE_FILES", "")
    if not folder:
        raise SourceError(
            message(
                "Files on the server are switched off; set VECTORSCOPE_FILES to the folder they "
                "may be read from."
            )
        )
    root = Path(folder).resolve()
    if not root.is_dir():
        raise SourceError(
            message("VECTORSCOPE_FILES names no folder; whoever runs the server can change it.")
        )
    return root


def changed(name: str) -> SourceError:
    """The error for a file that has changed since it was chosen."""
    return SourceError(
        message("“{name}” has changed since it was chosen; choose it again.", name=name)
    )


def _place(relative: str) -> Path:
    root = _root()
    try:
        place = (root / relative).resolve()
        exists = place.exists()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a null character
        template = "“{name}” is not the name of a file; choose one listed."
        raise SourceError(message(template, name=relative)) from error
    if not place.is_relative_to(root):
        raise SourceError(
            message("“{name}” lies outside the folder that may be read.", name=relative)
        )
    if not exists or not _is_utf8(relative):
        raise SourceError(
            message("“{name}” does not exist; choose one of the files listed.", name=relative)
        )
    if not (place.is_file() or place.is_dir()):  # reading a pipe would wait for ever
        raise SourceError(
            message("“{name}” is not an ordinary file; choose one of those listed.", name=relative)
        )
    return place


def _walk(folder: Path, text: bool = True) -> list[Path]:
    """Files below a folder that may be text, by name; links out of the folder are not followed."""
    paths: list[Path] = []
    root = _root()
    for directory, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith(".") and _is_utf8(name))
        for name in sorted(names):
            path = Path(directory, name)
            hidden = name.startswith(".") or not _is_utf8(name)
            hidden = hidden or (text and files.extension(name) in files.NOT_TEXT)
            if not hidden and _is_within(path, root):
                paths.append(path)
    return paths


def _is_utf8(name: str) -> bool:
    """Whether a file's name is text: only such names can be shown, and stand in links."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_within(path: Path, root: Path) -> bool:
    """Whether this is a file inside the folder; a broken link is not."""
    try:
        return path.resolve().is_relative_to(root) and path.is_file()
    except (OSError, RuntimeError):
        return False


def _digest(place: Path) -> str:
    digest = hashlib.sha256()
    for path in _walk(place) if place.is_dir() else [place]:
        facts = path.stat()
        digest.update(f"{path.name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
