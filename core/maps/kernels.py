"""The compiled loop behind the trust of maps: ranks in a list of N."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

_scores = types.Array(types.float32, 2, "C", readonly=True)
_which = types.Array(types.int32, 2, "C", readonly=True)
_asked = types.Array(types.boolean, 2, "C", readonly=True)


@numba.njit(
    types.void(_scores, types.int64, _which, _asked, types.int32[:, ::1]), nogil=True, cache=True
)  # fmt: skip
def rank_rows(
    scores: NDArray[np.float32],
    first: int,
    which: NDArray[np.int32],
    asked: NDArray[np.bool_],
    ranks: NDArray[np.int32],
) -> None:
    """ranks[r, c]: the place, from 1, of which[r, c] in row r of scores (B, N), highest first.

    Row r belongs to item first + r, which takes no place itself. Equal scores share the best place.
    What is not asked stays as it is.
    """
    for r in range(scores.shape[0]):
        row = scores[r]
        own = row[first + r]
        for c in range(which.shape[1]):
            if not asked[r, c]:
                continue
            s = row[which[r, c]]
            better = 0
            for i in range(row.size):
                better += row[i] > s
            ranks[r, c] = better - (own > s) + 1


_places = types.Array(types.float32, 2, "C", readonly=True)


@numba.njit(
    types.void(_places, types.int64, _which, _asked, types.int32[:, ::1]), nogil=True, cache=True
)  # fmt: skip
def rank_on_plane(
    xy: NDArray[np.float32],
    first: int,
    which: NDArray[np.int32],
    asked: NDArray[np.bool_],
    ranks: NDArray[np.int32],
) -> None:
    """As `rank_rows` of items at xy (N, 2), the nearest highest."""
    closeness = np.empty((1, xy.shape[0]), np.float32)
    for r in range(which.shape[0]):
        if not asked[r].any():
            continue
        for i in range(xy.shape[0]):
            across, down = xy[first + r, 0] - xy[i, 0], xy[first + r, 1] - xy[i, 1]
            closeness[0, i] = -(across * across + down * down)
        rank_rows(closeness, first + r, which[r : r + 1], asked[r : r + 1], ranks[r : r + 1])
