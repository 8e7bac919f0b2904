"""ln p(x) of a model by importance weighting (spaces.ac.cn/archives/8791; arXiv:1509.00519).

ln p(x) = ln E_{z∼p(z|x)} w, w = q(x|z) q(z)/p(z|x): the posterior is only a proposal. The mean
of M weights gives a lower bound in expectation, which rises with M towards ln p(x).
"""

from __future__ import annotations

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax, random

from core import specs
from core.cache import cached
from core.errors import SpecError
from core.items.data import Loaded, load
from core.latent.loss import log_likelihood
from core.latent.networks import Network, log_normal
from core.latent.specs import Vae
from core.latent.training import fit
from core.messages import message
from core.progress import OnStep, report, run_on
from core.specs import Spec

MOST = 5000  # weights of one item
AT_ONCE = 250
SCANNED = 2000  # items of a data set


@dataclass(frozen=True)
class Densities(Spec):
    """ln p(x) of the items of a data set."""

    vae: Vae = specs.nested(Vae)
    draws: int = specs.integer(100, 1, 1000, "M: samples of z for each item")


@dataclass(frozen=True)
class Scanned:
    """log_p: (n',) nats of the first items; ess: (n',) effective samples of `draws`."""

    log_p: np.ndarray
    ess: np.ndarray


def check(spec: Vae, data: Loaded) -> None:
    """Raises SpecError where the decoder's cross-entropy is not a likelihood."""
    if spec.likelihood == "bernoulli" and data.grey:
        raise SpecError(
            message(
                "`likelihood=bernoulli` is a likelihood of zeros and ones, but these pixels are "
                "grey: make them binary, or choose gaussian."
            ),
            "likelihood",
        )


@eqx.filter_jit
def _log_weights(
    network: Network, bernoulli: bool, precision: Array, x: Array, key: Array, rounds: int, at: int
) -> Array:
    mean, logvar = network.posterior(x)

    def weight(key: Array) -> Array:
        z = mean + jnp.exp(logvar / 2) * random.normal(key, mean.shape)
        prior = jax.nn.logsumexp(network.log_prior(z))
        return (
            log_likelihood(network, bernoulli, x, z, precision)
            + prior
            - log_normal(z, mean, logvar)
        )

    keys = random.split(key, (rounds, at))
    return lax.map(jax.vmap(weight), keys).reshape(-1)


def log_weights(
    network: Network, bernoulli: bool, precision: float, x: np.ndarray, M: int, seed: int = 0
) -> np.ndarray:
    """ln w of M samples for one item x (D,): (M,), nats."""
    batch = min(M, AT_ONCE)
    rounds = -(-M // batch)
    log_w = _log_weights(
        network, bernoulli, jnp.float32(precision), jnp.asarray(x), random.key(seed), rounds, batch
    )
    return np.asarray(log_w, np.float64)[:M]


def running(log_w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """After each sample: the bound ln (1/M Σ w), and the effective sample size (Σw)²/Σw²."""
    count = np.arange(1, len(log_w) + 1)
    total = np.logaddexp.accumulate(log_w)
    return total - np.log(count), np.exp(2 * total - np.logaddexp.accumulate(2 * log_w))


def uncertainty(ess: float, M: int) -> float:
    """Standard error of ln (1/M Σ w), nats: √(1/ess − 1/M), by the delta method; NaN for M = 1.

    Var w / (M (E w)²), with the moments of the weights themselves: too small where few of them
    count.
    """
    return float(np.sqrt(max(1 / ess - 1 / M, 0.0))) if M > 1 else float("nan")


def expected(log_w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """M = 1, 2, 4, … and the mean bound over disjoint groups of M samples.

    Groups nest, so that by Jensen's inequality this curve never falls.
    """
    sizes, means = [], []
    groups = log_w[: 1 << (len(log_w).bit_length() - 1)]
    size = 1
    while len(groups):
        sizes.append(size)
        means.append(groups.mean())
        if len(groups) == 1:
            break
        groups = np.logaddexp(groups[::2], groups[1::2]) - np.log(2)
        size *= 2
    return np.array(sizes), np.array(means)


def bits_per_dimension(log_p: float, D: int) -> float:
    """−ln p(x)/(D ln 2): of a density it depends on the unit of x, here the whole grey scale."""
    return -log_p / (D * float(np.log(2)))


@cached
def scan(spec: Densities, on_step: OnStep = run_on) -> Scanned:
    """ln p(x) of the first items. Raises SpecError where the model has no likelihood."""
    data = load(spec.vae.items)
    check(spec.vae, data)
    trained = fit(spec.vae, on_step)
    network = trained.network(spec.vae)
    x = jnp.asarray(data.x[:SCANNED])
    parts = []
    for start in range(0, len(x), 100):
        stage = message("ln p(x), item {i:,} of {n:,}", i=start, n=len(x))
        report(on_step, start / len(x), stage)
        parts.append(
            _many(
                network, spec.vae.likelihood == "bernoulli",
                jnp.float32(spec.vae.at(trained.kept).precision), x[start : start + 100],
                random.fold_in(random.key(spec.vae.vae_seed), start), spec.draws,
            )
        )  # fmt: skip
    log_w = np.concatenate([np.asarray(part, np.float64) for part in parts])
    total = np.logaddexp.reduce(log_w, axis=1)
    ess = np.exp(2 * total - np.logaddexp.reduce(2 * log_w, axis=1))
    return Scanned(total - np.log(spec.draws), ess)


@eqx.filter_jit
def _many(
    network: Network, bernoulli: bool, precision: Array, x: Array, key: Array, draws: int
) -> Array:
    def of(x: Array, key: Array) -> Array:
        log_w: Array = _log_weights(network, bernoulli, precision, x, key, 1, draws)
        return log_w

    return jax.vmap(of)(x, random.split(key, x.shape[0]))
