"""Encoder to a grid of vectors, codebook, and decoder, as one Equinox module.

Everything here is of one item; `jax.vmap` makes it of many.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, random

from core.items.shape import Shape
from core.learning.networks import SLOPE, Conv, Dense, grown
from core.learning.saving import filled
from core.quantised.quantisers import implied
from core.quantised.specs import Codes

SMALL = 16  # pictures up to this side are halved once, larger ones twice


class Encoder(eqx.Module):
    """Convolutions of stride 2, one of stride 1, and a linear head at each place: (D,) → (G, d)."""

    convolutions: list[Conv]
    head: eqx.nn.Linear
    shape: Shape = eqx.field(static=True)
    grid: tuple[int, ...] = eqx.field(static=True)

    def __init__(self, shape: Shape, d: int, c: int, key: Array) -> None:
        times, k, keys = halvings(shape), len(shape.axes), random.split(key, 4)
        widths = [shape.channels, *(c * 2**i for i in range(times)), 2 * c]
        strides = [2] * times + [1]
        self.convolutions = [
            Conv(m, n, stride, one, axes=k)
            for m, n, stride, one in zip(widths[:-1], widths[1:], strides, keys, strict=False)
        ]
        self.head = eqx.nn.Linear(2 * c, d, key=keys[-1])
        self.shape, self.grid = shape, grid_of(shape)

    def __call__(self, x: Array) -> Array:
        """x (D,) → z (G, d), G places."""
        h = x.reshape(*self.shape.axes, self.shape.channels)
        missing = self._missing()
        if any(missing):
            h = jnp.pad(h, [*((m // 2, m - m // 2) for m in missing), (0, 0)])
        for layer in self.convolutions:
            h = jax.nn.leaky_relu(layer(h), SLOPE)
        return jax.vmap(self.head)(h.reshape(-1, h.shape[-1]))

    def _missing(self) -> list[int]:
        factor = 2 ** halvings(self.shape)
        return [factor * m - size for m, size in zip(self.grid, self.shape.axes, strict=True)]


class Decoder(eqx.Module):
    """Its mirror, (G, d) → (D,). Each doubling writes 2ᵏ channels as the places of a square."""

    head: eqx.nn.Linear
    convolutions: list[Conv]
    shape: Shape = eqx.field(static=True)
    grid: tuple[int, ...] = eqx.field(static=True)

    def __init__(self, shape: Shape, d: int, c: int, key: Array) -> None:
        times, k, keys = halvings(shape), len(shape.axes), random.split(key, 4)
        square = 2**k
        widths = [(2 * c, 2 * c)]
        widths += [(2 * c // 2**i, square * c // 2**i) for i in range(times - 1)]
        widths.append((2 * c // 2 ** (times - 1), square * shape.channels))
        self.head = eqx.nn.Linear(d, 2 * c, key=keys[-1])
        self.convolutions = [
            Conv(m, n, 1, one, axes=k) for (m, n), one in zip(widths, keys, strict=False)
        ]
        self.shape, self.grid = shape, grid_of(shape)

    def __call__(self, q: Array) -> Array:
        """q (G, d) → (D,)."""
        h = jax.vmap(self.head)(q).reshape(*self.grid, -1)
        for number, layer in enumerate(self.convolutions):
            h = layer(jax.nn.leaky_relu(h, SLOPE))
            if number:
                h = grown(h)
        starts = [(m - size) // 2 for m, size in zip(h.shape, self.shape.axes, strict=False)]
        cut = tuple(slice(s, s + size) for s, size in zip(starts, self.shape.axes, strict=True))
        return h[cut].reshape(-1)


class Rows(eqx.Module):
    """Dense layers for a row of a table, which has no places: its codes stand beside each other."""

    dense: Dense
    out: tuple[int, ...] = eqx.field(static=True)

    def __call__(self, x: Array) -> Array:
        """(inputs,) or (G, d) → `out`."""
        return self.dense(x.reshape(-1)).reshape(self.out)


class Network(eqx.Module):
    """Encoder, decoder and codebook.

    book: (K, d), of SimVQ the frozen one, of FSQ (0, d); turn: (d, d), SimVQ's matrix, else (0, 0).
    centre, scale: (d,), the mean and the deviation of z that hold when nothing is trained.
    """

    encoder: Any
    decoder: Any
    book: Array
    turn: Array
    centre: Array
    scale: Array
    squash: bool = eqx.field(static=True)  # pixels lie in [0, 1]; numbers of a table anywhere

    @property
    def codebook(self) -> Array:
        """The codes as the decoder reads them, (K, d); none of FSQ."""
        return self.book @ self.turn if self.turn.size else self.book

    def decode(self, q: Array) -> Array:
        """q (G, d) → x̂ (D,)."""
        out = self.decoder(q)
        return jax.nn.sigmoid(out) if self.squash else out


def halvings(shape: Shape) -> int:
    """How often the sides of an item are halved before they are coded."""
    return 1 if max(shape.axes) <= SMALL else 2


def grid_of(shape: Shape) -> tuple[int, ...]:
    """The sides of the grid of codes of a picture or series."""
    factor = 2 ** halvings(shape)
    return tuple(-(-size // factor) for size in shape.axes)


def places(spec: Codes, shape: Shape) -> tuple[int, ...]:
    """The sides of the grid of codes of any item: of a row of a table, a row of codes."""
    return grid_of(shape) if shape.axes else (spec.row_codes,)


def build(spec: Codes, shape: Shape, key: Array) -> Network:
    """A network before training; its codes are random."""
    d, c = spec.dimension, spec.code_width
    into, out, codes = random.split(key, 3)
    if shape.axes:
        coders: tuple[Any, Any] = Encoder(shape, d, c, into), Decoder(shape, d, c, out)
    else:
        G, wide = math.prod(places(spec, shape)), 4 * c
        coders = (
            Rows(Dense((shape.size, wide, wide, G * d), into), (G, d)),
            Rows(Dense((G * d, wide, wide, shape.size), out), (shape.size,)),
        )
    fsq, simvq = spec.quantiser == "fsq", spec.quantiser == "simvq"
    return Network(
        *coders,
        book=jnp.zeros((0, d)) if fsq else random.normal(codes, (spec.size, d)),
        turn=jnp.eye(d) if simvq else jnp.zeros((0, 0)),
        centre=jnp.zeros(d),
        scale=jnp.ones(d),
        squash=shape.kind == "pictures",
    )


def vectors(spec: Codes, network: Network) -> np.ndarray:
    """The vector of each code, (K, d): the codebook, or what FSQ's levels imply."""
    if spec.quantiser == "fsq":
        return implied(spec.sizes)
    return np.asarray(network.codebook)


@lru_cache(maxsize=32)
def skeleton(spec: Codes, shape: Shape) -> Any:
    """A network of shapes only."""
    return eqx.filter_eval_shape(build, spec, shape, random.key(0))


def restore(spec: Codes, shape: Shape, arrays: Sequence[np.ndarray]) -> Network:
    """The network with these weights."""
    network: Network = filled(skeleton(spec, shape), arrays)
    return network
