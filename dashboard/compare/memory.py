"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Choice:
    """The setting that was clicked: its sweep's key, and its place there."""

    sweep: str = ""
    place: int = -1


@dataclass
class Leaving:
    """The page whose button was pressed, until it is opened."""

    page: str = ""


@dataclass
class Halved:
    """The reruns that were to be measured on the other half of their text, by key."""

    asked: set[str] = field(default_factory=set)
