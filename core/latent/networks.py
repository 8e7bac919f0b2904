"""Encoder, decoder, prior and classifier, as one Equinox module.

Everything here is of one item; `jax.vmap` makes it of many.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, random

from core.items.shape import Shape
from core.latent.specs import Vae
from core.learning.networks import ConvDecoder, ConvEncoder, Dense
from core.learning.saving import filled

LOGVAR = 12.0  # ln σ² stays within ± this: e¹² is no posterior, and e⁻¹² is exact
SPREAD = 2.0  # of the first μ_y: neighbours lie some 6 σ apart in 10 dimensions
PUBLISHED_SIZE = (28, 28)  # pictures that convolutions were published for
UNITS_A_CHANNEL = 16  # 512 units a layer stand for the published 32 and 64 channels


class Network(eqx.Module):
    """q(z) = Σ_y π_y N(μ_y, diag Λ_y), q(x|z), p(z|x) and p(y|z).

    prior_mean, prior_logvar: (K, d); prior_logit: (K,), ln π up to a constant.
    A tied classifier is Bayes' rule for y given z, and needs no network of its own.
    """

    encoder: Any
    decoder: Any
    prior_mean: Array
    prior_logvar: Array
    prior_logit: Array
    classifier: Dense | None
    squash: bool = eqx.field(static=True)  # pixels lie in [0, 1]; numbers of a table anywhere

    def posterior(self, x: Array) -> tuple[Array, Array]:
        """x (D,) → mean and ln variance of p(z|x), (d,) each."""
        mean, logvar = jnp.split(self.encoder(x), 2)
        return mean, jnp.clip(logvar, -LOGVAR, LOGVAR)

    def mean_of(self, z: Array) -> Array:
        """z (d,) → E q(x|z), (D,)."""
        out = self.decoder(z)
        return jax.nn.sigmoid(out) if self.squash else out

    def scaled_distance(self, first: Array, second: Array) -> Array:
        """E Σ_d (z − μ_y)²/Λ_y, (K,), where E z and E z² are the arguments, (d,) each.

        The square is multiplied out: for a batch that is one matrix product, where differences
        would be a loop over n × K × d numbers.
        """
        unit = jnp.exp(-self.prior_logvar)
        weight = jnp.concatenate([unit, -2 * self.prior_mean * unit], axis=1)
        return weight @ jnp.concatenate([second, first]) + jnp.sum(self.prior_mean**2 * unit, 1)

    def log_prior(self, z: Array) -> Array:
        """z (d,) → ln π_y + ln N(z; μ_y, Λ_y), (K,)."""
        size = jnp.sum(jnp.log(2 * jnp.pi) + self.prior_logvar, axis=1)
        return jax.nn.log_softmax(self.prior_logit) - 0.5 * (size + self.scaled_distance(z, z**2))

    def log_responsibility(self, z: Array) -> Array:
        """z (d,) → ln p(y|z), (K,)."""
        scores = self.log_prior(z) if self.classifier is None else self.classifier(z)
        return jax.nn.log_softmax(scores)


def log_normal(z: Array, mean: Array, logvar: Array) -> Array:
    """ln N(z; mean, diag e^logvar), summed over the last axis: nats."""
    return -0.5 * jnp.sum(
        jnp.log(2 * jnp.pi) + logvar + (z - mean) ** 2 * jnp.exp(-logvar), axis=-1
    )


def convolved(spec: Vae, shape: Shape) -> bool:
    """Whether items go through convolutions: pictures of the published size, and what is wanted."""
    if spec.layer_kind == "auto":
        return shape == Shape(PUBLISHED_SIZE, 1)
    return spec.layer_kind == "convolutions" and bool(shape.axes)


def build(spec: Vae, shape: Shape, key: Array) -> Network:
    """A network before training."""
    d, K, w = spec.latent, spec.components, spec.width
    encoder, decoder, prior, classifier = random.split(key, 4)
    if convolved(spec, shape):
        c = max(1, w // UNITS_A_CHANNEL)
        coder: tuple[Any, Any] = (
            ConvEncoder(shape, 2 * d, c, encoder), ConvDecoder(shape, d, c, decoder),
        )  # fmt: skip
    else:
        coder = Dense((shape.size, w, w, 2 * d), encoder), Dense((d, w, w, shape.size), decoder)
    means = jnp.zeros((K, d))  # as published, and the only place for a single one
    if spec.latent_model != "plain" and spec.start != "published":
        means = SPREAD * random.normal(prior, (K, d))
    has_own_classifier = spec.latent_model == "clusters" and spec.classifier == "free"
    return Network(
        *coder,
        prior_mean=means,
        prior_logvar=jnp.zeros((K, d)),
        prior_logit=jnp.zeros(K),
        classifier=Dense((d, w, K), classifier) if has_own_classifier else None,
        squash=shape.kind == "pictures",
    )


def from_mean_grey(network: Network, x: np.ndarray) -> Network:
    """The network whose convolutions begin with pictures as grey as x (n, D) is on average.

    All pixels share four biases. From half grey, mostly black pictures drive them down until the
    sigmoid is saturated, and no gradient is left to learn the pictures by.
    """
    if not isinstance(network.decoder, ConvDecoder) or not network.squash:
        return network
    grey = np.clip(x.mean(), 0.01, 0.99)
    return eqx.tree_at(
        lambda n: n.decoder.convolutions[-1].layer.bias,
        network,
        jnp.full(4 * network.decoder.shape.channels, np.log(grey / (1 - grey))),
    )


@lru_cache(maxsize=32)
def skeleton(spec: Vae, shape: Shape) -> Any:
    """A network of shapes only."""
    return eqx.filter_eval_shape(build, spec, shape, random.key(0))


def restore(spec: Vae, shape: Shape, arrays: Sequence[np.ndarray]) -> Network:
    """The network with these weights."""
    network: Network = filled(skeleton(spec, shape), arrays)
    return network
