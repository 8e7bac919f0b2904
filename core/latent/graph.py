"""Clusters of a neighbourhood graph: where the clusters of a model start from. No labels.

Two pictures are as far apart as they are when one is moved by up to a pixel.
Each item is joined to its nearest ones; a random walk of T steps on that graph
spreads within clusters and hardly between them (diffusion maps, Coifman &
Lafon 2006), and k-means finds them there.
"""

from __future__ import annotations

import warnings

import numpy as np
from scipy import sparse

from core.errors import SpecError
from core.messages import message
from core.threads import one_thread

NEIGHBOURS = 10
SCALE = 7  # the distance to this neighbour is an item's own unit (Zelnik-Manor & Perona 2004)
STEPS = 16
VECTORS = 30  # of the random walk: λ¹⁶ of later ones is next to nothing
PROJECTION = 64  # dimensions that larger items are projected to before distances are computed
BLOCK = 1024  # rows of distances at a time
STARTS = 40  # of k-means, the best of which counts: of 10 000 MNIST pictures ten miss it at times


def neighbours(x: np.ndarray, picture: tuple[int, ...], k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest of each item and their squared distances, (n, k), nearest first.

    x: (n, D). Of pictures, min over moves m of ‖m(x_i) − x_j‖², made symmetric.
    """
    views = _moves(x, picture) if picture else [x]
    if x.shape[1] > PROJECTION:
        centre, axes = _principal(x)
        views = [(view - centre) @ axes for view in views]
    still = views[len(views) // 2]
    n, k = len(x), min(k, len(x) - 1)
    near, distance = np.zeros((n, k), np.int64), np.zeros((n, k), np.float32)
    for start in range(0, n, BLOCK):
        rows = slice(start, min(start + BLOCK, n))
        d2 = np.full((rows.stop - start, n), np.inf, np.float32)
        for view in views:
            np.minimum(d2, _squared(view[rows], still), out=d2)
            if len(views) > 1:
                np.minimum(d2, _squared(still[rows], view), out=d2)
        d2[np.arange(len(d2)), np.arange(start, rows.stop)] = np.inf
        nearest = np.argpartition(d2, k - 1, axis=1)[:, :k]
        values = np.take_along_axis(d2, nearest, axis=1)
        order = np.argsort(values, axis=1)
        near[rows] = np.take_along_axis(nearest, order, axis=1)
        distance[rows] = np.take_along_axis(values, order, axis=1)
    return near, distance


def walk(near: np.ndarray, d2: np.ndarray) -> np.ndarray:
    """Places of the items after a diffusion of STEPS steps, unit rows (n, VECTORS).

    Weights exp(−d²/s_i s_j) with s_i the distance to the SCALEth neighbour; eigenvectors u of
    D^−½ A D^−½ with eigenvalues λ give the coordinates λᵗ u.
    """
    from scipy.sparse.linalg import eigsh

    n, k = near.shape
    scale = np.sqrt(d2[:, min(SCALE, k) - 1]) + 1e-12
    row, column = np.repeat(np.arange(n), k), near.ravel()
    weight = np.exp(-d2.ravel() / (scale[row] * scale[column]))
    joined = sparse.csr_array((weight.astype(np.float64), (row, column)), shape=(n, n))
    A = (joined + joined.T) / 2
    degree = np.asarray(A.sum(axis=1)).ravel() + 1e-12
    L = sparse.csr_array(A.multiply(degree[:, None] ** -0.5).multiply(degree[None] ** -0.5))
    if n <= VECTORS + 1:
        value, U = np.linalg.eigh(L.toarray())
    else:
        value, U = eigsh(L, VECTORS, v0=np.ones(n))
    places = U * np.maximum(value, 0.0) ** STEPS
    return places / (np.linalg.norm(places, axis=1, keepdims=True) + 1e-12)


@one_thread()
def clusters(x: np.ndarray, picture: tuple[int, ...], K: int, seed: int) -> np.ndarray:
    """The cluster of each item, (n,) in 0…K−1. Raises SpecError where K is above n."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    if len(x) < K:
        raise SpecError(
            message("`clusters={K}` is above the {n} items; choose fewer.", K=K, n=len(x)),
            "clusters",
        )
    places = walk(*neighbours(x, picture, NEIGHBOURS))
    # Items that coincide there may leave a cluster empty.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    labels = KMeans(K, n_init=STARTS, random_state=seed).fit_predict(places)
    return labels.astype(np.int64)


def _moves(x: np.ndarray, picture: tuple[int, ...]) -> list[np.ndarray]:
    """The pictures moved by −1, 0, 1 pixels both ways; the unmoved ones in the middle."""
    h, w = picture
    padded = np.pad(x.reshape(-1, h, w), ((0, 0), (1, 1), (1, 1)))
    return [padded[:, i : i + h, j : j + w].reshape(len(x), -1) for i in range(3) for j in range(3)]


def _principal(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (D,) and the leading principal axes (D, PROJECTION)."""
    centre = x.mean(axis=0)
    centred = x - centre
    _, U = np.linalg.eigh(centred.T @ centred)
    return centre, np.ascontiguousarray(U[:, ::-1][:, :PROJECTION])


def _squared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    d2 = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1) - 2 * a @ b.T
    return np.maximum(d2, 0, out=d2)
