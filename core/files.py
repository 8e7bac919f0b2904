"""Files written as a whole or not at all, and sentences for a machine that has no room.

What is being written has a temporary name that tells which process writes it, so that what a
killed process leaves can be told from what another one is at.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import re
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from core.errors import CoreError, SourceError
from core.messages import message

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
EXHAUSTED = (errno.EMFILE, errno.ENFILE)
CHUNK = 1 << 22
ABANDONED = 24 * 3600  # seconds after which the file of an unknown process is taken for abandoned
_PART = re.compile(r"([0-9a-f]{8})-(\d+)-[0-9a-f]{32}\.part", re.ASCII)


def part_name() -> str:
    """A new temporary name, which tells this machine and this process."""
    return f"{_machine()}-{os.getpid()}-{uuid4().hex}.part"


def is_abandoned(path: Path) -> bool:
    """Whether the process that was writing a temporary file or folder has ended.

    Of another machine's processes, and of names that tell none, only the age is known. Raises
    OSError where the file is gone.
    """
    changed = path.stat().st_mtime
    match = _PART.fullmatch(path.name)
    if match is None or match[1] != _machine():
        return changed < time.time() - ABANDONED
    import psutil

    try:  # a later process may have the same number
        return bool(psutil.Process(int(match[2])).create_time() > changed + 1)
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False


def checksum(path: Path) -> str:
    """CRC-32 of a file, as eight hexadecimal digits."""
    crc = 0
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            crc = zlib.crc32(block, crc)
    return f"{crc:08x}"


@contextlib.contextmanager
def temporary(folder: Path) -> Iterator[Path]:
    """A new path in a folder; if the file still exists when the block ends, it is removed."""
    part = folder / part_name()
    try:
        yield part
    finally:
        with contextlib.suppress(OSError):  # the folder may be missing, or be read-only by now
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`: the file written there takes its place when the block ends.

    Readers of `path` see the old file or the new one. If the block raises, the old one stays.
    The folder must exist. Raises OSError where the file cannot be put in place.
    """
    with temporary(path.parent) as part:
        yield part
        os.replace(part, path)


def refusal(error: BaseException) -> CoreError | None:
    """What to tell people of an error that is the machine's: no room on the disk or in memory.

    None for any other error, which is a bug.
    """
    if isinstance(error, MemoryError):
        return SourceError(
            message(
                "There was not enough memory for this. Choose smaller settings or a smaller file."
            )
        )
    if not isinstance(error, OSError):
        return None
    if error.errno in FULL:
        return SourceError(
            message(
                "The disk has no room ({why}); free some space, or put the cache elsewhere by "
                "setting VECTORSCOPE_CACHE.",
                why=error.strerror,
            )
        )
    if error.errno in READ_ONLY:
        return SourceError(
            message(
                "The disk cannot be written to ({why}); put the cache elsewhere by setting "
                "VECTORSCOPE_CACHE.",
                why=error.strerror,
            )
        )
    if error.errno in EXHAUSTED:
        return SourceError(
            message(
                "Too many files are open on this server ({why}); try again.", why=error.strerror
            )
        )
    return None


def _machine() -> str:
    """This machine's name, short and without signs."""
    return f"{zlib.crc32(platform.node().encode('utf-8', 'surrogateescape')):08x}"
