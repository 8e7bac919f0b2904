"""Networks by the shape of an item: dense layers, and convolutions of pictures and series.

Everything here is of one item; `jax.vmap` makes it of many. An encoder is `features`, which other
models can have for themselves, and a head.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise, product

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array, lax, random

from core.items.shape import Shape

SLOPE = 0.2  # of LeakyReLU, as in the published network
HALVED = 2  # times that an encoder halves the axes


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

    def features(self, h: Array) -> Array:
        """(inputs,) → what the last layer reads."""
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            h = jax.nn.relu(h @ weight + bias)
        return h

    def __call__(self, h: Array) -> Array:
        """(inputs,) → (outputs,)."""
        return self.features(h) @ self.weights[-1] + self.biases[-1]


def _uniform(key: Array, shape: tuple[int, ...], inputs: int) -> Array:
    most = inputs**-0.5
    return random.uniform(key, shape, minval=-most, maxval=most)


class Conv(eqx.Module):
    """A convolution 3 wide along each of k axes, (*axes, C) → (*axes/stride, O), zeros around.

    As one matrix product of the 3ᵏ shifted items, or as the shifted products where these have fewer
    channels: XLA's own convolutions fall back to a path many times slower inside a compiled loop on
    a CPU, and an epoch is such a loop.
    """

    layer: eqx.nn.Linear
    stride: int = eqx.field(static=True)

    def __init__(self, inputs: int, outputs: int, stride: int, key: Array, axes: int = 2) -> None:
        self.layer = _linear(3**axes * inputs, outputs, key)
        self.stride = stride

    def __call__(self, x: Array) -> Array:
        """(*axes, C) → (*axes/stride, O)."""
        *axes, C = x.shape
        weight, bias = self.layer.weight, self.layer.bias
        assert bias is not None
        outputs, k, n = len(weight), len(axes), self.stride
        corners = list(product(range(3), repeat=k))
        if n == 1 and outputs < C:  # to move the products takes less than to move the items
            parts = weight.reshape(outputs, 3**k, C).transpose(2, 1, 0).reshape(C, -1)
            products = (x.reshape(-1, C) @ parts).reshape(*axes, -1)
            return sum(
                (
                    lax.pad(one, 0.0, [*((1 - i, i - 1, 0) for i in corner), (0, 0, 0)])
                    for one, corner in zip(jnp.split(products, 3**k, axis=-1), corners, strict=True)
                ),
                start=bias,
            )
        padded = jnp.pad(x, (*((1, 1),) * k, (0, 0)))
        moved = [
            padded[tuple(slice(i, i + size, n) for i, size in zip(corner, axes, strict=True))]
            for corner in corners
        ]
        patches = jnp.concatenate(moved, axis=-1).reshape(-1, 3**k * C)
        out = patches @ weight.T + bias
        return out.reshape(*(size // n for size in axes), -1)


def _linear(inputs: int, outputs: int, key: Array) -> eqx.nn.Linear:
    """Weights N(0, 2 / ((1 + SLOPE²) inputs)), biases 0: signals keep their size through
    LeakyReLU (He et al. 2015). Equinox's own start would shrink them threefold a layer, so that
    after five layers every z gives one and the same picture.
    """
    layer = eqx.nn.Linear(inputs, outputs, key=key)
    scale = (2 / ((1 + SLOPE**2) * inputs)) ** 0.5
    values = scale * random.normal(key, layer.weight.shape), jnp.zeros(outputs)
    return eqx.tree_at(lambda layer: (layer.weight, layer.bias), layer, values)


def _coarse(shape: Shape) -> tuple[int, ...]:
    """The axes after all halvings; those that cannot be halved are padded first."""
    return tuple(-(-size // 2**HALVED) for size in shape.axes)


class ConvEncoder(eqx.Module):
    """The published one: four convolutions, two of stride 2; then a dense head, (D,) → (outputs,).

    c and 2c channels; as published c = 32, of which half are a quarter of the work. Pictures and
    series whose sides are no multiples of 4 get zeros around.
    """

    convolutions: list[Conv]
    head: eqx.nn.Linear
    shape: Shape = eqx.field(static=True)

    def __init__(self, shape: Shape, outputs: int, c: int, key: Array) -> None:
        keys, k, coarse = random.split(key, 5), len(shape.axes), _coarse(shape)
        sizes = ((shape.channels, c, 2), (c, c, 1), (c, 2 * c, 2), (2 * c, 2 * c, 1))
        self.convolutions = [Conv(*s, key=key, axes=k) for s, key in zip(sizes, keys, strict=False)]
        self.head = _linear(2 * c * Shape(coarse, 1).size, outputs, keys[4])
        self.shape = shape

    def padded(self, x: Array) -> Array:
        """x (D,) → what the first convolution reads, (*axes, channels), with zeros around."""
        h = x.reshape(*self.shape.axes, self.shape.channels)
        missing = [2**HALVED * m - size for m, size in zip(_coarse(self.shape), h.shape[:-1],
                                                           strict=True)]  # fmt: skip
        if any(missing):
            h = jnp.pad(h, [*((m // 2, m - m // 2) for m in missing), (0, 0)])
        return h

    def features(self, x: Array) -> Array:
        """x (D,) → what the head reads, (F,)."""
        h = self.padded(x)
        for layer in self.convolutions:
            h = jax.nn.leaky_relu(layer(h), SLOPE)
        return h.reshape(-1)

    def __call__(self, x: Array) -> Array:
        """(D,) → (outputs,)."""
        return self.head(self.features(x))


class ConvDecoder(eqx.Module):
    """Its mirror, (d,) → (D,). Items grow by writing 2ᵏ channels as the places of a square of side
    2 (Shi et al. 2016), not by transposed convolutions: no layer has to work at the full size.
    What is beyond the item's own sides is cut off.
    """

    head: eqx.nn.Linear
    convolutions: list[Conv]
    shape: Shape = eqx.field(static=True)

    def __init__(self, shape: Shape, d: int, c: int, key: Array) -> None:
        keys, k, coarse = random.split(key, 5), len(shape.axes), _coarse(shape)
        self.head = _linear(d, 2 * c * Shape(coarse, 1).size, keys[0])
        square, C = 2**k, shape.channels
        sizes = ((2 * c, 2 * c), (2 * c, square * c), (c, c), (c, square * C))
        self.convolutions = [
            Conv(*s, 1, key=key, axes=k) for s, key in zip(sizes, keys[1:], strict=True)
        ]
        self.shape = shape

    def __call__(self, z: Array) -> Array:
        """(d,) → (D,)."""
        h = self.head(z).reshape(*_coarse(self.shape), -1)
        for number, layer in enumerate(self.convolutions):
            h = layer(jax.nn.leaky_relu(h, SLOPE))
            if number % 2:
                h = grown(h)
        starts = [(m - size) // 2 for m, size in zip(h.shape, self.shape.axes, strict=False)]
        cut = tuple(slice(s, s + size) for s, size in zip(starts, self.shape.axes, strict=True))
        return h[cut].reshape(-1)


def grown(h: Array) -> Array:
    """(*axes, 2ᵏ C) → (*2 axes, C): every 2ᵏ channels become a square of places."""
    *axes, C = h.shape
    k = len(axes)
    parted = h.reshape(*axes, *(2,) * k, C // 2**k)
    order = chain.from_iterable((i, k + i) for i in range(k))
    return parted.transpose(*order, 2 * k).reshape(*(2 * size for size in axes), C // 2**k)
