"""Clusters of the original vectors: what the map is coloured by, not what it shows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SpecError
from core.maps.cloud import F32, points
from core.maps.specs import Clusters
from core.messages import message
from core.progress import OnStep, report, run_on
from core.threads import one_thread

TYPICAL = 5  # words that stand for a cluster


@dataclass(frozen=True, eq=False)
class Grouped:
    """labels: (N,) by falling size of the cluster, −1 for noise; typical: (G, 5) rows of the
    cloud nearest the middle of each cluster, −1 where it has fewer words."""

    labels: NDArray[np.int32]
    typical: NDArray[np.int32]


@cached
@one_thread()
def cluster(spec: Clusters, on_step: OnStep = run_on) -> Grouped:
    """k-means or HDBSCAN of the unit vectors. Raises SpecError where they are too few."""
    X = points(spec.cloud, on_step).X
    name, least = "groups", spec.groups
    if spec.clustering == "hdbscan":
        name, least = "group_size", spec.group_size
    if least >= len(X):
        raise SpecError(
            message(
                "`{name}={value}` is not below the {n:,} words; choose a smaller value.",
                name=name,
                value=least,
                n=len(X),
            ),
            name,
        )
    report(on_step, 0.0, message("clustering by {method}", method=spec.clustering))
    if spec.clustering == "hdbscan":
        from sklearn.cluster import HDBSCAN

        labels = HDBSCAN(min_cluster_size=spec.group_size, copy=True).fit_predict(X)
    else:
        from sklearn.cluster import KMeans

        # fewer different vectors than clusters: those that are there are found
        warnings.filterwarnings("ignore", "Number of distinct clusters")
        labels = KMeans(spec.groups, n_init=4, random_state=spec.group_seed).fit_predict(X)
    return grouped(X, labels)


def grouped(X: F32, labels: NDArray[np.integer]) -> Grouped:
    """Clusters numbered by falling size, each with its most typical words."""
    names, sizes = np.unique(labels[labels >= 0], return_counts=True)
    order = names[np.argsort(-sizes, kind="stable")]
    renumbered = np.full(len(X), -1, np.int32)
    typical = np.full((len(order), TYPICAL), -1, np.int32)
    for label, name in enumerate(order):
        members = np.flatnonzero(labels == name)
        renumbered[members] = label
        closest = members[np.argsort(-(X[members] @ X[members].mean(axis=0)), kind="stable")]
        typical[label, : min(TYPICAL, len(closest))] = closest[:TYPICAL]
    return Grouped(renumbered, typical)
