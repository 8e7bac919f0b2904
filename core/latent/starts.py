"""Where a model starts: as published, from an autoencoder's clusters, or from a graph's."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, random

from core.errors import SpecError
from core.items.data import Loaded
from core.latent import graph
from core.latent.loss import reconstruction
from core.latent.networks import Network, build, from_mean_grey
from core.latent.specs import Vae
from core.learning.descent import Descent
from core.learning.history import History
from core.learning.learner import Learner, Run, Setting
from core.learning.running import learn
from core.learning.specs import Callbacks
from core.messages import Message, message
from core.progress import OnStep, part, report
from core.threads import one_thread

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
    if spec.layer_kind == "convolutions" and not data.axes:
        raise SpecError(
            message("Convolutions need pictures or series; a table takes dense layers."),
            "layer_kind",
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


@dataclass(frozen=True)
class _Pretraining:
    """How the autoencoder is trained; the run is short, and never resumed."""

    rate: float
    epochs: int = PRETRAINING // PRETRAINED_AT_ONCE
    callbacks: Callbacks = Callbacks()
    run_key: str = ""

    def at(self, epoch: int) -> Setting:
        return Setting(self.rate)


class _Recipe(NamedTuple):
    batch: int
    bernoulli: bool


class _Mark(NamedTuple):
    """No epoch is looked at, and so nothing kept but its number."""

    epoch: int


def _pretrained(spec: Vae, network: Network, x: np.ndarray, on_step: OnStep) -> Network:
    """Encoder and decoder after some epochs as an autoencoder."""
    key, batch = random.key(spec.vae_seed), min(spec.vae_batch, len(x))
    steps = PRETRAINED_AT_ONCE * (len(x) // batch)

    def draw(call: int) -> Array:
        epoch = PRETRAINED_AT_ONCE * (call - 1)
        return random.split(random.fold_in(key, 1_000_000 + epoch), steps)

    def stage(call: int, calls: int) -> Message:
        epoch = PRETRAINED_AT_ONCE * (call - 1)
        return message("autoencoder, epoch {epoch} of {n}", epoch=epoch, n=PRETRAINING)

    autoencoder: Learner[_Mark, Run[_Mark]] = Learner(
        terms=("autoencoder",),
        static=_Recipe(batch, spec.likelihood == "bernoulli"),
        step=Descent(_autoencoder_loss),
        init=lambda _: (network, Run(History.empty(("autoencoder",)), (_Mark(0),))),
        learns=lambda network: jax.tree.map(eqx.is_array, network),
        data=lambda _: (jnp.asarray(x), np.float32(spec.precision)),
        draw=draw,
        total=lambda parts: float(parts[0]),
        shown=lambda epoch, network, averaged: _Mark(epoch),
        ailment=lambda *_: None,
        keeps=lambda epoch: False,
        stage=stage,
    )
    rate = spec.vae_rate if spec.vae_rate < 0.01 else 0.001
    trained: Network = learn(autoencoder, _Pretraining(rate), part(on_step, 0.0, 0.0))
    return trained


def _autoencoder_loss(
    recipe: _Recipe, network: Network, data: tuple[Array, Array], key: Array, now: Setting
) -> tuple[Array, Array]:
    """The error of reconstruction of a random batch, from codes that are disturbed."""
    x, precision = data
    choice, noise = random.split(key)
    rows = random.choice(choice, x.shape[0], (recipe.batch,), replace=False)

    def of(x: Array, key: Array) -> Array:
        z, _ = network.posterior(x)
        noisy = z + NOISE * random.normal(key, z.shape)
        error = reconstruction(network, recipe.bernoulli, x, noisy, jnp.asarray(precision))
        return error + SHRINK * jnp.sum(z**2)

    loss = jax.vmap(of)(x[rows], random.split(noise, recipe.batch)).mean()
    return loss, loss[None]


@one_thread()
def _with_prior(spec: Vae, network: Network, x: np.ndarray) -> Network:
    """Centres by k-means; for VaDE, weights and variances too, by a diagonal mixture."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    z = np.asarray(jax.vmap(lambda x: network.posterior(x)[0])(jnp.asarray(x)), np.float64)
    K = spec.clusters
    # Fewer distinct codes than clusters, or a mixture that did not converge: it is a start.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    kmeans = KMeans(K, n_init=10, random_state=spec.vae_seed).fit(z)
    means = jnp.asarray(kmeans.cluster_centers_, jnp.float32)
    if spec.latent_model != "vade":
        return eqx.tree_at(lambda n: n.prior_mean, network, means)
    mixture = GaussianMixture(
        K, covariance_type="diag", means_init=kmeans.cluster_centers_, random_state=spec.vae_seed,
        reg_covar=1e-3,
    )  # fmt: skip
    mixture.fit(z)
    values = (mixture.means_, np.log(mixture.covariances_), np.log(mixture.weights_ + 1e-12))
    return eqx.tree_at(
        lambda n: (n.prior_mean, n.prior_logvar, n.prior_logit),
        network,
        tuple(jnp.asarray(v, jnp.float32) for v in values),
    )
