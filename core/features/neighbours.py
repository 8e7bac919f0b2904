"""The exact nearest neighbours of vectors, by distance or by cosine."""

from __future__ import annotations

import numpy as np

from core.errors import SpecError
from core.lengths import directions, lengths
from core.messages import message
from core.vectors.search.exact import top_k_batch
from core.vectors.search.graph import Nearest

NEARNESS = ("euclidean", "cosine")


def nearest(V: np.ndarray, k: int, by: str, queries: np.ndarray | None = None) -> Nearest:
    """The k nearest others of the rows of V (m, d), or of some of them, ties to the lower row.

    by: euclidean, whose order is that of 2⟨v, q⟩ − ‖v‖², or cosine; `cosines` of the result are
    these scores, larger if nearer. queries: rows (q,). Raises SpecError for k of m or more.
    """
    m = len(V)
    if k >= m:
        raise SpecError(
            message(
                "{k} neighbours are more than {m:,} held-out items have; choose ≤ {most}, hold out "
                "more, or give more items.",
                k=k,
                m=m,
                most=max(m - 1, 0),
            ),
            "voters",
        )
    rows = np.arange(m) if queries is None else queries
    X = _points(V, by)
    bias = None if by == "cosine" else -(X**2).sum(axis=1) / 2
    ids, scores = top_k_batch(X, X[rows], k, bias=bias, skip=rows)
    return Nearest(ids.astype(np.int32), scores)


def distances(V: np.ndarray, query: int, rows: np.ndarray, by: str) -> np.ndarray:
    """‖v − q‖ of some rows to one, or 1 − cos, in the order of `rows`."""
    X = _points(V, by).astype(np.float64)
    if by == "cosine":
        return np.asarray(1 - X[rows] @ X[query])
    return np.asarray(np.linalg.norm(X[rows] - X[query], axis=1))


def _points(V: np.ndarray, by: str) -> np.ndarray:
    """Directions, or the vectors around their mean: squares of what is far off lose digits."""
    V = np.asarray(V, np.float32)
    if by == "cosine":
        return directions(V, lengths(V))
    return np.asarray(V - V.mean(axis=0, dtype=np.float64), np.float32)
