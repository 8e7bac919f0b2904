"""Files written as a whole or not at all, and sentences for a machine that has no room."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from core.errors import CoreError, SourceError
from core.messages import message

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
EXHAUSTED = (errno.EMFILE, errno.ENFILE)


@contextlib.contextmanager
def temporary(folder: Path) -> Iterator[Path]:
    """A new path in a folder; if the file still exists when the block ends, it is removed."""
    part = folder / f"{uuid4().hex}.part"
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
