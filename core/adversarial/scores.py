"""How near generated points come to the real distribution, and how near chance alone would."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core.adversarial.plane import Modes, draw, modes
from core.adversarial.specs import Plane

SCORED = 2000  # points that are generated to be scored
CELLS, EDGE = 24, 1.6  # of the grid, on each side of [−EDGE, EDGE]²; one cell more holds the rest
SMOOTHED = 0.5  # added to each cell's count: KL is infinite where a cell is empty (Jeffreys' prior)
FAIR = 0.2  # a mode is covered if it gets this much of its fair share
CHANCES = 20  # pairs of real samples


class Score(NamedTuple):
    """covered: modes that get at least `FAIR` of their share; near: share of points at any mode.

    kl: KL(real ‖ generated), nats; js: Jensen–Shannon, nats, at most ln 2; both on a grid.
    """

    covered: int
    near: float
    kl: float
    js: float


@dataclass(frozen=True)
class Chance:
    """KL and JS of two real samples of equal size: the floor. (CHANCES,) nats each, sorted."""

    kl: np.ndarray
    js: np.ndarray


def score(generated: np.ndarray, real: np.ndarray, known: Modes) -> Score:
    """The scores of generated points (n, 2) beside real ones (m, 2) and the known modes."""
    counts, near = shares(generated, known)
    fair = len(generated) * known.share
    kl, js = divergences(real, generated)
    return Score(int((counts >= FAIR * fair).sum()), near, kl, js)


def shares(points: np.ndarray, known: Modes) -> tuple[np.ndarray, float]:
    """(points at each mode (K,), the share of all points that is at any)."""
    squares = (points**2).sum(axis=1)[:, None] + (known.places**2).sum(axis=1)
    squares = squares - 2 * points @ known.places.T
    nearest = squares.argmin(axis=1)
    at = squares[np.arange(len(points)), nearest] <= known.reach**2
    counts = np.bincount(known.owner[nearest[at]], minlength=len(known.centres))
    return counts, float(at.mean())


def divergences(real: np.ndarray, generated: np.ndarray) -> tuple[float, float]:
    """(KL(real ‖ generated), JS), nats, of the cells' shares, each count plus `SMOOTHED`."""
    p, q = (_cells(points) for points in (real, generated))
    middle = (p + q) / 2
    kl = float(p @ np.log(p / q))
    js = float(p @ np.log(p / middle) + q @ np.log(q / middle)) / 2
    return kl, js


def _cells(points: np.ndarray) -> np.ndarray:
    """The shares of the cells, and of all that is outside: (CELLS² + 1,)."""
    place = np.floor((points + EDGE) * (CELLS / (2 * EDGE)))
    inside = ((place >= 0) & (place < CELLS)).all(axis=1)
    cell = np.where(inside, place[:, 0] * CELLS + place[:, 1], CELLS**2).astype(np.int64)
    counts = np.bincount(cell, minlength=CELLS**2 + 1) + SMOOTHED
    shares: np.ndarray = counts / counts.sum()
    return shares


@lru_cache(maxsize=16)
def chance(plane: Plane) -> Chance:
    """What real samples score against other real ones, as many as are scored."""
    pairs = [
        divergences(draw(plane, SCORED, 2 + 2 * i), draw(plane, SCORED, 3 + 2 * i))
        for i in range(CHANCES)
    ]
    kl, js = np.sort(np.array(pairs), axis=0).T
    return Chance(kl, js)


@lru_cache(maxsize=16)
def reference(plane: Plane) -> tuple[np.ndarray, Modes]:
    """The real sample that generated points are scored against, and the modes."""
    return draw(plane, SCORED, 1), modes(plane)
