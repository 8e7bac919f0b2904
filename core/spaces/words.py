"""Which words the texts of a column hold, and which of them stand out in some of the texts.

A word stands out in a group of texts where it is in more of them than chance would have it, the
strongest by the log-likelihood ratio G² of the 2×2 table (in the group or not) × (text has the word
or not) (Dunning 1993). Thousands of words are tried, so that the bar is one for all of them: by
Fisher's exact test, one-sided, times the number of words tried (Bonferroni), below 5 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core import specs
from core.cache import cached
from core.counts.association import log_likelihood_ratio
from core.items.collection import table_of
from core.items.collection_specs import Collection
from core.items.values import texts
from core.progress import OnStep, run_on
from core.spaces.texts import counted
from core.specs import Spec
from core.text.typical import content_of

LUCK = 0.05  # at most: the share of groups that know nothing of the texts and have such a word
LEAST_TEXTS = 2  # of a group that must hold a word that names it


@dataclass(frozen=True)
class Worded(Spec):
    """The words of the texts in a column."""

    collection: Collection = specs.nested(Collection)
    naming_column: str = specs.text("", 300, "the column whose words name clusters and regions")


@dataclass(frozen=True, eq=False)
class Present:
    """The words that are in at least two texts, in alphabetical order; of each of n texts the
    words in it: places[starts[i] : starts[i + 1]], starts: (n + 1,).

    naming: (V,) whether a word may name a group: no function word of the language, and no bare
    number, see `core.text.typical.content`.
    """

    words: tuple[str, ...]
    starts: NDArray[np.int64]
    places: NDArray[np.int32]
    naming: NDArray[np.bool_]

    @property
    def matrix(self) -> csr_array:
        """Whether each text holds each word: (n, V), ones and zeros."""
        shape = len(self.starts) - 1, max(len(self.words), 1)
        ones = np.ones(len(self.places), np.float32)
        return csr_array((ones, self.places, self.starts), shape=shape)


@cached
def worded(spec: Worded, on_step: OnStep = run_on) -> Present:
    """The words of each text of a column. Raises QueryError where there is no such column."""
    values = texts(table_of(spec.collection, on_step), spec.naming_column).to_pylist()
    return present_in(values, on_step)


def present_in(values: Sequence[str | None], on_step: OnStep = run_on) -> Present:
    """The words of each of some texts."""
    matrix, index, _ = counted(values, on_step)
    in_texts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    known = np.flatnonzero(in_texts >= LEAST_TEXTS)
    matrix = csr_array(matrix[:, known])
    names = list(index)
    words = [names[i] for i in known]
    return Present(
        tuple(words),
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        _naming(words, in_texts[known]),
    )


def _naming(words: list[str], in_texts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which words (V,) may name a group, from the number of texts that hold each."""
    by_frequency = [words[i] for i in np.argsort(-in_texts, kind="stable")]
    content = content_of(by_frequency, words)
    codes = (any(map(str.isalpha, w)) and any(map(str.isdigit, w)) for w in words)  # p53
    return np.array([good or code for good, code in zip(content, codes, strict=True)], bool)


def held(matrix: csr_array, labels: NDArray[np.int32], groups: int) -> NDArray[np.int64]:
    """How many texts of each group hold each word: (groups, V), as in `standing_out`."""
    inside = np.flatnonzero(labels >= 0)
    which = np.ones(len(inside)), (labels[inside], inside)
    chosen = csr_array(which, shape=(groups, len(labels)))
    return np.asarray((chosen @ matrix).toarray(), np.int64)


def standing_out(
    matrix: csr_array,
    labels: NDArray[np.int32],
    groups: int,
    most: int,
    naming: NDArray[np.bool_] | None = None,
) -> tuple[list[NDArray[np.int64]], list[NDArray[np.float64]]]:
    """The words (≤ most) that stand out in each group of texts, the strongest first, and their G².

    matrix: (n, V) whether each text holds each word; labels: (n,) its group, −1 for none, −2 for a
    text that is not compared with either; naming: (V,) the words that are tried, by default all.
    """
    from scipy.stats import hypergeom

    n = int((labels >= -1).sum())
    inside = held(matrix, labels, groups)
    holding = held(matrix, np.minimum(labels, -1) + 1, 1)[0]
    sizes = np.bincount(labels[labels >= 0], minlength=groups)
    fit = holding >= LEAST_TEXTS
    if naming is not None:
        fit &= naming
    tried = max(int(fit.sum()), 1)
    words, evidence = [], []
    for c in range(groups):
        g2 = log_likelihood_ratio(inside[c], sizes[c : c + 1], holding, float(n))
        above = fit & (inside[c] * n > holding * sizes[c])
        g2 = np.where(above & (inside[c] >= LEAST_TEXTS), g2, 0)
        first = np.argsort(-g2, kind="stable")[:most]
        luck = hypergeom.sf(inside[c][first] - 1, n, holding[first], sizes[c])
        best = first[(g2[first] > 0) & (luck * tried < LUCK)]
        words.append(best)
        evidence.append(g2[best])
    return words, evidence
