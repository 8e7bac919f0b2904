"""What is kept of a game on items: its stored epochs with their scores, and the run they are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from core.adversarial.coder import copied, encoded, generated, rho
from core.adversarial.likeness import COMPARED, told_apart
from core.items.shape import Shape
from core.learning.learner import Run
from core.learning.saving import weights
from core.messages import Message, message

CHECKED = 1000  # items that are copied to measure the error
SAME = 1e-6  # between generated items: below this G gives one and the same


@dataclass(frozen=True)
class Shot:
    """A stored epoch. rho: mean of ρ(z, E(G(z))); error: mean square of x − G(code of x), per
    number; told: `likeness.told_apart` of real and generated items; prior: the same of the items'
    codes and as many z.
    """

    epoch: int
    weights: tuple[np.ndarray, ...]
    rho: float
    error: float
    told: float
    prior: float


@dataclass(frozen=True)
class Coded(Run[Shot]):
    """A run on items. variance: of the items' numbers around their means, per number."""

    shape: Shape = Shape((), 1)
    variance: float = 0.0


def measured(epoch: int, coder: Any, x: np.ndarray, z: Array) -> Shot:
    """The scores of networks on items x (n, D), with as many z (m, d) as are compared."""
    fakes = generated(coder, z)
    some = jnp.asarray(x[:CHECKED])
    error = float(((copied(coder, some) - some) ** 2).mean())
    alike = float(rho(z, encoded(coder, fakes)).mean())
    real = x[_spread_out(len(x), len(z))]
    told = told_apart(real, np.nan_to_num(np.asarray(fakes)))
    codes = np.nan_to_num(np.asarray(encoded(coder, jnp.asarray(real))))
    return Shot(
        epoch, weights(coder), alike, error, told, told_apart(np.asarray(coder.placed(z)), codes)
    )


def variance(x: np.ndarray) -> float:
    """Of the numbers of items x (n, D) around their means, per number."""
    return float(x.var(axis=0, dtype=np.float64).mean())


def compared(x: np.ndarray) -> int:
    """How many generated items are compared with the real ones x (n, D)."""
    return min(len(x), COMPARED)


def dead(coder: Any, z: Array, epoch: int, rate: float) -> Message | None:
    """Why a run cannot go on whose generator gives one and the same for every z, or None."""
    if len(z) < 2 or float(jnp.ptp(generated(coder, z), axis=0).max()) >= SAME:
        return None
    return message(
        "Dead in epoch {epoch}: the generator gives the same for every z (learning rate "
        "{rate:g}). Epoch {kept} is kept; lower the learning rate and train again.",
        epoch=epoch, rate=rate, kept=epoch - 1,
    )  # fmt: skip


def _spread_out(n: int, count: int) -> np.ndarray:
    """`count` of n rows, at random, always the same."""
    return np.random.default_rng(0).permutation(n)[:count]
