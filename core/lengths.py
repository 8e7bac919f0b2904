"""Division by the length of a vector, and its result for a vector of zeros.

A vector of zeros has no direction. Where all vectors are kept it stays zeros, and its cosine with
every other is 0; where the nearest are sought it is NaN, which is never among them.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
Floats = TypeVar("Floats", bound=NDArray[np.floating[Any]])


MODERATE = 2.0**40  # no larger, nor its inverse smaller, need the largest number be to stay
SHORT, LONG = 1e-15, 1e15  # beyond these lengths float32 loses squares, to zero or to infinity


def lengths(V: Floats) -> Floats:
    """‖v‖ of each row of V (N, d): (N,), in V's own precision, whatever the size of its numbers."""
    with np.errstate(over="ignore"):
        norms = np.sqrt(np.einsum("ij,ij->i", V, V))
    extreme = _extreme(norms)
    if len(extreme):
        exact = np.linalg.norm(V[extreme].astype(np.float64), axis=1)
        norms[extreme] = np.minimum(exact, np.finfo(norms.dtype).max)
    return norms


def inverse(norms: Floats, of_zero: float) -> Floats:
    """1/‖v‖ of lengths (N,); `of_zero`, 0 or NaN, for a vector of zeros."""
    quotients = np.full_like(norms, of_zero)
    np.divide(1, norms, out=quotients, where=norms > 0)
    return quotients


def directions(V: F32, norms: F32) -> F32:
    """v/‖v‖ of each row of V (N, d), whose lengths are norms (N,); a row of zeros stays one."""
    X = np.asarray(V / np.where(norms > 0, norms, 1)[:, None], np.float32, order="C")
    extreme = _extreme(norms)
    if len(extreme):  # a length may have been rounded, or be beyond float32
        rows = V[extreme].astype(np.float64)
        exact = np.linalg.norm(rows, axis=1, keepdims=True)
        X[extreme] = rows / np.where(exact > 0, exact, 1)
    return X


def moderated(V: F32) -> tuple[F32, int]:
    """V (N, d) times 2^e, so that products of its rows fit float32; e is 0 for all usual vectors.

    A power of two changes lengths, but no digit of a number and no cosine.
    """
    largest = float(np.abs(V).max(initial=0.0))
    if not math.isfinite(largest) or largest == 0 or MODERATE**-1 <= largest <= MODERATE:
        return V, 0
    exponent = -math.frexp(largest)[1]
    return np.ldexp(V, exponent), exponent


def _extreme(norms: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
    """The rows whose squares float32 cannot hold; those of exact zeros stay zero in any case."""
    return np.flatnonzero((norms < SHORT) | ~(norms <= LONG))


def cosines(dots: Floats, norms: Floats) -> Floats:
    """⟨v, w⟩ / (‖v‖ ‖w‖) of inner products and of products of lengths (N,); 0 for a zero vector."""
    return np.divide(dots, norms, out=np.zeros_like(dots), where=norms > 0)
