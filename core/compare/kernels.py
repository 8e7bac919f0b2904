"""Overlap of neighbours without some of the rows, compiled."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
def overlap_without(a, b, k, groups, out):
    """Mean overlap@k of the rows outside each group, among these: out (groups,).

    a, b: (n, K) lists, K ≥ k; row i is in group i mod groups. Lists that are too short once a
    group is left out end early, both at the same length.

    Most of the first k of a row are there whichever group is left out: they are compared once.
    """
    n, longest = a.shape
    of_a, of_b, shared = np.zeros((3, groups), np.int64)
    kept_a, kept_b = np.empty(longest, a.dtype), np.empty(longest, a.dtype)
    totals, rows = np.zeros(groups), np.zeros(groups, np.int64)
    for i in range(n):
        of_a[:], of_b[:], shared[:] = 0, 0, 0
        both = 0
        for x in range(k):
            of_a[a[i, x] % groups] += 1
            of_b[b[i, x] % groups] += 1
            if _among(a[i, x], b[i, :k]):
                both += 1
                shared[a[i, x] % groups] += 1
        for g in range(groups):
            if i % groups == g:
                continue
            end_a, end_b = _end(a[i], k, of_a[g], g, groups), _end(b[i], k, of_b[g], g, groups)
            if end_a > longest or end_b > longest:
                share = _short(a[i], b[i], k, g, groups, kept_a, kept_b)
            else:  # what moves up, against the other list; then the other way, less what met
                more = 0
                for x in range(k, end_a):
                    if a[i, x] % groups != g and _among(a[i, x], b[i, :end_b]):
                        more += 1
                for y in range(k, end_b):
                    if b[i, y] % groups != g and _among(b[i, y], a[i, :k]):
                        more += 1
                share = (both - shared[g] + more) / k
            if share >= 0.0:
                totals[g] += share
                rows[g] += 1
    for g in range(groups):
        out[g] = totals[g] / rows[g] if rows[g] else np.nan


@numba.njit(nogil=True, cache=True)
def _among(row, others):
    for other in others:  # noqa: SIM110  # compiled
        if other == row:
            return True
    return False


@numba.njit(nogil=True, cache=True)
def _end(near, k, missing, g, groups):
    """Where the first k outside a group end, beyond the list if it has fewer; `missing` of the
    first k are in the group."""
    end = k
    while missing:
        if end == len(near):
            return end + 1
        missing -= near[end] % groups != g
        end += 1
    return end


@numba.njit(nogil=True, cache=True)
def _short(a, b, k, g, groups, kept_a, kept_b):
    """The overlap of one row's lists that are too short without a group; −1 if one is empty."""
    in_a = in_b = 0
    for j in range(len(a)):
        if in_a < k and a[j] % groups != g:
            kept_a[in_a] = a[j]
            in_a += 1
        if in_b < k and b[j] % groups != g:
            kept_b[in_b] = b[j]
            in_b += 1
    size = min(in_a, in_b)
    if not size:
        return -1.0
    both = 0
    for x in range(size):
        both += _among(kept_a[x], kept_b[:size])
    return both / size
