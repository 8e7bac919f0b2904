"""Do the clusters agree with labels that the model never saw?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment


@dataclass(frozen=True)
class Judgement:
    """How clusters (n,) agree with labels (n,).

    table: (K, C) items of cluster k with label c. `match`: (K,) the label that the best
    one-to-one matching gives a cluster, −1 where there are more clusters than labels.
    """

    table: np.ndarray
    match: np.ndarray
    accuracy: float
    purity: float
    nmi: float
    ari: float


def judge(cluster: np.ndarray, labels: np.ndarray, K: int) -> Judgement:
    """Accuracy, purity, NMI and ARI, each 1 at best.

    Accuracy: max over one-to-one matchings of Σ_k table[k, match(k)]/n (Kuhn, "Hungarian").
    Purity: Σ_k max_c table[k, c]/n, what the posts report: several clusters may claim one label,
    so it is never below the accuracy. NMI is normalised by the mean of the entropies.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    table = np.zeros((K, int(labels.max()) + 1), np.int64)
    np.add.at(table, (cluster, labels), 1)
    row, column = linear_sum_assignment(-table)
    match = np.full(K, -1)
    match[row] = column
    n = len(labels)
    return Judgement(
        table,
        match,
        float(table[row, column].sum() / n),
        float(table.max(axis=1).sum() / n),
        float(normalized_mutual_info_score(labels, cluster)),
        float(adjusted_rand_score(labels, cluster)),
    )


def silhouette(mean: np.ndarray, cluster: np.ndarray) -> float:
    """Mean silhouette of the clusters in z, on at most 3,000 items; NaN for a single cluster."""
    from sklearn.metrics import silhouette_score

    some = slice(0, 3000)
    if len(np.unique(cluster[some])) < 2:
        return float("nan")
    return float(silhouette_score(mean[some], cluster[some]))
