"""Angles between texts of one group, and of different ones, and with their class's direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 60  # from 0° to 180°
MOST = 1500  # texts whose pairs are counted: about a million


@dataclass(frozen=True)
class Angles:
    """Pairs of texts by their angle: within, between (BINS,) int64, of one group and of two."""

    within: NDArray[np.int64]
    between: NDArray[np.int64]

    @property
    def apart(self) -> float:
        """How often a pair within a group is nearer than a pair between two: the area under the
        ROC curve, from the bins, ties counted half. NaN without pairs of either kind."""
        both = float(self.within.sum()) * float(self.between.sum())
        if not both:
            return float("nan")
        beyond = np.cumsum(self.between[::-1])[::-1] - self.between / 2
        return float((self.within * beyond).sum() / both)


def middles() -> NDArray[np.float64]:
    """The middle of each bin, degrees."""
    return (np.arange(BINS) + 0.5) * 180 / BINS


def pairs(vectors: NDArray[np.float32], group: NDArray[np.int64]) -> Angles:
    """Count all pairs of unit vectors (n, d), n up to MOST, more are thinned out evenly.

    Vectors of a run that has left the numbers have no angles, and are in no pair.
    """
    known = np.isfinite(vectors).all(axis=1)
    vectors, group = vectors[known], group[known]
    if len(group) > MOST:
        some = np.linspace(0, len(group) - 1, MOST).astype(int)
        vectors, group = vectors[some], group[some]
    i, j = np.triu_indices(len(group), 1)
    cosine = np.clip((vectors @ vectors.T)[i, j], -1.0, 1.0)
    place = np.minimum(np.arccos(cosine) * (BINS / np.pi), BINS - 1).astype(np.int64)
    same = group[i] == group[j]
    return Angles(
        np.bincount(place[same], minlength=BINS), np.bincount(place[~same], minlength=BINS)
    )
