"""Matrices with a prescribed spectrum and coherence, and Hilbert matrices."""

from __future__ import annotations

import numpy as np
from scipy.linalg import hilbert, qr

from core.lowrank.bases import F64
from core.matrices.specs import Hilbert, Synthetic

STEEP = 3.0  # at coherence 1 the i-th row weighs i⁻³


def synthetic(spec: Synthetic) -> F64:
    """U diag(σ) Vᵀ + noise: (height, width), σ as `singular_values`.

    U and V are orthonormalised Gaussians whose rows, in random order, weigh
    i^(−3c): at coherence c = 0 no row stands out, at 1 a few hold the leading vectors.
    """
    m, n = spec.height, spec.width
    rng = np.random.default_rng(spec.matrix_seed)
    k = min(m, n)
    s = singular_values(spec, k)
    U, V = (_frame(side, k, spec.coherence, rng) for side in (m, n))
    M = (U * s) @ V.T
    if spec.noise:
        noise = rng.standard_normal((m, n))
        M += noise * (spec.noise * np.linalg.norm(s) / np.linalg.norm(noise))
    return M


def singular_values(spec: Synthetic, k: int) -> F64:
    """σ_i before noise, i = 1…k: (k,)."""
    i = np.arange(1, k + 1, dtype=float)
    if spec.spectrum == "power":
        return i**-spec.decay
    if spec.spectrum == "exponential":
        return np.exp(-spec.decay * (i - 1) / 10)
    return np.where(i <= spec.step, 1.0, 10.0**-spec.decay)


def hilbert_matrix(spec: Hilbert) -> F64:
    """1/(i + j − 1): (n, n). Its singular values fall exponentially (Beckermann 2000)."""
    return hilbert(spec.size)


def _frame(side: int, k: int, coherence: float, rng: np.random.Generator) -> F64:
    weight = rng.permutation(np.arange(1, side + 1, dtype=float) ** (-STEEP * coherence))
    Q, _ = qr(rng.standard_normal((side, k)) * weight[:, None], mode="economic")
    return Q
