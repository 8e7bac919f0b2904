"""Words brought into the plane: PCA, UMAP, t-SNE, or two axes of meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import QueryError
from core.maps.cloud import F32, Points, points, rows_of, true_neighbours, words_of
from core.maps.drawing import draw
from core.maps.specs import Map
from core.messages import message
from core.progress import OnStep, run_on
from core.vectors.search.graph import Nearest
from core.vectors.search.nearest import weights_of


@dataclass(frozen=True, eq=False)
class Placed:
    """Places xy (N, 2) of the cloud's words; share (2,) of the variance, for PCA only."""

    xy: F32
    share: NDArray[np.float64]


@cached
def place(spec: Map, on_step: OnStep = run_on) -> Placed:
    """A place in the plane for each word of the cloud.

    Raises SpecError where there are too few words for the method's neighbourhood, and
    QueryError and UnknownWord for axes that mean nothing.
    """
    cloud = points(spec.cloud, on_step)
    if spec.map_method == "axes":
        return Placed(semantic_axes(cloud, spec, on_step), np.zeros(0))

    def find(k: int, step: OnStep) -> Nearest:
        return true_neighbours(spec.cloud, k, step)

    return Placed(*draw(cloud.X, find, spec.map_method, spec, "map_method", on_step))


def semantic_axes(cloud: Points, spec: Map, on_step: OnStep = run_on) -> F32:
    """The cosine of each word with the two sums of words that the axes are: (N, 2)."""
    words, rows = words_of(spec.cloud, on_step), rows_of(spec.cloud, on_step)
    xy = np.empty((len(cloud.ids), 2), np.float32)
    for column, text in enumerate((spec.x_axis, spec.y_axis)):
        target = weights_of(text, words)
        q = sum(weight * rows.word[i].astype(np.float64) for i, weight in target.items())
        length = float(np.linalg.norm(q))
        if length <= 1e-6 * sum(abs(w) * rows.norms[i] for i, w in target.items()):
            template = "“{text}” adds up to zero, which has no direction; change a weight."
            raise QueryError(message(template, text=text))
        xy[:, column] = cloud.X @ (q / length).astype(np.float32)
    return xy
