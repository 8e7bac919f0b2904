"""A zip beside a table, or around it: its pictures, and the tables and arrays in it."""

from __future__ import annotations

import zipfile
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from core import uploads
from core.errors import SourceError
from core.items.array_files import damaged, too_large
from core.uploads import DAMAGE


def members(path: Path, name: str) -> dict[str, int]:
    """The files of a zip and their sizes in bytes, without what systems add.

    Raises SourceError where it is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = archive.infolist()
    except DAMAGE as error:
        raise damaged(name, error) from error
    return {file.filename: file.file_size for file in files if _is_own(file)}


def _is_own(file: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(file.filename).parts
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return not (file.is_dir() or hidden)


def extracted(path: Path, name: str, member: str, limit: int) -> Path:
    """A member as a file of its own, kept beside the uploads.

    Raises SourceError where it is damaged, or holds more than `limit` bytes.
    """
    facts = path.stat()
    for _ in range(2):
        digest = _kept(path, member, facts.st_size, facts.st_mtime_ns, limit)
        try:
            return uploads.path(member, digest)
        except SourceError:  # cleared away since
            _kept.cache_clear()
    raise damaged(name, KeyError(member))


@lru_cache(maxsize=64)
def _kept(path: Path, member: str, size: int, changed: int, limit: int) -> str:
    """The digest under which a member is kept; size, changed: of the zip."""

    def check(read: int) -> None:
        if read > limit:
            raise too_large(member, read, limit)

    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            return uploads.keep(member, cast(BinaryIO, file), check)
    except DAMAGE as error:
        raise damaged(member, error) from error
