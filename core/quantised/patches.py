"""What a code means: the mean of the patches that it stands for, and where it occurs."""

from __future__ import annotations

import math

import numpy as np

from core.items.shape import Shape
from core.quantised.networks import grid_of, halvings


def occurrences(codes: np.ndarray, k: int, places: tuple[int, ...]) -> np.ndarray:
    """How often code k stands at each place, of codes (n, G): an array of `places`."""
    return (codes == k).sum(axis=0).reshape(places)


def holders(codes: np.ndarray, k: int) -> np.ndarray:
    """The items that hold code k, those that hold it most often first."""
    counts = (codes == k).sum(axis=1)
    order = np.argsort(-counts, kind="stable")
    return order[: int((counts > 0).sum())]


def mean_patches(codes: np.ndarray, x: np.ndarray, shape: Shape, K: int) -> np.ndarray:
    """The mean patch of each code, (K, p, p), NaN of codes that do not occur.

    codes (n, G), x (n, D) of grey pictures; a patch is the square of pixels of one place of the
    grid and as many around it, half a place on each side; beyond the picture is black.
    """
    h, w = shape.axes
    step = 2 ** halvings(shape)
    margin, grid = step // 2, grid_of(shape)
    before = [(m * step - size) // 2 for m, size in zip(grid, (h, w), strict=True)]
    after = [m * step - size - b for m, size, b in zip(grid, (h, w), before, strict=True)]
    around = [(0, 0), *((b + margin, a + margin) for b, a in zip(before, after, strict=True))]
    padded = np.pad(x.reshape(-1, h, w), around)
    side = step + 2 * margin
    sums, counts = np.zeros((K, side * side)), np.zeros(K)
    for place in range(math.prod(grid)):
        r, c = (step * i for i in np.unravel_index(place, grid))
        patch = padded[:, r : r + side, c : c + side].reshape(len(x), -1)
        np.add.at(sums, codes[:, place], patch)
        counts += np.bincount(codes[:, place], minlength=K)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (sums / counts[:, None]).reshape(K, side, side).astype(np.float32)
