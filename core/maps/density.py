"""Where the points of a map lie densely: regions that hold a given share of them.

The density is Gaussian, by Scott's rule (h = n^(−1/6) σ on each axis, Scott 1992), summed on a
grid. A cell's value is the share of the points in cells at least as dense: within the line at
50 % lie half of the points, in as small an area as that takes (Hyndman 1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
CELLS = 128
BEYOND = 4.0  # bandwidths that the grid reaches beyond the points
SPREAD = 1e-9  # of the map's size, below which all points lie in one line


@dataclass(frozen=True, eq=False)
class Regions:
    """x, y: (128,) middles of the cells; share: (128, 128), rows along y, from 0 to 1."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    share: NDArray[np.float64]


def regions(xy: F32) -> Regions | None:
    """The densest regions of points (n, 2), finite; None for fewer than ten, or all in a line."""
    from scipy.ndimage import gaussian_filter

    n, spread = len(xy), xy.std(axis=0, dtype=np.float64)
    if n < 10 or not (spread > SPREAD * max(float(np.ptp(xy)), 1e-30)).all():
        return None
    h = spread * n ** (-1 / 6)
    ends = [(xy[:, c].min() - BEYOND * h[c], xy[:, c].max() + BEYOND * h[c]) for c in (0, 1)]
    counts, x, y = np.histogram2d(xy[:, 0], xy[:, 1], CELLS, ends)
    sigma = [h[c] * CELLS / (high - low) for c, (low, high) in enumerate(ends)]
    density = gaussian_filter(counts.T, sigma[::-1], mode="constant")
    order = np.argsort(-density, axis=None, kind="stable")
    share = np.empty(density.size)
    share[order] = np.cumsum(counts.T.ravel()[order]) / n
    middles = [(edges[1:] + edges[:-1]) / 2 for edges in (x, y)]
    return Regions(middles[0], middles[1], share.reshape(density.shape))
