"""Which columns the vectors predict: by an item's neighbours, and by a linear probe.

k-NN: each item's label is the commonest among its k neighbours, none of which is itself.
Linear: ridge regression of the label's indicators (or the number) on the vectors, fitted on four
fifths and tested on the fifth (Alain & Bengio 2016). Accuracy comes with Wilson's interval
(`core.intervals.share`). Items that share neighbours err together, so that for neighbours the
variance of independent items is too small; that among random halves of the items, which vote within
their half only (delete-half jackknife, Shao & Wu 1989), is too large, as fewer vote. The mean of
both is taken, which holds in simulation. R² comes with a jackknife's interval that leaves out each
of 20 groups of items, of neighbours too, on the scale of log(1 − R²), where it is the most even.
Chance is the share of the commonest label, or 0. Intervals hold the luck of the items.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.intervals import UNKNOWN, Interval, around, share, student
from core.progress import OnStep, report, run_on
from core.vectors.search.graph import Nearest

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
FOLDS = 5
RIDGE = 1.0  # added to the scatter of standardised vectors
GROUPS, HALVES = 20, 40
TINY = 1e-12


@dataclass(frozen=True)
class Probe:
    """score: accuracy, or R² of a number; its 95 % interval; chance; n items it was judged on."""

    score: float
    low: float
    high: float
    chance: float
    n: int


def knn_labels(near: Nearest, codes: I32) -> Probe:
    """Accuracy of the commonest label among the neighbours, ties to the nearest one's label."""
    items, right = knn_right(near.rows, codes)
    variance = half_shares([near.rows], codes).var(axis=0, ddof=1)[0] if len(items) > 1 else 0.0
    return _accuracy(right, codes[items], float(variance), HALVES - 1)


