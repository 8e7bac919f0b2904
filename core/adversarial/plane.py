"""Points of a plane from known distributions, and the modes that they have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.adversarial import drawing
from core.adversarial.drawing import Places
from core.adversarial.specs import Plane
from core.threads import one_thread

REACH = 3.0  # σ: a point within this of a mode belongs to it
FINE = 400  # places along a curve, by which distances to it are measured
STARTS = 4  # of k-means, which parts places into modes


@dataclass(frozen=True)
class Modes:
    """The modes of a data set: `centres` (K, 2), each with the places (P, 2) that belong to it.

    owner: (P,) the mode of each place; reach: a point no further from a place belongs to its mode;
    share: (K,) of the points that are at each mode.
    """

    centres: np.ndarray
    places: np.ndarray
    owner: np.ndarray
    reach: float
    share: np.ndarray


def draw(plane: Plane, n: int, seed: int) -> np.ndarray:
    """n points of the distribution, (n, 2) float32; within about [−1.5, 1.5]².

    Raises SpecError where none is drawn, SourceError for a picture that cannot be used.
    """
    rng = np.random.default_rng((plane.plane_seed, seed))
    noise = plane.spread * rng.standard_normal((n, 2))
    if plane.plane_kind in ("ring", "grid"):
        centres = modes(plane).centres
        middle = centres[rng.integers(0, len(centres), n)]
    elif (places := places_of(plane)) is not None:
        chosen = rng.choice(len(places.at), n, p=places.share)
        middle = places.at[chosen] + places.side * (rng.random((n, 2)) - 0.5)
    else:
        middle = _curve(plane.plane_kind, rng.random(n))
    return (middle + noise).astype(np.float32)


def places_of(plane: Plane) -> Places | None:
    """The places of a drawing or a picture; None of other kinds."""
    if plane.plane_kind == "drawn":
        return drawing.drawn(plane.plane_drawn)
    if plane.plane_kind != "picture":
        return None
    if plane.picture_digest:
        return drawing.of_picture(plane.picture_name, plane.picture_digest)
    return drawing.of_digit(plane.plane_digit)


def modes(plane: Plane) -> Modes:
    """The Gaussians of a ring or a grid; pieces of equal share of a curve; of a drawing or a
    picture, its parts by k-means.
    """
    reach = REACH * plane.spread
    if plane.plane_kind == "ring":
        angle = np.arange(plane.plane_modes) * 2 * np.pi / plane.plane_modes
        centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    elif plane.plane_kind == "grid":
        side = max(round(plane.plane_modes**0.5), 2)
        line = np.linspace(-1, 1, side)
        centres = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    elif (places := places_of(plane)) is not None:
        centres, owner = _parts(plane)
        share = np.bincount(owner, places.share, len(centres))
        return Modes(centres, places.at, owner, reach + places.side, share)
    else:
        K = plane.plane_modes
        along = (np.arange(FINE) + 0.5) / FINE
        owner = np.minimum((along * K).astype(np.int64), K - 1)
        middles = _curve(plane.plane_kind, (np.arange(K) + 0.5) / K)
        return Modes(middles, _curve(plane.plane_kind, along), owner, reach, np.full(K, 1 / K))
    n = len(centres)
    return Modes(centres, centres, np.arange(n), reach, np.full(n, 1 / n))


@lru_cache(maxsize=16)
@one_thread()
def _parts(plane: Plane) -> tuple[np.ndarray, np.ndarray]:
    """(centres (K, 2), the part of each place (P,)) of places parted by k-means."""
    from sklearn.cluster import KMeans

    places = places_of(plane)
    assert places is not None
    K = min(plane.plane_modes, len(np.unique(places.at, axis=0)))
    fitted = KMeans(K, n_init=STARTS, random_state=0).fit(places.at, sample_weight=places.share)
    return fitted.cluster_centers_, fitted.labels_.astype(np.int64)


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
