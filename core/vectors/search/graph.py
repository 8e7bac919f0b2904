"""The exact nearest neighbours of every word at once, and how far two such graphs agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.progress import OnStep, report, run_on

F32 = NDArray[np.float32]
ROWS = 1024  # rows of neighbours between two reports
LISTS = (20, 50, 100, 200, 400)  # lengths of stored lists: shorter ones are their beginnings


@dataclass(frozen=True, eq=False)
class Nearest:
    """The k nearest others of each of N words: rows (N, k), nearest first, and cosines (N, k);
    recall: the share of the exact neighbours that are among them, as measured."""

    rows: NDArray[np.int32]
    cosines: F32
    recall: float = 1.0


def neighbours_among(
    X: F32, k: int, on_step: OnStep = run_on, stage: str = "finding the true neighbours"
) -> Nearest:
    """The k nearest others by inner product of each row of X (N, d), ties to the lower row."""
    from core.vectors.search.exact import top_k_batch

    N = len(X)
    rows, cosines = np.empty((N, k), np.int32), np.empty((N, k), np.float32)
    for top in range(0, N, ROWS):
        report(on_step, top / N, stage)
        part = slice(top, min(top + ROWS, N))
        rows[part], cosines[part] = top_k_batch(X, X[part], k, skip=np.arange(N)[part])
    return Nearest(rows, np.clip(cosines, -1, 1))


def stored_length(k: int) -> int:
    """The length of the stored lists of neighbours whose beginnings are the k nearest, k ≤ 400."""
    return next(length for length in LISTS if length >= k)


def within(a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which entries of each row of a (N, k) are in the same row of b (N, m)."""
    inside = np.zeros(a.shape, bool)
    for column in b.T:  # quicker than sorting, up to hundreds of columns
        inside |= a == column[:, None]
    return inside


def overlap(a: NDArray[np.int32], b: NDArray[np.int32]) -> F32:
    """|A ∩ B| / k of the lists in the rows of a and b (N, k): (N,)."""
    return within(a, b).mean(axis=1, dtype=np.float32)
