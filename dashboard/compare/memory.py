"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Choice:
    """The setting that was clicked: its sweep's key, and its place there."""

    sweep: str = ""
    place: int = -1


@dataclass
class Leaving:
    """The page whose button was pressed, until it is opened."""

    page: str = ""
