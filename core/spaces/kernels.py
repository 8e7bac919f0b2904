"""The compiled loops behind doubts of labels: what the neighbours of each item bear."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

_rows = types.Array(types.int32, 2, "C", readonly=True)
_codes = types.Array(types.int32, 1, "C", readonly=True)


@numba.njit(types.void(_rows, _codes, types.float32[::1]), nogil=True, cache=True)
def own_shares(
    rows: NDArray[np.int32], codes: NDArray[np.int32], share: NDArray[np.float32]
) -> None:
    """share[i]: of the neighbours rows[i] (m, k) with a code ≥ 0, those of i's own, or NaN."""
    for i in range(rows.shape[0]):
        own = codes[i]
        known, same = 0, 0
        for c in range(rows.shape[1]):
            theirs = codes[rows[i, c]]
            known += theirs >= 0
            same += theirs == own
        share[i] = same / known if own >= 0 and known > 0 else np.nan


@numba.njit(
    types.void(_rows, _codes, types.int32[::1], types.float32[::1]), nogil=True, cache=True
)  # fmt: skip
def commonest_others(
    rows: NDArray[np.int32],
    codes: NDArray[np.int32],
    says: NDArray[np.int32],
    share: NDArray[np.float32],
) -> None:
    """The commonest code ≥ 0 but i's own among the neighbours of i, the first of equals, or −1.

    share[i]: its part of the neighbours with a code.
    """
    k = rows.shape[1]
    theirs = np.empty(k, np.int32)
    for i in range(rows.shape[0]):
        known, most = 0, 0
        says[i] = -1
        for c in range(k):
            theirs[c] = codes[rows[i, c]]
            known += theirs[c] >= 0
        for c in range(k):
            if theirs[c] < 0 or theirs[c] == codes[i]:
                continue
            times = 0
            for other in range(k):
                times += theirs[other] == theirs[c]
            if times > most:
                most, says[i] = times, theirs[c]
        share[i] = most / max(known, 1)
