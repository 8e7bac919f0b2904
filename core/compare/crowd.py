"""Several models, each with each: the mean overlap of neighbours over the words all share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.compare.pairs import shared, unit
from core.compare.specs import Crowd
from core.errors import SpecError
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.vectors.search.graph import neighbours_among, overlap
from core.vectors.specs import Shelved
from core.vectors.store import shelf

MOST = 10  # models
DEPTHS = (1, 5, 10, 20, 50)


@dataclass(frozen=True, eq=False)
class Mutual:
    """ids: M models; words: how many all share; overlaps: (5, M, M) mean overlap@k for the k of
    `depths` (5,), ones on the diagonals."""

    ids: list[str]
    words: int
    depths: NDArray[np.int64]
    overlaps: NDArray[np.float64]


@cached
def mutual(spec: Crowd, on_step: OnStep = run_on) -> Mutual:
    """Compare each with each. Raises SpecError for fewer than two models or more than ten."""
    ids = list(dict.fromkeys(spec.crowd.split()))
    if not 2 <= len(ids) <= MOST:
        raise SpecError(
            message("{n} models are chosen; choose 2 to {most}.", n=len(ids), most=MOST), "crowd"
        )
    report(on_step, 0.0, "loading the models")
    models = [shelf.load(id) for id in ids]
    units = [unit(model, Shelved(id)) for model, id in zip(models, ids, strict=True)]
    places = shared(models, units, spec.crowd_words)
    n = len(places[0])
    deepest = min(DEPTHS[-1], n - 1)
    lists = []
    for i, (X, place) in enumerate(zip(units, places, strict=True)):
        step = part(on_step, i / len(ids), (i + 1) / len(ids))
        stage = message("finding the neighbours in model {i} of {n}", i=i + 1, n=len(ids))
        lists.append(neighbours_among(X[place], deepest, step, stage).rows)
    depths = np.array([k for k in DEPTHS if k <= deepest])
    overlaps = np.tile(np.eye(len(ids)), (len(depths), 1, 1))
    for (a, first), (b, second) in combinations(enumerate(lists), 2):
        for level, k in enumerate(depths):
            mean = overlap(first[:, :k], second[:, :k]).mean(dtype=np.float64)
            overlaps[level, a, b] = overlaps[level, b, a] = mean
    return Mutual(ids, n, depths, overlaps)
