"""Procrustes analysis: one set of points rotated onto another. (Schönemann 1966.)

‖A − B R‖ is least over orthogonal R for R = U V⊤, where B⊤A = U Σ V⊤; the trace of R⊤B⊤A is
then the sum of the singular values, tr Σ.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


class Turn(NamedTuple):
    """matrix: R (p, q) with orthonormal rows or columns; trace: that of R⊤B⊤A."""

    matrix: F64
    trace: float


class Overlay(NamedTuple):
    """points: (n, D) the moved points, over the target; residual: ‖target − points‖² as a share
    of the target's ‖·‖² about its mean; scale: the factor of all lengths."""

    points: F64
    residual: float
    scale: float


def turn(cross: F64) -> Turn:
    """The turn that brings B (n, p) nearest to A (n, q), of cross = B⊤A (p, q)."""
    U, sigma, Vt = np.linalg.svd(cross, full_matrices=False)
    return Turn(U @ Vt, float(sigma.sum()))


def overlay(moved: NDArray[np.floating], target: NDArray[np.floating], least: float = 0) -> Overlay:
    """Shift, turn, mirror and scale `moved` (n, p) to lie over `target` (n, q).

    D = max(p, q): the narrower one is padded with zero columns. With both centred the best scale
    is tr Σ / ‖B‖², which leaves 1 − (tr Σ)² / (‖A‖² ‖B‖²). Where the squares of one sum to
    `least` or less, its points coincide and cannot be fitted: all lie on the target's mean, the
    residual is 1 and the scale 0.
    """
    D = max(moved.shape[1], target.shape[1])
    B, A = (
        np.pad(np.asarray(X, np.float64), ((0, 0), (0, D - X.shape[1]))) for X in (moved, target)
    )
    origin = A.mean(axis=0)
    A, B = A - origin, B - B.mean(axis=0)
    a2, b2 = float((A**2).sum()), float((B**2).sum())
    if min(a2, b2) <= least:
        return Overlay(np.broadcast_to(origin, A.shape).copy(), 1.0, 0.0)
    R, trace = turn(B.T @ A)
    scale = trace / b2
    residual = float(np.clip(1 - trace**2 / (a2 * b2), 0.0, 1.0))
    return Overlay(scale * B @ R + origin, residual, scale)
