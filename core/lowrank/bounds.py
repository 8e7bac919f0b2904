"""What theory promises, for r = 0…k; everything from the singular values alone.

tail_r = √Σ_{j>r} σ_j², the floor. An expectation of a square is given as its root.
"""

from __future__ import annotations

import numpy as np

from core.lowrank.bases import F64, tails


def randomised_svd(s: F64, oversampling: int, power: int, rest: float = 0.0) -> F64:
    """√E‖M − randomised SVD of rank r‖² ≤ tail_r √(1 + (σ_{r+1}/σ_r)^{4q} r/(p − 1)), p ≥ 2.

    Theorem 10.5 of Halko, Martinsson & Tropp 2011 (SIAM Rev. 53), whose proof
    bounds what the sketch loses of the r leading directions; the truncation to
    rank r is the best inside the sketch, so it costs no more. NaN for p < 2.
    """
    tail = tails(np.square(s), rest)
    r = np.arange(len(tail))
    if oversampling < 2:
        return np.full(len(tail), np.nan)
    next_ = np.append(s, np.sqrt(rest))[1:] if len(s) else np.zeros(0)
    ratio = np.divide(next_, s, out=np.zeros_like(s), where=s > 0)
    decay = np.concatenate([[0.0], np.minimum(ratio, 1.0) ** (4 * power)])
    return tail * np.sqrt(1.0 + decay * r / (oversampling - 1))


def random_range(s: F64, rest: float = 0.0) -> F64:
    """√E‖M − QQᵀM‖² ≤ min_{j ≤ l − 2} tail_j √(1 + j/(l − j − 1)) for a sketch of l columns.

    The same theorem without oversampling set aside: the best split of l. (k + 1,).
    """
    square = np.square(tails(np.square(s), rest))
    sizes = np.arange(len(square))
    out = np.full(len(square), square[0])
    for size in sizes[2:]:
        j = sizes[: size - 1]
        out[size] = np.min(square[j] * (1.0 + j / (size - j - 1)))
    return np.sqrt(out)


def columns_exist(s: F64, rest: float = 0.0) -> F64:
    """Some r columns reach ‖M − CC⁺M‖_F ≤ √(1 + r) tail_r, and none can promise less.

    (Deshpande, Rademacher, Vempala & Wang 2006, Theory Comput. 2.)
    """
    tail = tails(np.square(s), rest)
    return tail * np.sqrt(1.0 + np.arange(len(tail)))


def interpolation_exists(s: F64, n: int) -> F64:
    """Some r columns reach ‖M − M[:, S]Z‖₂ ≤ √(1 + r(n − r)) σ_{r+1}: (k,), r = 0…k − 1.

    (Gu & Eisenstat 1996, SIAM J. Sci. Comput. 17; Hong & Pan 1992.)
    """
    r = np.arange(len(s))
    return s * np.sqrt(1.0 + r * (n - r))


def pivoted_worst(s: F64, n: int) -> F64:
    """Pivoted QR promises only ‖M − QQᵀM‖₂ ≤ 2^r √(n − r) σ_{r+1}: (k,). It rarely gets near.

    (Gu & Eisenstat 1996, SIAM J. Sci. Comput. 17.)
    """
    r = np.arange(len(s))
    return s * np.exp2(np.minimum(r, 1000)) * np.sqrt(np.maximum(n - r, 1))


def random_projection(norm: float, m: int, k: int) -> F64:
    """√E‖M − QQᵀM‖² = ‖M‖_F √(1 − r/m) for a uniformly random subspace: (k + 1,), exact."""
    return norm * np.sqrt(np.maximum(1.0 - np.arange(k + 1) / m, 0.0))
