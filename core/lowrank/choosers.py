"""Which columns to keep: orders whose first r entries are the choice at rank r.

To choose rows, give the transpose (or the left singular vectors).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, qr

from core.lowrank.bases import F64, Ints, Matrix

CHOOSERS = ("pivoted", "sketched", "uniform", "leverage", "deim")
SEEDED = ("sketched", "uniform", "leverage")
MATCHED = "matched"
"""For CUR: columns by pivoted QR (or a sketch), then rows by `deim` on their basis, so that
the block where they cross is well conditioned."""
LABELS = {
    "pivoted": "column-pivoted QR",
    "sketched": "random projection, then pivoted QR",
    "uniform": "uniform sampling",
    "leverage": "leverage-score sampling",
    "deim": "k-DEIM",
    "matched": "pivoted QR, rows matched to the columns",
}


def pivoted(M: F64) -> tuple[F64, F64, Ints]:
    """LAPACK's pivoted QR: Q (m, k), B = QᵀM (k, n) and the order of the columns (n,).

    MΠ = QR: each step takes the column with the largest remainder. One call
    serves all ranks. (Businger & Golub 1965, Numer. Math. 7; LAPACK geqp3.)
    """
    Q, R, order = qr(M, mode="economic", pivoting=True, check_finite=False)
    B = np.empty_like(R)
    B[:, order] = R
    return Q, B, order.astype(np.int64)


def sketched(M: Matrix, size: int, seed: int) -> Ints:
    """Pivoted QR of ΩM, Ω (size, m) Gaussian: the first min(size, n) columns it takes.

    (Voronin & Martinsson 2017, Adv. Comput. Math. 43, arXiv 1412.8447.)
    """
    omega = np.random.default_rng(seed).standard_normal((M.shape[0], size))
    sketch = np.asarray(M.T @ omega, dtype=np.float64).T
    _, order = qr(sketch, mode="r", pivoting=True, check_finite=False)
    return order[: min(sketch.shape)].astype(np.int64)


def uniform(n: int, seed: int) -> Ints:
    """A random order of n columns."""
    return np.random.default_rng(seed).permutation(n)


def leverage_scores(V: F64, k: int) -> F64:
    """ℓ_j = Σ_{i≤k} V_ji², in [0, 1] and k in sum: (n,), for right singular vectors V (n, ≥ k)."""
    return np.square(np.asarray(V[:, :k], np.float64)).sum(axis=1)


def leverage(V: F64, k: int, seed: int) -> Ints:
    """Columns drawn without replacement with p ∝ ℓ_j: an order of all n.

    The k is fixed, so that the draws are nested. Adding Gumbel noise to log p
    and sorting is drawing one after the other (Efraimidis & Spirakis 2006).
    (Mahoney & Drineas 2009, PNAS 106.)
    """
    scores = leverage_scores(V, k)
    noise = np.random.default_rng(seed).gumbel(size=len(scores))
    return np.argsort(-(np.log(np.maximum(scores, 1e-300)) + noise), kind="stable")


def deim(V: NDArray[np.floating]) -> Ints:
    """Discrete empirical interpolation on singular vectors V (n, k): k indices, for all ranks.

    First the largest |v₁|; then v_{i+1} is interpolated from v₁…v_i at the
    chosen indices, and the index of the largest remainder joins. That is
    Gaussian elimination of V with row pivoting: one LAPACK call. (Sorensen &
    Embree 2016, SIAM J. Sci. Comput. 38, arXiv 1407.5516.)
    """
    k = min(V.shape)
    _, swaps = lu_factor(np.asarray(V[:, :k], np.float64), check_finite=False)
    order = np.arange(len(V))
    for i, j in enumerate(swaps[:k]):
        order[[i, j]] = order[[j, i]]
    return order[:k]
