"""What two players look like on the plane: D's verdict, its pull on points, G's bent grid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from core.adversarial.losses import fooled
from core.adversarial.networks import Players
from core.adversarial.scores import EDGE
from core.adversarial.specs import Gan

SIDE = 41  # places of the heatmap along each side
PULLED = 80  # generated points that get an arrow
LINES, STOPS = 9, 25  # of the grid of z, each way; places on a line
REACH = 2.0  # the grid's lines of z are at −2 … 2 standard deviations


@dataclass(frozen=True)
class Landscape:
    """line: (SIDE,) coordinates of the heatmap, verdict: (SIDE, SIDE) D at (line[j], line[i]).

    pulls: (PULLED, 2), −∂/∂x of what G minimises, at the first generated points; grid:
    (2 LINES, STOPS, 2), where G takes the lines of z, (LINES, STOPS, 2) if z has one dimension.
    """

    line: np.ndarray
    verdict: np.ndarray
    pulls: np.ndarray
    grid: np.ndarray


def landscape(spec: Gan, players: Players, generated: np.ndarray) -> Landscape:
    """Of these networks. D is σ(f), but for least squares and WGAN-GP, f itself."""
    line = np.linspace(-EDGE, EDGE, SIDE, dtype=np.float32)
    places = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    verdict = np.asarray(_logits(players, jnp.asarray(places)))
    if spec.game not in ("least squares", "wgan-gp"):
        verdict = 1 / (1 + np.exp(-np.clip(verdict, -60, 60)))
    pulls = np.asarray(_pulls(spec.game, players, jnp.asarray(generated[:PULLED])))
    grid = np.asarray(_images(players, jnp.asarray(_lines(spec.noise))))
    return Landscape(line, verdict.reshape(SIDE, SIDE), pulls, grid)


def _lines(noise: int) -> np.ndarray:
    """Lines of the first two dimensions of z, the others 0: (lines, STOPS, d)."""
    steps = np.linspace(-REACH, REACH, LINES)
    along = np.linspace(-REACH, REACH, STOPS)
    z = np.zeros((2, LINES, STOPS, noise), np.float32)
    z[0, ..., 0] = along
    if noise == 1:
        return z[0, :1]
    z[0, ..., 1] = steps[:, None]
    z[1, ..., 0] = steps[:, None]
    z[1, ..., 1] = along
    return z.reshape(2 * LINES, STOPS, noise)


@jax.jit
def _logits(players: Players, x: Array) -> Array:
    return players.logit(x)


@partial(jax.jit, static_argnums=0)
def _pulls(game: str, players: Players, x: Array) -> Array:
    def loss(points: Array) -> Array:
        return fooled(game, players.logit(points)) * len(points)

    return -jax.grad(loss)(x)


@jax.jit
def _images(players: Players, z: Array) -> Array:
    return players.generate(z)
