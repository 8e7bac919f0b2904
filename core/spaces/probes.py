"""Which columns the vectors predict: by an item's neighbours, and by a linear probe.

k-NN: each item's label is the commonest among its k neighbours, none of which is itself.
Linear: ridge regression of the label's indicators (or the number) on the vectors, fitted on four
fifths and tested on the fifth (Alain & Bengio 2016). Accuracy comes with Wilson's interval
(`core.intervals.share`), R² with a bootstrap's over the items; chance is the share of the
commonest label, or 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.intervals import percentiles, share
from core.progress import OnStep, report, run_on
from core.vectors.search.graph import Nearest

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
FOLDS = 5
RIDGE = 1.0  # added to the scatter of standardised vectors
RESAMPLED = 200


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
    return _accuracy(right, codes[items])


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
    known = np.isfinite(values)
    theirs = values[near.rows]
    counts = np.isfinite(theirs).sum(axis=1)
    items = np.flatnonzero(known & (counts > 0))
    guess = np.nansum(theirs[items], axis=1) / counts[items]
    return _r2(values[items], guess, seed)


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
    target = values[items][:, None]
    return _r2(values[items], _out_of_fold(X[items], target, seed, on_step)[:, 0], seed)


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


def _accuracy(right: NDArray[np.bool_], labels: NDArray[np.integer]) -> Probe:
    n, hits = len(right), int(right.sum())
    chance = float(np.bincount(labels).max() / n) if n else float("nan")
    score = hits / max(n, 1)
    return Probe(score, *share(score, score * (1 - score) / max(n, 1), n - 1), chance, n)


def _r2(values: F64, guess: F64, seed: int) -> Probe:
    n = len(values)
    rng = np.random.default_rng((seed, 0xB007))
    drawn = [_r2_of(values[i], guess[i]) for i in rng.integers(0, n, (RESAMPLED, n))]
    return Probe(_r2_of(values, guess), *percentiles(np.array(drawn)), 0.0, n)


def _r2_of(values: F64, guess: F64) -> float:
    total = float(np.square(values - values.mean()).sum())
    return 1 - float(np.square(values - guess).sum()) / total if total else 0.0
