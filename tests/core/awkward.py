"""Files that people really have: what the product makes of them, and where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.reading.command import describe
from core.reading.report import Reading

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "awkward"
present = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the awkward files are not beside this checkout (../shared/data)"
)


def reading(kind: str, *names: str) -> Reading:
    """How the page of a kind reads files that belong together, by the beginnings of their names."""
    return describe(kind, [place(name) for name in names])


def place(beginning: str) -> Path:
    """The only file whose name begins so."""
    (path,) = FOLDER.glob(f"{beginning}*")
    return path
