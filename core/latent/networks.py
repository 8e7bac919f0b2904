"""Encoder, decoder, prior and classifier, as one Equinox module.

Everything here is of one item; `jax.vmap` makes it of many.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, random

from core.items.shape import Shape
from core.latent.specs import Vae

LOGVAR = 12.0  # ln σ² stays within ± this: e¹² is no posterior, and e⁻¹² is exact
SPREAD = 2.0  # of the first μ_y: neighbours lie some 6 σ apart in 10 dimensions
SLOPE = 0.2  # of LeakyReLU, as in the published network
PUBLISHED_SIZE = (28, 28)  # pictures that convolutions were published for
UNITS_A_CHANNEL = 16  # 512 units a layer stand for the published 32 and 64 channels


class Dense(eqx.Module):
    """Dense layers with ReLU between them, (inputs,) → (outputs,).

    Weights are (inputs, outputs), the way a batch reads them: Equinox's own are the other way.
    """

    weights: list[Array]
    biases: list[Array]

    def __init__(self, sizes: Sequence[int], key: Array) -> None:
        keys = random.split(key, (len(sizes) - 1, 2))
        pairs = list(pairwise(sizes))
        self.weights = [_uniform(k[0], (m, n), m) for k, (m, n) in zip(keys, pairs, strict=True)]
        self.biases = [_uniform(k[1], (n,), m) for k, (m, n) in zip(keys, pairs, strict=True)]

    def __call__(self, h: Array) -> Array:
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            h = (jax.nn.relu(h) if number else h) @ weight + bias
        return h


def _uniform(key: Array, shape: tuple[int, ...], inputs: int) -> Array:
    most = inputs**-0.5
    return random.uniform(key, shape, minval=-most, maxval=most)


class Conv(eqx.Module):
    """A 3×3 convolution of stride 1 or 2, (H, W, C) → (H/stride, W/stride, O), zeros around.

    As one matrix product of the nine shifted pictures: XLA's own convolutions fall back to a
    path many times slower inside a compiled loop on a CPU, and an epoch is such a loop.
    """

    layer: eqx.nn.Linear
    stride: int = eqx.field(static=True)

    def __init__(self, inputs: int, outputs: int, stride: int, key: Array) -> None:
        self.layer = _linear(9 * inputs, outputs, key)
        self.stride = stride

    def __call__(self, x: Array) -> Array:
        H, W, C = x.shape
        padded = jnp.pad(x, ((1, 1), (1, 1), (0, 0)))
        n = self.stride
        moved = [padded[i : i + H : n, j : j + W : n] for i in range(3) for j in range(3)]
        patches = jnp.concatenate(moved, axis=-1).reshape(-1, 9 * C)
        assert self.layer.bias is not None
        out = patches @ self.layer.weight.T + self.layer.bias
        return out.reshape(H // n, W // n, -1)


def _linear(inputs: int, outputs: int, key: Array) -> eqx.nn.Linear:
    """Weights N(0, 2 / ((1 + SLOPE²) inputs)), biases 0: signals keep their size through
    LeakyReLU (He et al. 2015). Equinox's own start would shrink them threefold a layer, so that
    after five layers every z gives one and the same picture.
    """
    made = eqx.nn.Linear(inputs, outputs, key=key)
    scale = (2 / ((1 + SLOPE**2) * inputs)) ** 0.5
    values = scale * random.normal(key, made.weight.shape), jnp.zeros(outputs)
    return eqx.tree_at(lambda layer: (layer.weight, layer.bias), made, values)


class ConvEncoder(eqx.Module):
    """The published one: four 3×3 convolutions, two of stride 2; then a dense head.

    c and 2c channels; as published c = 32, of which half are a quarter of the work.
    """

    convolutions: list[Conv]
    head: eqx.nn.Linear

    def __init__(self, d: int, c: int, key: Array) -> None:
        keys = random.split(key, 5)
        sizes = ((1, c, 2), (c, c, 1), (c, 2 * c, 2), (2 * c, 2 * c, 1))
        self.convolutions = [Conv(*size, key=k) for size, k in zip(sizes, keys, strict=False)]
        self.head = _linear(2 * c * 49, 2 * d, keys[4])

    def __call__(self, x: Array) -> Array:
        h = x.reshape(28, 28, 1)
        for layer in self.convolutions:
            h = jax.nn.leaky_relu(layer(h), SLOPE)
        return self.head(h.reshape(-1))


class ConvDecoder(eqx.Module):
    """Its mirror. Pictures grow from 7×7 to 28×28 by writing four channels as the pixels of a
    2×2 square (Shi et al. 2016), not by transposed convolutions: no layer has to work at 28×28.
    """

    head: eqx.nn.Linear
    convolutions: list[Conv]

    def __init__(self, d: int, c: int, key: Array) -> None:
        keys = random.split(key, 5)
        self.head = _linear(d, 2 * c * 49, keys[0])
        sizes = ((2 * c, 2 * c), (2 * c, 4 * c), (c, c), (c, 4))
        self.convolutions = [Conv(*size, 1, key=k) for size, k in zip(sizes, keys[1:], strict=True)]

    def __call__(self, z: Array) -> Array:
        h = self.head(z).reshape(7, 7, -1)
        for number, layer in enumerate(self.convolutions):
            h = layer(jax.nn.leaky_relu(h, SLOPE))
            if number % 2:
                h = _grown(h)
        return h.reshape(-1)


def _grown(h: Array) -> Array:
    """(H, W, 4C) → (2H, 2W, C): every four channels become a square of pixels."""
    H, W, C = h.shape
    return h.reshape(H, W, 2, 2, C // 4).transpose(0, 2, 1, 3, 4).reshape(2 * H, 2 * W, C // 4)


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

    def away(self, first: Array, second: Array) -> Array:
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
        return jax.nn.log_softmax(self.prior_logit) - 0.5 * (size + self.away(z, z**2))

    def log_responsibility(self, z: Array) -> Array:
        """z (d,) → ln p(y|z), (K,)."""
        scores = self.log_prior(z) if self.classifier is None else self.classifier(z)
        return jax.nn.log_softmax(scores)


def log_normal(z: Array, mean: Array, logvar: Array) -> Array:
    """ln N(z; mean, diag e^logvar), summed over the last axis: nats."""
    return -0.5 * jnp.sum(
        jnp.log(2 * jnp.pi) + logvar + (z - mean) ** 2 * jnp.exp(-logvar), axis=-1
    )


def build(spec: Vae, shape: Shape, key: Array) -> Network:
    """A network before training."""
    d, K, w = spec.latent, spec.components, spec.width
    encoder, decoder, prior, classifier = random.split(key, 4)
    if shape.axes == PUBLISHED_SIZE and spec.layer_kind == "auto":
        c = max(1, w // UNITS_A_CHANNEL)
        made: tuple[Any, Any] = ConvEncoder(d, c, encoder), ConvDecoder(d, c, decoder)
    else:
        made = Dense((shape.size, w, w, 2 * d), encoder), Dense((d, w, w, shape.size), decoder)
    first = jnp.zeros((K, d))  # as published, and the only place for a single one
    if spec.latent_model != "plain" and spec.start != "published":
        first = SPREAD * random.normal(prior, (K, d))
    free = spec.latent_model == "clusters" and spec.classifier == "free"
    return Network(
        *made,
        prior_mean=first,
        prior_logvar=jnp.zeros((K, d)),
        prior_logit=jnp.zeros(K),
        classifier=Dense((d, w, K), classifier) if free else None,
        squash=bool(shape.picture),
    )


def from_mean_grey(network: Network, x: np.ndarray) -> Network:
    """The network whose convolutions begin with pictures as grey as x (n, D) is on average.

    All pixels share four biases. From half grey, mostly black pictures drive them down until the
    sigmoid is saturated, and no gradient is left to learn the pictures by.
    """
    if not isinstance(network.decoder, ConvDecoder):
        return network
    grey = np.clip(x.mean(), 0.01, 0.99)
    return eqx.tree_at(
        lambda n: n.decoder.convolutions[-1].layer.bias,
        network,
        jnp.full(4, np.log(grey / (1 - grey))),
    )


@lru_cache(maxsize=32)
def skeleton(spec: Vae, shape: Shape) -> Any:
    """A network of shapes only."""
    return eqx.filter_eval_shape(build, spec, shape, random.key(0))


def weights(network: Network) -> tuple[np.ndarray, ...]:
    """All arrays of a network, as NumPy's."""
    return tuple(np.asarray(leaf) for leaf in jax.tree.leaves(eqx.filter(network, eqx.is_array)))


def restore(spec: Vae, shape: Shape, arrays: Sequence[np.ndarray]) -> Network:
    """The network with these weights."""
    made = skeleton(spec, shape)
    filled, rest = eqx.partition(made, lambda leaf: isinstance(leaf, jax.ShapeDtypeStruct))
    leaves = [jnp.asarray(array) for array in arrays]
    return eqx.combine(jax.tree.unflatten(jax.tree.structure(filled), leaves), rest)
