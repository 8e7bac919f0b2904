"""Names for the regions of a map, finer as one looks closer.

The rows in a window of the map fall into a few groups by place. A group is named by the words
that stand out in its texts against the other texts in the window (`core.spaces.words`), so that
a smaller window tells apart what the whole map cannot; the window itself by those that stand out
in it against the rest of the map.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.spaces.words import Present, standing_out

F32 = NDArray[np.float32]
MOST = 8  # regions in a window
EACH = 20  # rows that a region has on average at least
WORDS = 2  # that name a region
HERE = 5  # that name a window
STEPS = 30  # of k-means
SAMPLE = 20_000  # rows that k-means finds the middles of regions by; all rows are counted
Window = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Region:
    """A group of rows of a map: the median (x, y) of their places, their number, their words."""

    x: float
    y: float
    rows: int
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Named:
    """What a window of a map shows: rows in it, the words that stand out in it against the rest
    of the map (none for the whole map), and its regions, the largest first."""

    rows: int
    words: tuple[str, ...]
    regions: tuple[Region, ...]


def named_regions(
    present: Present, rows: NDArray[np.int64], xy: F32, window: Window | None = None
) -> Named:
    """The names in a window (x₀, x₁, y₀, y₁), by default the whole map.

    present: the words of all texts of the table; rows: (m,) of the table, at xy (m, 2), some NaN.
    """
    placed = np.asarray(np.isfinite(xy).all(axis=1))
    inside = placed.copy()
    if window is not None:
        x0, x1, y0, y1 = window
        inside &= (xy[:, 0] >= min(x0, x1)) & (xy[:, 0] <= max(x0, x1))
        inside &= (xy[:, 1] >= min(y0, y1)) & (xy[:, 1] <= max(y0, y1))
    here: tuple[str, ...] = ()
    if inside.any() and not inside[placed].all():
        words = _standing_out(present, rows[placed], np.where(inside[placed], 0, -1), 1, HERE)
        here = tuple(present.words[i] for i in words[0])
    return Named(int(inside.sum()), here, _regions(present, rows[inside], xy[inside]))


def _standing_out(
    present: Present, rows: NDArray[np.int64], labels: NDArray[np.integer], groups: int, most: int
) -> list[NDArray[np.int64]]:
    """The words that stand out among some rows (m,) in each group; labels: (m,), −1 for none."""
    of_table = np.full(len(present.starts) - 1, -2, np.int32)
    of_table[rows] = labels
    return standing_out(present.matrix, of_table, groups, most, present.naming)[0]


def _regions(present: Present, rows: NDArray[np.int64], xy: F32) -> tuple[Region, ...]:
    groups = min(MOST, len(xy) // EACH)
    if groups < 2 or not present.words:
        return ()
    labels = _by_place(xy, groups)
    words = _standing_out(present, rows, labels, groups, WORDS)
    regions = []
    for c in range(groups):
        own = labels == c
        if len(words[c]):
            x, y = np.median(xy[own], axis=0)
            named = tuple(present.words[i] for i in words[c])
            regions.append(Region(float(x), float(y), int(own.sum()), named))
    return tuple(sorted(regions, key=lambda region: -region.rows))


def _by_place(xy: F32, groups: int) -> NDArray[np.int32]:
    """The group (m,) of each place (m, 2), by k-means: SciPy's, as a page waits for it, and threads
    of scikit-learn's wait for each other where a machine is busy."""
    from scipy.cluster.vq import kmeans2, vq

    warnings.filterwarnings("ignore", "One of the clusters is empty")
    some = xy
    if len(xy) > SAMPLE:
        some = xy[np.random.default_rng(0).choice(len(xy), SAMPLE, replace=False)]
    groups = min(groups, len(np.unique(some, axis=0)))
    middles, _ = kmeans2(some, groups, iter=STEPS, minit="++", rng=0)
    return np.asarray(vq(xy, middles)[0], np.int32)
