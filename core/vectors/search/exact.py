"""Exact nearest neighbours: one pass over the rows that keeps the best k.

score_i = ⟨v_i, q⟩·scale_i + bias_i serves every measure: cosine with
scale = 1/‖v_i‖, inner product with neither, Euclidean distance with
2⟨v_i, q⟩ − ‖v_i‖² (the order of −‖v_i − q‖²). Nothing approximate: rows rounded to
bytes (`core.vectors.search.quantised`) may only say which rows need not be scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from core.threads import THREADS, one_thread
from core.vectors.search.quantised import Codes

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

LONGEST_LIST = 512  # beyond it sorting all scores is cheaper than keeping a list
SPLIT = 8_000_000  # numbers in V from which a second thread pays
ROWS, COLUMNS = 256, 4096  # a block of scores that stays in the cache

_pool = ThreadPoolExecutor(2, thread_name_prefix="search")
_blocks = ThreadPoolExecutor(THREADS, thread_name_prefix="blocks")  # no query waits behind them
_none = np.empty(0, np.float32)

_matrix = types.Array(types.float32, 2, "C", readonly=True)
_vector = types.Array(types.float32, 1, "C", readonly=True)
# sums may be reordered, but NaN stays NaN
_fast = {"reassoc", "contract"}


@numba.njit(
    types.void(_matrix, _vector, _vector, _vector, types.float32[::1]),
    nogil=True,
    cache=True,
    fastmath=_fast,
)
def _score(V: F32, q: F32, scale: F32, bias: F32, out: F32) -> None:
    for i in range(V.shape[0]):
        v = V[i]
        total = np.float32(0)
        for c in range(q.size):
            total += v[c] * q[c]
        if scale.size:
            total *= scale[i]
        if bias.size:
            total += bias[i]
        out[i] = total


@numba.njit(
    types.void(_vector, types.int64, types.int64, types.float32[::1], types.int64[::1]),
    nogil=True,
    cache=True,
)
def _keep_best(scores: F32, first: int, skip: int, best: F32, ids: I64) -> None:
    """Insert scores of rows first, first+1, … into the sorted list (best, ids).

    Rows come in rising order and only a strictly better score moves up, so
    ties go to the lower id. NaN compares false and never enters.
    """
    k = best.size
    worst = best[k - 1]
    for i in range(scores.size):
        s = scores[i]
        if s > worst and first + i != skip:
            j = k - 1
            while j > 0 and best[j - 1] < s:
                best[j] = best[j - 1]
                ids[j] = ids[j - 1]
                j -= 1
            best[j] = s
            ids[j] = first + i
            worst = best[k - 1]


@numba.njit(
    types.void(
        _matrix, _vector, _vector, _vector, types.int64, types.float32[::1], types.int64[::1]
    ),
    nogil=True,
    cache=True,
)
def _scan(V: F32, q: F32, scale: F32, bias: F32, first: int, best: F32, ids: I64) -> None:
    """`_score` and `_keep_best` in turns, on pieces that stay in the cache."""
    scores = np.empty(1024, np.float32)
    for low in range(0, V.shape[0], 1024):
        high = min(low + 1024, V.shape[0])
        piece = scores[: high - low]
        _score(V[low:high], q, scale[low:high], bias[low:high], piece)
        _keep_best(piece, first + low, -1, best, ids)


@numba.njit(
    types.void(_matrix, types.int64, types.int64[::1], types.float32[:, ::1], types.int64[:, ::1]),
    nogil=True,
    cache=True,
)
def _keep_best_rows(scores: F32, first: int, skip: I64, best: F32, ids: I64) -> None:
    for r in range(scores.shape[0]):
        _keep_best(scores[r], first, skip[r], best[r], ids[r])


def top_k(
    V: F32,
    q: NDArray[Any],
    k: int,
    *,
    scale: F32 | None = None,
    bias: F32 | None = None,
    exclude: Sequence[int] = (),
    codes: Codes | None = None,
) -> tuple[I64, F32]:
    """The k rows of V (n, d) with the highest scores: ids (k,), scores (k,), best first.

    Ties go to the lower id; rows in `exclude` and rows whose score is NaN or
    −∞ are left out, so fewer than k may come back. `codes`, from
    `quantised.encode(V)`, change the time it takes and no bit of the answer.
    """
    left_out = {int(i) for i in exclude}
    q = np.ascontiguousarray(q, np.float32)
    if V.ndim != 2 or q.shape != (V.shape[1],):
        raise ValueError(f"a query of shape {q.shape} does not fit vectors of shape {V.shape}")
    V = np.ascontiguousarray(V, np.float32)
    scale, bias = _weights(scale, len(V)), _weights(bias, len(V))
    longest = min(max(k, 0) + len(left_out), len(V))
    if longest == 0:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    if longest > LONGEST_LIST:
        scores = np.empty(len(V), np.float32)
        _score(V, q, scale, bias, scores)
        ids = np.argsort(-scores, kind="stable")
        best = scores[ids]
    elif V.size >= SPLIT and THREADS > 1:
        half = len(V) // 2
        job = _pool.submit(_part, V, q, scale, bias, half, len(V), longest, codes)
        one, other = _part(V, q, scale, bias, 0, half, longest, codes), job.result()
        ids, best = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
        order = np.argsort(-best, kind="stable")
        ids, best = ids[order], best[order]
    else:
        ids, best = _part(V, q, scale, bias, 0, len(V), longest, codes)
    fine = best > -np.inf
    if left_out:
        fine &= ~np.isin(ids, list(left_out))
    return ids[fine][:k], best[fine][:k]


def top_k_batch(
    V: F32,
    Q: F32,
    k: int,
    *,
    scale: F32 | None = None,
    bias: F32 | None = None,
    skip: NDArray[Any] | None = None,
) -> tuple[I64, F32]:
    """`top_k` for many queries Q (m, d) at once: ids (m, k), scores (m, k).

    `skip` (m,) names one row left out per query, usually the query itself.
    Where fewer than k rows qualify, ids end in −1 and scores in −∞. Scores come
    from a matrix product and may differ from those of `top_k` in the last bit.
    """
    V, Q = np.ascontiguousarray(V, np.float32), np.ascontiguousarray(Q, np.float32)
    k = min(max(k, 0), len(V))
    ids = np.full((len(Q), k), -1, np.int64)
    best = np.full((len(Q), k), -np.inf, np.float32)
    if k == 0:
        return ids, best
    skipped = np.full(len(Q), -1) if skip is None else np.asarray(skip)
    skipped = np.ascontiguousarray(skipped, np.int64)

    def search(top: int) -> None:
        rows = slice(top, top + ROWS)
        for left in range(0, len(V), COLUMNS):
            columns = slice(left, left + COLUMNS)
            scores = Q[rows] @ V[columns].T
            if scale is not None:
                scores *= scale[columns]
            if bias is not None:
                scores += bias[columns]
            _keep_best_rows(scores, left, skipped[rows], best[rows], ids[rows])

    with one_thread():
        for _ in _blocks.map(search, range(0, len(Q), ROWS)):
            pass
    return ids, best


def _part(
    V: F32, q: F32, scale: F32, bias: F32, low: int, high: int, k: int, codes: Codes | None
) -> tuple[I64, F32]:
    best = np.full(k, -np.inf, np.float32)
    ids = np.full(k, -1, np.int64)
    rows = codes.sift(q, k, scale, bias, low, high) if codes else None
    if rows is None:
        _scan(V[low:high], q, scale[low:high], bias[low:high], low, best, ids)
        return ids, best
    # the same compiled code as a whole scan: not a bit differs
    some = (weights[rows] if len(weights) else weights for weights in (scale, bias))
    _scan(V[rows], q, *some, 0, best, ids)
    filled = ids >= 0
    return rows[ids[filled]], best[filled]


def _weights(weights: F32 | None, n: int) -> F32:
    if weights is None:
        return _none
    weights = np.ascontiguousarray(weights, np.float32)
    if weights.shape != (n,):
        raise ValueError(f"weights of shape {weights.shape} do not fit {n} vectors")
    return weights
