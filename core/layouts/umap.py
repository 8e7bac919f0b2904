"""UMAP of exact neighbours: a weighted graph, and its layout by stochastic gradient descent.

The weight of an edge, with ρ_i the distance of i's nearest other and σ_i such that the
weights of its k − 1 neighbours add up to log₂ k, and then made symmetric:

    w(j|i) = exp(−max(0, d_ij − ρ_i)/σ_i),    w_ij = w(j|i) + w(i|j) − w(j|i) w(i|j)

The layout pulls the ends of each edge together, as often as its weight says, and repels
five random words at every pull, by the gradient of the cross entropy between w and
1/(1 + a r^{2b}). (McInnes, Healy & Melville 2018, 1802.03426.)

Own code, because the library's costs half a minute of imports and compilation at the first
map of a session, lays out on one thread, and cannot be stopped between its epochs. The graph
is the library's, number for number. In the layout a word moves relative to the positions that
the others had when the epoch began, so that the map is the same for any number of threads.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import curve_fit
from scipy.sparse import csr_array

from core.messages import message
from core.progress import OnStep, report, run_on

F32 = NDArray[np.float32]
FEW, MANY = 500, 200  # epochs up to, and beyond, 10 000 words
LARGE = 10_000
WIDE = 10.0  # the side of the square that the layout starts in
THREADS = min(4, os.cpu_count() or 1)


def layout(
    rows: NDArray[np.int32],
    distances: F32,
    start: F32,
    min_dist: float,
    seed: int,
    on_step: OnStep = run_on,
    threads: int = THREADS,
) -> F32:
    """Positions (N, 2) of N words from exact neighbours: rows, distances (N, k − 1), nearest first.

    start: (N, 2), where the layout begins, in any unit.
    """
    from core.layouts.kernels import draw_together  # compiled: see `core.counts.kernels`

    N = len(rows)
    epochs = FEW if N <= LARGE else MANY
    indptr, indices, every = schedule(graph(rows, distances), epochs)
    a, b = curve(min_dist)
    corner, size = start.min(axis=0), np.ptp(start, axis=0)
    xy = np.ascontiguousarray(WIDE * (start - corner) / np.maximum(size, 1e-12), np.float32)
    # words that coincide would never separate
    xy += np.random.default_rng(seed).normal(0, 1e-3, xy.shape).astype(np.float32)
    ends = np.linspace(0, N, 4 * threads + 1).astype(np.int64)
    updated = np.empty_like(xy)
    with ThreadPoolExecutor(threads) as pool:
        for epoch in range(epochs):
            stage = message("UMAP, epoch {epoch} of {epochs}", epoch=epoch, epochs=epochs)
            report(on_step, epoch / epochs, stage)
            rate = 1 - epoch / epochs
            parts = [
                pool.submit(
                    draw_together, xy, updated, indptr, indices, every,
                    low, high, epoch, rate, a, b, seed,
                )
                for low, high in pairwise(ends.tolist())
            ]  # fmt: skip
            for part in parts:
                part.result()
            xy, updated = updated, xy
    return xy


def graph(rows: NDArray[np.int32], distances: F32) -> csr_array:
    """The symmetric weights w (N, N) of exact neighbours: rows, distances (N, k − 1)."""
    from core.layouts.kernels import memberships

    N, neighbours = rows.shape
    weight = np.empty((N, neighbours), np.float32)
    memberships(np.ascontiguousarray(distances, np.float32), float(np.log2(neighbours + 1)), weight)
    indptr = np.arange(N + 1) * neighbours
    directed = csr_array((weight.ravel(), rows.ravel(), indptr), shape=(N, N))
    directed.eliminate_zeros()
    reverse = directed.T.tocsr()
    return csr_array(directed + reverse - directed.multiply(reverse))


def schedule(weights: csr_array, epochs: int) -> tuple[NDArray[np.int64], NDArray[np.int32], F32]:
    """indptr (N + 1,), indices (E,), and every how many epochs an edge pulls: max w / w (E,).

    Edges too light to pull even once are omitted.
    """
    edges = weights.copy()
    edges.data[edges.data < edges.data.max() / epochs] = 0
    edges.eliminate_zeros()
    every = (edges.data.max() / edges.data).astype(np.float32)
    return edges.indptr.astype(np.int64), edges.indices.astype(np.int32), every


def curve(min_dist: float) -> tuple[float, float]:
    """a, b with which 1/(1 + a r^{2b}) fits 1 up to min_dist and e^{min_dist − r} beyond."""
    r = np.linspace(0, 3, 300)
    target = np.where(r < min_dist, 1.0, np.exp(-(r - min_dist)))
    (a, b), _ = curve_fit(lambda r, a, b: 1 / (1 + a * r ** (2 * b)), r, target)
    return float(a), float(b)
