"""CUR: M ≈ C U R with C some columns of M and R some of its rows.

    optimal:   U = C⁺ M R⁺,  M ≈ Q_r Q_rᵀ M P_r P_rᵀ     (Q, P bases of C and Rᵀ)
    skeleton:  U = M[I, J]⁻¹, which reproduces the chosen rows I and columns J

With W = QᵀMP the optimal error is ‖M‖² − ‖W[:r, :r]‖² at every rank. (Goreinov,
Tyrtyshnikov & Zamarashkin 1997, Linear Algebra Appl. 261; Mahoney & Drineas 2009, PNAS 106.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lstsq, lu_solve
from scipy.linalg.lapack import dgecon, dgetrf

from core.lowrank.bases import F64, Ints, Matrix, basis, residual_energy, rows, tails
from core.lowrank.interpolative import Interpolation

SINGULAR = 1e-13


@dataclass(frozen=True)
class Cross:
    """Chosen columns and rows, and M in their bases.

    P: (n, k″) basis of the rows; W = QᵀMP: (k′, k″); dimensions: (k + 1,) of the span of
    the first r rows, in columns of P; rest: ‖M − QWPᵀ‖²_F.
    """

    columns: Interpolation
    P: F64
    W: F64
    dimensions: Ints
    order: Ints  # (k,) the chosen rows
    rest: float

    @property
    def ranks(self) -> int:
        """The greatest rank, k."""
        return min(len(self.dimensions), len(self.columns.dimensions)) - 1

    @property
    def frobenius(self) -> F64:
        """‖M − C C⁺ M R⁺ R‖_F for r = 0…k columns and rows: (k + 1,)."""
        k = self.ranks
        i, j = self.columns.dimensions[: k + 1], self.dimensions[: k + 1]
        squares = np.square(self.W)
        # what lies outside the last block of W, and outside W
        rest = self.rest + float(squares[i[-1] :].sum() + squares[: i[-1], j[-1] :].sum())
        if i[-1] == j[-1] == k:  # all chosen rows and columns are independent
            squares = squares[:k, :k]
            return tails(np.tril(squares).sum(axis=1) + np.triu(squares, 1).sum(axis=0), rest)
        across = np.zeros((squares.shape[0], squares.shape[1] + 1))
        np.cumsum(squares, axis=1, out=across[:, 1:])
        down = np.zeros((squares.shape[0] + 1, squares.shape[1]))
        np.cumsum(squares, axis=0, out=down[1:])
        gains = np.zeros(k)  # energy that rank r holds and rank r − 1 does not
        new = np.flatnonzero(np.diff(i))
        gains[new] += across[i[new + 1] - 1, j[new + 1]]
        new = np.flatnonzero(np.diff(j))
        gains[new] += down[i[new], j[new + 1] - 1]
        return tails(gains, rest)


def cross(M: Matrix, interpolation: Interpolation, order: Ints, P: F64 | None = None) -> Cross:
    """Add rows to chosen columns, in this order.

    P: a nested orthonormal basis (n, k) of those rows, if there is one already.
    """
    order = order[: min(M.shape)]
    if P is None:
        spanned = basis(np.ascontiguousarray(rows(M, order).T))
        P, dimensions = spanned.Q, spanned.dimensions
    else:
        dimensions = np.arange(P.shape[1] + 1)
    W = interpolation.B @ P
    # M − QWPᵀ = (M − QB) + Q(B − WPᵀ), and the two are orthogonal
    rest = interpolation.rest + residual_energy(interpolation.B.T, P, W.T)
    return Cross(interpolation, P, W, dimensions, order, rest)


def skeleton(M: Matrix, chosen_rows: Ints, chosen_columns: Ints, R: F64) -> F64:
    """U R = M[I, J]⁻¹ R: (r, ·), for R the chosen rows, (r, n), or a product of them, (r, ·)."""
    return solve_core(rows(M, chosen_rows)[:, chosen_columns], R)


def solve_core(A: F64, R: F64) -> F64:
    """A⁻¹R for A = M[I, J] (r, r).

    The pseudo-inverse where A is singular to working precision: then the
    chosen rows and columns are reproduced only if A has the rank of M.
    """
    if not A.any():
        return np.zeros(R.shape)
    factor = _lu(A)
    if factor is not None:
        return lu_solve(factor, R, check_finite=False)
    return lstsq(A, R, cond=SINGULAR, check_finite=False)[0]


def skeleton_errors(M: Matrix, cross: Cross, ranks: Ints) -> F64:
    """‖M − C M[I, J]⁻¹ R‖_F at each rank: (len(ranks),).

    In the bases of C and R the skeleton is a small matrix K, and its error
    √(optimal² + ‖W_r − K‖²): Pythagoras again.
    """
    best = np.square(cross.frobenius)
    J, I = cross.columns.order, cross.order  # noqa: E741
    out = np.empty(len(ranks))
    right = rows(M, I[: int(ranks[-1])]) @ cross.P if len(ranks) else np.zeros((0, 0))
    for at, r in enumerate(ranks):
        i, j = cross.columns.dimensions[r], cross.dimensions[r]
        inner = skeleton(M, I[:r], J[:r], right[:r, :j])
        K = cross.columns.B[:i, J[:r]] @ inner
        out[at] = np.sqrt(best[r] + float(np.square(cross.W[:i, :j] - K).sum()))
    return out


def _lu(A: F64) -> tuple[F64, Ints] | None:
    """LU factors, or None where A is singular to working precision."""
    size = np.abs(A).sum(axis=0).max()
    LU, swaps, _ = dgetrf(A)
    diagonal = np.abs(np.diagonal(LU))
    if diagonal.min() <= SINGULAR * size:
        return None
    reciprocal, _ = dgecon(LU, size)
    return (LU, swaps) if reciprocal > SINGULAR else None
