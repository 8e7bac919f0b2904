"""The best second factor for a fixed first one: argmin_B ‖AB − M‖_F = A⁺M.

A⁺ = lim_{ε→0} (AᵀA + εI)⁻¹Aᵀ, and AA⁺ is the projection onto A's columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import idct
from scipy.linalg import pinv, solve, svd, svdvals

from core.errors import SpecError
from core.lowrank.bases import F64, Ints, Matrix, basis, checked, coefficients, residual_energy
from core.lowrank.svd import Range
from core.messages import Message, message

SUBSPACES = ("random", "cosine", "first")


@dataclass(frozen=True)
class Ridge:
    """How far (AᵀA + εI)⁻¹Aᵀ is from A⁺, at each ε: arrays (e,).

    Both are diagonal in A's singular vectors: σ/(σ² + ε) − 1/σ = −ε/(σ(σ² + ε)).
    """

    epsilon: F64
    spectral: F64
    frobenius: F64
    norm: float  # ‖A⁺‖_F


def best_right(A: F64, M: Matrix) -> F64:
    """B = A⁺M: (k, n) for A (m, k). Raises SpecError where A and M differ in rows.

    >>> best_right(np.array([[1.0], [1.0]]), np.array([[1.0], [3.0]])).round(12).tolist()
    [[2.0]]
    """
    if A.shape[0] != M.shape[0]:
        raise SpecError(_rows(A, M), "A")
    return coefficients(pinv(A).T, M)


def subspace(kind: str, M: Matrix, rank: int, seed: int = 0) -> F64:
    """A (m, rank): Gaussian, the slowest cosines, or M's own first columns.

    The columns of a smaller rank are the first of a larger one's.
    """
    m = M.shape[0]
    if kind == "random":
        return np.random.default_rng(seed).standard_normal((rank, m)).T
    if kind == "cosine":
        return idct(np.eye(m, rank), axis=0, norm="ortho")
    if kind == "first":
        part = M[:, :rank]
        return np.asarray(part.toarray() if hasattr(part, "toarray") else part, np.float64)
    known = ", ".join(SUBSPACES)
    raise SpecError(
        message("`{kind}` is not known; choose one of {known}.", kind=kind, known=known), "subspace"
    )


def project(M: Matrix, kind: str, rank: int, seed: int = 0) -> tuple[Range, Ints]:
    """M ≈ A_r A_r⁺ M for the first r columns of a subspace, for r = 0…rank.

    Returns a nested basis, and the dimension of the span of the first r columns of A,
    (rank + 1,): the error at r is `range.frobenius[dimensions[r]]`.
    """
    spanned = basis(subspace(kind, M, rank, seed))
    B = coefficients(spanned.Q, M)
    return Range(spanned.Q, B, residual_energy(M, spanned.Q, B)), spanned.dimensions


def ridge(A: F64, epsilon: F64) -> Ridge:
    """The distance of the ridge inverse from A⁺ for every ε > 0, from one spectrum."""
    s = svdvals(checked(A))
    s = s[s > max(A.shape) * np.finfo(float).eps * s[0]]
    if (epsilon <= 0).any():
        raise SpecError(message("ε must be above 0; at 0 there may be no inverse."), "epsilon")
    e = np.asarray(epsilon, np.float64)[:, None]
    gap = e / (s * (s**2 + e))
    spectral = gap.max(axis=1, initial=0.0)
    return Ridge(epsilon, spectral, np.linalg.norm(gap, axis=1), float(np.linalg.norm(1 / s)))


def ridge_errors(A: F64, M: Matrix, epsilon: F64) -> F64:
    """‖M − A(AᵀA + εI)⁻¹AᵀM‖_F at each ε, and at the limit ε → 0 last: (e + 1,).

    With A = UΣVᵀ the product is UΣ²(Σ² + ε)⁻¹UᵀM, so each of A's directions loses the
    share ε/(σ² + ε) of what it holds of M. Raises SpecError for ε ≤ 0, or as `best_right`.
    """
    if (epsilon <= 0).any():
        raise SpecError(message("ε must be above 0; at 0 there may be no inverse."), "epsilon")
    if A.shape[0] != M.shape[0]:
        raise SpecError(_rows(A, M), "A")
    U, s, _ = svd(checked(A), full_matrices=False, check_finite=False)
    kept = s > max(A.shape) * np.finfo(float).eps * s[0]
    B = coefficients(U[:, kept], M)
    held = np.einsum("ij,ij->i", B, B)
    rest = residual_energy(M, U[:, kept], B)
    lost = np.asarray(epsilon, np.float64)[:, None]
    lost = np.square(lost / (np.square(s[kept]) + lost))
    return np.sqrt(np.append(rest + lost @ held, rest))


def _rows(A: F64, M: Matrix) -> Message:
    """The error where the two have different numbers of rows."""
    return message(
        "A has {a:,} rows and M has {m:,}; they need equal numbers of rows.",
        a=A.shape[0], m=M.shape[0],
    )  # fmt: skip


def ridge_inverse(A: F64, epsilon: float) -> F64:
    """(AᵀA + εI)⁻¹Aᵀ: (k, m)."""
    return solve(A.T @ A + epsilon * np.eye(A.shape[1]), A.T, assume_a="pos")
