"""What killed processes leave on the disk: half-written files and models.

Nothing of it is ever read; `remove` frees its space when a server starts. What a living process
is writing stays, whichever server that belongs to.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from core import cache
from core.files import is_abandoned

PLACES = ("*.part", "results/*/*.part", "uploads/*.part", "models/*.part", "models/*/*.part",
          "sweeps/*.part", "sweeps/*/*.part", "tours/*.part")  # fmt: skip


def remove() -> int:
    """Delete what no living process owns; returns how many files and folders that were."""
    removed = 0
    for path in leftovers():
        with contextlib.suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            removed += 1
    return removed


def leftovers() -> Iterator[Path]:
    """The half-written files and folders whose processes have ended."""
    for place in PLACES:
        for path in cache.folder().glob(place):
            with contextlib.suppress(OSError):
                if is_abandoned(path):
                    yield path
