"""The compiled loops behind UMAP: the weights of its graph, and its layout."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import numba
import numpy as np
from numba import types


@numba.njit(
    types.void(types.float32[:, ::1], types.float64, types.float32[:, ::1]), nogil=True, cache=True
)
def memberships(distances, target, weight):
    """weight[i, j] = exp(−max(0, d_ij − ρ_i)/σ_i), which sums to `target` over j; all (N, k − 1).

    σ by bisection, and no less than a thousandth of the mean distance: of i's, or of all
    where all of i's are zero. ρ is the smallest distance above zero: words that coincide
    do not count.
    """
    N, neighbours = distances.shape
    total = 0.0
    for i in range(N):
        for j in range(neighbours):
            total += distances[i, j]
    overall_mean = total / (N * (neighbours + 1))  # a word's own distance, 0, counts as one
    for i in range(N):
        rho, mean = 0.0, 0.0
        for j in range(neighbours):
            d = float(distances[i, j])
            mean += d
            if rho == 0.0 and d > 0.0:
                rho = d
        mean /= neighbours + 1
        low, high, sigma = 0.0, np.inf, 1.0
        for _ in range(64):
            total_weight = 0.0
            for j in range(neighbours):
                excess = float(distances[i, j]) - rho
                total_weight += np.exp(-excess / sigma) if excess > 0.0 else 1.0
            if abs(total_weight - target) < 1e-5:
                break
            if total_weight > target:
                high = sigma
                sigma = (low + high) / 2
            else:
                low = sigma
                sigma = sigma * 2 if high == np.inf else (low + high) / 2
        floor = 1e-3 * (mean if rho > 0.0 else overall_mean)
        sigma = max(sigma, floor)
        for j in range(neighbours):
            excess = float(distances[i, j]) - rho
            weight[i, j] = np.exp(-excess / sigma) if excess > 0.0 and sigma > 0.0 else 1.0


@numba.njit(types.uint64(types.uint64), nogil=True, cache=True, inline="always")
def _mixed(state):
    """Splitmix64: a number whose bits look independent of those of `state`."""
    z = state + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@numba.njit(
    types.void(
        types.float32[:, ::1], types.float32[:, ::1], types.int64[::1], types.int32[::1],
        types.float32[::1], types.int64, types.int64, types.int64, types.float64,
        types.float64, types.float64, types.int64,
    ),
    nogil=True,
    cache=True,
    fastmath=True,
)  # fmt: skip
def draw_together(xy, updated, indptr, indices, every, first, last, epoch, rate, a, b, seed):
    """One epoch of the layout for words first…last: from positions xy (N, 2) to `updated`.

    An edge pulls both its words, each in its own turn, in the epochs in which ⌊epoch/every⌋
    goes up by one. Each pull is followed by repulsion from five random words.
    """
    N = np.uint64(len(xy))
    attraction, repulsion = np.float32(-2 * a * b), np.float32(2 * b)
    a32, b32, rate32 = np.float32(a), np.float32(b), np.float32(rate)
    four = np.float32(4)
    for i in range(first, last):
        x, y = xy[i, 0], xy[i, 1]
        state = _mixed(np.uint64(seed) * np.uint64(0x100000001B3) + np.uint64(epoch))
        state = _mixed(state ^ np.uint64(i))
        for edge in range(indptr[i], indptr[i + 1]):
            p = every[edge]
            if int((epoch + 1) / p) == int(epoch / p):
                continue
            j = indices[edge]
            dx, dy = x - xy[j, 0], y - xy[j, 1]
            r2 = dx * dx + dy * dy
            if r2 > 0:
                rb = r2 ** (b32 - np.float32(1))
                g = attraction * rb / (a32 * rb * r2 + np.float32(1))
                x += rate32 * min(four, max(-four, g * dx))
                y += rate32 * min(four, max(-four, g * dy))
            for _ in range(5):
                state = _mixed(state)
                k = np.int64(state % N)
                if k == i:
                    continue
                dx, dy = x - xy[k, 0], y - xy[k, 1]
                r2 = dx * dx + dy * dy
                if r2 > 0:
                    g = repulsion / ((np.float32(0.001) + r2) * (a32 * r2**b32 + np.float32(1)))
                    x += rate32 * min(four, max(-four, g * dx))
                    y += rate32 * min(four, max(-four, g * dy))
        updated[i, 0], updated[i, 1] = x, y
