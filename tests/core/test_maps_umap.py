"""UMAP against umap-learn: the same graph, and a layout as trustworthy as the library's."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.manifold import trustworthiness
from sklearn.metrics import silhouette_score

from core.layouts import reference, umap
from core.maps.drawing import pca
from core.vectors.search.graph import neighbours_among

N = 300
CLUSTERS = np.random.default_rng(1).integers(12, size=N)


@pytest.fixture(scope="module")
def X() -> np.ndarray:
    """Unit vectors in 12 loose clusters, some of them in one place."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, 10))[CLUSTERS] + 0.5 * rng.normal(size=(N, 10))
    X[:20] = X[0]
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def near(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    neighbours = neighbours_among(X, 14)
    apart = np.maximum(1 - neighbours.cosines, 0)
    apart[apart < 1e-6] = 0  # what rounding leaves between words in one place
    return neighbours.rows, apart


@pytest.mark.slow
def test_graph_and_layout_are_the_librarys(
    X: np.ndarray, near: tuple[np.ndarray, np.ndarray]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP
        from umap.umap_ import find_ab_params, fuzzy_simplicial_set

        rows, apart = near
        start, _ = pca(X)
        own = np.arange(N, dtype=np.int32)[:, None]
        knn = np.hstack([own, rows]), np.hstack([np.zeros((N, 1), np.float32), apart])
        expected = fuzzy_simplicial_set(
            X, 15, np.random.RandomState(0), "cosine", knn_indices=knn[0], knn_dists=knn[1]
        )[0]
        model = UMAP(precomputed_knn=knn, metric="cosine", random_state=0, n_jobs=1, init=start)
        drawn = model.fit_transform(X)
        theirs = trustworthiness(X, drawn, n_neighbors=10, metric="cosine")
        np.testing.assert_allclose(umap.curve(0.1), find_ab_params(1.0, 0.1), rtol=1e-6)
    np.testing.assert_allclose(umap.graph(rows, apart).toarray(), expected.toarray(), atol=1e-5)
    ours = umap.layout(rows, apart, start, 0.1, 0)
    epochs: list[float] = []

    def step(fraction: float, metrics: dict[str, str]) -> bool:
        epochs.append(fraction)
        return False

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_array_equal(
            reference.layout(X, rows, apart, start, 0.1, 0, step), drawn, strict=True
        )
        told = reference.layout(X, rows, apart, start, 0.1, 0, labels=CLUSTERS)
    assert len(epochs) > 3 and epochs == sorted(epochs) and epochs[-1] <= 1
    assert silhouette_score(told, CLUSTERS) > silhouette_score(drawn, CLUSTERS)
    assert trustworthiness(X, ours, n_neighbors=10, metric="cosine") > theirs - 0.01


@pytest.mark.slow
def test_new_points_are_where_the_library_puts_them(
    X: np.ndarray, near: tuple[np.ndarray, np.ndarray]
) -> None:
    """Its `transform` given our neighbours is its `transform` that seeks them itself."""
    rng = np.random.default_rng(2)
    Q = X[40:] + rng.normal(size=(N - 40, 10)) * 0.05
    Q = (Q / np.linalg.norm(Q, axis=1, keepdims=True)).astype(np.float32)
    nearest = np.argsort(-Q @ X.T, axis=1)[:, :20]
    Q = Q[(nearest >= 20).all(axis=1)][:3]  # those in one place may be taken in any order
    assert len(Q) == 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        model = UMAP(n_neighbors=15, metric="cosine", random_state=0, n_jobs=1).fit(X)
        expected = model.transform(Q)
        cosines = Q @ X.T
        rows = np.argsort(-cosines, axis=1, kind="stable")[:, :15].astype(np.int32)
        apart = np.maximum(1 - np.take_along_axis(cosines, rows, axis=1), 0)
        ours = reference.transform(X, *near, model.embedding_, Q, rows, apart, 0.1, 0)
    apart = np.abs(ours - expected)  # rounding of a distance may move an epoch of the descent
    assert np.median(apart) < 1e-3 and apart.max() < 0.01 * np.ptp(model.embedding_)


def test_the_weights_of_a_word_add_up(near: tuple[np.ndarray, np.ndarray]) -> None:
    """Σ_j w(j|i) = log₂ k, solved for σ by scipy."""
    from scipy.optimize import brentq

    from core.layouts.kernels import memberships

    apart = np.ascontiguousarray(near[1][20:])
    weight = np.empty_like(apart)
    memberships(apart, np.log2(15), weight)
    for d, weights in zip(apart.astype(float), weight, strict=True):
        beyond = np.maximum(d - d[d > 0].min(), 0)
        sigma = brentq(lambda s, b=beyond: np.exp(-b / s).sum() - np.log2(15), 1e-6, 1e3)
        np.testing.assert_allclose(weights, np.exp(-beyond / sigma), atol=1e-3)


def test_the_map_does_not_depend_on_threads_and_follows_the_seed(
    X: np.ndarray, near: tuple[np.ndarray, np.ndarray]
) -> None:
    start, _ = pca(X)
    one, three = (umap.layout(*near, start, 0.1, 5, threads=t) for t in (1, 3))
    np.testing.assert_array_equal(one, three)
    assert (one != umap.layout(*near, start, 0.1, 6)).any() and np.isfinite(one).all()


def test_edges_pull_as_often_as_their_weight_says(near: tuple[np.ndarray, np.ndarray]) -> None:
    weights = umap.graph(*near)
    indptr, indices, every = umap.schedule(weights, 50)
    dense = weights.toarray()
    for i in (0, 100, 299):
        part = slice(indptr[i], indptr[i + 1])
        np.testing.assert_allclose(every[part], dense.max() / dense[i, indices[part]], rtol=1e-5)
        heavy = np.flatnonzero(dense[i] >= dense.max() / 50)
        assert set(indices[part]) == set(heavy)
