"""Finding a text of the same group among others, and how surely one method finds more.

Every text with a mate asks; all others of the same set answer, by cosine. A text is a hit at k
where one of the k nearest is of its group. Texts of one group hang together: intervals come from
the groups (their linearised variance), not from single texts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.intervals import UNKNOWN, Interval, around, share, student

I64 = NDArray[np.int64]
TOP = (1, 5, 10)
AT_ONCE = 512  # questions


@dataclass(frozen=True)
class Retrieval:
    """What a set of texts finds of itself.

    rank: (q,) float64, the place of the first mate, from 1, of each question, its mean over all
    orders of what is equally near; group: (q,) the questions' groups; texts: how many answer
    besides a question itself, plus it; chance: of TOP, for an order drawn blindly.
    """

    rank: NDArray[np.float64]
    group: I64
    texts: int
    chance: tuple[float, ...]

    def share(self, k: int) -> Interval:
        """The share of the questions with a mate among their k nearest."""
        return clustered_share(self.rank <= k, self.group)


def retrieve(vectors: Any, group: I64) -> Retrieval:
    """vectors: (n, d), rows of length 1 or 0, dense or sparse; group: (n,).

    Equally near texts are in no order: a mate among t of them, m being mates, comes (t + 1)/(m + 1)
    places after the nearer ones, on average. So where nothing is known of a text, nothing is found
    by the order in which texts are stored. Texts alone in their group do not ask.
    """
    n = len(group)
    mates = np.bincount(group)[group] - 1 if n else np.zeros(0, np.int64)
    asking = np.flatnonzero(mates > 0)
    rank = np.empty(len(asking))
    for start in range(0, len(asking), AT_ONCE):
        rows = asking[start : start + AT_ONCE]
        rank[start : start + AT_ONCE] = _ranks(cosines(vectors[rows], vectors), rows, group)
    return Retrieval(rank, group[asking], n, _chances(n, mates[asking]))


def cosines(one: Any, others: Any) -> NDArray[np.float32]:
    """(m, n) products of rows (m, d) and (n, d), dense or sparse."""
    product = one @ others.T
    dense = product.toarray() if hasattr(product, "toarray") else product
    return np.asarray(dense, np.float32)


def _ranks(near: NDArray[np.float32], rows: I64, group: I64) -> NDArray[np.float64]:
    """The mean place of the nearest mate of each question among all texts but itself."""
    q = np.arange(len(rows))
    near[q, rows] = -np.inf
    mate = group[None] == group[rows][:, None]
    mate[q, rows] = False
    value = np.where(mate, near, -np.inf).max(axis=1)[:, None]
    equal = near == value
    places = (equal.sum(axis=1) + 1) / ((equal & mate).sum(axis=1) + 1)
    return np.asarray((near > value).sum(axis=1) + places)


def _chances(n: int, mates: I64) -> tuple[float, ...]:
    """The mean share of hits at TOP of a blind order, 1 − C(n−1−m, k)/C(n−1, k): (3,)."""
    if not len(mates):
        return tuple(math.nan for _ in TOP)
    sizes, counts = np.unique(mates, return_counts=True)
    misses = [[math.comb(n - 1 - int(m), k) / max(math.comb(n - 1, k), 1) for m in sizes]
              for k in TOP]  # fmt: skip
    return tuple(float(1 - np.average(row, weights=counts)) for row in misses)


def clustered_share(hit: NDArray[np.bool_], group: I64) -> Interval:
    """The share of hits, of items in groups that hang together."""
    if not len(hit):
        return UNKNOWN
    value, variance, freedom = _ratio(hit.astype(np.float64), group)
    return Interval(value, *share(value, variance, freedom))


def difference(one: NDArray[np.bool_], other: NDArray[np.bool_], group: I64) -> Interval:
    """How much larger the share of hits of `one` is, on the same items, with Student's interval."""
    if not len(one):
        return UNKNOWN
    value, variance, freedom = _ratio(one.astype(np.float64) - other, group)
    if freedom < 1:
        return Interval(value, math.nan, math.nan)
    return around(value, student(freedom) * math.sqrt(variance))


def _ratio(values: NDArray[np.float64], group: I64) -> tuple[float, float, float]:
    """(mean, its variance, degrees of freedom), of G groups: Σ (t_g − n_g mean)² G/(G−1)/n²."""
    _, place = np.unique(group, return_inverse=True)
    sizes, sums = np.bincount(place), np.bincount(place, values)
    n, G = len(values), len(sizes)
    mean = float(values.mean())
    residual = float(((sums - sizes * mean) ** 2).sum())
    return mean, residual * G / max(G - 1, 1) / n**2, float(G - 1)
