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
class Asked:
    """What takes many trainings and was asked for: "reruns" or "halves", and the spec's key."""

    of: set[tuple[str, str]] = field(default_factory=set)
