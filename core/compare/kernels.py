"""Overlap of neighbours without some of the rows, compiled."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
def overlap_without(a, b, k, groups, out):
    """Mean overlap@k of the rows outside each group, among these: out (groups,).

    a, b: (n, K) lists, K ≥ k; row i is in group i mod groups. Lists that are too short once a
    group is left out end early, both at the same length.
    """
    n, longest = a.shape
    kept_a, kept_b = np.empty(longest, a.dtype), np.empty(longest, a.dtype)
    for g in range(groups):
        total, rows = 0.0, 0
        for i in range(n):
            if i % groups == g:
                continue
            in_a = in_b = 0
            for j in range(longest):
                if in_a < k and a[i, j] % groups != g:
                    kept_a[in_a] = a[i, j]
                    in_a += 1
                if in_b < k and b[i, j] % groups != g:
                    kept_b[in_b] = b[i, j]
                    in_b += 1
            size = min(in_a, in_b)
            both = 0
            for x in range(size):
                for y in range(size):
                    if kept_a[x] == kept_b[y]:
                        both += 1
                        break
            if size:
                total += both / size
                rows += 1
        out[g] = total / rows if rows else np.nan
