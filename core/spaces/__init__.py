"""What any collection's vectors offer: maps with their trust, neighbours, and their doubt."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.spaces.doubt import agreement, duplicates, leakage, outliers, suspects
    from core.spaces.places import judge, place
    from core.spaces.rows import neighbours_of, rows_of, true_neighbours
    from core.spaces.shelving import shelve
    from core.spaces.specs import Kept, Place, Space

__all__ = [
    "Kept", "Place", "Space", "agreement", "duplicates", "judge", "leakage", "neighbours_of",
    "outliers", "place", "rows_of", "shelve", "suspects", "true_neighbours",
]  # fmt: skip

gather(__name__)
