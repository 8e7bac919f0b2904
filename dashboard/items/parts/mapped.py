"""A collection's map as its page holds it."""

from __future__ import annotations

from dataclasses import dataclass

from core.spaces.clusters import Grouped
from core.spaces.places import Judged, Placed
from core.spaces.specs import Kept
from core.spaces.words import Present


@dataclass(frozen=True, eq=False)
class Mapped:
    """A map that is shown: its spec and its places; None while it is computed, what takes longer:
    how far its rows kept their neighbours, the words that name its regions, and the clusters,
    where it is coloured by them."""

    spec: Kept
    placed: Placed
    judged: Judged | None = None
    words: Present | None = None
    groups: Grouped | None = None
