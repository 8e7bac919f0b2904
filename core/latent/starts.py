"""Where a model starts: as published, from an autoencoder's clusters, or from a graph's."""

from __future__ import annotations

import warnings
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array, lax, random

from core.errors import SpecError
from core.items.data import Loaded
from core.latent import graph
from core.latent.loss import reconstruction
from core.latent.networks import Network, build, from_mean_grey
from core.latent.specs import Vae
from core.messages import message
from core.progress import OnStep, report

PRETRAINING = 60  # epochs of the autoencoder
PRETRAINED_AT_ONCE = 5  # epochs a compiled call
NOISE = 0.3  # of z while the autoencoder learns: keeps the clusters of N(μ_y, I) in reach
SHRINK = 1e-3  # weight of ‖z‖², against codes that grow without end


def begin(spec: Vae, data: Loaded, on_step: OnStep) -> tuple[Network, np.ndarray]:
    """The network before the first epoch, and the clusters (n,) that guide it, or (0,).

    Raises SpecError where there are more clusters than items.
    """
    if spec.components > len(data.x):
        raise SpecError(
            message(
                "`clusters={K}` is above the {n} items; choose 1 to {n}.",
                K=spec.clusters,
                n=len(data.x),
            ),
            "clusters",
        )
    if spec.likelihood == "bernoulli" and not data.picture:
        raise SpecError(
            message("`likelihood=bernoulli` needs pixels between 0 and 1; a table takes gaussian."),
            "likelihood",
        )
    network = build(spec, data.shape, random.fold_in(random.key(spec.vae_seed), 0))
    network = from_mean_grey(network, data.x)
    nobody = np.zeros(0, np.int64)
    if spec.latent_model == "plain" or spec.start == "published":
        return network, nobody
    if spec.start == "graph":
        report(on_step, 0.0, "joining each item to its nearest")
        return network, graph.clusters(data.x, data.picture, spec.clusters, spec.vae_seed)
    network = _pretrained(spec, network, data.x, on_step)
    return _with_prior(spec, network, data.x), nobody


def _pretrained(spec: Vae, network: Network, x: np.ndarray, on_step: OnStep) -> Network:
    """Encoder and decoder after some epochs as an autoencoder."""
    adam = optax.adam(spec.vae_rate if spec.vae_rate < 0.01 else 0.001)
    optimiser = adam.init(eqx.filter(network, eqx.is_array))
    key, items = random.key(spec.vae_seed), jnp.asarray(x)
    batch = min(spec.vae_batch, len(x))
    precision = jnp.float32(spec.precision)
    for epoch in range(0, PRETRAINING, PRETRAINED_AT_ONCE):
        said = message("autoencoder, epoch {epoch} of {n}", epoch=epoch, n=PRETRAINING)
        report(on_step, 0.0, said)
        now = random.fold_in(key, 1_000_000 + epoch)
        network, optimiser = _epochs(
            network, optimiser, adam, items, now, batch, spec.likelihood == "bernoulli", precision
        )
    return network


@eqx.filter_jit
def _epochs(
    network: Network,
    optimiser: Any,
    adam: optax.GradientTransformation,
    x: Array,
    key: Array,
    batch: int,
    bernoulli: bool,
    precision: Array,
) -> tuple[Network, Any]:
    arrays, static = eqx.partition(network, eqx.is_array)
    steps = PRETRAINED_AT_ONCE * (x.shape[0] // batch)

    def loss(arrays: Any, rows: Array, key: Array) -> Array:
        net = eqx.combine(arrays, static)

        def of(x: Array, key: Array) -> Array:
            z, _ = net.posterior(x)
            noisy = z + NOISE * random.normal(key, z.shape)
            return reconstruction(net, bernoulli, x, noisy, precision) + SHRINK * jnp.sum(z**2)

        return jax.vmap(of)(x[rows], random.split(key, batch)).mean()

    def step(carry: tuple[Any, Any], key: Array) -> tuple[tuple[Any, Any], None]:
        arrays, optimiser = carry
        choice, noise = random.split(key)
        rows = random.choice(choice, x.shape[0], (batch,), replace=False)
        gradient = jax.grad(loss)(arrays, rows, noise)
        update, optimiser = adam.update(gradient, optimiser)
        return (optax.apply_updates(arrays, update), optimiser), None

    (arrays, optimiser), _ = lax.scan(step, (arrays, optimiser), random.split(key, steps))
    return eqx.combine(arrays, static), optimiser


def _with_prior(spec: Vae, network: Network, x: np.ndarray) -> Network:
    """Centres by k-means; for VaDE, weights and variances too, by a diagonal mixture."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    z = np.asarray(jax.vmap(lambda x: network.posterior(x)[0])(jnp.asarray(x)), np.float64)
    K = spec.clusters
    # Fewer distinct codes than clusters, or a mixture that did not converge: it is a start.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    found = KMeans(K, n_init=10, random_state=spec.vae_seed).fit(z)
    means = jnp.asarray(found.cluster_centers_, jnp.float32)
    if spec.latent_model != "vade":
        return eqx.tree_at(lambda n: n.prior_mean, network, means)
    mixture = GaussianMixture(
        K, covariance_type="diag", means_init=found.cluster_centers_, random_state=spec.vae_seed,
        reg_covar=1e-3,
    )  # fmt: skip
    mixture.fit(z)
    values = (mixture.means_, np.log(mixture.covariances_), np.log(mixture.weights_ + 1e-12))
    return eqx.tree_at(
        lambda n: (n.prior_mean, n.prior_logvar, n.prior_logit),
        network,
        tuple(jnp.asarray(v, jnp.float32) for v in values),
    )
