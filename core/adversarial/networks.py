"""Generator and discriminator of points: two dense networks, as one Equinox module."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import equinox as eqx
import numpy as np
from jax import Array, random

from core.adversarial.specs import Gan
from core.learning.networks import Dense
from core.learning.saving import filled


class Players(eqx.Module):
    """generator: z (d,) → x (2,); discriminator: x (2,) → its logit, (1,).

    Dense layers take rows as well: (n, d) → (n, 2).
    """

    generator: Dense
    discriminator: Dense

    def generate(self, z: Array) -> Array:
        """z (n, d) → points (n, 2)."""
        return self.generator(z)

    def logit(self, x: Array) -> Array:
        """x (n, 2) → what D says, before any sigmoid, (n,)."""
        return self.discriminator(x)[..., 0]


def begin(spec: Gan) -> Players:
    """Both networks as they start."""
    keys = random.split(random.key(spec.gan_seed), 2)
    W = spec.gan_width
    return Players(Dense((spec.noise, W, W, 2), keys[0]), Dense((2, W, W, 1), keys[1]))


@lru_cache(maxsize=32)
def skeleton(spec: Gan) -> Any:
    """Both networks, of shapes only."""
    return eqx.filter_eval_shape(begin, spec)


def restore(spec: Gan, arrays: Sequence[np.ndarray]) -> Players:
    """The networks with these arrays."""
    players: Players = filled(skeleton(spec), arrays)
    return players
