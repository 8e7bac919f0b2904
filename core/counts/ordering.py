"""The order in which the rows of a block are drawn.

scipy.cluster is imported where it is called: a figure in the original order need not wait for it.
"""

from __future__ import annotations

import numpy as np


def cluster(values: np.ndarray) -> np.ndarray | None:
    """Hierarchical clustering of rows (R, C): a linkage matrix (R−1, 4), leaves ordered optimally.

    Average linkage on the Euclidean distance between rows, where pairs that never
    occur count as 0 (no association). None for fewer than three rows, where there
    is nothing to order.
    """
    from scipy.cluster.hierarchy import linkage, optimal_leaf_ordering
    from scipy.spatial.distance import pdist

    if len(values) < 3:
        return None
    distances = pdist(np.nan_to_num(values))
    return optimal_leaf_ordering(linkage(distances, "average"), distances)


def leaves(tree: np.ndarray) -> np.ndarray:
    """The row numbers of a linkage matrix from one end of the tree to the other."""
    from scipy.cluster.hierarchy import leaves_list

    return leaves_list(tree).astype(np.int64)
