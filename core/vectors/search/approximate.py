"""The nearest neighbours of very many rows by NN-descent, and their recall against exact ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.vectors.search.descent import descended
from core.vectors.search.graph import Nearest, neighbours_among, within

F32 = NDArray[np.float32]
RECALL = 0.95  # of the exact neighbours, at least
MEASURED = 500  # rows whose exact neighbours tell the recall
WIDER = (10, 40)  # more neighbours than asked for, from try to try


def approximate_neighbours(X: F32, k: int, on_step: OnStep = run_on) -> Nearest:
    """About the k nearest others by cosine of each row of X (N, d), rows of length 1.

    The recall is measured on 500 rows drawn at random, whose exact neighbours are found. Where it
    is below 95 %, the search is made wider; where that does not help, it is exact.
    """
    from core.vectors.search.exact import top_k_batch

    N = len(X)
    some = np.sort(np.random.default_rng(0).choice(N, min(MEASURED, N), replace=False))
    exact, _ = top_k_batch(X, np.ascontiguousarray(X[some]), k, skip=some)
    for i, more in enumerate(WIDER):
        whole = len(WIDER) + 1
        rows = _descended(X, k, more, part(on_step, i / whole, (i + 0.9) / whole))
        recall = float(within(rows[some], exact.astype(np.int32)).mean())
        recall = 0.0 if rows.min() < 0 else recall
        report(on_step, (i + 0.9) / whole, message("recall {recall:.1%}", recall=recall))
        if recall >= RECALL:
            return Nearest(rows, _cosines(X, rows, on_step), recall)
    return neighbours_among(X, k, part(on_step, 0.0, 1.0))


def _descended(X: F32, k: int, more: int, on_step: OnStep) -> NDArray[np.int32]:
    """(N, k), nearest first, never the row itself; −1 where fewer were found."""
    found = descended(X, k + 1 + more, on_step)
    others = (found != np.arange(len(X))[:, None]) & (found >= 0)
    order = np.argsort(~others, axis=1, kind="stable")[:, :k]  # the others first, as they come
    rows = np.take_along_axis(np.where(others, found, -1), order, axis=1)
    return np.ascontiguousarray(rows, np.int32)


def _cosines(X: F32, rows: NDArray[np.int32], on_step: OnStep) -> F32:
    """⟨x_i, x_j⟩ of each row with its neighbours (N, k)."""
    cosines = np.empty(rows.shape, np.float32)
    for top in range(0, len(X), 4096):
        report(on_step, 0.99, "comparing the neighbours found")
        some = slice(top, top + 4096)
        cosines[some] = np.einsum("nd,nkd->nk", X[some], X[rows[some]])
    return np.clip(cosines, -1, 1)
