"""The information that z carries about x: E KL(p(z|x) ‖ q(z)) = I(x, z) + KL(p(z) ‖ q(z)).

p(z) is the mean of p(z|x) over the items. The left side is what the loss pays; the first part of
it is what the pictures tell, the second how far the codes as a whole stray from the prior
(spaces.ac.cn/archives/6088 and 6181).
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
from core.items.data import load
from core.latent.networks import Network, log_normal
from core.latent.sampling import kl_each
from core.latent.snapshots import Snapshot
from core.latent.specs import Vae
from core.latent.training import fit, train
from core.messages import message
from core.progress import OnStep, report, run_on
from core.specs import Spec

ITEMS = 2000  # that p(z) is the mean over
AT_ONCE = 100
PRECISIONS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)


@dataclass(frozen=True)
class Information:
    """Nats. I(x, z) cannot exceed ln n (`most`), since p(z) knows n items only.

    by_dimension: (2, d), the same two parts for each coordinate alone.
    """

    mutual: float
    mismatch: float
    by_dimension: np.ndarray
    most: float


@dataclass(frozen=True)
class Bottleneck(Spec):
    """The same model trained at several λ."""

    vae: Vae = specs.nested(Vae)


@dataclass(frozen=True)
class Squeezed:
    """By λ, (L,) each: I(x, z) and KL(p(z) ‖ q(z)) in nats, and the mean of ‖x − x̂‖².

    Not a number where training diverged or died.
    """

    precision: np.ndarray
    mutual: np.ndarray
    mismatch: np.ndarray
    error: np.ndarray


def ceiling(network: Network, snapshot: Snapshot) -> float:
    """A bound on the information in z about an item, nats; 0 where the posterior has collapsed.

    I(x, z) ≤ E KL(p(z|x) ‖ q(z)) ≤ E −ln Σ_y π_y exp −KL(p(z|x) ‖ q(z|y)), all of it in closed
    form (the second: Hershey & Olsen 2007, with one component on the left).
    """
    weight = np.asarray(jax.nn.log_softmax(network.prior_logit), np.float64)
    kl = kl_each(network, snapshot).sum(axis=2)
    return float(-np.logaddexp.reduce(weight - kl, axis=1).mean())


@eqx.filter_jit
def _log_densities(network: Network, mean: Array, logvar: Array, key: Array) -> tuple[Array, ...]:
    """ln p(z|x), ln p(z), ln q(z) at one z for each item: whole (n,), and by coordinate (n, d)."""
    z = mean + jnp.exp(logvar / 2) * random.normal(key, mean.shape)

    def by_axis(z: Array, m: Array, v: Array) -> Array:
        return -0.5 * (jnp.log(2 * jnp.pi) + v + (z - m) ** 2 * jnp.exp(-v))

    weight = jax.nn.log_softmax(network.prior_logit)

    def of(z_m_v: tuple[Array, Array, Array]) -> tuple[Array, ...]:
        z, m, v = z_m_v
        axes = by_axis(z, mean, logvar)  # (n, d)
        prior = by_axis(z, network.prior_mean, network.prior_logvar) + weight[:, None]
        n = jnp.log(jnp.float32(mean.shape[0]))
        return (
            log_normal(z, m, v),
            jax.nn.logsumexp(axes.sum(axis=1)) - n,
            jax.nn.logsumexp(network.log_prior(z)),
            by_axis(z, m, v),
            jax.nn.logsumexp(axes, axis=0) - n,
            jax.nn.logsumexp(prior, axis=0),
        )

    return lax.map(of, (z, mean, logvar), batch_size=AT_ONCE)


def split(network: Network, mean: np.ndarray, logvar: np.ndarray, seed: int = 0) -> Information:
    """The two parts, with one sample of z for each of the items (n, d)."""
    m, v = jnp.asarray(mean[:ITEMS]), jnp.asarray(logvar[:ITEMS])
    densities = _log_densities(network, m, v, random.key(seed))
    conditional, marginal, prior, conditional_i, marginal_i, prior_i = (
        np.asarray(f, np.float64) for f in densities
    )
    return Information(
        float((conditional - marginal).mean()),
        float((marginal - prior).mean()),
        np.stack([(conditional_i - marginal_i).mean(axis=0), (marginal_i - prior_i).mean(axis=0)]),
        float(np.log(len(m))),
    )


@cached
def squeeze(spec: Bottleneck, on_step: OnStep = run_on) -> Squeezed:
    """Train at every λ of PRECISIONS and split the information of each."""
    data = load(spec.vae.items)
    rows = []
    for number, precision in enumerate(PRECISIONS):

        def step(
            fraction: float, metrics: object, done: int = number, at: float = precision
        ) -> bool:
            return on_step(
                (done + fraction) / len(PRECISIONS),
                {"stage": message("training with λ = {precision:g}", precision=at)},
            )

        vae = spec.vae.replace(precision=precision, changes="")
        trained = train(vae, data, step)
        if trained.stopped:
            rows.append((precision, np.nan, np.nan, np.nan))
            continue
        kept = trained.result
        parts = split(trained.network(vae), kept.mean, kept.logvar)
        report(on_step, (number + 1) / len(PRECISIONS), "splitting the information")
        unit = 1.0 if vae.likelihood == "bernoulli" else 2 / precision
        rows.append(
            (precision, parts.mutual, parts.mismatch, trained.losses[trained.kept - 1, 0] * unit)
        )
    return Squeezed(*np.array(rows).T)


@cached
def informed(spec: Vae, on_step: OnStep = run_on) -> Information:
    """`split` of a trained model."""
    trained = fit(spec, on_step)
    last = trained.result
    return split(trained.network(spec), last.mean, last.logvar, spec.vae_seed)
