"""Files written as a whole or not at all: other processes never read half of one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4


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
