"""Interpolative decomposition: M ≈ M[:, S] Z, some of the columns and how to combine them.

The best Z for chosen columns C = M[:, S] is C⁺M, so M ≈ C C⁺ M = Q_r Q_rᵀ M with Q_r an
orthonormal basis of C. (Cheng, Gimbutas, Martinsson & Rokhlin 2005, SIAM J. Sci. Comput. 26.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from core.lowrank.bases import (
    DEPENDENT,
    F64,
    Basis,
    Ints,
    Matrix,
    basis,
    coefficients,
    columns,
    residual_energy,
    tails,
)
from core.lowrank.choosers import pivoted


@dataclass(frozen=True)
class Interpolation:
    """M ≈ Q_i B_i with i = dimensions[r], the projection onto the first r chosen columns.

    order: (k,) the chosen columns; rest: ‖M − QB‖²_F once all are chosen.
    """

    Q: F64  # (m, k')
    B: F64  # (k', n) = QᵀM
    dimensions: Ints  # (k + 1,)
    order: Ints  # (k,)
    rest: float

    @property
    def frobenius(self) -> F64:
        """‖M − C C⁺ M‖_F for r = 0…k chosen columns: (k + 1,)."""
        return tails(np.einsum("ij,ij->i", self.B, self.B), self.rest)[self.dimensions]


def from_pivots(M: F64) -> Interpolation:
    """Columns by pivoted QR, for all ranks from one LAPACK call. M is dense.

    >>> from_pivots(np.diag([1.0, 4.0, 3.0])).order.tolist()
    [1, 2, 0]
    """
    Q, B, order = pivoted(M)
    k = len(B)
    rest = 0.0 if k == M.shape[0] or k == M.shape[1] else residual_energy(M, Q, B)
    return Interpolation(Q, B, np.arange(k + 1), order[:k], rest)


def from_order(M: Matrix, order: Ints) -> Interpolation:
    """The columns in this order, at most min(m, n) of them."""
    order = order[: min(M.shape)]
    spanned: Basis = basis(columns(M, order))
    B = coefficients(spanned.Q, M)
    complete = spanned.Q.shape[1] == M.shape[1]
    return Interpolation(
        spanned.Q, B, spanned.dimensions, order, residual_energy(M, spanned.Q, B, complete=complete)
    )


def first(interpolation: Interpolation, k: int) -> Interpolation:
    """The first k columns of a pivoted QR."""
    rest = interpolation.rest + float(np.square(interpolation.B[k:]).sum())
    return Interpolation(
        interpolation.Q[:, :k],
        interpolation.B[:k],
        interpolation.dimensions[: k + 1],
        interpolation.order[:k],
        rest,
    )


def combination(interpolation: Interpolation, rank: int) -> F64 | None:
    """Z = C⁺M for the first `rank` columns: (r, n), the identity on the chosen ones.

    None where they depend on each other, so that Z is not unique.
    """
    r = rank
    if interpolation.dimensions[r] < r:
        return None
    triangle = interpolation.B[:r, interpolation.order[:r]]
    size = np.abs(np.diagonal(triangle))
    if r and size.min() <= DEPENDENT * np.linalg.norm(triangle, axis=0).max():
        return None
    Z = solve_triangular(triangle, interpolation.B[:r], check_finite=False)
    Z[:, interpolation.order[:r]] = np.eye(r)
    return Z


def largest_entries(interpolation: Interpolation, ranks: Ints) -> F64:
    """max |Z| at each rank: (len(ranks),), NaN where Z is not unique.

    Near 1 the chosen columns are a stable basis; a strong rank-revealing QR
    keeps it ≤ 2 (Gu & Eisenstat 1996), pivoted QR promises only 2^(r−1).
    """
    combinations = (combination(interpolation, int(r)) for r in ranks)
    return np.array([np.nan if Z is None else np.abs(Z).max(initial=0.0) for Z in combinations])
