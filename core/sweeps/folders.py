"""Where stored sweeps lie, and what killed processes leave there.

Imports none of what a sweep needs: a server that starts looks here while its first visitor waits.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from core import cache
from core.sweeps.ownership import owned

SUMMARY = "about.json"


def folder(id: str) -> Path:
    """Where a sweep is kept."""
    return cache.folder() / "sweeps" / id


def remove_leftovers() -> int:
    """Delete sweeps without a summary that no server runs; returns how many that were.

    Such a sweep was killed before its first run ended: it is in no list and holds nothing.
    """
    removed = 0
    for path in (cache.folder() / "sweeps").glob("*/"):
        if not (path / SUMMARY).exists() and path.suffix != ".part":
            with owned(path) as mine:
                if mine and not (path / SUMMARY).exists():
                    shutil.rmtree(path, ignore_errors=True)
                    removed += 1
    return removed
