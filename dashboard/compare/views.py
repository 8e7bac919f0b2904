"""What the pages of comparisons show."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec


@dataclass(frozen=True)
class CompareView(Spec):
    """How deep the lists are compared, and which word is looked at."""

    overlap_k: int = specs.integer(
        10, 1, 50, "Of each word's k nearest in A: how many are among its k nearest in B?"
    )
    compared_word: str = specs.text("", 200, "the word whose two lists are shown")
    repeated: str = specs.choice("a", ("a", "b"), "which of the two is trained again")


@dataclass(frozen=True)
class SweepView(Spec):
    """Which objective is looked at, and over which fields."""

    judged_by: str = specs.text("", 100, "the objective that is shown; empty: the first")
    contour_x: str = specs.text("", 60, "one field of the contour; empty: the first")
    contour_y: str = specs.text("", 60, "the other field; empty: the second")
