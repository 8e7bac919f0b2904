"""What is kept of a training: stored epochs, and the run that they are of."""

from __future__ import annotations

from dataclasses import dataclass, field

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from core.items.shape import Shape
from core.latent.networks import Network, restore
from core.latent.specs import Vae
from core.learning.learner import Run
from core.learning.saving import weights

SHOWN = 5000  # items whose latents are kept for every stored epoch
ENCODED_AT_ONCE = 500


@dataclass(frozen=True)
class Snapshot:
    """A stored epoch: the weights, and what they make of the first items.

    mean, logvar: (n', d) of p(z|x); responsibility: (n', K), p(y|z) at the mean. averaged: the
    moving average of the weights, or ().
    """

    epoch: int
    weights: tuple[np.ndarray, ...]
    mean: np.ndarray
    logvar: np.ndarray
    responsibility: np.ndarray
    averaged: tuple[np.ndarray, ...] = ()

    @property
    def cluster(self) -> np.ndarray:
        """The most probable cluster of each item: (n,) int64."""
        return self.responsibility.argmax(axis=1)


@dataclass(frozen=True)
class Trained(Run[Snapshot]):
    """A run of a VAE. `target`: (n,) the clusters of the graph it was guided by, −1 of items that
    were held out, or (0,).
    """

    shape: Shape = Shape((), 1)
    target: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def losses(self) -> np.ndarray:
        """(E, 4) by epoch, in the order of `loss.Terms`."""
        return self.history.parts

    def network(self, spec: Vae, at: int | None = None, averaged: bool = False) -> Network:
        """The network of a stored epoch, by its place among them; that of the result, if none.

        Of the averaged weights, if wanted: `Callbacks.ema_decay` must be above 0.
        """
        snapshot = self.result if at is None else self.snapshots[at]
        return restore(spec, self.shape, snapshot.averaged if averaged else snapshot.weights)


def snapshot(
    epoch: int, network: Network, x: np.ndarray, averaged: Network | None = None
) -> Snapshot:
    """What a network makes of the first items."""
    average = () if averaged is None else weights(averaged)
    return Snapshot(epoch, weights(network), *encode(network, x[:SHOWN]), average)


def encode(network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and ln variance of p(z|x) (n, d), and p(y|z) at the mean (n, K)."""
    parts = [
        _encode(network, jnp.asarray(x[start : start + ENCODED_AT_ONCE]))
        for start in range(0, len(x), ENCODED_AT_ONCE)
    ]
    mean, logvar, log_r = (np.concatenate([np.asarray(p[i]) for p in parts]) for i in range(3))
    return mean, logvar, np.exp(log_r)


@eqx.filter_jit
def _encode(network: Network, x: Array) -> tuple[Array, Array, Array]:
    mean, logvar = jax.vmap(network.posterior)(x)
    return mean, logvar, jax.vmap(network.log_responsibility)(mean)
