"""A map of the codes that keeps neighbours together: UMAP of z."""

from __future__ import annotations

import numpy as np

from core.cache import cached
from core.latent.specs import Vae
from core.latent.training import fit
from core.layouts.umap import layout
from core.progress import OnStep, part, report, run_on

NEAREST = 15  # of each code, itself among them
MIN_DIST = 0.1  # how close points may be packed


@cached
def umap_map(spec: Vae, on_step: OnStep = run_on) -> np.ndarray:
    """Places (n', 2) of the codes of the result, without unit; equal for equal seeds."""
    trained = fit(spec, on_step)
    mean = np.asarray(trained.result.mean, np.float32)
    return plane(mean, NEAREST, MIN_DIST, spec.vae_seed, on_step)


def plane(
    x: np.ndarray, nearest: int, min_dist: float, seed: int, on_step: OnStep = run_on
) -> np.ndarray:
    """UMAP of x (n, d), from exact Euclidean neighbours and the principal axes: (n, 2) float32.

    nearest: how many neighbours an item is tied to, itself among them. (McInnes et al. 2018.)
    """
    from sklearn.decomposition import PCA
    from sklearn.neighbors import NearestNeighbors

    n, d = x.shape
    if n < 4 or d < 2:  # nothing to lay out
        return np.pad(x[:, :2], ((0, 0), (0, 2 - min(d, 2)))).astype(np.float32)
    report(on_step, 0.1, "joining each item to its nearest")
    apart, rows = NearestNeighbors(n_neighbors=min(nearest, n) - 1).fit(x).kneighbors()
    start = PCA(2, random_state=0).fit_transform(x).astype(np.float32)
    return layout(
        rows.astype(np.int32), apart.astype(np.float32), start, min_dist, seed,
        part(on_step, 0.2, 1.0),
    )  # fmt: skip
