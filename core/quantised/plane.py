"""Quantisers in the plane, without training: cells, and the gradient that reaches the encoder.

The loss here is linear, ⟨g, q⟩: its gradient g at q is the same everywhere, so that whatever
differs between places is the quantiser's doing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

EXTENT = 2.0  # the plane shown is [−2, 2]²
SPREAD = 0.9  # of the codes drawn


class Pair(NamedTuple):
    """A vector z (2,), its code q (2,), the gradient at q, and what of it reaches z, (2,) each."""

    z: np.ndarray
    q: np.ndarray
    at_code: np.ndarray
    straight: np.ndarray
    rotation: np.ndarray


def codebook(K: int, seed: int) -> np.ndarray:
    """K random codes, (K, 2)."""
    return SPREAD * np.random.default_rng(seed).standard_normal((K, 2))


def nearest(points: np.ndarray, book: np.ndarray) -> np.ndarray:
    """The code of each point: points (n, 2), book (K, 2) → (n,) int64."""
    labels: np.ndarray = ((points[:, None] - book) ** 2).sum(axis=2).argmin(axis=1)
    return labels


def lattice(points: int) -> tuple[np.ndarray, np.ndarray]:
    """A square grid over the plane: its coordinates (P,), and its points (P², 2), row by row."""
    axis = np.linspace(-EXTENT, EXTENT, points)
    x, y = np.meshgrid(axis, axis)
    return axis, np.stack([x.ravel(), y.ravel()], axis=1)


def edges(book: np.ndarray) -> np.ndarray:
    """The edges of the cells of a codebook (K, 2): (E, 2, 2), their two ends."""
    from scipy.spatial import Voronoi

    far = 100 * EXTENT * np.array([_unit(turn) for turn in range(0, 360, 45)])
    cells = Voronoi(np.concatenate([book, far]))  # with these around, no edge is infinite
    inner = [
        ends for ends, pair in zip(cells.ridge_vertices, cells.ridge_points, strict=True)
        if -1 not in ends and min(pair) < len(book) and max(pair) < len(book)
    ]  # fmt: skip
    return cells.vertices[np.array(inner, int).reshape(-1, 2)]


def received(quantiser: str, z: np.ndarray, q: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The gradient that reaches z where it is g at q: z, q (n, 2), g (2,) → (n, 2).

    straight, simvq: g. turned: ‖q‖/‖z‖ Rᵀ g, R the rotation from z to q; rotation: the same up to
    90° between them, g beyond, as it is trained.
    """
    same = np.broadcast_to(g, z.shape)
    if quantiser not in ("turned", "rotation"):
        return same.copy()
    a, b = _complex(z), _complex(q)
    back = np.conj(b / np.where(a == 0, 1, a))  # the size ‖q‖/‖z‖ and the opposite angle
    turned = back * _complex(np.asarray(g)[None])
    gradient = np.stack([turned.real, turned.imag], axis=1)
    if quantiser == "turned":
        return gradient
    acute = (z * q).sum(axis=1, keepdims=True) > 0
    return np.where(acute, gradient, same)


def pair(angle: float, ratio: float, direction: float) -> Pair:
    """z of length 1 along the first axis, q at an angle from it with ‖q‖/‖z‖ = ratio.

    angle, direction of the gradient: degrees.
    """
    z = np.array([1.0, 0.0])
    q = ratio * _unit(angle)
    g = _unit(direction)
    return Pair(z, q, g, g, received("turned", z[None], q[None], g)[0])


def moved(quantiser: str, points: np.ndarray, book: np.ndarray, rate: float = 0.5) -> np.ndarray:
    """Where the codes go in one step down the mean of ‖e − z‖² over the points, (K, 2).

    simvq: e = b W with b frozen and W = I before the step, so that all of them move; others move
    the codes that some point chose; FSQ has none that could.
    """
    labels = nearest(points, book)
    pull = np.zeros_like(book)
    np.add.at(pull, labels, 2 * (book[labels] - points) / len(points))
    if quantiser == "simvq":
        return book - rate * book @ (book.T @ pull)
    return book - rate * pull


def boxes(levels: Sequence[int], points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """FSQ's code of each point, (n,), and its vector q, (n, 2), as `quantisers.rounded` has it."""
    L = np.asarray(levels)
    h = (L - 1) * (1 + 1e-3) / 2
    offset = np.where(L % 2 == 0, 0.5, 0.0)
    steps = np.rint(np.tanh(points + np.arctanh(offset / h)) * h - offset)
    half = L // 2
    codes = (steps + half) @ np.concatenate([[1], np.cumprod(L[:-1])])
    return codes.astype(np.int64), steps / half


def passed(levels: Sequence[int], points: np.ndarray) -> np.ndarray:
    """∂q/∂z of FSQ's straight-through gradient, by dimension, (n, 2): 0 far out, where tanh is."""
    L = np.asarray(levels)
    h = (L - 1) * (1 + 1e-3) / 2
    offset = np.where(L % 2 == 0, 0.5, 0.0)
    slope: np.ndarray = h * (1 - np.tanh(points + np.arctanh(offset / h)) ** 2) / (L // 2)
    return slope


def _complex(v: np.ndarray) -> np.ndarray:
    out: np.ndarray = v[:, 0] + 1j * v[:, 1]
    return out


def _unit(degrees: float) -> np.ndarray:
    turn = np.deg2rad(degrees)
    return np.array([np.cos(turn), np.sin(turn)])
