"""Uploaded files, kept in the cache folder under their SHA-256: the same file is kept once.

A file whose content has another SHA-256 by now is damaged and is not read.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import lru_cache
from gzip import GzipFile
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from core import cache
from core.errors import SourceError
from core.files import temporary
from core.messages import message

LONGEST_NAME = 300
CHUNK = 1 << 18
DAMAGE = (  # what reading a damaged archive, array or table can raise
    OSError, EOFError, ValueError, KeyError, IndexError, OverflowError, struct.error,
    RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile,
)  # fmt: skip


def base_name(name: str) -> str:
    """The name of an uploaded file without its folders."""
    return PurePosixPath(name.replace("\\", "/")).name[-LONGEST_NAME:]


def keep(
    name: str, data: BinaryIO | bytes, check: Callable[[int], None] = lambda size: None
) -> str:
    """Store the bytes of a file and return their SHA-256.

    `check` is called with the number of bytes read so far, and raises where they are too many.
    Raises SourceError on a full disk.
    """
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    folder = cache.folder() / "uploads"
    digest, size = hashlib.sha256(), 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary(folder) as part:
            with part.open("wb") as file:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    check(size)
                    digest.update(chunk)
                    file.write(chunk)
            os.replace(part, folder / digest.hexdigest())
    except OSError as error:
        raise SourceError(
            message(
                "“{name}” could not be stored ({why}); free some space, or put the cache "
                "elsewhere by setting VECTORSCOPE_CACHE.",
                name=name,
                why=error.strerror,
            )
        ) from error
    return digest.hexdigest()


def content(stream: IO[bytes] | GzipFile, most: int) -> bytes:
    """All bytes of a stream, or its first `most` + 1; memory grows as they are read."""
    data = bytearray()
    while len(data) <= most and (piece := stream.read(min(CHUNK, most + 1 - len(data)))):
        data += piece
    return bytes(data)


def path(name: str, digest: str) -> Path:
    """The path of a stored upload. Raises SourceError where there is none, or it is damaged."""
    if len(digest) != 64 or not digest.isalnum():
        raise SourceError(message("“{name}” is not an uploaded file; upload it again.", name=name))
    place = cache.folder() / "uploads" / digest
    if not place.is_file():
        raise SourceError(message("“{name}” is no longer stored; upload it again.", name=name))
    if not _is_whole(place, digest):
        raise SourceError(message("“{name}” was damaged on the disk; upload it again.", name=name))
    return place


def _is_whole(place: Path, digest: str) -> bool:
    """Whether a stored file still has the content that its name says."""
    facts = place.stat()
    return _sha256(place, facts.st_size, facts.st_mtime_ns, facts.st_ino) == digest


@lru_cache(maxsize=1024)
def _sha256(place: Path, size: int, changed: int, number: int) -> str:
    """The SHA-256 of a file, computed once for as long as it does not change."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(name: str, digest: str, folder: Path = Path()) -> Path:
    """The path of an upload: stored already, or copied now from `folder`, by default the current.

    Raises SourceError where it is in neither, and where the file there has another SHA-256.
    """
    kept = cache.folder() / "uploads" / digest
    if len(digest) == 64 and digest.isalnum() and kept.is_file() and _is_whole(kept, digest):
        return kept
    file = folder / base_name(name)
    if not file.is_file():
        raise SourceError(
            message(
                "“{name}” was uploaded elsewhere; put the file with the SHA-256 {digest} into "
                "{folder}.",
                name=base_name(name),
                digest=digest,
                folder=folder.resolve(),
            )
        )
    with file.open("rb") as data:
        actual = _digest(data)
        if actual != digest:
            raise SourceError(
                message(
                    "“{file}” is another file: its SHA-256 is {actual}, not {digest}; put the "
                    "uploaded file there.",
                    file=file,
                    actual=actual,
                    digest=digest,
                )
            )
        data.seek(0)
        keep(name, data)
    return path(name, digest)


def _digest(data: io.BufferedReader) -> str:
    return hashlib.file_digest(data, "sha256").hexdigest()
