"""A curve of errors, and its spread where the method is random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.lowrank.bases import F64, Ints

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Curve:
    """Errors at some ranks, all arrays (k,).

    median over the repetitions, low and high their 10 % and 90 % quantiles
    (all the same where nothing is random). Absolute; NaN where undefined.
    """

    ranks: Ints
    median: F64
    low: F64
    high: F64
    draws: int = 1

    def at(self, rank: int) -> float | None:
        """The median at a rank, None where the curve has no point."""
        points = np.flatnonzero(self.ranks == rank)
        return float(self.median[points[0]]) if len(points) else None

    def rank_for(self, error: float) -> int | None:
        """The least rank whose median is at most this, in the curve's units; None where none is.

        Of a curve on a grid of ranks it is one of them.
        """
        enough = np.flatnonzero(self.median <= error * (1 + 1e-12))
        return int(self.ranks[enough[0]]) if len(enough) else None

    def over(self, norm: float) -> Curve:
        """The same curve in units of a norm; all 0 where that is 0."""
        scale = 1.0 / norm if norm > 0 else 0.0
        parts = (self.median * scale, self.low * scale, self.high * scale)
        return Curve(self.ranks, *parts, self.draws)


def curve(draws: list[F64], floor: F64 | None = None, ranks: Ints | None = None) -> Curve:
    """A curve from one array (k,) for each repetition, all cut to the shortest.

    ranks default to 0…k−1. floor: the least possible error at ranks 0…; what
    rounding put below it (some 1e-16 of ‖M‖) is raised to it.
    """
    k = min(map(len, draws))
    ranks = np.arange(k) if ranks is None else ranks[:k]
    values = np.stack([draw[:k] for draw in draws])
    if floor is not None:
        values = np.maximum(values, floor[ranks])
    low, median, high = np.quantile(values, (LOW, 0.5, HIGH), axis=0)
    return Curve(ranks, median, low, high, len(draws))
