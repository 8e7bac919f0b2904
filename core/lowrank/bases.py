"""Nested orthonormal bases: one factorisation serves every rank.

With Q's first i columns spanning the first columns of C, and B = QᵀM,

    ‖M − Q_i Q_iᵀ M‖² = ‖M − Q B‖² + Σ_{j>i} ‖b_j‖²        (b_j the rows of B)

so the errors of all ranks are one reversed cumulative sum. Summed from the
tail, unlike ‖M‖² − Σ_{j≤i} ‖b_j‖², nothing cancels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.sparse import csr_array, issparse

from core.errors import SourceError
from core.messages import message

F64 = NDArray[np.floating]
Ints = NDArray[np.integer]
Matrix: TypeAlias = Any
"""A dense float64 array or a CSR array, (m, n)."""

DEPENDENT = 1e-12
"""A column whose remainder is below this share of its own length adds nothing to a span."""
CANCELS = 1e-6
"""Below this share of ‖M‖² a difference of energies is replaced by the residual itself."""
LARGEST = 1e100
BLOCK = 32
ROWS = 512


@dataclass(frozen=True)
class Basis:
    """Orthonormal Q (m, k'), and the dimension of the span of the first r of k columns.

    dimensions: (k + 1,), dimensions[r] ≤ r. It is less where columns depend on each other.
    The first dimensions[r] columns of Q span the first r columns.
    """

    Q: F64
    dimensions: Ints


def is_sparse(M: Any) -> bool:
    """Whether M is one of scipy's sparse arrays."""
    return bool(issparse(M))


def checked(M: Any) -> Matrix:
    """A real, finite, non-empty matrix as float64 or CSR. Raises SourceError for any other."""
    sparse: Any = csr_array(M) if is_sparse(M) else None
    values = np.asarray(M if sparse is None else sparse.data)
    shape = values.shape if sparse is None else sparse.shape
    if len(shape) != 2:
        raise SourceError(
            message(
                "This array has {n} dimensions; a matrix has 2. Reshape it to rows × columns.",
                n=len(shape),
            )
        )
    if 0 in shape:
        raise SourceError(
            message(
                "This matrix is empty ({m} × {n}); give at least one row.", m=shape[0], n=shape[1]
            )
        )
    if values.dtype.kind == "c":
        raise SourceError(
            message("This matrix is complex; give its real part, imaginary part or modulus.")
        )
    if values.dtype.kind not in "biuf":
        raise SourceError(message("This matrix holds {kind}, not numbers.", kind=values.dtype.name))
    if values.size and not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        raise SourceError(
            message(
                "This matrix holds 1 entry that is NaN or infinite; replace or drop them first."
                if bad == 1
                else "This matrix holds {n:,} entries that are NaN or infinite; replace or drop "
                "them first.",
                n=bad,
            )
        )
    if values.size and float(np.abs(values).max()) > LARGEST:
        raise SourceError(
            message("This matrix holds numbers beyond {most:g}; rescale it.", most=LARGEST)
        )
    if sparse is not None:
        return sparse if sparse.dtype.kind == "f" else sparse.astype(np.float64)
    return np.ascontiguousarray(values, dtype=np.float64)


def energy(M: Matrix) -> float:
    """‖M‖²_F."""
    values = np.asarray(M.data if is_sparse(M) else M).ravel()
    return float(np.einsum("i,i->", values, values, dtype=np.float64))


def columns(M: Matrix, chosen: NDArray[np.integer]) -> F64:
    """M[:, chosen] as a dense (m, r) array."""
    part = M[:, chosen]
    return np.asarray(part.toarray() if is_sparse(part) else part, dtype=np.float64)


def rows(M: Matrix, chosen: NDArray[np.integer]) -> F64:
    """M[chosen] as a dense (r, n) array."""
    part = M[chosen]
    return np.asarray(part.toarray() if is_sparse(part) else part, dtype=np.float64)


def coefficients(Q: F64, M: Matrix) -> F64:
    """B = QᵀM: (k, n)."""
    if is_sparse(M):
        return np.ascontiguousarray(np.asarray(M.T @ Q, dtype=np.float64).T)
    return Q.T @ M


def basis(C: F64) -> Basis:
    """A nested orthonormal basis of the columns of C (m, k), in their order.

    One LAPACK QR; where columns depend on each other LAPACK would fill in
    arbitrary directions, so a block Gram–Schmidt that skips them takes over.
    """
    m, k = C.shape
    Q, R = qr(C, mode="economic", check_finite=False)
    length = np.linalg.norm(R, axis=0)
    if k <= m and (np.abs(np.diagonal(R)) > DEPENDENT * length).all():
        return Basis(Q, np.arange(k + 1))
    return _independent(C)


def _independent(C: F64) -> Basis:
    """Gram–Schmidt, each block twice against the basis so far, then column by column."""
    m, k = C.shape
    length = np.linalg.norm(C, axis=0)
    Q = np.zeros((m, min(m, k)), order="F")
    dimensions, dimension = np.zeros(k + 1, np.int64), 0
    for start in range(0, k, BLOCK):
        block = C[:, start : start + BLOCK].copy()
        start_dimension = dimension
        for _ in range(2):
            block -= Q[:, :start_dimension] @ (Q[:, :start_dimension].T @ block)
        for c, scale in enumerate(length[start : start + BLOCK]):
            v, newest = block[:, c], Q[:, start_dimension:dimension]
            for _ in range(2):
                v -= newest @ (newest.T @ v)
            remainder = float(np.linalg.norm(v))
            if dimension < Q.shape[1] and remainder > DEPENDENT * scale:
                v /= remainder
                if remainder < 1e-3 * scale:  # the division blew the rounding errors up
                    v -= Q[:, :dimension] @ (Q[:, :dimension].T @ v)
                    v /= np.linalg.norm(v)
                Q[:, dimension] = v
                dimension += 1
            dimensions[start + c + 1] = dimension
    return Basis(np.ascontiguousarray(Q[:, :dimension]), dimensions)


def residual_energy(M: Matrix, Q: F64, B: F64, complete: bool = False) -> float:
    """‖M − QB‖²_F for B = QᵀM. `complete`: the columns of Q are known to span those of M.

    For a sparse M the difference of energies, unless it would cancel: then the
    residual itself, a few rows at a time.
    """
    if complete or Q.shape[1] == Q.shape[0]:
        return 0.0
    if is_sparse(M):
        total_energy = energy(M)
        difference = total_energy - float(np.einsum("ij,ij->", B, B))
        if difference > CANCELS * total_energy:
            return difference
    total = 0.0
    for start in range(0, M.shape[0], ROWS):
        part = slice(start, start + ROWS)
        block = M[part].toarray() if is_sparse(M) else M[part]
        total += float(np.square(block - Q[part] @ B).sum())
    return total


def tails(energies: F64, rest: float = 0.0) -> F64:
    """√(rest + Σ_{j>i} energies_j) for i = 0…k: (k + 1,)."""
    backwards = np.concatenate([[rest], energies[::-1]])
    return np.sqrt(np.maximum(np.cumsum(backwards)[::-1], 0.0))


def grid(k: int, points: int = 16) -> Ints:
    """At most `points` ranks from 1 to k, evenly spread on a logarithmic scale."""
    if k < 1:
        return np.zeros(0, np.int64)
    return np.unique(np.round(np.geomspace(1, k, points)).astype(np.int64))
