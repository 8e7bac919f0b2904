"""What the pages of the section remember in a session (see `dashboard.slots`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.items.collection_specs import Collection


@dataclass
class Stored:
    """The last upload: the browser's ids of its files, and the collection they were kept as."""

    files: tuple[str, ...] = ()
    collection: Collection = field(default_factory=Collection)
