"""What a model has to beat: ordinary clusterings of the same items, and the same run by seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core import specs
from core.cache import cached
from core.errors import SourceError, SpecError
from core.items.data import Loaded, load
from core.items.specs import Items
from core.latent import graph
from core.latent.judgement import judge
from core.latent.projection import plane
from core.latent.snapshots import SHOWN
from core.latent.specs import Vae
from core.latent.training import train
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.specs import Spec
from core.threads import one_thread

METHODS = ("k-means", "mixture", "spectral", "diffusion", "umap")
NAMES = {
    "k-means": "k-means on the pixels",
    "mixture": "PCA to 20, full Gaussian mixture",
    "spectral": "spectral clustering, 10-neighbour graph",
    "diffusion": "the graph's clusters alone, without a model",
    "umap": "UMAP to 2 dimensions, Gaussian mixture",
}
SEEDS = 3
SPREAD = 10


@dataclass(frozen=True)
class Baseline(Spec):
    """One ordinary clustering, over a few seeds."""

    items: Items = specs.nested(Items)
    method: str = specs.choice("k-means", METHODS, "how it clusters")
    clusters: int = specs.integer(10, 1, 50, "K")


@dataclass(frozen=True)
class Spread(Spec):
    """The same model with seeds 0, 1, 2, …"""

    vae: Vae = specs.nested(Vae)
    seeds: int = specs.integer(SPREAD, 2, 30, "how many")


@dataclass(frozen=True)
class Scores:
    """(S, 4): accuracy, purity, NMI, ARI by seed; seconds: (S,), of training only."""

    values: np.ndarray
    seconds: np.ndarray


@cached
def baseline(spec: Baseline, on_step: OnStep = run_on) -> Scores:
    """Scores of a baseline: it clusters all items, and the first `SHOWN` judge it, as a model.

    Raises SourceError without labels, SpecError where K is above n."""
    data = _labelled(spec.items)
    if spec.clusters > len(data.x):
        raise SpecError(
            message(
                "`clusters={K}` is above the {n} items; choose fewer.",
                K=spec.clusters,
                n=len(data.x),
            ),
            "clusters",
        )
    rows = []
    for seed in range(SEEDS):
        name = message(NAMES[spec.method])
        stage = message("{method}, run {i} of {n}", method=name, i=seed + 1, n=SEEDS)
        report(on_step, seed / SEEDS, stage)
        cluster = _RUN[spec.method](data, spec.clusters, seed)
        judged = cluster[:SHOWN]  # those that a model is judged by
        rows.append(_row(judged, data.labels[:SHOWN], spec.clusters))
    return Scores(np.array(rows), np.zeros(SEEDS))


@cached
def spread(spec: Spread, on_step: OnStep = run_on) -> Scores:
    """Scores of the model by seed. Raises SourceError without labels."""
    data = _labelled(spec.vae.items)
    rows, seconds = [], []
    for seed in range(spec.seeds):
        step = part(
            on_step, seed / spec.seeds, (seed + 1) / spec.seeds,
            "seed {i} of {n}", i=seed + 1, n=spec.seeds,
        )  # fmt: skip
        trained = train(spec.vae.replace(vae_seed=seed), data, step)
        last = trained.result
        rows.append(_row(last.cluster, data.labels[: len(last.mean)], spec.vae.components))
        seconds.append(trained.seconds)
    return Scores(np.array(rows), np.array(seconds))


def _labelled(items: Items) -> Loaded:
    data = load(items)
    if not len(data.labels):
        raise SourceError(
            message("“{data}” has no labels to judge by; silhouette needs none.", data=items.label)
        )
    return data


def _row(cluster: np.ndarray, labels: np.ndarray, K: int) -> tuple[float, ...]:
    judged = judge(cluster, labels, K)
    return judged.accuracy, judged.purity, judged.nmi, judged.ari


@one_thread()
def _kmeans(data: Loaded, K: int, seed: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    return KMeans(K, n_init=10, random_state=seed).fit_predict(data.x)


def _mixture(data: Loaded, K: int, seed: int) -> np.ndarray:
    from sklearn.decomposition import PCA
    from sklearn.mixture import GaussianMixture

    d = min(20, *data.x.shape)
    places = PCA(d, random_state=seed).fit_transform(data.x).astype(np.float64)
    return GaussianMixture(K, random_state=seed, reg_covar=1e-4).fit_predict(places)


def _spectral(data: Loaded, K: int, seed: int) -> np.ndarray:
    import warnings

    from sklearn.cluster import SpectralClustering

    warnings.filterwarnings("ignore", "Graph is not fully connected")  # which is fine here
    model = SpectralClustering(
        K, affinity="nearest_neighbors", n_neighbors=min(10, len(data.x) - 1), random_state=seed
    )
    return model.fit_predict(data.x)


def _diffusion(data: Loaded, K: int, seed: int) -> np.ndarray:
    return graph.clusters(data.x, data.picture, K, seed)


def _umap(data: Loaded, K: int, seed: int) -> np.ndarray:
    from sklearn.mixture import GaussianMixture

    places = plane(data.x, 20, 0.0, seed).astype(np.float64)
    return GaussianMixture(K, random_state=seed, reg_covar=1e-4).fit_predict(places)


_RUN: dict[str, Callable[[Any, int, int], np.ndarray]] = {
    "k-means": _kmeans, "mixture": _mixture, "spectral": _spectral, "diffusion": _diffusion,
    "umap": _umap,
}  # fmt: skip
