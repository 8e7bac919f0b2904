"""What a classifier's answers are worth: confusion, F1 of each class, macro-F1 with an interval."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.intervals import Interval, percentiles, share

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
DRAWS = 2000  # of the bootstrap


def confusion(own: NDArray[np.integer], said: NDArray[np.integer], classes: int) -> I64:
    """Counts (C, C): rows are what a series is, columns what it was taken for."""
    pairs = np.asarray(own, np.int64) * classes + said
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def f1(counts: NDArray[np.number]) -> F64:
    """F1 of each class of confusions (…, C, C): 2 hits over those it has and those it is given.

    A class that no series has and none was given counts 0.

    >>> f1(np.array([[3, 1], [0, 4]])).round(3).tolist()
    [0.857, 0.889]
    """
    hits = np.diagonal(counts, axis1=-2, axis2=-1).astype(np.float64)
    together = counts.sum(axis=-1) + counts.sum(axis=-2)
    return 2 * hits / np.maximum(together, 1e-300)


def macro_f1(counts: NDArray[np.number]) -> F64:
    """The mean of F1 over classes."""
    mean: F64 = f1(counts).mean(axis=-1)
    return mean


def accuracy(counts: NDArray[np.number]) -> float:
    """The share of series that are taken for what they are."""
    return float(np.trace(counts) / counts.sum())


def measured(counts: I64, seed: int = 0) -> Interval:
    """Macro-F1 with its interval: series drawn anew with replacement, which is drawing cells.

    Where all are right no draw differs; the low end is then that of the share of right answers.
    """
    return _measured(counts.astype(np.int64).tobytes(), len(counts), seed)


@lru_cache(maxsize=256)
def _measured(cells: bytes, classes: int, seed: int) -> Interval:
    """`measured`, kept: a page asks again whenever anything on it moves."""
    counts = np.frombuffer(cells, np.int64).reshape(classes, classes)
    own, said = np.nonzero(counts)
    low, high = percentiles(_drawn_f1(_resampled(counts[own, said], seed), own, said, classes))
    if (n := int(counts.sum())) == np.trace(counts):
        low, high = share(1.0, 0.0, n - 1)
    return Interval(float(macro_f1(counts)), low, high)


def ahead(own: I64, one: I64, other: I64, classes: int, seed: int = 0) -> Interval:
    """How much larger the macro-F1 of answers `one` is than that of `other`, on the same series."""
    (truth, a, b), counts = np.unique(np.stack([own, one, other]), axis=1, return_counts=True)
    drawn = _resampled(counts, seed)
    differences = _drawn_f1(drawn, truth, a, classes) - _drawn_f1(drawn, truth, b, classes)
    low, high = percentiles(differences)
    value = macro_f1(confusion(own, one, classes)) - macro_f1(confusion(own, other, classes))
    return Interval(float(value), low, high)


def _resampled(counts: I64, seed: int) -> I64:
    """Bootstrap draws (DRAWS, K) of K counts."""
    rng = np.random.default_rng((seed, 0xF1))
    return rng.multinomial(int(counts.sum()), counts / counts.sum(), size=DRAWS)


def _drawn_f1(drawn: I64, own: I64, said: I64, classes: int) -> F64:
    """Macro-F1 (DRAWS,) of draws of K cells, each of a class and what that was taken for (K,).

    Only cells that occur are kept: whole confusions of many classes would fill the memory.
    """

    def summed(cells: I64, of: I64) -> F64:
        places = of, np.arange(len(of))
        return csr_array((np.ones(len(of)), places), shape=(classes, len(of))) @ cells.T

    right = own == said
    hits = summed(drawn[:, right], own[right])
    together = summed(drawn, own) + summed(drawn, said)
    mean: F64 = (2 * hits / np.maximum(together, 1e-300)).mean(axis=0)
    return mean
