r"""The loss of a batch: two estimates of mutual information, and the prior's divergence.

A critic T tells true pairs from dealt ones with the cross-entropy
$\mathcal L=-\mathbb E_{pos}\ln\sigma(T)-\mathbb E_{neg}\ln(1-\sigma(T))$. Then
$\ln 2-\mathcal L/2$ bounds the Jensen–Shannon divergence of the two kinds of pairs from below
(Nowozin et al. 2016), reaches it at $T=\ln p_{pos}/p_{neg}$, and is never above ln 2.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from core.features.networks import Network
from core.features.specs import InfoMax, Steered
from core.quantised.loss import normalise

CEILING = math.log(2)  # of a JS divergence, nats
CHANCE = 2 * math.log(2)  # cross-entropy of a critic that tells nothing


class Recipe(NamedTuple):
    """What determines, beside the shapes of arrays, which code is compiled."""

    partner: str
    axes: tuple[int, ...]
    moved: int
    normalised: bool
    noisy: bool


class Terms(NamedTuple):
    """Parts of the loss before their weights: nats."""

    whole: Any
    local: Any
    prior: Any


class Batch(NamedTuple):
    """rows: (B,) items; noise: (B, d); others: (n, B), whose f each item is dealt, by place.

    corners: (B, k) of 0 … 2 `moved`, where moved items are cut from the padded ones, or None.
    """

    rows: Any
    noise: Any
    others: Any
    corners: Any = None


def cross_entropy(positive: Array, negative: Array) -> Array:
    """The loss of a critic with scores T of true and of dealt pairs, of any shapes: nats."""
    return softplus(-positive).mean() + softplus(negative).mean()


def softplus(x: Array) -> Array:
    """ln(1 + eˣ), with its gradient in half the time of `jax.nn.softplus`."""
    below = x < 0
    return jnp.where(below, 0, x) + jnp.log1p(jnp.exp(jnp.where(below, x, -x)))


def js(loss: np.ndarray) -> np.ndarray:
    """The estimate ln 2 − L/2 of the Jensen–Shannon divergence: nats, at most ln 2."""
    return np.asarray(CEILING - np.asarray(loss, np.float64) / 2)


def divergence(mean: Array, logvar: Array) -> Array:
    """KL(N(m, σ²) ‖ N(0, 1)), averaged over items and dimensions: nats."""
    return 0.5 * (mean**2 + jnp.exp(logvar) - 1 - logvar).mean()


def terms(recipe: Recipe, network: Network, x: Array, batch: Batch) -> Terms:
    """The parts of the loss of items x (B, D)."""
    f = _map(recipe, network, x)
    mean, logvar = jax.vmap(network.posterior)(f)
    z = mean
    if recipe.noisy:
        z = mean + batch.noise * jnp.exp(logvar / 2)
    else:
        logvar = jnp.zeros_like(logvar)
    if recipe.moved:
        f = _map(recipe, network, jax.vmap(partial(shifted, recipe))(x, batch.corners))
    partner = z[:, None] if recipe.partner == "itself" else f.reshape(len(f), 1, -1)
    return Terms(
        cross_entropy(*network.whole.scores(z, partner, batch.others)),
        cross_entropy(*network.local.scores(z, f, batch.others)),
        divergence(mean, logvar),
    )


def _map(recipe: Recipe, network: Network, x: Array) -> Array:
    """f (B, G, F) of items x (B, D)."""
    f = jax.vmap(network.encoder.places)(x)
    return normalise(f) if recipe.normalised else f


def shifted(recipe: Recipe, x: Array, corner: Array) -> Array:
    """The item x (D,) moved by `moved` − corner places along each axis, zeros moving in."""
    k = len(recipe.axes)
    whole = x.reshape(*recipe.axes, -1)
    padded = jnp.pad(whole, (*((recipe.moved, recipe.moved),) * k, (0, 0)))
    start = (*(corner[i] for i in range(k)), jnp.int32(0))
    return lax.dynamic_slice(padded, start, whole.shape).reshape(-1)


def objective(
    recipe: Recipe, network: Network, x: Array, batch: Batch, now: Steered
) -> tuple[Array, Array]:
    """α L_G + β L_L + γ KL of a batch, and its parts (3,) in the order of `Terms`."""
    parts = jnp.stack(terms(recipe, network, x[batch.rows], batch))
    weights = jnp.stack([now.global_weight, now.local_weight, now.prior_weight])
    return weights @ parts, parts


def recipe_of(spec: InfoMax, axes: tuple[int, ...]) -> Recipe:
    """The recipe of a spec, of items with these axes."""
    moved = spec.moved if axes else 0
    return Recipe(spec.partner, axes, moved, spec.map_normalised, spec.noisy)


def deals(rng: np.random.Generator, steps: int, batch: int, negatives: int) -> np.ndarray:
    """Whose features each place of a batch is dealt: (steps, n, batch), never its own.

    Cyclic shifts by n different amounts of 1 … batch − 1, drawn anew for each step.
    """
    n = min(negatives, batch - 1)
    shifts = np.argsort(rng.random((steps, batch - 1)), axis=1)[:, :n] + 1
    dealt: np.ndarray = (np.arange(batch) + shifts[..., None]) % batch
    return dealt.astype(np.int32)
