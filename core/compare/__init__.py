"""Models beside each other: what two share, what changed, and what chance alone changes."""

from core.compare.crowd import mutual
from core.compare.pairs import compare
from core.compare.specs import Crowd, Pair, Repeats, Rerun
from core.compare.stability import repeat, rerun
from core.compare.versus import versus

__all__ = [
    "Crowd", "Pair", "Repeats", "Rerun",
    "compare", "mutual", "repeat", "rerun", "versus",
]  # fmt: skip
