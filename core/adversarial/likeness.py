"""Can generated items be told from real ones? The 1-nearest-neighbour two-sample test."""

from __future__ import annotations

import numpy as np

COMPARED = 400  # items of each kind


def told_apart(first: np.ndarray, second: np.ndarray) -> float:
    """The share of all items whose nearest other is of their own sample, (n, D) and (m, D).

    With n = m: 1/2 for two samples of one distribution, 1 where every item can be told, below 1/2
    where items of one are copies of the other's (Lopez-Paz & Oquab 2017, arXiv 1610.06545).
    """
    x = np.concatenate([first, second]).astype(np.float64)
    sample = np.repeat([0, 1], [len(first), len(second)])
    squares = (x**2).sum(axis=1)
    distances = squares[:, None] + squares - 2 * x @ x.T
    np.fill_diagonal(distances, np.inf)
    return float((sample[distances.argmin(axis=1)] == sample).mean())


def floor(x: np.ndarray, seed: int, pairs: int = 10) -> np.ndarray:
    """`told_apart` of halves of real items, dealt anew each time: (pairs,), sorted."""
    rng = np.random.default_rng(seed)
    n = min(len(x) // 2, COMPARED)
    deals = (rng.permutation(len(x))[: 2 * n] for _ in range(pairs))
    return np.sort([told_apart(x[deal[:n]], x[deal[n:]]) for deal in deals])


def nearest(x: np.ndarray, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row of the nearest item of x (n, D), root mean square difference from it), (m,) each."""
    squares = (x**2).sum(axis=1) - 2 * queries @ x.T
    rows = squares.argmin(axis=1)
    return rows, np.sqrt(((x[rows] - queries) ** 2).mean(axis=1))
