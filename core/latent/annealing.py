"""ln p(x) of one item by annealed importance sampling (arXiv:physics/9803008, arXiv:1611.04273).

Each chain starts as a draw of the posterior, widened, and moves to ∝ q(x|z) q(z) by way of
bridges, a step of Hamiltonian Monte Carlo on each. The weights it collects have the mean p(x),
as plain importance weights have, but they differ less where the true posterior is no Gaussian.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax, random

from core import specs
from core.cache import cached
from core.items.data import load
from core.latent.density import check, running, uncertainty
from core.latent.loss import log_likelihood
from core.latent.networks import Network, log_normal
from core.latent.specs import Vae
from core.latent.training import fit
from core.progress import OnStep, run_on
from core.specs import Spec

WIDENED = 1.5  # the first bridge's standard deviations, in those of the posterior
LEAPS = 3
STEP = 0.5  # of a leap, in standard deviations of the first bridge


@dataclass(frozen=True)
class Annealed(Spec):
    """ln p(x) of one item by annealed importance sampling."""

    vae: Vae = specs.nested(Vae)
    item: int = specs.integer(0, 0, 4999, "the item")
    chains: int = specs.integer(250, 2, 2000, "chains, each of which gives one weight")
    bridges: int = specs.integer(30, 1, 300, "steps from the posterior to the target")


@dataclass(frozen=True)
class Estimate:
    """log_p ± error, nats; ess: effective samples of `chains`; accepted: share of the moves."""

    log_p: float
    error: float
    ess: float
    accepted: float


@eqx.filter_jit
def _chains(
    network: Network,
    bernoulli: bool,
    precision: Array,
    x: Array,
    key: Array,
    M: int,
    bridges: Array,
) -> tuple[Array, Array]:
    mean, logvar = network.posterior(x)
    logvar = logvar + 2 * np.log(WIDENED)
    deviation = jnp.exp(logvar / 2)

    def start(z: Array) -> Array:
        return log_normal(z, mean, logvar)

    def target(z: Array) -> Array:
        prior = jax.nn.logsumexp(network.log_prior(z))
        return log_likelihood(network, bernoulli, x, z, precision) + prior

    def bridge(beta: Array, z: Array) -> Array:
        return (1 - beta) * start(z) + beta * target(z)

    def moved(z: Array, beta: Array, key: Array) -> tuple[Array, Array]:
        """One Hamiltonian step, which leaves the bridge as it is."""
        for_p, for_step, for_test = random.split(key, 3)
        density = partial(bridge, beta)
        slope = jax.grad(density)
        p = random.normal(for_p, z.shape)
        step = STEP * deviation * jnp.exp(0.3 * random.normal(for_step))
        energy = density(z) - p @ p / 2

        def leap(_: int, state: tuple[Array, Array]) -> tuple[Array, Array]:
            z, p = state
            z = z + step * p
            return z, p + step * slope(z)

        end, q = lax.fori_loop(0, LEAPS, leap, (z, p + step / 2 * slope(z)))
        q = q - step / 2 * slope(end)
        gain = density(end) - q @ q / 2 - energy
        accepted = jnp.log(random.uniform(for_test)) < gain
        return jnp.where(accepted, end, z), accepted

    def chain(key: Array) -> tuple[Array, Array]:
        first, rest = random.split(key)
        z = mean + deviation * random.normal(first, mean.shape)

        def cross(i: Array, state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            z, log_w, moves = state
            log_w = log_w + (target(z) - start(z)) / bridges
            z, accepted = moved(z, (i + 1) / bridges, random.fold_in(rest, i))
            return z, log_w, moves + accepted

        nothing = jnp.zeros(())
        _, log_w, moves = lax.fori_loop(0, bridges, cross, (z, nothing, nothing))
        return log_w, moves / bridges

    return jax.vmap(chain)(random.split(key, M))


def annealed_weights(
    network: Network, bernoulli: bool, precision: float, x: np.ndarray, M: int, bridges: int,
    seed: int = 0,
) -> tuple[np.ndarray, float]:  # fmt: skip
    """ln w of M chains for one item x (D,): (M,), nats; and the share of moves accepted."""
    log_w, accepted = _chains(
        network,
        bernoulli,
        jnp.float32(precision),
        jnp.asarray(x),
        random.key(seed),
        M,
        jnp.int32(bridges),
    )
    return np.asarray(log_w, np.float64), float(accepted.mean())


@cached
def annealed(spec: Annealed, on_step: OnStep = run_on) -> Estimate:
    """ln p(x) of an item of the data. Raises SpecError where the model has no likelihood."""
    data = load(spec.vae.items)
    check(spec.vae, data)
    trained = fit(spec.vae, on_step)
    log_w, accepted = annealed_weights(
        trained.network(spec.vae), spec.vae.likelihood == "bernoulli",
        spec.vae.at(trained.kept).precision, data.x[spec.item], spec.chains, spec.bridges,
        spec.vae.vae_seed,
    )  # fmt: skip
    bound, ess = running(log_w)
    return Estimate(
        float(bound[-1]), uncertainty(float(ess[-1]), spec.chains), float(ess[-1]), accepted
    )
