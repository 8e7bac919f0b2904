"""The loss of a batch: reconstruction, codebook and commitment, with what the codebook learns from.

‖x − x̂‖² + β Σ ‖e − sg[z]‖² + γ Σ ‖z − sg[e]‖², sums over the pixels and over the places of an
item (van den Oord et al. 2017, eq. 3). FSQ has the first term alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from core.quantised.networks import Network
from core.quantised.quantisers import carried, nearest, rounded
from core.quantised.specs import Codes, Steered

FLAT = 1e-5  # added to a variance that is divided by


class Recipe(NamedTuple):
    """What determines, beside the shapes of arrays, which code is compiled."""

    quantiser: str
    levels: tuple[int, ...]
    normalised: bool
    averaged: bool
    revived: bool
    batch: int


class Weights(NamedTuple):
    """Numbers of the spec that a compiled step reads. revive_after: steps."""

    codebook: Any
    decay: Any
    revive_after: Any


class Terms(NamedTuple):
    """Parts of the loss of an item, before their weights: squared errors."""

    reconstruction: Array
    codebook: Array
    commitment: Array


class Seen(NamedTuple):
    """z (n, d) of all places of a batch, as they were quantised, and their codes (n,)."""

    z: Array
    codes: Array


def recipe_of(spec: Codes, n: int) -> Recipe:
    """The recipe of a run on n items."""
    vq = spec.quantiser in ("straight", "rotation")
    return Recipe(
        quantiser=spec.quantiser,
        levels=spec.sizes if spec.quantiser == "fsq" else (),
        normalised=spec.normalised,
        averaged=vq and spec.codebook_by == "average",
        revived=vq and spec.revive_after > 0,
        batch=min(spec.code_batch, n),
    )


def normalise(z: Array) -> Array:
    """Each dimension with mean 0 and variance 1 over a batch: (B, G, d)."""
    centred = z - z.mean(axis=(0, 1))
    return centred / jnp.sqrt((centred**2).mean(axis=(0, 1)) + FLAT)


def terms(recipe: Recipe, network: Network, x: Array) -> tuple[Terms, Seen]:
    """Parts of the loss of each item, (B,) each, and what the codebook may learn from."""
    z = jax.vmap(network.encoder)(x)
    if recipe.normalised:
        z = normalise(z)
    B, G, d = z.shape
    flat = z.reshape(-1, d)
    if recipe.quantiser == "fsq":
        q, codes = rounded(flat, recipe.levels)
        zero = jnp.zeros(B)
        apart = pulled = zero
    else:
        book = network.codebook
        codes = nearest(lax.stop_gradient(flat), lax.stop_gradient(book))
        e = book[codes]
        q = carried(recipe.quantiser, flat, lax.stop_gradient(e))
        apart = ((e - lax.stop_gradient(flat)) ** 2).reshape(B, -1).sum(axis=1)
        pulled = ((flat - lax.stop_gradient(e)) ** 2).reshape(B, -1).sum(axis=1)
    copies = jax.vmap(network.decode)(q.reshape(B, G, d))
    error = ((x - copies) ** 2).sum(axis=1)
    return Terms(error, apart, pulled), Seen(lax.stop_gradient(flat), codes)


def objective(
    recipe: Recipe, network: Network, data: tuple[Array, Weights], batch: Any, now: Steered
) -> tuple[Array, tuple[Array, Seen]]:
    """The mean loss of a batch; its parts (3,), in the order of `Terms`, and what was seen."""
    x, weights = data
    parts, seen = terms(recipe, network, x[batch.rows])
    means = jnp.stack([part.mean() for part in parts])
    beta = 0.0 if recipe.averaged else weights.codebook
    return means[0] + beta * means[1] + now.commitment * means[2], (means, seen)


def measured(
    recipe: Recipe, network: Network, data: tuple[Array, Weights], batch: Any, now: Steered
) -> tuple[Array, Array]:
    """`objective` without what was seen: of items that are held out."""
    loss, (means, _) = objective(recipe, network, data, batch, now)
    return loss, means
