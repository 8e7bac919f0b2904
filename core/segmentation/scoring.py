"""How well a cut agrees with one made by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Agreement:
    """Words alike (the same beginning and the same end), of the gold and of the cut."""

    same: int
    gold: int
    own: int

    @property
    def precision(self) -> float:
        """The share of the cut's words that are right."""
        return self.same / self.own if self.own else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold's words that were made."""
        return self.same / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.same / (self.gold + self.own) if self.gold + self.own else 0.0


def agree(codes: np.ndarray, gold: np.ndarray, begins: np.ndarray) -> Agreement:
    """Compare two cuts of the same letters. gold, begins: (N,) bool, where words begin.

    >>> codes = np.array([1, 2, 3, 0], np.int32)
    >>> gold, cut = np.array([1, 0, 1, 0], bool), np.array([1, 1, 1, 0], bool)
    >>> agree(codes, gold, cut)
    Agreement(same=1, gold=2, own=3)
    """
    from core.segmentation import kernels

    return Agreement(*(int(n) for n in kernels.agreement(codes, gold, begins)))
