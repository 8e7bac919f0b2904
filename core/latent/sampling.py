"""Pictures from places in z: samples of clusters, traversals, walks; real members beside."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from core.latent.networks import Network
from core.latent.snapshots import Snapshot, Trained
from core.latent.specs import Vae


@eqx.filter_jit
def _decode(network: Network, z: Array) -> Array:
    return jax.vmap(network.mean_of)(z)


def decode(network: Network, z: np.ndarray) -> np.ndarray:
    """z: (…, d) → the mean of q(x|z), (…, D)."""
    flat = jnp.asarray(z.reshape(-1, z.shape[-1]), jnp.float32)
    return np.asarray(_decode(network, flat)).reshape(*z.shape[:-1], -1)


def copies(spec: Vae, trained: Trained) -> np.ndarray:
    """What the result of a run makes of the means of the items' z, (n', D)."""
    return decode(trained.network(spec), trained.result.mean)


def from_clusters(
    network: Network, count: int, temperature: float, seed: int, cluster: int | None = None
) -> np.ndarray:
    """z = μ_y + τ Λ_y^½ ε with the same ε at every temperature τ: (K, count, d).

    With `cluster`, of that one only: (1, count, d), whose first ones are those shown with all.
    """
    mean, logvar = np.asarray(network.prior_mean), np.asarray(network.prior_logvar)
    clusters = range(len(mean)) if cluster is None else [cluster]
    noise = [
        np.random.default_rng((seed, y)).standard_normal((count, mean.shape[1])) for y in clusters
    ]
    chosen = list(clusters)
    spread = np.exp(logvar[chosen] / 2)[:, None]
    z = mean[chosen][:, None] + temperature * spread * np.stack(noise)
    return z.astype(np.float32)


def members(snapshot: Snapshot, cluster: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Items of a cluster, by number: the most typical (largest p(y|z)), the most doubtful.

    Where p(y|z) is 1 for many, the earlier item comes first.
    """
    mine = np.flatnonzero(snapshot.cluster == cluster)
    order = mine[np.argsort(-snapshot.responsibility[mine, cluster], kind="stable")]
    return order[:count], order[::-1][:count]


def traverse(z: np.ndarray, dimension: int, values: np.ndarray) -> np.ndarray:
    """z (d,) with one coordinate set to each of the values: (len(values), d)."""
    places = np.repeat(z[None].astype(np.float32), len(values), axis=0)
    places[:, dimension] = values
    return places


def walk_ends(
    network: Network, one: int, other: int, temperature: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where a walk starts and ends, and what an arc goes around, (d,) each.

    A sample of each cluster, around 0; of one cluster, two independent samples, around its centre.
    """
    if one == other:
        a, b = from_clusters(network, 2, temperature, seed, one)[0]
        return a, b, np.asarray(network.prior_mean)[one]
    a, b = (from_clusters(network, 1, temperature, seed, y)[0, 0] for y in (one, other))
    return a, b, np.zeros_like(a)


def angle_walk(a: np.ndarray, b: np.ndarray, steps: int) -> np.ndarray:
    """a cos θ + b sin θ, θ from 0 to π/2, (steps, d): N(0, I) all the way if the ends are."""
    theta = np.linspace(0.0, np.pi / 2, steps)[:, None]
    return (np.cos(theta) * a + np.sin(theta) * b).astype(np.float32)


def straight_walk(a: np.ndarray, b: np.ndarray, steps: int) -> np.ndarray:
    """(1−t) a + t b, (steps, d): half way, independent normal ends leave half their variance."""
    t = np.linspace(0.0, 1.0, steps)[:, None]
    return ((1 - t) * a + t * b).astype(np.float32)


def kl_by_dimension(network: Network, snapshot: Snapshot) -> np.ndarray:
    """Mean over items of Σ_y p(y|z) KL(p(z_i|x) ‖ q(z_i|y)), nats, (d,)."""
    kl = kl_each(network, snapshot)
    return np.einsum("nk,nkd->d", snapshot.responsibility, kl) / len(snapshot.mean)


def kl_each(network: Network, snapshot: Snapshot) -> np.ndarray:
    """KL(p(z_i|x) ‖ q(z_i|y)) of each item, cluster and dimension, nats, (n, K, d)."""
    mean, logvar = snapshot.mean[:, None], snapshot.logvar[:, None]
    to, width = np.asarray(network.prior_mean), np.asarray(network.prior_logvar)
    return 0.5 * (width - logvar + (np.exp(logvar) + (mean - to) ** 2) * np.exp(-width) - 1)
