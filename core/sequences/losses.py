"""Losses over classes on the sphere: softmax, AM-Softmax, and the A-Softmax-like one of the code.

With c_i = cos θ_i the cosines of a text with the directions of the classes and t its own class,

    am-softmax    −log e^{s(c_t − m)} / (e^{s(c_t − m)} + Σ_{i≠t} e^{s c_i})      (arXiv 1801.05599)
    a-softmax     the same with min(c_t, 8c_t⁴ − 8c_t² + 1) for c_t − m, cos 4θ where that is less
    softmax       the ordinary one, of ⟨h, w_i⟩ + b_i, neither of unit length

(bojone/margin-softmax:margin_softmax.py.) m = 0 makes the first the scaled softmax of cosines.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

TINY = 1e-12  # added to squared lengths, so that a vector of zeros has a gradient


def unit(vectors: Array) -> Array:
    """Vectors of length 1 along the last axis."""
    return vectors / jnp.sqrt(jnp.sum(vectors**2, axis=-1, keepdims=True) + TINY)


def own_cosine(kind: str, cosine: Array, margin: Any) -> Array:
    """What a loss puts in place of the cosine with the own class."""
    if kind == "a-softmax":
        return jnp.minimum(cosine, 8 * cosine**4 - 8 * cosine**2 + 1)
    return cosine - margin


def margin_losses(kind: str, cosines: Array, own: Array, scale: Any, margin: Any) -> Array:
    """The loss of each text, nats: cosines (n, C), own (n,) its class → (n,)."""
    is_own = jax.nn.one_hot(own, cosines.shape[-1], dtype=bool)
    logits = scale * jnp.where(is_own, own_cosine(kind, cosines, margin), cosines)
    return cross_entropies(logits, own)


def cross_entropies(logits: Array, own: Array) -> Array:
    """−log of the softmax of logits (n, C) at the own class (n,): (n,), nats."""
    mine = jnp.take_along_axis(logits, own[..., None], axis=-1)[..., 0]
    return jax.nn.logsumexp(logits, axis=-1) - mine
