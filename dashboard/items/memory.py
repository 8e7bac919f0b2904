"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass

from core.items.collection_specs import Collection


@dataclass
class Stored:
    """The last upload: the browser's ids of its files."""

    files: tuple[str, ...] = ()


@dataclass
class Unseen:
    """A collection that was opened here, until the roles of its columns have been looked at."""

    collection: Collection | None = None


@dataclass
class Looked:
    """The part (x₀, x₁, y₀, y₁) of a map that the user has zoomed to, and the map's key."""

    map: str = ""
    window: tuple[float, float, float, float] | None = None
