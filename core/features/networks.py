"""Encoder with a map of local features, and the critics of pairs, as one Equinox module.

The encoder is the VAE's (`core.learning.networks.ConvEncoder`), so that both can be compared; its
map is read half-way. A row of a table has no places: its columns are cut into a few pieces.
Everything here is of one item unless it says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, random

from core.features.specs import InfoMax
from core.items.shape import Shape
from core.learning.networks import HALVED, SLOPE, ConvEncoder, Dense
from core.learning.saving import filled

LOGVAR = 12.0  # ln σ² stays within ± this
SMALL = 16  # the map of items up to this side is read after two convolutions, else after four
PIECES = 4  # that the columns of a table are cut into


class Convolved(eqx.Module):
    """The VAE's encoder, cut at the map that is called its local features."""

    whole: ConvEncoder
    level: int = eqx.field(static=True)
    grid: tuple[int, ...] = eqx.field(static=True)

    def __init__(self, shape: Shape, outputs: int, c: int, key: Array) -> None:
        self.whole = ConvEncoder(shape, outputs, c, key)
        self.level = 2 if max(shape.axes) <= SMALL else 4
        coarse = 2**HALVED
        finer = 2 if self.level == 2 else 1
        self.grid = tuple(finer * -(-size // coarse) for size in shape.axes)

    def places(self, x: Array) -> Array:
        """x (D,) → f (G, F), G places."""
        h = self.whole.padded(x)
        for layer in self.whole.convolutions[: self.level]:
            h = jax.nn.leaky_relu(layer(h), SLOPE)
        return h.reshape(-1, h.shape[-1])

    def code(self, f: Array) -> Array:
        """f (G, F) → (outputs,)."""
        h = f.reshape(*self.grid, -1)
        for layer in self.whole.convolutions[self.level :]:
            h = jax.nn.leaky_relu(layer(h), SLOPE)
        return self.whole.head(h.reshape(-1))


class Pieces(eqx.Module):
    """Dense layers for a row of a table. weights: (G, P, F), of G pieces of P columns each."""

    weights: Array
    dense: Dense

    def __init__(self, size: int, outputs: int, c: int, key: Array) -> None:
        G = min(PIECES, size)
        P, F = -(-size // G), 2 * c
        first, rest = random.split(key)
        self.weights = random.normal(first, (G, P, F)) * (2 / ((1 + SLOPE**2) * P)) ** 0.5
        self.dense = Dense((G * F, 8 * c, outputs), rest)

    def places(self, x: Array) -> Array:
        """x (D,) → f (G, F): one vector for each piece of the columns."""
        G, P, _ = self.weights.shape
        pieces = jnp.pad(x, (0, G * P - len(x))).reshape(G, P)
        return jax.nn.leaky_relu(jnp.einsum("gp,gpf->gf", pieces, self.weights), SLOPE)

    def code(self, f: Array) -> Array:
        """f (G, F) → (outputs,)."""
        return self.dense(f.reshape(-1))


class Bilinear(eqx.Module):
    """T(z, f) = (Az + a) · (Bf + b) / √e."""

    left: Dense
    right: Dense

    def __init__(self, d: int, F: int, e: int, key: Array) -> None:
        keys = random.split(key)
        self.left, self.right = Dense((d, e), keys[0]), Dense((F, e), keys[1])

    def scores(self, z: Array, f: Array, others: Array) -> tuple[Array, Array]:
        """T of z (B, d) with its own f (B, G, F): (B, G); with those of `others`: (n, B, G)."""
        a, b = self.left(z), self.right(f)
        every = jnp.einsum("be,cge->bcg", a, b) / math.sqrt(a.shape[-1])
        B, each = len(z), jnp.arange(len(z))
        if len(others) == B - 1:  # all, in the order of memory: nothing is gathered
            after = every.reshape(B * B, -1)[1:].reshape(B - 1, B + 1, -1)
            return every[each, each], after[:, :-1]
        return every[each, each], every[each, others]


class Joined(eqx.Module):
    """T of z and f beside each other through dense layers, as published."""

    dense: Dense

    def __init__(self, d: int, F: int, e: int, key: Array) -> None:
        self.dense = Dense((d + F, e, e, e, 1), key)

    def scores(self, z: Array, f: Array, others: Array) -> tuple[Array, Array]:
        """As `Bilinear.scores`."""

        def of(pair: Array) -> Array:
            beside = jnp.broadcast_to(z[:, None], (*pair.shape[:-1], z.shape[-1]))
            return self.dense(jnp.concatenate([beside, pair], axis=-1))[..., 0]

        return of(f), of(f[others])


class Network(eqx.Module):
    """p(z|x) and the critics. centre, scale: (F,) of the map when nothing is trained."""

    encoder: Any
    whole: Any
    local: Any
    centre: Array
    scale: Array

    def posterior(self, f: Array) -> tuple[Array, Array]:
        """Map (G, F), normalised → mean and ln variance of z, (d,) each."""
        mean, logvar = jnp.split(self.encoder.code(f), 2)
        return mean, jnp.clip(logvar, -LOGVAR, LOGVAR)


class Plan(NamedTuple):
    """What determines the arrays of a network. c: channels; e: width of the critics."""

    critic: str
    partner: str
    d: int
    c: int
    e: int


def plan_of(spec: InfoMax) -> Plan:
    """The plan of a spec."""
    return Plan(spec.critic, spec.partner, spec.info_latent, spec.info_channels, spec.critic_width)


def build(plan: Plan, shape: Shape, key: Array) -> Network:
    """A network before training."""
    d, c, e = plan.d, plan.c, plan.e
    into, whole, local = random.split(key, 3)
    if shape.axes:
        encoder: Any = Convolved(shape, 2 * d, c, into)
    else:
        encoder = Pieces(shape.size, 2 * d, c, into)
    G, F = eqx.filter_eval_shape(encoder.places, jnp.zeros(shape.size)).shape
    critic = Bilinear if plan.critic == "bilinear" else Joined
    partner = d if plan.partner == "itself" else G * F
    return Network(
        encoder, critic(d, partner, e, whole), critic(d, F, e, local), jnp.zeros(F), jnp.ones(F)
    )


@lru_cache(maxsize=32)
def skeleton(plan: Plan, shape: Shape) -> Any:
    """A network of shapes only."""
    return eqx.filter_eval_shape(build, plan, shape, random.key(0))


def restore(spec: InfoMax, shape: Shape, arrays: Sequence[np.ndarray]) -> Network:
    """The network with these weights."""
    network: Network = filled(skeleton(plan_of(spec), shape), arrays)
    return network
