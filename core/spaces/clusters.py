"""Clusters of a space, and the words that name them (`core.spaces.words`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.errors import SpecError
from core.maps.clusters import grouped
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.spaces.rows import rows_of
from core.spaces.specs import Space
from core.spaces.words import Worded, standing_out, worded
from core.specs import Spec
from core.threads import one_thread

WORDS = 4  # that name a cluster


@dataclass(frozen=True)
class Groups(Spec):
    """Clusters of the vectors by k-means, named by the words of a column."""

    space: Space = specs.nested(Space)
    row_groups: int = specs.integer(8, 2, 40, "how many clusters k-means looks for")
    naming_column: str = specs.as_in(Worded, "naming_column", "")
    group_seed: int = specs.integer(0, 0, 999, "where k-means takes its first centres from")


@dataclass(frozen=True, eq=False)
class Grouped:
    """labels: (m,) the cluster of each row with a vector, the largest is 0; names: the words that
    stand out in each, "" where none does; evidence: the G² of each of those words."""

    labels: NDArray[np.int32]
    names: tuple[tuple[str, ...], ...]
    evidence: tuple[tuple[float, ...], ...]


@cached
@one_thread()
def group(spec: Groups, on_step: OnStep = run_on) -> Grouped:
    """Clusters and their names. Raises SpecError where there are more clusters than rows."""
    from sklearn.cluster import KMeans

    rows = rows_of(spec.space, part(on_step, 0.0, 0.3))
    if spec.row_groups >= len(rows):
        raise SpecError(
            message(
                "`row_groups={k}` is not below the {n:,} rows; choose a smaller value.",
                k=spec.row_groups,
                n=len(rows),
            ),
            "row_groups",
        )
    report(on_step, 0.3, message("clustering by {method}", method="k-means"))
    raw = KMeans(spec.row_groups, n_init=4, random_state=spec.group_seed).fit_predict(rows.X)
    labels = grouped(rows.X, raw).labels
    if not spec.naming_column:
        return Grouped(labels, ((),) * spec.row_groups, ((),) * spec.row_groups)
    present = worded(Worded(spec.space.collection, spec.naming_column), part(on_step, 0.4, 1.0))
    of_table = np.full(len(present.starts) - 1, -2, np.int32)
    of_table[rows.rows] = labels
    words, evidence = standing_out(present.matrix, of_table, spec.row_groups, WORDS, present.naming)
    names = tuple(tuple(present.words[i] for i in best) for best in words)
    return Grouped(labels, names, tuple(tuple(map(float, g2)) for g2 in evidence))
