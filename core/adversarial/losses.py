"""What the two players minimise. D's outputs are logits: D(x) = σ(f(x)), but for WGAN-GP, f."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from core.adversarial.networks import Players

TINY = 1e-12  # under a root, whose slope at 0 is infinite


def judged(game: str, real: Array, fake: Array) -> Array:
    """D's loss, without its penalty, from its logits of real and of generated points, (n,) each."""
    if game == "least squares":
        return ((real - 1) ** 2).mean() + (fake**2).mean()
    if game == "wgan-gp":
        return fake.mean() - real.mean()
    return jax.nn.softplus(-real).mean() + jax.nn.softplus(fake).mean()


def fooled(game: str, fake: Array) -> Array:
    """G's loss, without the term in λ, from D's logits of generated points, (n,)."""
    if game == "saturating":
        return -jax.nn.softplus(fake).mean()  # ln(1 − D)
    if game == "least squares":
        return ((fake - 1) ** 2).mean()
    if game == "wgan-gp":
        return -fake.mean()
    return jax.nn.softplus(-fake).mean()  # −ln D


def gradient_penalty(players: Players, x: Array, slope: Any) -> Array:
    r"""Mean of (‖∇f(x)‖ − c)² over points x (n, 2) (Gulrajani et al. 2017, arXiv 1704.00028)."""
    gradients = jax.vmap(jax.grad(lambda point: players.logit(point)))(x)
    norms = jnp.sqrt((gradients**2).sum(axis=1) + TINY)
    return ((norms - slope) ** 2).mean()


def departure(new: Array, old: Array) -> Array:
    """Mean of ‖G(z) − G_o(z)‖² over points (n, 2): KL(q‖q°) between narrow normals around them."""
    return ((new - old) ** 2).sum(axis=1).mean()
