"""What is kept of a training: stored epochs, and the run that they are of."""

from __future__ import annotations

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from core.items.shape import Shape
from core.learning.learner import Run
from core.learning.saving import weights
from core.quantised.loss import FLAT
from core.quantised.networks import Network, restore, vectors
from core.quantised.quantisers import nearest, rounded
from core.quantised.specs import Codes
from core.quantised.usage import Usage, frequencies, usage

SHOWN = 5000  # items whose codes are kept for every stored epoch: the window of usage
AT_ONCE = 100  # items encoded or decoded: more than twice as fast as 500, which leave the cache


@dataclass(frozen=True)
class Snapshot:
    """A stored epoch: the weights, and what they make of the first items.

    codes: (n', G) int16, the code at each place; distance: (n',), Σ ‖z − e‖² over the places.
    averaged: the moving average of the weights, or ().
    """

    epoch: int
    weights: tuple[np.ndarray, ...]
    codes: np.ndarray
    distance: np.ndarray
    averaged: tuple[np.ndarray, ...] = ()

    def counts(self, K: int) -> np.ndarray:
        """How often each code occurs among the items shown, (K,)."""
        return frequencies(self.codes, K)

    def usage(self, K: int) -> Usage:
        """Use of the codebook over the items shown."""
        return usage(self.counts(K))


@dataclass(frozen=True)
class Trained(Run[Snapshot]):
    """A run of an autoencoder with codes. places: the sides of its grid of codes."""

    shape: Shape = Shape((), 1)
    places: tuple[int, ...] = ()

    def network(self, spec: Codes, at: int | None = None, averaged: bool = False) -> Network:
        """The network of a stored epoch, by its place among them; that of the result, if none.

        Of the averaged weights, if wanted: `Callbacks.ema_decay` must be above 0.
        """
        shot = self.result if at is None else self.snapshots[at]
        return restore(spec, self.shape, shot.averaged if averaged else shot.weights)


def snapshot(
    spec: Codes, epoch: int, network: Network, x: np.ndarray, averaged: Network | None = None
) -> Snapshot:
    """What a network makes of the first items."""
    z = raw(network, x[:SHOWN])
    settled = settle(spec, network, z)
    codes, distance = quantise(spec, settled, z)
    average: tuple[np.ndarray, ...] = ()
    if averaged is not None:
        average = weights(settle(spec, averaged, raw(averaged, x[:SHOWN])))
    return Snapshot(epoch, weights(settled), codes, distance, average)


def settle(spec: Codes, network: Network, z: np.ndarray) -> Network:
    """The network with the mean and the deviation of `raw` z, instead of a batch's."""
    if not spec.normalised:
        return network
    flat = z.reshape(-1, spec.dimension).astype(np.float64)
    with np.errstate(all="ignore"):  # a run that diverged is told by its loss
        centre, variance = flat.mean(axis=0), flat.var(axis=0)
        scale = np.sqrt(variance + FLAT)
    return eqx.tree_at(
        lambda n: (n.centre, n.scale),
        network,
        (jnp.asarray(centre, jnp.float32), jnp.asarray(scale, jnp.float32)),
    )


def raw(network: Network, x: np.ndarray) -> np.ndarray:
    """z of the encoder before it is normalised, (n, G, d)."""
    return np.concatenate([np.asarray(_raw(network, jnp.asarray(part))) for part in _parts(x)])


def encode(spec: Codes, network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes (n, G) int16 of items (n, D), and Σ ‖z − e‖² of each item (n,)."""
    return quantise(spec, network, raw(network, x))


def quantise(spec: Codes, network: Network, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`encode`, of `raw` z (n, G, d)."""
    z = (z - np.asarray(network.centre)) / np.asarray(network.scale)
    n, G, d = z.shape
    flat = z.reshape(-1, d)
    if spec.quantiser == "fsq":
        codes = np.asarray(rounded(jnp.asarray(flat), spec.sizes)[1])
        distance = np.zeros(n)
    else:
        book = vectors(spec, network)
        chosen = [
            _nearest(jnp.asarray(part.reshape(-1, d)), jnp.asarray(book)) for part in _parts(z)
        ]
        codes = np.concatenate([np.asarray(part) for part in chosen])
        distance = ((flat - book[codes]) ** 2).reshape(n, -1).sum(axis=1)
    return codes.reshape(n, G).astype(np.int16), distance.astype(np.float32)


def decode(spec: Codes, network: Network, codes: np.ndarray) -> np.ndarray:
    """Items (n, D) of codes (n, G)."""
    q = vectors(spec, network)[codes]
    return np.concatenate([np.asarray(_decoded(network, jnp.asarray(part))) for part in _parts(q)])


def copies(spec: Codes, trained: Trained) -> np.ndarray:
    """What the result of a run makes of the items whose codes it holds, (n', D)."""
    return decode(spec, trained.network(spec), trained.result.codes)


def _parts(rows: np.ndarray) -> list[np.ndarray]:
    return [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]


_nearest = jax.jit(nearest)


@eqx.filter_jit
def _raw(network: Network, x: Array) -> Array:
    return jax.vmap(network.encoder)(x)


@eqx.filter_jit
def _decoded(network: Network, q: Array) -> Array:
    return jax.vmap(network.decode)(q)
