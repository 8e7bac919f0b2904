"""Spaces at the edge of what there is, through every map: none may end its process.

Each map is made in a child process, so that a death is counted and not shared.
"""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Callable
from typing import Any

import numpy as np

from core.lengths import directions, lengths

SHAPES = ("normal", "equal", "parallel", "few", "two", "outlier", "signs", "nearly equal")
SIZES = (1.0, 1e30, 1e-30)
NUMBERS = (20, 300)
DIMENSIONS = (1, 50)
METHODS = ("pca", "umap", "t-sne", "hdbscan", "k-means")
PATIENCE = 600  # s


def table() -> list[dict[str, Any]]:
    """A row a method: maps made, refused, not finite, and processes that died."""
    rows = []
    context = multiprocessing.get_context("spawn")
    for method in METHODS:
        results = context.SimpleQueue()
        child = context.Process(target=_all, args=(method, results))
        child.start()
        child.join(PATIENCE)
        died = child.exitcode != 0
        if child.is_alive():
            child.kill()
        counts = {"made": 0, "refused": 0, "not finite": 0}
        while not results.empty():
            counts[results.get()] += 1
        rows.append({"method": method, **counts, "died": int(died)})
        print("  ", rows[-1], flush=True)
    return rows


def _all(method: str, results: Any) -> None:
    for case in itertools.product(SHAPES, SIZES, NUMBERS, DIMENSIONS):
        results.put(_one(method, vectors(*case)))


def vectors(shape: str, size: float, n: int, d: int, seed: int = 0) -> np.ndarray:
    """A degenerate space (n, d), float32."""
    rng = np.random.default_rng(seed)
    V = rng.standard_normal((n, d))
    shapes: dict[str, Callable[[], np.ndarray]] = {
        "normal": lambda: V,
        "equal": lambda: np.tile(V[:1], (n, 1)),
        "parallel": lambda: V[:1] * rng.uniform(0.1, 1, (n, 1)),
        "few": lambda: V[rng.integers(0, 5, n)],
        "two": lambda: V[np.arange(n) % 2],
        "outlier": lambda: np.vstack([np.tile(V[:1], (n - 1, 1)), -V[:1]]),
        "signs": lambda: np.sign(V),
        "nearly equal": lambda: V[:1] + 1e-6 * V,
    }
    return (shapes[shape]() * size).astype(np.float32)


def _one(method: str, V: np.ndarray) -> str:
    from core.errors import SpecError
    from core.layouts import layout
    from core.maps.drawing import check_spread, pca, tsne
    from core.vectors.search.graph import neighbours_among

    X = directions(V, lengths(V))
    if method in ("hdbscan", "k-means"):
        from sklearn.cluster import HDBSCAN, KMeans

        by = HDBSCAN(min_cluster_size=5, copy=True) if method == "hdbscan" else KMeans(7, n_init=1)
        return "made" if len(by.fit_predict(X)) == len(X) else "not finite"
    xy, _ = pca(X)
    if method != "pca":
        try:
            check_spread(xy, method, "map_method")
        except SpecError:
            return "refused"
        near = neighbours_among(X, 16)
        if method == "umap":
            xy = layout(near.rows, np.maximum(1 - near.cosines, 0), xy, 0.1, 0)
        else:
            xy = tsne(near, xy, 5.0, 0)
    return "made" if np.isfinite(xy).all() else "not finite"
