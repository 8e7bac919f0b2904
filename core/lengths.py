"""Division by the length of a vector, and its result for a vector of zeros.

A vector of zeros has no direction. Where all vectors are kept it stays zeros, and its cosine with
every other is 0; where the nearest are sought it is NaN, which is never among them.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
Floats = TypeVar("Floats", bound=NDArray[np.floating[Any]])


def lengths(V: Floats) -> Floats:
    """‖v‖ of each row of V (N, d): (N,), in V's own precision."""
    return np.sqrt(np.einsum("ij,ij->i", V, V))


def inverse(norms: Floats, of_zero: float) -> Floats:
    """1/‖v‖ of lengths (N,); `of_zero`, 0 or NaN, for a vector of zeros."""
    quotients = np.full_like(norms, of_zero)
    np.divide(1, norms, out=quotients, where=norms > 0)
    return quotients


def directions(V: F32, norms: F32) -> F32:
    """v/‖v‖ of each row of V (N, d), whose lengths are norms (N,); a row of zeros stays one."""
    return np.asarray(V / np.where(norms > 0, norms, 1)[:, None], np.float32, order="C")


def cosines(dots: Floats, norms: Floats) -> Floats:
    """⟨v, w⟩ / (‖v‖ ‖w‖) of inner products and of products of lengths (N,); 0 for a zero vector."""
    return np.divide(dots, norms, out=np.zeros_like(dots), where=norms > 0)
