"""Networks that read a row of tokens: convolution and maximum, or an LSTM; then a linear layer.

Rows are numbers padded with zeros behind (`core.sequences.padding`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax, random

from core.learning.saving import filled
from core.sequences.padding import PADDING
from core.text_classes.specs import TextClasses

READ_AT_ONCE = 128
BOTTLENECK_DIM = 32
"""The length of z, and of its mean and its spread."""


class Convolution(eqx.Module):
    """F kernels over w neighbouring tokens, and the largest value of each over all places.

        h_f = max_t ReLU(b_f + Σ_k ⟨W_kf, x_{t+k}⟩),  t a place with a token

    weight: (w e, F), or None where the x that come in hold W_k x for each k already, (n, T, w F).
    Beyond the ends of a text are zeros. As one product of w shifted rows: XLA's own convolutions
    are many times slower in a compiled loop on a CPU.
    """

    weight: Array | None
    bias: Array
    width: int = eqx.field(static=True)

    def __init__(self, inputs: int | None, features: int, width: int, key: Array) -> None:
        self.weight = None
        if inputs is not None:
            fan = width * inputs
            self.weight = random.normal(key, (fan, features)) * (2 / fan) ** 0.5
        self.bias = jnp.zeros(features)
        self.width = width

    def __call__(self, x: Array, real: Array) -> Array:
        """Vectors (n, T, e), zero where real (n, T) is not → (n, F)."""
        T, w, F = x.shape[1], self.width, self.bias.shape[0]
        padded = jnp.pad(x, ((0, 0), ((w - 1) // 2, w // 2), (0, 0)))
        shifted = [padded[:, k : k + T] for k in range(w)]
        if self.weight is None:
            sums = sum(part[..., k * F : (k + 1) * F] for k, part in enumerate(shifted))
        else:
            sums = jnp.concatenate(shifted, axis=-1) @ self.weight
        values = jax.nn.relu(sums + self.bias)
        return jnp.where(real[..., None], values, 0.0).max(axis=1)


class Lstm(eqx.Module):
    """The last state of an LSTM; padding leaves state and memory as they are.

        i, f, o = σ(W x + U h + b),  g = tanh(W x + U h + b),  c ← f c + i g,  h ← o tanh(c)

    inputs: (e, 4d), or None where the x that come in are W x already; gates in the order i, f, g,
    o. The bias of f starts at 1 (Jozefowicz et al. 2015).
    """

    inputs: Array | None
    states: Array
    bias: Array

    def __init__(self, inputs: int | None, d: int, key: Array) -> None:
        of_inputs, of_states = random.split(key)
        self.inputs = None
        if inputs is not None:
            self.inputs = random.normal(of_inputs, (inputs, 4 * d)) * inputs**-0.5
        orthogonal = jax.nn.initializers.orthogonal()
        self.states = jnp.concatenate(
            [orthogonal(k, (d, d)) for k in random.split(of_states, 4)], axis=1
        )
        self.bias = jnp.zeros(4 * d).at[d : 2 * d].set(1.0)

    def __call__(self, x: Array, real: Array) -> Array:
        """Vectors (n, T, e) → last states (n, d)."""
        n, d = x.shape[0], self.states.shape[0]
        gates = (x if self.inputs is None else x @ self.inputs) + self.bias

        def step(state: tuple[Array, Array], place: tuple[Array, Array]) -> tuple[Any, None]:
            (h, c), (of_token, is_real) = state, place
            i, f, g, o = jnp.split(of_token + h @ self.states, 4, axis=1)
            after = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            shown = jax.nn.sigmoid(o) * jnp.tanh(after)
            kept = is_real[:, None]
            return (jnp.where(kept, shown, h), jnp.where(kept, after, c)), None

        start = jnp.zeros((n, d)), jnp.zeros((n, d))
        (h, _), _ = lax.scan(step, start, (gates.swapaxes(0, 1), real.T))
        return h


class Read(NamedTuple):
    """What a network says of n texts: logits (n, C), the vectors of the last layer (n, F) (with a
    bottleneck the means of z), and the bound (n,) on what z tells, nats."""

    logits: Array
    vectors: Array
    bound: Array


class Network(eqx.Module):
    """Tokens → vectors → body → classes.

    embedding: (V, e); for one-hot tokens (V, 4d) or (V, w F): the first layer's own weights, for
    of a product with a one-hot vector a row remains. narrow: (F, 2z) with its bias, mean and log
    variance of z; None without a bottleneck.
    """

    embedding: Array
    body: Convolution | Lstm
    narrow: tuple[Array, Array] | None
    classes: Array
    biases: Array

    def features(self, ids: Array) -> Array:
        """Numbers (n, T) → what the body makes of them (n, F)."""
        real = ids != PADDING
        return self.body(self.embedding[ids] * real[..., None], real)

    def read(self, features: Array, noise: Array | None = None) -> Read:
        """Features (n, F) → logits, vectors and bound; noise: (n, z) of N(0, 1), or none.

        bound: KL(N(μ, σ²) ‖ N(0, 1)) of each text, whose mean is at least I(X; Z).
        """
        if self.narrow is None:
            zero = jnp.zeros(features.shape[0])
            return Read(features @ self.classes + self.biases, features, zero)
        weight, bias = self.narrow
        mean, log_variance = jnp.split(features @ weight + bias, 2, axis=1)
        bound = 0.5 * (mean**2 + jnp.exp(log_variance) - 1 - log_variance).sum(axis=1)
        z = mean if noise is None else mean + jnp.exp(0.5 * log_variance) * noise
        return Read(z @ self.classes + self.biases, mean, bound)


def build(spec: TextClasses, tokens: int, classes: int, key: Array) -> Network:
    """A network before training."""
    of_tokens, of_body, of_narrow, of_classes = random.split(key, 4)
    F, width = spec.body_dim, spec.kernel_width
    own = None if spec.text_input == "one-hot" else spec.token_dim
    body: Convolution | Lstm
    if spec.text_body == "lstm":
        body, row = Lstm(own, F, of_body), own or 4 * F
    else:
        body, row = Convolution(own, F, width, of_body), own or width * F
    embedding = random.normal(of_tokens, (tokens, row)) * 0.1
    narrow, last = None, F
    if spec.bottleneck:
        last = BOTTLENECK_DIM
        weight = random.normal(of_narrow, (F, 2 * last)) * F**-0.5
        narrow = weight.at[:, last:].multiply(0.1), jnp.zeros(2 * last).at[last:].set(-3.0)
    weights = random.normal(of_classes, (last, classes)) * last**-0.5
    return Network(embedding, body, narrow, weights, jnp.zeros(classes))


def predict(
    network: Network, ids: np.ndarray, block: int = READ_AT_ONCE
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(log-probabilities (n, C), vectors (n, F), bounds (n,)) of padded rows (n, T), float32."""
    n = len(ids)
    padded = np.zeros((max(-(-n // block), 1) * block, ids.shape[1]), np.int32)
    padded[:n] = ids  # whole blocks only: one shape is one compilation
    blocks = [_predict(network, jnp.asarray(b)) for b in padded.reshape(-1, block, ids.shape[1])]
    parts = [np.concatenate([np.asarray(b[i]) for b in blocks])[:n] for i in range(3)]
    return parts[0], parts[1], parts[2]


@eqx.filter_jit
def _predict(network: Network, ids: Array) -> tuple[Array, Array, Array]:
    read = network.read(network.features(ids))
    return jax.nn.log_softmax(read.logits), read.vectors, read.bound


@lru_cache(maxsize=32)
def _skeleton(spec: TextClasses, tokens: int, classes: int) -> Any:
    return eqx.filter_eval_shape(build, spec, tokens, classes, random.key(0))


def restore(spec: TextClasses, tokens: int, classes: int, arrays: Sequence[np.ndarray]) -> Network:
    """The network with these weights."""
    network: Network = filled(_skeleton(spec, tokens, classes), arrays)
    return network
