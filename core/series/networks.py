"""Dilated convolutions along a series, with residuals; of many series at once, (n, L, channels).

A convolution of width 3 whose taps are d apart is one matrix product of the series with itself
moved by −d, 0 and d: XLA's own convolutions are many times slower inside a loop on a CPU.
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

from core.learning.saving import filled
from core.series.specs import SeriesNet

DILATIONS = (1, 2, 4)
LEAK = 0.1  # of the last layer below 0: a vector of zeros would have no direction
AT_ONCE = 256  # series read at once outside training


class DilatedConv(eqx.Module):
    """y_i = b + Σ_t W_t x_{i + (t−1) d}, t = 0, 1, 2, zeros around: (n, L, I) → (n, L, O)."""

    weight: Array  # (3, I, O)
    bias: Array
    dilation: int = eqx.field(static=True)

    def __init__(self, inputs: int, outputs: int, dilation: int, key: Array) -> None:
        scale = (2 / (3 * inputs)) ** 0.5  # signals keep their size through ReLU
        self.weight = scale * random.normal(key, (3, inputs, outputs))
        self.bias = jnp.zeros(outputs)
        self.dilation = dilation

    def __call__(self, x: Array) -> Array:
        """(n, L, I) → (n, L, O)."""
        d, L = self.dilation, x.shape[1]
        padded = jnp.pad(x, ((0, 0), (d, d), (0, 0)))
        moved = jnp.concatenate([padded[:, t * d : t * d + L] for t in range(3)], axis=-1)
        return moved @ self.weight.reshape(-1, self.weight.shape[-1]) + self.bias


class Block(eqx.Module):
    """Three convolutions, each added to what it reads, then the larger of every two points.

    widening: (I, O), what brings the input to the channels of the block.
    """

    widening: Array
    convolutions: list[DilatedConv]

    def __init__(self, inputs: int, outputs: int, key: Array) -> None:
        keys = random.split(key, 1 + len(DILATIONS))
        self.widening = random.normal(keys[0], (inputs, outputs)) * inputs**-0.5
        self.convolutions = [
            DilatedConv(outputs, outputs, d, k) for d, k in zip(DILATIONS, keys[1:], strict=True)
        ]

    def __call__(self, x: Array) -> Array:
        """(n, L, I) → (n, ⌊L/2⌋, O)."""
        x = x @ self.widening
        for layer in self.convolutions:
            x = x + 0.5 * jax.nn.relu(layer(x))
        n, L, C = x.shape
        return x[:, : L // 2 * 2].reshape(n, L // 2, 2, C).max(axis=2)


class SeriesClassifier(eqx.Module):
    """A first convolution, blocks, the mean and the largest value of each channel, two layers."""

    first: DilatedConv
    blocks: list[Block]
    hidden: Array
    hidden_bias: Array
    last: Array
    last_bias: Array

    def __init__(self, spec: SeriesNet, classes: int, key: Array) -> None:
        keys = random.split(key, spec.blocks + 3)
        c, d = spec.channels, spec.vector_dim
        sizes = [c * 2 ** min(b, 2) for b in range(spec.blocks)]
        self.first = DilatedConv(1, c, 1, keys[0])
        self.blocks = [
            Block(a, b, k) for a, b, k in zip([c, *sizes], sizes, keys[3:], strict=False)
        ]
        self.hidden = random.normal(keys[1], (2 * sizes[-1], d)) * (1 / sizes[-1]) ** 0.5
        self.hidden_bias = jnp.zeros(d)
        self.last = random.normal(keys[2], (d, classes)) * d**-0.5
        self.last_bias = jnp.zeros(classes)

    def vectors(self, x: Array) -> Array:
        """Series (n, L), each of mean 0 and variance 1 → what the last layer reads, (n, d)."""
        h = jax.nn.relu(self.first(x[:, :, None]))
        for block in self.blocks:
            h = block(h)
        pooled = jnp.concatenate([h.mean(axis=1), h.max(axis=1)], axis=-1)
        return jax.nn.leaky_relu(pooled @ self.hidden + self.hidden_bias, LEAK)

    def __call__(self, x: Array) -> Array:
        """(n, L) → logits (n, C)."""
        return self.vectors(x) @ self.last + self.last_bias


def build(spec: SeriesNet, classes: int, key: Array) -> SeriesClassifier:
    """A network before training."""
    return SeriesClassifier(spec, classes, key)


def read(network: SeriesClassifier, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(vectors (n, d), probabilities (n, C)), float32, of series (n, L)."""
    n = len(x)
    padded = np.zeros((max(-(-n // AT_ONCE), 1) * AT_ONCE, x.shape[1]), np.float32)
    padded[:n] = x  # whole blocks only: one shape is one compilation
    parts = [_read(network, jnp.asarray(b)) for b in padded.reshape(-1, AT_ONCE, x.shape[1])]
    vectors, probabilities = (np.concatenate([np.asarray(p[i]) for p in parts])[:n] for i in (0, 1))
    return vectors, probabilities


@eqx.filter_jit
def _read(network: SeriesClassifier, x: Array) -> tuple[Array, Array]:
    vectors = network.vectors(x)
    return vectors, jax.nn.softmax(vectors @ network.last + network.last_bias)


@lru_cache(maxsize=32)
def skeleton(spec: SeriesNet, classes: int) -> Any:
    """A network of shapes only."""
    return eqx.filter_eval_shape(build, spec, classes, random.key(0))


def restore(spec: SeriesNet, classes: int, arrays: Sequence[np.ndarray]) -> SeriesClassifier:
    """The network with these weights."""
    network: SeriesClassifier = filled(skeleton(spec, classes), arrays)
    return network
