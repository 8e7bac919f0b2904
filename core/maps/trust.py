"""How much of the true neighbourhoods a map has kept, word by word.

With U(i) the words among the k nearest of i on the map but not in truth (false
neighbours), V(i) those in truth but not on the map (torn away), r(i, j) the true rank
of j seen from i and r̂(i, j) its rank on the map, Venna & Kaski (2001) define

    trustworthiness = 1 − 2/(N k (2N − 3k − 1)) Σ_i Σ_{j ∈ U(i)} (r(i, j) − k)
    continuity      = 1 − 2/(N k (2N − 3k − 1)) Σ_i Σ_{j ∈ V(i)} (r̂(i, j) − k)

Both are means over the words, whose own terms are kept. A rank does not depend on k, so each is
found once for a whole range of k. True distance is the cosine's,
on the map it is Euclid's; all N words are ranked, none sampled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SpecError
from core.maps.cloud import F32, points, true_neighbours
from core.maps.projection import place
from core.maps.specs import Map, Ranked, Trust
from core.messages import message
from core.progress import OnStep, report, run_on
from core.vectors.search.graph import overlap, stored_length

FOLLOWED = 10_000  # words whose trust follows a slider; ranking more must let others go on
BLOCK = 500_000  # scores at a time: they stay in the processor's cache


@dataclass(frozen=True, eq=False)
class Judged:
    """A map and its trust; rows are those of its cloud.

    ids: (N,) the words' numbers in the vocabulary; norms: (N,) of their vectors; share:
    (2,) of the variance, for PCA; xy: (N, 2); true, drawn: (N, k) the nearest rows in
    truth and on the map, nearest first; kept: (N,) share of `true` that is in `drawn`;
    trustworthiness, continuity: (N,) each word's own.
    """

    ids: NDArray[np.int64]
    norms: F32
    share: NDArray[np.float64]
    xy: F32
    true: NDArray[np.int32]
    drawn: NDArray[np.int32]
    kept: F32
    trustworthiness: F32
    continuity: F32


@dataclass(frozen=True, eq=False)
class Ranks:
    """true, drawn: (N, K) the nearest rows in truth and on the map, nearest first; ranks: (2, N, K)
    of the drawn in truth, and of the true on the map, or 0 where no k up to K asks for one."""

    true: NDArray[np.int32]
    drawn: NDArray[np.int32]
    ranks: NDArray[np.int32]


@cached
def judge(spec: Trust, on_step: OnStep = run_on) -> Judged:
    """A map with the trust of each of its points.

    Raises SpecError where the map has fewer than 2k + 1 words.
    """
    k = spec.trust_k
    cloud = points(spec.map.cloud, on_step)
    if 2 * k >= len(cloud.ids):
        most = (len(cloud.ids) - 1) // 2
        raise SpecError(
            message(
                "`trust_k={k}` is not below half of the {n:,} words; choose ≤ {most}.",
                k=k,
                n=len(cloud.ids),
                most=most,
            ),
            "trust_k",
        )
    if len(cloud.ids) <= FOLLOWED:
        ranked = rank(Ranked(spec.map, stored_length(k)), on_step)
    else:
        ranked = ranked_for(spec.map, k, on_step)
    placed = place(spec.map, on_step)
    true, drawn = (np.ascontiguousarray(rows[:, :k]) for rows in (ranked.true, ranked.drawn))
    terms = own_terms(ranked.ranks[:, :, :k])
    facts = cloud.ids, cloud.norms, placed.share, placed.xy
    return Judged(*facts, true, drawn, overlap(true, drawn), *terms)


@cached
def rank(spec: Ranked, on_step: OnStep = run_on) -> Ranks:
    """What the trust of a map goes by, for every k up to `ranked_k` or as far as words reach."""
    words = len(points(spec.map.cloud, on_step).ids)
    return ranked_for(spec.map, min(spec.ranked_k, words - 1), on_step)


def ranked_for(map_: Map, k: int, on_step: OnStep = run_on) -> Ranks:
    """The same for every k up to one that is below the number of words."""
    cloud, placed = points(map_.cloud, on_step), place(map_, on_step)
    true = true_neighbours(map_.cloud, k, on_step).rows
    drawn = nearest_on_map(placed.xy, k)
    return Ranks(true, drawn, ranks_of(cloud.X, placed.xy, true, drawn, on_step))


def nearest_on_map(xy: F32, k: int) -> NDArray[np.int32]:
    """The k nearest others on the map, (N, k), nearest first."""
    from scipy.spatial import KDTree

    N = len(xy)
    nearest = np.asarray(KDTree(xy).query(xy, k + 1)[1], np.int32)
    # where points coincide, a word need not come first in its own list, nor at all
    itself = nearest == np.arange(N, dtype=np.int32)[:, None]
    itself[~itself.any(axis=1), -1] = True
    return np.ascontiguousarray(nearest[~itself].reshape(N, k))


def ranks_of(
    X: F32,
    xy: F32,
    true: NDArray[np.int32],
    drawn: NDArray[np.int32],
    on_step: OnStep = run_on,
) -> NDArray[np.int32]:
    """The true ranks of the drawn, and those of the true on the map, (2, N, K).

    X: (N, d) unit vectors; xy: (N, 2); true, drawn: (N, K) nearest rows in truth and on the map.
    0 where the first k have no term for any k up to K: where what is q-th in one list is among the
    first q of the other.
    """
    from core.maps.kernels import rank_on_plane, rank_rows

    N, K = true.shape
    asked = np.stack([beyond(drawn, true), beyond(true, drawn)])
    ranks = np.zeros((2, N, K), np.int32)
    size = min(max(1, BLOCK // N), N)
    scores = np.empty((size, N), np.float32)
    for top in range(0, N, size):
        report(on_step, top / N, "measuring the trust of each word")
        part = slice(top, min(top + size, N))
        block = np.matmul(X[part], X.T, out=scores[: part.stop - top])
        rank_rows(block, top, drawn[part], asked[0, part], ranks[0, part])
        rank_on_plane(xy, top, true[part], asked[1, part], ranks[1, part])
    return ranks


def beyond(a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which entries of each row of a (N, K) are later in that row of b (N, K), or not there."""
    earlier = np.zeros(a.shape, bool)
    for q in range(a.shape[1]):
        earlier[:, q:] |= a[:, q:] == b[:, q, None]
    return ~earlier


def own_terms(ranks: NDArray[np.int32]) -> tuple[F32, F32]:
    """Each word's own trustworthiness and continuity, (N,) each: their means are the map's.

    ranks: (2, N, k), see `ranks_of`. A word's own can be below 0, as the factor in front is that
    of the mean.
    """
    _, N, k = ranks.shape
    terms = np.maximum(ranks - k, 0).sum(axis=2)
    own = 1 - 2 / (k * (2 * N - 3 * k - 1)) * terms
    return own[0].astype(np.float32), own[1].astype(np.float32)
