"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Stored:
    """The last upload: the browser's ids of its files."""

    files: tuple[str, ...] = ()
