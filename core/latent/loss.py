"""The evidence lower bound, term by term, for one item.

L = E_z[−ln q(x|z)] + Σ_y p(y|z) KL(p(z|x) ‖ q(z|y)) + KL(p(y|z) ‖ q(y)),
all in nats. With a tied classifier and Λ = I this is the one-step clustering
VAE (spaces.ac.cn/archives/5887); with learned π and Λ it is VaDE
(arXiv:1611.05148); with K = 1 the plain one.
"""

from __future__ import annotations

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array, lax, random

from core.latent.networks import Network, log_normal
from core.latent.specs import Vae


class Terms(NamedTuple):
    """Parts of the loss, scalars, nats but for `guide`, which is a cross-entropy in nats too.

    `reconstruction` leaves out what does not depend on the network (see `log_likelihood`).
    """

    reconstruction: Array
    kl_z: Array
    kl_y: Array
    guide: Array


class Recipe(NamedTuple):
    """What of a spec decides which function is compiled."""

    model: str
    bernoulli: bool
    sampled: bool
    guided: bool
    picture: tuple[int, ...]
    batch: int


def recipe(spec: Vae, picture: tuple[int, ...], n: int) -> Recipe:
    """The recipe of a spec, for n items of this shape."""
    return Recipe(
        spec.latent_model,
        spec.likelihood == "bernoulli",
        spec.divergence == "sampled",
        spec.start == "graph" and spec.latent_model != "plain" and spec.guide > 0,
        picture,
        min(spec.vae_batch, n),
    )


def terms(
    net: Network, how: Recipe, x: Array, target: Array, key: Array, precision: Array
) -> Terms:
    """The parts for one item x (D,), with one sample of z; target: (K,), see `Terms.guide`."""
    net = frozen_prior(net, how.model)
    noise, move, noise2 = random.split(key, 3)
    mean, logvar, z = sample(net, x, noise)
    log_r = net.log_responsibility(z)
    guide = jnp.zeros(())
    if how.guided:
        guide = -jnp.sum(target * log_r)
        if how.picture:  # and the same cluster for the picture moved by a pixel
            _, _, moved = sample(net, shifted(x, how.picture, move), noise2)
            guide = 0.5 * (guide - jnp.sum(target * net.log_responsibility(moved)))
    return Terms(
        reconstruction(net, how.bernoulli, x, z, precision),
        kl_z(net, how.sampled, mean, logvar, z, jnp.exp(log_r)),
        kl_y(net, log_r),
        guide,
    )


def sample(net: Network, x: Array, key: Array) -> tuple[Array, Array, Array]:
    """Mean and ln variance of p(z|x), and z drawn from it, (d,) each."""
    mean, logvar = net.posterior(x)
    return mean, logvar, mean + jnp.exp(logvar / 2) * random.normal(key, mean.shape)


def reconstruction(net: Network, bernoulli: bool, x: Array, z: Array, precision: Array) -> Array:
    """λ/2 ‖x − x̂‖², or the cross-entropy of the pixels: −ln q(x|z) without its constant."""
    if bernoulli:
        logits = net.decoder(z)
        return jnp.sum(jax.nn.softplus(logits) - x * logits)
    return precision / 2 * jnp.sum((x - net.mean_of(z)) ** 2)


def log_likelihood(net: Network, bernoulli: bool, x: Array, z: Array, precision: Array) -> Array:
    """ln q(x|z), whole. A density of grey values, or a probability of zeros and ones."""
    rest = -reconstruction(net, bernoulli, x, z, precision)
    if bernoulli:
        return rest
    return rest + x.shape[0] / 2 * jnp.log(precision / (2 * jnp.pi))


def kl_z(net: Network, sampled: bool, mean: Array, logvar: Array, z: Array, r: Array) -> Array:
    """Σ_y p(y|z) KL(p(z|x) ‖ q(z|y)): of the one z, or integrated over z for each y."""
    if sampled:
        of_y = log_normal(z, mean, logvar) - log_normal(z, net.prior_mean, net.prior_logvar)
    else:
        of_y = jnp.sum(kl_normal(mean, logvar, net.prior_mean, net.prior_logvar), axis=-1)
    return jnp.sum(r * of_y)


def kl_normal(mean: Array, logvar: Array, prior_mean: Array, prior_logvar: Array) -> Array:
    """KL between one-dimensional normals, by dimension: ½(ln Λ/σ² + (σ² + (m−μ)²)/Λ − 1)."""
    ratio = (jnp.exp(logvar) + (mean - prior_mean) ** 2) * jnp.exp(-prior_logvar)
    return 0.5 * (prior_logvar - logvar + ratio - 1)


def kl_y(net: Network, log_r: Array) -> Array:
    """KL(p(y|z) ‖ q(y)): Σ_y r_y (ln r_y − ln π_y)."""
    return jnp.sum(jnp.exp(log_r) * (log_r - jax.nn.log_softmax(net.prior_logit)))


def frozen_prior(net: Network, model: str) -> Network:
    """The network with those parts of the prior held fixed that this model does not learn."""
    if model == "vade":
        return net

    def held(n: Network) -> list[Array]:
        parts = [n.prior_logvar, n.prior_logit]
        return [*parts, n.prior_mean] if model == "plain" else parts

    return eqx.tree_at(held, net, [lax.stop_gradient(part) for part in held(net)])


def shifted(x: Array, picture: tuple[int, ...], key: Array) -> Array:
    """The picture x (D,) moved by −1, 0 or 1 pixels both ways, zeros moving in."""
    padded = jnp.pad(x.reshape(picture), 1)
    corner = random.randint(key, (2,), 0, 3)
    return lax.dynamic_slice(padded, corner, picture).reshape(-1)
