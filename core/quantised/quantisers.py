"""Quantisers: from z to its code, and the gradient that comes back through a step that has none.

All follow one pattern, z_q = sg[G] z + sg[q − G z]: forward it is q, backward the gradient at q is
multiplied by Gᵀ. Straight-through: G = I. Rotation trick: G = ‖q‖/‖z‖ R with R z̃ = q̃ the rotation
in the plane of z and q (Fifty et al. 2024, eq. 4). A single vector each; `jax.vmap` makes it many.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

TINY = 1e-12  # of lengths that are divided by
SLACK = 1e-3  # by which FSQ's bound lies outside its outermost levels


def nearest(z: Array, book: Array) -> Array:
    """The code of each vector: argmin_k ‖z − e_k‖². z (n, d), book (K, d) → (n,) int32."""
    distance = jnp.sum(book**2, axis=1) - 2 * z @ book.T
    least = distance.min(axis=1, keepdims=True)
    numbers = jnp.arange(len(book), dtype=jnp.int32)  # two passes take half of argmin's one
    return jnp.where(distance <= least, numbers, len(book) - 1).min(axis=1)


def straight(z: Array, q: Array) -> Array:
    """z_q = z + sg[q − z], (d,)."""
    return z + lax.stop_gradient(q - z)


def turned(z: Array, q: Array) -> Array:
    """z_q = sg[‖q‖/‖z‖ R] z, whatever the angle between z and q, (d,).

    R = I − 2 w wᵀ + 2 q̃ z̃ᵀ with w the unit vector half-way; never built.
    """
    length = jnp.maximum(jnp.linalg.norm(lax.stop_gradient(z)), TINY)
    size = jnp.linalg.norm(q)
    from_z = lax.stop_gradient(z / length)
    to_q = lax.stop_gradient(q / jnp.maximum(size, TINY))
    half = from_z + to_q
    w = half / jnp.maximum(jnp.linalg.norm(half), TINY)
    return lax.stop_gradient(size / length) * (z - 2 * (z @ w) * w + 2 * (z @ from_z) * to_q)


def rotated(z: Array, q: Array) -> Array:
    """The rotation trick up to 90°, straight-through beyond, where it would turn too far; (d,).

    Forward it is exactly q.
    """
    acute = z @ q > 0
    out = jnp.where(acute, turned(z, q), straight(z, q))
    return out + lax.stop_gradient(q - out)


def rounded(z: Array, levels: Sequence[int]) -> tuple[Array, Array]:
    """FSQ: each dimension bounded, rounded to its levels, with the gradient of the bound.

    z (…, d) → q (…, d), at most 1 in size, and codes (…) int32. h = (L − 1)(1 + 10⁻³)/2, o = ½
    where L is even, b = tanh(z + artanh(o/h)) h − o; q = round(b) / ⌊L/2⌋ (Mentzer et al. 2023).
    """
    L = np.asarray(levels)
    half = L // 2
    bound = bounded(z, levels)
    steps = bound + lax.stop_gradient(jnp.round(bound) - bound)
    basis = np.concatenate([[1], np.cumprod(L[:-1])])
    codes = jnp.sum((jnp.round(bound) + half) * basis, axis=-1)
    return steps / half, codes.astype(jnp.int32)


def bounded(z: Array, levels: Sequence[int]) -> Array:
    """b of `rounded`, (…, d): within the outermost levels and half a step."""
    L = np.asarray(levels)
    h = (L - 1) * (1 + SLACK) / 2
    offset = np.where(L % 2 == 0, 0.5, 0.0)
    return jnp.tanh(z + np.arctanh(offset / h)) * h - offset


def implied(levels: Sequence[int]) -> np.ndarray:
    """The codebook that FSQ has without learning it: (∏ L, d), in the order of its codes."""
    grid = np.stack(np.unravel_index(np.arange(np.prod(levels)), levels, order="F"), axis=1)
    half = np.asarray(levels) // 2
    return ((grid - half) / half).astype(np.float32)


CARRIED = {"straight": straight, "rotation": rotated, "simvq": straight}


def carried(quantiser: str, z: Array, q: Array) -> Array:
    """q (n, d), with the gradient that this quantiser gives to z (n, d)."""
    return jax.vmap(CARRIED[quantiser])(z, q)
