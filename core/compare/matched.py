"""Two arrangements of the same rows: which neighbours both have, and how alike the spaces are.

Overlap@k of a row is the share of its k nearest rows in A that are among its k nearest in B, by
cosine, in each one's own space, exact. By chance it would be k/(n − 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compare import kernels
from core.compare.geometry import GROUPS, Alike, Estimate, alike, estimate
from core.progress import OnStep, part, run_on
from core.vectors.search.graph import neighbours_among, overlap

F32 = NDArray[np.float32]
LONGEST = 50  # neighbours kept of each row: overlap@k for every k up to it


@dataclass(frozen=True, eq=False)
class Matched:
    """a_rows, b_rows: (n, 50) the nearest rows of each row, nearest first; a_cosines, b_cosines:
    (n, 50); alike: Procrustes, RSA and CKA of the two."""

    a_rows: NDArray[np.int32]
    b_rows: NDArray[np.int32]
    a_cosines: F32
    b_cosines: F32
    alike: Alike

    @property
    def longest(self) -> int:
        """The largest k there are lists for."""
        return int(self.a_rows.shape[1])

    def overlap(self, k: int) -> F32:
        """Overlap@k of each row: (n,), computed once."""
        if k not in self._overlaps:
            shares = overlap(self.a_rows[:, :k], self.b_rows[:, :k])
            shares.flags.writeable = False
            self._overlaps[k] = shares
        return self._overlaps[k]

    @cached_property
    def _overlaps(self) -> dict[int, F32]:
        """Those known, by k."""
        return {}

    def mean_overlap(self, k: int) -> Estimate:
        """Its mean over the rows, the interval by jackknife, and what chance gives.

        Rows hang together by the neighbours that they share. So a group of rows that is left out
        is left out of the lists, too: the next nearest move up.
        """
        if k not in self._means:
            shares = self.overlap(k)
            n = len(shares)
            left_out = np.empty(min(GROUPS, n))
            without: Any = kernels.overlap_without
            without(self.a_rows, self.b_rows, k, len(left_out), left_out)
            mean = float(shares.mean(dtype=np.float64))
            self._means[k] = estimate(mean, left_out[~np.isnan(left_out)], k / (n - 1))
        return self._means[k]

    @cached_property
    def _means(self) -> dict[int, Estimate]:
        """Those known, by k."""
        return {}


def match(A: F32, B: F32, on_step: OnStep = run_on) -> Matched:
    """Compare unit vectors A (n, p) and B (n, q) of the same n rows."""
    k = min(LONGEST, len(A) - 1)
    a = neighbours_among(A, k, part(on_step, 0.0, 0.42), "finding the neighbours in A")
    b = neighbours_among(B, k, part(on_step, 0.42, 0.84), "finding the neighbours in B")
    return Matched(a.rows, b.rows, a.cosines, b.cosines, alike(A, B, part(on_step, 0.84, 1.0)))
