"""The optimum and its randomised neighbours.

M_r = U_r Σ_r V_rᵀ is the best rank-r approximation in both norms:
‖M − M_r‖_F = √Σ_{j>r} σ_j² and ‖M − M_r‖₂ = σ_{r+1}. (Eckart & Young 1936; Mirsky 1960.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh, eigvalsh, qr, svd, svdvals
from scipy.sparse.linalg import ArpackError, LinearOperator, svds

from core.lowrank.bases import (
    F64,
    Ints,
    Matrix,
    checked,
    coefficients,
    energy,
    is_sparse,
    residual_energy,
    tails,
)
from core.lowrank.truncated import truncated_svd

SMALL = 200
MOST_DENSE = 2500
"""Dense matrices with a side no longer than this are decomposed in full by LAPACK."""


@dataclass(frozen=True)
class Decomposition:
    """M ≈ U diag(s) Vᵀ with k triples, and the energy beyond: `rest` = ‖M − U diag(s) Vᵀ‖²_F."""

    U: F64  # (m, k)
    s: F64  # (k,), descending
    Vt: F64  # (k, n)
    rest: float

    @property
    def frobenius(self) -> F64:
        """‖M − M_r‖_F for r = 0…k: (k + 1,)."""
        return tails(np.square(self.s), self.rest)

    @property
    def spectral(self) -> F64:
        """‖M − M_r‖₂ = σ_{r+1} for r = 0…k−1, and 0 for r = k where nothing is left."""
        return np.append(self.s, 0.0) if self.rest == 0 else self.s


def errors(M: Matrix, triangle: F64 | None = None) -> tuple[F64, F64]:
    """Frobenius and spectral error of the truncated SVD at r = 0…min(m, n), both exact.

    `triangle`: an R of M = QR, if there is one already: it has the same
    singular values and is smaller. Raises SourceError for NaN and the like.

    >>> [e.tolist() for e in errors(np.diag([3.0, 4.0, 0.0]))]
    [[5.0, 3.0, 0.0, 0.0], [4.0, 3.0, 0.0, 0.0]]
    """
    dense = checked(M if triangle is None else triangle)
    s = svdvals(dense.toarray() if is_sparse(dense) else dense, check_finite=False)
    return tails(np.square(s)), np.append(s, 0.0)


def decompose(M: Matrix, rank: int, seed: int = 0) -> Decomposition:
    """The leading singular triples of M.

    Dense with a side ≤ 2500: all of them, by LAPACK. Other dense ones: `rank`
    triples by ARPACK in double precision. Sparse: `rank` triples by
    `truncated_svd`, without a dense copy.
    """
    m, n = M.shape
    if is_sparse(M):
        leading = truncated_svd(M, min(rank, min(m, n)), seed=seed)
        U, Vt = leading.U.astype(np.float64), leading.Vt.astype(np.float64)
        rest = residual_energy(M, U, leading.s[:, None] * Vt)
        return Decomposition(U, leading.s, Vt, rest)
    if min(m, n) <= MOST_DENSE or rank >= min(m, n) // 2:
        U, s, Vt = svd(M, full_matrices=False, check_finite=False)
        return Decomposition(U, s, Vt, 0.0)
    start = np.random.default_rng(seed).standard_normal(min(m, n))
    triples = svds(M, k=rank, v0=start)
    U, s, Vt = (np.asarray(part, np.float64) for part in triples)
    U, s, Vt = U[:, ::-1], s[::-1].copy(), Vt[::-1]
    difference = energy(M) - float(np.square(s).sum())
    rest = residual_energy(M, U, s[:, None] * Vt) if difference < 1e-6 * energy(M) else difference
    return Decomposition(np.ascontiguousarray(U), s, np.ascontiguousarray(Vt), rest)


@dataclass(frozen=True)
class Range:
    """A nested basis of a random part of M's range: M ≈ Q_l B_l at every size l."""

    Q: F64  # (m, k)
    B: F64  # (k, n) = QᵀM
    rest: float  # ‖M − QB‖²_F

    @property
    def frobenius(self) -> F64:
        """‖M − Q_l B_l‖_F for l = 0…k: a certificate, exact whatever Q is."""
        return tails(np.einsum("ij,ij->i", self.B, self.B), self.rest)


