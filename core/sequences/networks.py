"""Encoders of sequences: tokens → embedding → GRU → a vector a sequence.

Sequences are rows of numbers padded with zeros behind (`core.sequences.padding`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax, random

from core.learning.saving import filled
from core.sequences.losses import unit
from core.sequences.padding import PADDING
from core.sequences.specs import Sentences

ENCODED_AT_ONCE = 256


class GruEncoder(eqx.Module):
    """The last state of a GRU over the vectors of a sequence's tokens.

        r = σ(W_r x + U_r h + b_r),  z = σ(W_z x + U_z h + b_z)
        n = tanh(W_n x + b_n + r (U_n h + c)),  h ← n + z (h − n)

    embedding: (V, e). The weights are those of `eqx.nn.GRUCell`; the products with x are made for
    all places at once, before the loop, and padding leaves the state as it is.
    """

    embedding: Array
    cell: eqx.nn.GRUCell

    def __init__(self, tokens: int, embedding: int, state: int, key: Array) -> None:
        of_tokens, of_cell = random.split(key)
        self.embedding = random.normal(of_tokens, (tokens, embedding)) * embedding**-0.5
        self.cell = eqx.nn.GRUCell(embedding, state, key=of_cell)

    def __call__(self, ids: Array) -> Array:
        """Numbers (n, T) → last states (n, d)."""
        cell = self.cell
        assert cell.bias is not None and cell.bias_n is not None
        d, U, c = cell.hidden_size, cell.weight_hh.T, cell.bias_n
        by_place = ids.T
        inputs = self.embedding[by_place] @ cell.weight_ih.T + cell.bias  # (T, n, 3d)

        def step(h: Array, place: tuple[Array, Array]) -> tuple[Array, None]:
            x, number = place
            of_state = h @ U
            r = jax.nn.sigmoid(x[:, :d] + of_state[:, :d])
            z = jax.nn.sigmoid(x[:, d : 2 * d] + of_state[:, d : 2 * d])
            n = jnp.tanh(x[:, 2 * d :] + r * (of_state[:, 2 * d :] + c))
            return jnp.where((number == PADDING)[:, None], h, n + z * (h - n)), None

        state, _ = lax.scan(step, jnp.zeros((ids.shape[0], d)), (inputs, by_place))
        return state


class Classifier(eqx.Module):
    """The encoder, and the directions of the classes it is trained with, (C, d), and biases (C,).

    The biases are those of the ordinary softmax; losses of angles leave them at 0.
    """

    encoder: GruEncoder
    directions: Array
    biases: Array

    def cosines(self, ids: Array) -> Array:
        """Numbers (n, T) → cosines with the classes (n, C)."""
        return unit(self.encoder(ids)) @ unit(self.directions).T

    def logits(self, ids: Array) -> Array:
        """Numbers (n, T) → ⟨h, w⟩ + b of the ordinary softmax (n, C)."""
        return self.encoder(ids) @ self.directions.T + self.biases


def build(spec: Sentences, tokens: int, classes: int, key: Array) -> Classifier:
    """A network before training."""
    of_encoder, of_classes = random.split(key)
    d = spec.sentence_dim
    encoder = GruEncoder(tokens, spec.embedding_dim, d, of_encoder)
    return Classifier(
        encoder, random.normal(of_classes, (classes, d)) * d**-0.5, jnp.zeros(classes)
    )


def encode(network: Classifier, ids: np.ndarray) -> np.ndarray:
    """Unit vectors (n, d) float32 of padded rows (n, T), some hundreds at once."""
    n = len(ids)
    padded = np.zeros((-(-n // ENCODED_AT_ONCE) * ENCODED_AT_ONCE, ids.shape[1]), np.int32)
    padded[:n] = ids  # whole blocks only: one shape is one compilation
    blocks = padded.reshape(-1, ENCODED_AT_ONCE, ids.shape[1])
    parts = [np.asarray(_encode(network.encoder, jnp.asarray(block))) for block in blocks]
    d = network.encoder.cell.hidden_size
    return np.concatenate([np.zeros((0, d), np.float32), *parts])[:n]


@eqx.filter_jit
def _encode(encoder: GruEncoder, ids: Array) -> Array:
    return unit(encoder(ids))


@lru_cache(maxsize=32)
def skeleton(spec: Sentences, tokens: int, classes: int) -> Any:
    """A network of shapes only."""
    return eqx.filter_eval_shape(build, spec, tokens, classes, random.key(0))


def restore(spec: Sentences, tokens: int, classes: int, arrays: Sequence[np.ndarray]) -> Classifier:
    """The network with these weights."""
    network: Classifier = filled(skeleton(spec, tokens, classes), arrays)
    return network
