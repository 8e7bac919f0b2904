"""Points of a plane from known distributions, and the modes that they have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.adversarial.specs import Plane

REACH = 3.0  # σ: a point within this of a mode belongs to it
FINE = 400  # places along a curve, by which distances to it are measured


@dataclass(frozen=True)
class Modes:
    """The modes of a data set: `centres` (K, 2), each with the places (P, 2) that belong to it.

    owner: (P,) the mode of each place; reach: a point no further from a place belongs to its mode.
    """

    centres: np.ndarray
    places: np.ndarray
    owner: np.ndarray
    reach: float


def draw(plane: Plane, n: int, seed: int) -> np.ndarray:
    """n points of the distribution, (n, 2) float32; within about [−1.5, 1.5]²."""
    rng = np.random.default_rng((plane.plane_seed, seed))
    noise = plane.spread * rng.standard_normal((n, 2))
    if plane.plane_kind in ("ring", "grid"):
        centres = modes(plane).centres
        middle = centres[rng.integers(0, len(centres), n)]
    else:
        middle = _curve(plane.plane_kind, rng.random(n))
    return (middle + noise).astype(np.float32)


def modes(plane: Plane) -> Modes:
    """The Gaussians of a ring or a grid; pieces of equal share of a curve."""
    reach = REACH * plane.spread
    if plane.plane_kind == "ring":
        angle = np.arange(plane.plane_modes) * 2 * np.pi / plane.plane_modes
        centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    elif plane.plane_kind == "grid":
        side = max(round(plane.plane_modes**0.5), 2)
        line = np.linspace(-1, 1, side)
        centres = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    else:
        K = plane.plane_modes
        along = (np.arange(FINE) + 0.5) / FINE
        owner = np.minimum((along * K).astype(np.int64), K - 1)
        middles = _curve(plane.plane_kind, (np.arange(K) + 0.5) / K)
        return Modes(middles, _curve(plane.plane_kind, along), owner, reach)
    return Modes(centres, centres, np.arange(len(centres)), reach)


def _curve(kind: str, along: np.ndarray) -> np.ndarray:
    """Places (n, 2) of a curve at shares (n,) of its length."""
    if kind == "moons":
        second = along >= 0.5
        angle = np.pi * (2 * along - second)
        x = np.where(second, 1 - np.cos(angle), np.cos(angle)) - 0.5
        y = np.where(second, 0.5 - np.sin(angle), np.sin(angle)) - 0.25
        return np.stack([x, y], axis=1) / 1.2
    turn = 3 * np.pi * np.sqrt(0.05 + 0.95 * along)  # one and a half turns, about evenly filled
    return np.stack([turn * np.cos(turn), turn * np.sin(turn)], axis=1) / (3 * np.pi)
