"""Networks between items and codes: an O-GAN's, and what any of them makes of items.

A coder has `generate`, z (n, d) → items (n, D), `encode`, items → codes (n, d), and `placed`,
z → where codes of generated items would lie at best.
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

from core.adversarial.specs import OGan
from core.items.shape import Shape
from core.learning.networks import Dense
from core.learning.saving import filled

TINY = 1e-8  # beside lengths that are divided by


class Coder(eqx.Module):
    """generator: z (d,) → x (D,); encoder: x (D,) → (d,), whose mean is the discriminator.

    Real items get the low mean. squash: pictures lie in [0, 1], numbers of a table anywhere.
    """

    generator: Dense
    encoder: Dense
    squash: bool = eqx.field(static=True)

    def generate(self, z: Array) -> Array:
        """z (n, d) → items (n, D)."""
        out = self.generator(z)
        return jax.nn.sigmoid(out) if self.squash else out

    def encode(self, x: Array) -> Array:
        """Items (n, D) → their codes (n, d), of mean 0 and variance 1 each."""
        return standardised(self.encoder(x))

    def placed(self, z: Array) -> Array:
        """z (n, d), with mean 0 and variance 1 each, as all codes have."""
        return standardised(z)


def centred(v: Array) -> Array:
    """v − mean v, along the last axis."""
    return v - v.mean(axis=-1, keepdims=True)


def rho(a: Array, b: Array) -> Array:
    """Pearson's correlation of the numbers of a and b, along the last axis."""
    a, b = centred(a), centred(b)
    sizes = jnp.sqrt((a**2).sum(axis=-1) * (b**2).sum(axis=-1) + TINY**2)
    return (a * b).sum(axis=-1) / sizes


def standardised(v: Array) -> Array:
    """(v − avg v)/std v, along the last axis: the code in what an encoder gives."""
    v = centred(v)
    return v / (jnp.sqrt((v**2).mean(axis=-1, keepdims=True)) + TINY)


def begin(spec: OGan, shape: Shape) -> Coder:
    """Both networks as they start."""
    keys = random.split(random.key(spec.ogan_seed), 2)
    W, d = spec.ogan_width, spec.ogan_latent
    return Coder(
        Dense((d, W, W, shape.size), keys[0]),
        Dense((shape.size, W, W, d), keys[1]),
        squash=shape.kind == "pictures",
    )


@lru_cache(maxsize=32)
def skeleton(spec: OGan, shape: Shape) -> Any:
    """Both networks, of shapes only."""
    return eqx.filter_eval_shape(begin, spec, shape)


def restore(spec: OGan, shape: Shape, arrays: Sequence[np.ndarray]) -> Coder:
    """The networks with these arrays."""
    coder: Coder = filled(skeleton(spec, shape), arrays)
    return coder


@jax.jit
def generated(coder: Any, z: Array) -> Array:
    """z (n, d) → items (n, D)."""
    items: Array = coder.generate(z)
    return items


@jax.jit
def encoded(coder: Any, x: Array) -> Array:
    """Items (n, D) → their codes (n, d)."""
    codes: Array = coder.encode(x)
    return codes


@jax.jit
def copied(coder: Any, x: Array) -> Array:
    """Items (n, D) → G of their codes, (n, D)."""
    copies: Array = coder.generate(coder.encode(x))
    return copies


def path(start: np.ndarray, end: np.ndarray, n: int) -> np.ndarray:
    """n codes (n, d) from one code (d,) to another: cos(tπ/2) a + sin(tπ/2) b, t from 0 to 1.

    Independent normal codes keep their length in the mean on this path; on a straight line the
    middle would be shorter by √2, where G has seen hardly any z.
    """
    angle = np.linspace(0, np.pi / 2, n)[:, None]
    codes: np.ndarray = np.cos(angle) * start + np.sin(angle) * end
    return codes.astype(np.float32)
