"""What vectors know of labels, from one list of exact neighbours, beside what chance would give.

Agreement of item i: the share of its k neighbours that bear its label. Were the labels dealt out
at random, each neighbour of an item of a label with n_l of m items would share it with
probability (n_l − 1)/(m − 1); permutations of the labels give the interval of the means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.progress import OnStep, report, run_on
from core.spaces.alike import AlikePairs
from core.vectors.search.graph import Nearest

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
PERMUTATIONS = 200
COVERAGE = 0.95
FENCE = 1.5  # interquartile ranges beyond the quartile (Tukey 1977)


@dataclass(frozen=True, eq=False)
class Agreement:
    """Over the m items with a label; label l of L.

    own: (m,) each item's share of neighbours with its label, NaN for one without a label or
    whose neighbours have none; label, null: (L,) means by label and what chance gives; low, high:
    (L,) the null's interval; mean, mean_null, mean_low, mean_high: the same over all items.
    """

    own: F32
    label: F64
    null: F64
    low: F64
    high: F64
    mean: float
    mean_null: float
    mean_low: float
    mean_high: float


@dataclass(frozen=True, eq=False)
class Suspects:
    """Items whose neighbours agree on another label, the most certain first.

    items: (s,); says: (s,) that label; share, own: (s,) the shares of it and of the item's own;
    null: how many there were with permuted labels, on average.
    """

    items: I64
    says: I32
    share: F32
    own: F32
    null: float


@dataclass(frozen=True, eq=False)
class Duplicates:
    """group: (m,) a number for items that are near-duplicates of each other, by falling size, −1
    for those alone; exact: (m,) whether another item has the very same vector."""

    group: I64
    exact: NDArray[np.bool_]

    @property
    def sizes(self) -> I64:
        """How many items each group has."""
        return np.bincount(self.group[self.group >= 0])


@dataclass(frozen=True, eq=False)
class Leakage:
    """items: those of the second split with a near-duplicate in the first; twin: that item;
    cosine: how alike; share: of the second split; null, low, high: with the splits permuted."""

    items: I64
    twin: I64
    cosine: F32
    share: float
    null: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Outliers:
    """distance: (m,) the mean cosine distance to the k neighbours; fence: beyond it an item is
    an outlier; items: those, the farthest first."""

    distance: F32
    fence: float
    items: I64


def agreement(
    near: Nearest,
    codes: I32,
    seed: int = 0,
    on_step: OnStep = run_on,
    permutations: int = PERMUTATIONS,
) -> Agreement:
    """How far the neighbours of items bear their label: codes (m,), −1 for none.

    Neighbours without a label count neither for nor against.
    """
    L = int(codes.max()) + 1
    own = shares(near.rows, codes)
    label, mean = means(own, codes, L)
    rng = np.random.default_rng(seed)
    labelled = np.flatnonzero(codes >= 0)
    drawn, overall = np.empty((permutations, L)), np.empty(permutations)
    shuffled = codes.copy()
    for p in range(permutations):
        if p % 10 == 0:
            report(on_step, p / permutations, "permuting the labels")
        shuffled[labelled] = rng.permutation(codes[labelled])
        drawn[p], overall[p] = means(shares(near.rows, shuffled), shuffled, L)
    low, high = np.nanquantile(drawn, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2], axis=0)
    ends = np.quantile(overall, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    sizes = np.bincount(codes[labelled], minlength=L)
    n = max(len(labelled), 2)
    null = (sizes - 1) / (n - 1)
    mean_null = float((sizes * null).sum() / n)
    return Agreement(own, label, null, low, high, mean, mean_null, float(ends[0]), float(ends[1]))


def shares(rows: I32, codes: I32) -> F32:
    """The share of each item's labelled neighbours (m, k) that bear its label: (m,), or NaN."""
    from core.spaces.kernels import own_shares

    share = np.empty(len(rows), np.float32)
    own_shares(np.ascontiguousarray(rows), codes, share)
    return share


def suspects(near: Nearest, codes: I32, least: float = 0.8, seed: int = 0) -> Suspects:
    """Items of which at least `least` of the neighbours bear one other label."""
    says, share, own = _majority(near.rows, codes)
    suspected = _suspected(says, share, codes, least)
    order = np.lexsort((suspected, own[suspected], -share[suspected]))
    items = suspected[order]
    rng = np.random.default_rng(seed)
    labelled = np.flatnonzero(codes >= 0)
    null = []
    for _ in range(20):
        shuffled = codes.copy()
        shuffled[labelled] = rng.permutation(codes[labelled])
        theirs, part, _ = _majority(near.rows, shuffled)
        null.append(len(_suspected(theirs, part, shuffled, least)))
    return Suspects(items, says[items], share[items], own[items], float(np.mean(null)))


