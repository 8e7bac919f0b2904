"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.paths.words import WordPath


@dataclass
class Way:
    """How far the word's way is drawn.

    below: the last setting for which all that the lower scopes need is known; drawn: whether
    they ever were.
    """

    below: WordPath | None = None
    drawn: bool = False


@dataclass
class Trails:
    """What was asked for, the newest first, by the text's key."""

    of_text: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Own:
    """The user's tour that was loaded last, by its id."""

    tour: str = ""