def half_shares(lists: Sequence[I32], codes: I32, seed: int = 0) -> F64:
    """(HALVES, L) shares right by each of L lists of neighbours (m, k), in the same random halves.

    In a half only its own labels are judged, and vote.
    """
    rng = np.random.default_rng((seed, 0x4A1F))
    items = np.flatnonzero(codes >= 0)
    shares = np.empty((HALVES, len(lists)))
    for h in range(HALVES):
        half = codes.copy()
        half[rng.permutation(items)[: len(items) // 2]] = -1
        shares[h] = [knn_right(rows, half)[1].mean() for rows in lists]
    return shares


def lead(right: NDArray[np.bool_], halves: F64) -> Interval:
    """How much larger the share right of the first of two is, on the same items.

    right: (2, n) as of `knn_right`; halves: (2, HALVES) as of `half_shares`. The variance is the
    mean of that of independent items and of that among halves, as at the top of this file.
    """
    if not right.size:
        return UNKNOWN
    one, other = np.asarray(right, np.float64)
    variance = ((one - other).var() / len(one) + (halves[0] - halves[1]).var()) / 2
    return around(float((one - other).mean()), student(HALVES - 1) * math.sqrt(float(variance)))


def knn_right(rows: I32, codes: I32) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The items with a label, and which of them their neighbours (m, k) name rightly."""
    items = np.flatnonzero(codes >= 0)
    theirs = codes[rows[items]]
    times = np.zeros(theirs.shape, np.int32)
    for c in range(theirs.shape[1]):
        times += theirs == theirs[:, c : c + 1]
    times[theirs < 0] = 0
    best = times.argmax(axis=1)  # the first of equal ones is the nearest
    each = np.arange(len(items))
    return items, (theirs[each, best] == codes[items]) & (times[each, best] > 0)


def knn_number(near: Nearest, values: F64, seed: int = 0) -> Probe:
    """R² of the mean of the neighbours' numbers (m,), NaN for none."""
    group = _groups(len(values), seed)

    def of(left_out: int) -> float:
        inside = np.isfinite(values) & (group != left_out)
        theirs = np.where(inside[near.rows], values[near.rows], 0.0)
        counts = inside[near.rows].sum(axis=1)
        items = np.flatnonzero(inside & (counts > 0))
        return _r2_of(values[items], theirs[items].sum(axis=1) / counts[items])

    judged = np.isfinite(values) & np.isfinite(values[near.rows]).any(axis=1)
    return _r2(of, int(judged.sum()))


def linear_labels(
    X: NDArray[np.float32], codes: I32, seed: int = 0, on_step: OnStep = run_on
) -> Probe:
    """Accuracy of a linear probe of vectors X (m, d), over five folds."""
    items = np.flatnonzero(codes >= 0)
    names, label = np.unique(codes[items], return_inverse=True)
    target = np.zeros((len(items), len(names)))
    target[np.arange(len(items)), label] = 1
    scores = _out_of_fold(X[items], target, seed, on_step)
    return _accuracy(scores.argmax(axis=1) == label, label)


def linear_number(
    X: NDArray[np.float32], values: F64, seed: int = 0, on_step: OnStep = run_on
) -> Probe:
    """R² of a linear probe of a number (m,), over five folds."""
    items = np.flatnonzero(np.isfinite(values))
    target = values[items]
    guess = _out_of_fold(X[items], target[:, None], seed, on_step)[:, 0]
    group = _groups(len(items), seed)

    def of(left_out: int) -> float:
        inside = group != left_out
        return _r2_of(target[inside], guess[inside])

    return _r2(of, len(items))


def folds(n: int, seed: int) -> NDArray[np.int64]:
    """Which of the five folds each of n items is in (n,)."""
    return np.random.default_rng((seed, 0xF01D)).permutation(n) % FOLDS


def _out_of_fold(X: NDArray[np.float32], target: F64, seed: int, on_step: OnStep) -> F64:
    """Each item's prediction by the ridge regression fitted on the other folds."""
    which = folds(len(X), seed)
    guess = np.empty_like(target)
    for fold in range(FOLDS):
        report(on_step, fold / FOLDS, "fitting the linear probe")
        train, test = which != fold, which == fold
        mean, spread = X[train].mean(axis=0), X[train].std(axis=0)
        scale = np.where(spread > 1e-12, spread, 1)
        A = ((X[train] - mean) / scale).astype(np.float64)
        B = ((X[test] - mean) / scale).astype(np.float64)
        centre = target[train].mean(axis=0)
        gram = A.T @ A + RIDGE * np.eye(A.shape[1])
        guess[test] = B @ np.linalg.solve(gram, A.T @ (target[train] - centre)) + centre
    return guess


def _accuracy(
    right: NDArray[np.bool_], labels: NDArray[np.integer], variance: float = 0.0, freedom: int = 0
) -> Probe:
    """By independent items, or with the mean of their variance and of this one."""
    n, hits = len(right), int(right.sum())
    chance = float(np.bincount(labels).max() / n) if n else float("nan")
    score = hits / max(n, 1)
    alone = score * (1 - score) / max(n, 1)
    variance, freedom = ((alone + variance) / 2, freedom) if freedom else (alone, n - 1)
    return Probe(score, *share(score, variance, min(freedom, n - 1)), chance, n)


def _groups(n: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, 0x6E0)).permutation(n) % GROUPS


def _r2(of: Callable[[int], float], n: int) -> Probe:
    """R² of n items, its interval from what it is without each group; −1 leaves out none."""
    score = of(-1)
    missed = np.log(np.maximum([1 - of(g) for g in range(min(GROUPS, n))], TINY))
    error = math.sqrt((len(missed) - 1) * float(missed.var())) if len(missed) > 1 else math.nan
    half = student(len(missed) - 1) * error if len(missed) > 1 else math.nan
    low, high = (1 - max(1 - score, TINY) * math.exp(side * half) for side in (1, -1))
    return Probe(score, low, high, 0.0, n)


def _r2_of(values: F64, guess: F64) -> float:
    total = float(np.square(values - values.mean()).sum())
    return 1 - float(np.square(values - guess).sum()) / total if total else 0.0
