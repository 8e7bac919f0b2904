"""The columns and rows that each chooser picks from one matrix, and its random ranges."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.lowrank import choosers, cur, interpolative, svd
from core.lowrank.bases import F64, Ints, is_sparse
from core.lowrank.svd import Decomposition
from core.matrices.specs import Curves


def available(M: Any) -> tuple[str, ...]:
    """The choosers a matrix allows: pivoted QR needs a dense one."""
    every = (*choosers.CHOOSERS, choosers.MATCHED)
    return tuple(name for name in every if name != "pivoted" or not is_sparse(M))


def choose(
    M: Any, decomposition: Decomposition, chooser: str, spec: Curves, draw: int
) -> tuple[interpolative.Interpolation, cur.Cross]:
    """The ID and the CUR of one chooser and one draw, up to the highest rank shown."""
    k = min(len(decomposition.s), *M.shape)
    if chooser == choosers.MATCHED:
        interpolation = choose_columns(
            M, decomposition, "sketched" if is_sparse(M) else "pivoted", spec, draw
        )
        order = choosers.deim(interpolation.Q)  # fewer than k where columns depend on each other
        order = np.append(order, np.setdiff1d(np.arange(M.shape[0]), order))
        return interpolation, cur.cross(M, interpolation, order[:k])
    interpolation = choose_columns(M, decomposition, chooser, spec, draw)
    if chooser == "pivoted":
        P, _, order = choosers.pivoted(M.T)
        return interpolation, cur.cross(M, interpolation, order[:k], P[:, :k])
    Mt = M.T.tocsr() if is_sparse(M) else M.T
    return interpolation, cur.cross(
        M, interpolation, _order(chooser, Mt, decomposition.U, spec, 2 * draw + 1)[:k]
    )


def choose_columns(
    M: Any, decomposition: Decomposition, chooser: str, spec: Curves, draw: int
) -> interpolative.Interpolation:
    """The ID of one chooser and one draw, up to the highest rank shown."""
    k = min(len(decomposition.s), *M.shape)
    if chooser == "pivoted":
        return interpolative.first(interpolative.from_pivots(M), k)
    return interpolative.from_order(M, _order(chooser, M, decomposition.Vt.T, spec, 2 * draw)[:k])


def sketch(M: Any, k: int, spec: Curves, draw: int) -> svd.Range:
    """The random range of one draw, with room for the oversampling of rank k."""
    return svd.find_range(M, k + spec.oversampling, spec.power, draw)


def _order(chooser: str, M: Any, V: F64, spec: Curves, seed: int) -> Ints:
    """The columns a chooser picks, in order; V (n, k) holds the right singular vectors."""
    if chooser == "sketched":
        return choosers.sketched(M, min(V.shape[1] + spec.oversampling, M.shape[0]), seed)
    if chooser == "uniform":
        return choosers.uniform(M.shape[1], seed)
    if chooser == "leverage":
        return choosers.leverage(V, min(spec.leverage_rank, V.shape[1]), seed)
    return choosers.deim(V)