def find_range(M: Matrix, size: int, power: int, seed: int) -> Range:
    """QB: Q = orth((MMᵀ)^q M Ω) with Ω (n, size) Gaussian, B = QᵀM.

    Orthonormalised before every product by QR, which keeps the columns
    nested: the first l are what a sketch of l columns alone would give, so one
    run serves every rank. (Halko, Martinsson & Tropp 2011, SIAM Rev. 53, algorithm 4.4;
    the certificate: Yu, Gu & Li 2018, SIAM J. Matrix Anal. 39.)
    """
    m, n = M.shape
    size = min(size, m, n)
    omega = np.random.default_rng(seed).standard_normal((n, size))
    Q = _orth(M @ omega)
    for _ in range(power):
        Q = _orth(M @ _orth(M.T @ Q))
    B = coefficients(Q, M)
    return Range(Q, B, residual_energy(M, Q, B, complete=size == n))


def randomised_errors(sketched: Range, ranks: Ints, oversampling: int) -> F64:
    """‖M − [Q_l B_l]_r‖_F with l = r + p, the randomised SVD, at each rank: (len(ranks),).

    The truncation adds the tail of B_l's own singular values to QB's error.
    """
    gram = sketched.B @ sketched.B.T
    basis = np.square(sketched.frobenius)
    out = np.empty(len(ranks))
    for i, r in enumerate(ranks):
        size = min(int(r) + oversampling, len(gram))
        drop = eigvalsh(gram[:size, :size], subset_by_index=[0, size - r - 1]) if r < size else 0.0
        out[i] = np.sqrt(basis[size] + np.maximum(drop, 0.0).sum())
    return out


def truncate(gram: F64, B: F64, rank: int) -> F64:
    """WWᵀB with W the `rank` leading left singular vectors of B (l, ·): Q times it is [QB]_r.

    gram: BBᵀ (l, l), of the whole B where this one is some of its columns. As
    l − r is small, the part to remove is computed: B − W₋W₋ᵀB.
    """
    size = len(gram)
    if rank >= size:
        return B
    if rank < size - rank:
        if rank == 0:
            return np.zeros_like(B)
        _, W = eigh(gram, subset_by_index=[size - rank, size - 1], check_finite=False)
        return W @ (W.T @ B)
    _, W = eigh(gram, subset_by_index=[0, size - rank - 1], check_finite=False)
    return B - W @ (W.T @ B)


def norm2(operator: LinearOperator, seed: int = 0) -> float:
    """‖A‖₂ of an operator: exact for a side ≤ 200, else by Lanczos.

    Lanczos is good to about four digits, from below. Where ARPACK gives up (a residual that
    is nothing but rounding), 30 power iterations.
    """
    m, n = operator.shape
    if min(m, n) <= SMALL:
        formed = operator @ np.eye(n) if n <= m else (operator.T @ np.eye(m)).T
        return float(svdvals(formed, check_finite=False)[0])
    x = np.random.default_rng(seed).standard_normal(min(m, n))
    try:
        return float(svds(operator, k=1, tol=1e-4, v0=x, return_singular_vectors=False)[0])
    except ArpackError:
        x = np.random.default_rng(seed).standard_normal(n)
        size = 0.0
        for _ in range(30):
            x /= max(float(np.linalg.norm(x)), np.finfo(float).tiny)
            y = operator @ x
            size = float(np.linalg.norm(y))
            x = operator.T @ y
        return size


def residual_operator(M: Matrix, left: F64, right: F64) -> LinearOperator:
    """x ↦ Mx − left (right x), for left (m, r) and right (r, n), never formed."""
    return LinearOperator(
        M.shape,
        matvec=lambda x: M @ x - left @ (right @ x),
        rmatvec=lambda y: M.T @ y - right.T @ (left.T @ y),
        matmat=lambda X: M @ X - left @ (right @ X),
        rmatmat=lambda Y: M.T @ Y - right.T @ (left.T @ Y),
        dtype=np.float64,
    )


def _orth(Y: F64) -> F64:
    Q, _ = qr(np.asarray(Y, np.float64), mode="economic", check_finite=False)
    return Q
