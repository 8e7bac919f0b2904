"""A collection's map as its page holds it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.spaces.clusters import Grouped
from core.spaces.places import Judged, Placed
from core.spaces.rows import neighbours_of, rows_of
from core.spaces.specs import Kept, Space
from core.spaces.words import Present

LISTED = 50  # neighbours that are searched at once: shorter lists are their beginnings


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


def nearest_to(space: Space, place: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest rows of one, and their cosines, as `neighbours_of` finds them: searched once
    for the map and for the list below it."""
    rows, cosines = _nearest_to(space, place, min(max(k, LISTED), len(rows_of(space)) - 1))
    return rows[:k], cosines[:k]


@lru_cache(maxsize=8)
def _nearest_to(space: Space, place: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    rows, cosines = neighbours_of(space, place, k)
    rows.flags.writeable = cosines.flags.writeable = False
    return rows, cosines
