"""Models beside each other: what two share, what changed, and what chance alone changes."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.compare.crowd import mutual
    from core.compare.halves import halves
    from core.compare.pairs import compare
    from core.compare.specs import (
        Changed,
        Contest,
        Crowd,
        Pair,
        Repeats,
        Rerun,
        ShelvedBoth,
        ShelvedFirst,
        ShelvedSecond,
    )
    from core.compare.stability import repeat, rerun
    from core.compare.versus import versus

__all__ = [
    "Changed", "Contest", "Crowd", "Pair", "Repeats", "Rerun", "ShelvedBoth", "ShelvedFirst",
    "ShelvedSecond", "compare", "halves", "mutual", "repeat", "rerun", "versus",
]  # fmt: skip

gather(__name__)
