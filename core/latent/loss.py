"""The evidence lower bound, term by term, for one item.

L = E_z[−ln q(x|z)] + Σ_y p(y|z) KL(p(z|x) ‖ q(z|y)) + KL(p(y|z) ‖ q(y)),
all in nats. With a tied classifier and Λ = I this is the one-step clustering
VAE (spaces.ac.cn/archives/5887); with learned π and Λ it is VaDE
(arXiv:1611.05148); with K = 1 the plain one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from core.latent.networks import Network, log_normal
from core.latent.specs import Vae

GUIDED = 64  # numbers an item has, up to which the guide's weight applies as it is


class Terms(NamedTuple):
    """Parts of the loss, scalars, nats but for `guide`, which is a cross-entropy in nats too.

    `reconstruction` leaves out what does not depend on the network (see `log_likelihood`).
    """

    reconstruction: Array
    kl_z: Array
    kl_y: Array
    guide: Array


class Recipe(NamedTuple):
    """The settings that determine which function is compiled."""

    model: str
    bernoulli: bool
    sampled: bool
    guided: bool
    picture: tuple[int, ...]
    batch: int


def recipe_of(spec: Vae, picture: tuple[int, ...], n: int) -> Recipe:
    """The recipe of a spec, for n items of this shape."""
    return Recipe(
        spec.latent_model,
        spec.likelihood == "bernoulli",
        spec.divergence == "sampled",
        spec.start == "graph" and spec.latent_model != "plain" and spec.guide > 0,
        picture,
        min(spec.vae_batch, n),
    )


def guide_weight(spec: Vae, D: int) -> float:
    """The weight of the guide term in the loss, for items of D numbers.

    The reconstruction is a sum over D. A weight that suffices for 64 pixels is negligible beside
    784: an encoder that learns to copy quickly, such as a convolutional one, then merges clusters
    before the guide takes effect.
    """
    return spec.guide * max(1.0, D / GUIDED)


class Draws(NamedTuple):
    """The random numbers in the terms of one item; the last two only where they are needed.

    noise, moved_noise: (d,), standard normal; corner: (2,) of 0, 1 or 2, see `shifted`.
    """

    noise: Any
    moved_noise: Any = None
    corner: Any = None


def draws(rng: np.random.Generator, recipe: Recipe, shape: tuple[int, ...], d: int) -> Draws:
    """The draws for `shape` items. By NumPy, ten times as fast as XLA on a CPU."""
    noise = rng.standard_normal((*shape, d), np.float32)
    if not (recipe.guided and recipe.picture):
        return Draws(noise)
    moved = rng.standard_normal((*shape, d), np.float32)
    return Draws(noise, moved, rng.integers(0, 3, (*shape, 2), np.int32))


def terms(
    net: Network, recipe: Recipe, x: Array, target: Array, drawn: Draws, precision: Array
) -> Terms:
    """The parts for one item x (D,) with one sample of z; target: (K,), see `Terms.guide`."""
    mean, logvar, z = sample(net, x, drawn.noise)
    log_r = net.log_responsibility(z)
    guide = jnp.zeros(())
    if recipe.guided:
        guide = -jnp.sum(target * log_r)
        if drawn.corner is not None:  # and the same cluster for the picture moved by a pixel
            _, _, moved = sample(net, shifted(x, recipe.picture, drawn.corner), drawn.moved_noise)
            guide = 0.5 * (guide - jnp.sum(target * net.log_responsibility(moved)))
    return Terms(
        reconstruction(net, recipe.bernoulli, x, z, precision),
        kl_z(net, recipe.sampled, mean, logvar, z, jnp.exp(log_r)),
        kl_y(net, log_r),
        guide,
    )


def sample(net: Network, x: Array, noise: Array) -> tuple[Array, Array, Array]:
    """Mean and ln variance of p(z|x), and z = mean + σ noise drawn from it, (d,) each."""
    mean, logvar = net.posterior(x)
    return mean, logvar, mean + jnp.exp(logvar / 2) * noise


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
        of_y = kl_normal(net, mean, logvar)
    return jnp.sum(r * of_y)


def kl_normal(net: Network, mean: Array, logvar: Array) -> Array:
    """KL(N(m, σ²) ‖ q(z|y)) = ½ Σ_d (ln Λ_y/σ² + (σ² + (m−μ_y)²)/Λ_y − 1), (K,)."""
    distance = net.scaled_distance(mean, mean**2 + jnp.exp(logvar))
    return 0.5 * (jnp.sum(net.prior_logvar, axis=1) - jnp.sum(logvar + 1) + distance)


def kl_y(net: Network, log_r: Array) -> Array:
    """KL(p(y|z) ‖ q(y)): Σ_y r_y (ln r_y − ln π_y)."""
    return jnp.sum(jnp.exp(log_r) * (log_r - jax.nn.log_softmax(net.prior_logit)))


def learnt(net: Network, model: str) -> Any:
    """For each part of the network, whether this model learns it: VaDE all, others not all of
    the prior.
    """

    def fixed(n: Network) -> list[Any]:
        parts = [n.prior_logvar, n.prior_logit]
        return [*parts, n.prior_mean] if model == "plain" else parts

    every = jax.tree.map(eqx.is_array, net)
    return every if model == "vade" else eqx.tree_at(fixed, every, replace_fn=lambda _: False)


def shifted(x: Array, picture: tuple[int, ...], corner: Array) -> Array:
    """The picture x (D,) moved by 1 − corner pixels both ways, zeros moving in."""
    padded = jnp.pad(x.reshape(picture), 1)
    return lax.dynamic_slice(padded, corner, picture).reshape(-1)
