"""Clusters of a space, and the words that name them.

A word names a cluster where it stands in more of its texts than chance would have it, the strongest
by the log-likelihood ratio G² of the 2×2 table (in the cluster or not) × (text has the word or not)
(Dunning 1993). Thousands of words are tried, so that the bar is one for all of them: by Fisher's
exact test, one-sided, times the number of words tried (Bonferroni), below 5 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.counts.association import log_likelihood_ratio
from core.errors import SpecError
from core.items.collection import table_of
from core.items.values import texts
from core.maps.clusters import grouped
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.spaces.rows import rows_of
from core.spaces.specs import Space
from core.spaces.texts import counts, index_of, split
from core.specs import Spec
from core.text.specs import Text
from core.text.tokenisers import suggest_tokeniser

WORDS = 4  # that name a cluster
SIGNIFICANT = 0.05  # so often a cluster that knows nothing of the texts is named
LEAST_TEXTS = 2  # of a cluster that must hold a word that names it
SAMPLE = 20  # texts that tell how words are told apart


@dataclass(frozen=True)
class Groups(Spec):
    """Clusters of the vectors by k-means, named by the words of a column."""

    space: Space = specs.nested(Space)
    row_groups: int = specs.integer(8, 2, 40, "how many clusters k-means looks for")
    naming_column: str = specs.text("", 300, "the column whose words name the clusters")
    group_seed: int = specs.integer(0, 0, 999, "where k-means takes its first centres from")


@dataclass(frozen=True, eq=False)
class Grouped:
    """labels: (m,) the cluster of each row with a vector, the largest is 0; names: the words that
    stand out in each, "" where none does; evidence: the G² of each of those words."""

    labels: NDArray[np.int32]
    names: tuple[tuple[str, ...], ...]
    evidence: tuple[tuple[float, ...], ...]


@cached
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
    table = table_of(spec.space.collection)
    values = texts(table, spec.naming_column).take(rows.rows).to_pylist()
    names, evidence = names_of(values, labels, part(on_step, 0.4, 1.0))
    return Grouped(labels, names, evidence)


def names_of(
    values: Sequence[str | None], labels: NDArray[np.int32], on_step: OnStep = run_on
) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[float, ...], ...]]:
    """The words of texts (m,) that stand out in each cluster, the strongest first, and their G²."""
    from scipy.stats import hypergeom

    cut = Text(tokeniser=suggest_tokeniser(" ".join(filter(None, values[:SAMPLE]))))
    tokens = [split(text, cut, i, len(values), on_step) for i, text in enumerate(values)]
    index = index_of(tokens)
    words = list(index)
    present = counts(tokens, index)
    present.data = np.ones_like(present.data)
    L = int(labels.max()) + 1
    inside = np.stack([np.asarray(present[labels == c].sum(axis=0)) for c in range(L)])
    holding, sizes = inside.sum(axis=0), np.bincount(labels, minlength=L)
    n, tried = len(values), max(int((holding >= LEAST_TEXTS).sum()), 1)
    names, evidence = [], []
    for c in range(L):
        g2 = log_likelihood_ratio(inside[c], sizes[c : c + 1], holding, float(n))
        above = inside[c] * n > holding * sizes[c]
        g2 = np.where(above & (inside[c] >= LEAST_TEXTS), g2, 0)
        first = np.argsort(-g2, kind="stable")[:WORDS]
        luck = hypergeom.sf(inside[c][first] - 1, n, holding[first], sizes[c])
        best = [i for i, p in zip(first, luck, strict=True) if p * tried < SIGNIFICANT and g2[i]]
        names.append(tuple(words[i] for i in best))
        evidence.append(tuple(float(g2[i]) for i in best))
    return tuple(names), tuple(evidence)
