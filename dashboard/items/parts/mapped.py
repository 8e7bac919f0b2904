"""A collection's map as its page holds it."""

from __future__ import annotations

from dataclasses import dataclass

from core.spaces.places import Judged, Placed
from core.spaces.specs import Kept


@dataclass(frozen=True, eq=False)
class Mapped:
    """A map that is shown: its spec, its results, and which of its rows pass the filters."""

    spec: Kept
    placed: Placed
    judged: Judged
