"""How well a cut agrees with one made by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.intervals import UNKNOWN, Interval, student

PASSAGE = 2000
"""Letters of a passage, of which errors in one tell nothing of those in another."""


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


def f1_interval(codes: np.ndarray, gold: np.ndarray, begins: np.ndarray) -> Interval:
    """F1 with its interval, from the same three as `agree`: the luck of the passages.

    Passages of about `PASSAGE` letters are taken as drawn one by one; words within one are not:
    what is hard to cut comes in runs. The variance is that of a ratio of sums.
    """
    ends = np.flatnonzero(codes == 0)
    wanted = np.searchsorted(ends, np.arange(PASSAGE, len(codes), PASSAGE))
    cuts = np.unique(ends[wanted[wanted < len(ends)]]) + 1
    edges = np.concatenate([[0], cuts[cuts < len(codes)], [len(codes)]])
    parts = [agree(codes[a:b], gold[a:b], begins[a:b]) for a, b in pairwise(edges.tolist())]
    same, words = np.array([[2 * p.same, p.gold + p.own] for p in parts], float).T
    if not words.sum():
        return UNKNOWN
    value, n = float(same.sum() / words.sum()), len(parts)
    if n < 2:
        return Interval(value, math.nan, math.nan)
    error = math.sqrt(float(((same - value * words) ** 2).sum()) * n / (n - 1)) / words.sum()
    half = student(n - 1) * float(error)
    return Interval(value, max(value - half, 0.0), min(value + half, 1.0))


def agree(codes: np.ndarray, gold: np.ndarray, begins: np.ndarray) -> Agreement:
    """Compare two cuts of the same letters. gold, begins: (N,) bool, where words begin.

    >>> codes = np.array([1, 2, 3, 0], np.int32)
    >>> gold, cut = np.array([1, 0, 1, 0], bool), np.array([1, 1, 1, 0], bool)
    >>> agree(codes, gold, cut)
    Agreement(same=1, gold=2, own=3)
    """
    from core.segmentation import kernels

    return Agreement(*(int(n) for n in kernels.agreement(codes, gold, begins)))