def duplicates(pairs: AlikePairs) -> Duplicates:
    """Groups of rows joined by the pairs, exact copies among them."""
    _, component = connected_components(pairs.cosines, directed=False)
    component = component[pairs.first]
    sizes = np.bincount(component)
    order = np.argsort(-sizes, kind="stable")
    number = np.full(len(sizes), -1, np.int64)
    several = order[: int((sizes > 1).sum())]
    number[several] = np.arange(len(several))
    return Duplicates(number[component], pairs.copies > 1)


def leakage(
    pairs: AlikePairs,
    split: I32,
    first: int,
    second: int,
    seed: int = 0,
    on_step: OnStep = run_on,
) -> Leakage:
    """Items of the split `second` that make a pair with one of the split `first`.

    split: (m,) codes. The twin is the most alike of those in `first`, of equals the first row.
    """
    leaking = _leaking(pairs, split, first, second)
    rng = np.random.default_rng(seed)
    of_two = np.flatnonzero((split == first) | (split == second))
    total = max(int((split == second).sum()), 1)
    null = []
    for p in range(PERMUTATIONS):
        report(on_step, p / PERMUTATIONS, "permuting the splits")
        shuffled = split.copy()
        shuffled[of_two] = rng.permutation(split[of_two])
        null.append(len(_leaking(pairs, shuffled, first, second)) / total)
    low, high = np.quantile(null, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    twin, cosine = _twins(pairs, leaking, split == first)
    order = np.lexsort((leaking, -cosine))
    return Leakage(
        leaking[order], twin[order], cosine[order], len(leaking) / total,
        float(np.mean(null)), float(low), float(high),
    )  # fmt: skip


def outliers(near: Nearest) -> Outliers:
    """Items far from their neighbours: beyond Q₃ + 1.5 (Q₃ − Q₁) of all the mean distances."""
    distance = (1 - near.cosines).mean(axis=1, dtype=np.float64).astype(np.float32)
    low, high = np.quantile(distance, [0.25, 0.75])
    fence = float(high + FENCE * (high - low))
    beyond = np.flatnonzero(distance > fence)
    return Outliers(distance, fence, beyond[np.argsort(-distance[beyond], kind="stable")])


def means(own: F32, codes: I32, L: int) -> tuple[F64, float]:
    """The mean share of each of L labels, NaN for one without rows, and of all rows."""
    fine = np.isfinite(own)
    sums = np.bincount(codes[fine], own[fine], minlength=L)
    counts = np.bincount(codes[fine], minlength=L)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return means, float(own[fine].mean(dtype=np.float64)) if fine.any() else float("nan")


def _majority(rows: I32, codes: I32) -> tuple[I32, F32, F32]:
    """The commonest label among each item's neighbours but its own, its share, and the own's."""
    from core.spaces.kernels import commonest_others

    says, share = np.empty(len(rows), np.int32), np.empty(len(rows), np.float32)
    commonest_others(np.ascontiguousarray(rows), codes, says, share)
    return says, share, shares(rows, codes)


def _suspected(says: I32, share: F32, codes: I32, least: float) -> I64:
    return np.flatnonzero((codes >= 0) & (says >= 0) & (share >= least - 1e-6))


def _leaking(pairs: AlikePairs, split: I32, first: int, second: int) -> I64:
    """Items of `second` of which an item of `first` is a near-duplicate."""
    there = np.zeros(len(split), np.float32)
    there[pairs.first[split == first]] = 1
    return np.flatnonzero((split == second) & (pairs.cosines @ there > 0)[pairs.first])


def _twins(pairs: AlikePairs, items: I64, among: NDArray[np.bool_]) -> tuple[I64, F32]:
    """The most alike row of those marked for each of the items (n,), and its cosine."""
    m = len(among)
    lowest = np.full(m, m)  # by first row with a vector, the first marked row that has it
    np.minimum.at(lowest, pairs.first[among], np.flatnonzero(among))
    alike = coo_array(pairs.cosines[pairs.first[items]])
    item, twin = alike.coords[0], lowest[alike.coords[1]]
    order = np.lexsort((twin, -alike.data, item))
    order = order[twin[order] < m]
    _, best = np.unique(item[order], return_index=True)
    return twin[order[best]], alike.data[order[best]].astype(np.float32)
