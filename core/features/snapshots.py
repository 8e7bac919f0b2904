"""What is kept of a training: stored epochs, and the run that they are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from core.features.loss import js
from core.features.networks import Network, restore
from core.features.specs import InfoMax
from core.items.shape import Shape
from core.items.split import Split, split
from core.learning.learner import Run
from core.learning.saving import weights
from core.quantised.loss import FLAT

SHOWN = 5000  # items whose codes are kept for every stored epoch
SETTLED = 2000  # items that the map's mean and deviation are taken over
ENCODED_AT_ONCE = 250


@dataclass(frozen=True)
class Snapshot:
    """A stored epoch: the weights, and p(z|x) of the first items.

    mean, logvar: (n', d).
    """

    epoch: int
    weights: tuple[np.ndarray, ...]
    mean: np.ndarray
    logvar: np.ndarray


@dataclass(frozen=True)
class Trained(Run[Snapshot]):
    """A run of Deep InfoMax."""

    shape: Shape = Shape((), 1)

    @property
    def estimates(self) -> np.ndarray:
        """(E, 2): the Jensen–Shannon estimates by epoch, global and local, nats, at most ln 2."""
        return js(self.history.parts[:, :2])

    def network(self, spec: InfoMax, at: int | None = None) -> Network:
        """The network of a stored epoch, by its place among them; that of the result, if none."""
        shot = self.result if at is None else self.snapshots[at]
        return restore(spec, self.shape, shot.weights)


class Moments(NamedTuple):
    """Of z over n items, (d,) each: its mean and standard deviation, and how many standard errors
    these are off 0 and 1, as n draws of N(0, 1) have them.
    """

    mean: np.ndarray
    deviation: np.ndarray
    off_mean: np.ndarray
    off_deviation: np.ndarray


def moments(mean: np.ndarray, logvar: np.ndarray | None = None) -> Moments:
    r"""Moments of z ~ p(z|x) over items, (n, d) each; of the means alone without logvar.

    Var z = Var m + E σ². The mean of n normal draws has the standard error $1/\sqrt n$, their
    deviation nearly $1/\sqrt{2n}$.
    """
    n = len(mean)
    middle = mean.mean(axis=0, dtype=np.float64)
    variance = mean.var(axis=0, dtype=np.float64)
    if logvar is not None:
        variance = variance + np.exp(logvar.astype(np.float64)).mean(axis=0)
    deviation = np.sqrt(variance)
    return Moments(middle, deviation, middle * np.sqrt(n), (deviation - 1) * np.sqrt(2 * n))


def parted(spec: InfoMax, n: int) -> Split:
    """The items that encoders are trained on, and those that judge them."""
    return split(n, spec.kept_back, spec.info_seed)


def snapshot(
    spec: InfoMax, epoch: int, network: Network, x: np.ndarray, trained: np.ndarray
) -> Snapshot:
    """What a network makes of the first items; trained: rows it was trained on."""
    settled = settle(spec, network, x[trained[:SETTLED]])
    return Snapshot(epoch, weights(settled), *encode(settled, x[:SHOWN]))


def settle(spec: InfoMax, network: Network, x: np.ndarray) -> Network:
    """The network with the mean and the deviation of its map over these items."""
    if not spec.map_normalised:
        return network
    parts = [
        np.asarray(_places(network, jnp.asarray(x[start : start + ENCODED_AT_ONCE])))
        for start in range(0, len(x), ENCODED_AT_ONCE)
    ]
    f = np.concatenate(parts).reshape(-1, parts[0].shape[-1])
    with np.errstate(all="ignore"):  # a run that diverged is told by its loss
        centre = f.mean(axis=0, dtype=np.float64)
        scale = np.sqrt(f.var(axis=0, dtype=np.float64) + FLAT)
    return eqx.tree_at(
        lambda n: (n.centre, n.scale),
        network,
        (jnp.asarray(centre, jnp.float32), jnp.asarray(scale, jnp.float32)),
    )


def encode(network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and ln variance of p(z|x), (n, d) each, of items (n, D)."""
    parts = [
        _encoded(network, jnp.asarray(x[start : start + ENCODED_AT_ONCE]))
        for start in range(0, len(x), ENCODED_AT_ONCE)
    ]
    mean, logvar = (np.concatenate([np.asarray(p[i]) for p in parts]) for i in range(2))
    return mean, logvar


@eqx.filter_jit
def _places(network: Network, x: Array) -> Array:
    return jax.vmap(network.encoder.places)(x)


@eqx.filter_jit
def _encoded(network: Network, x: Array) -> tuple[Array, Array]:
    f = jax.vmap(network.encoder.places)(x)
    return jax.vmap(network.posterior)((f - network.centre) / network.scale)
