"""One word on its way: counts → PMI → rank-d reconstruction → vector → neighbours.

Two halves, because the first needs the counts only and the second a factorisation of the
whole matrix. Both look at the same few contexts of the word, chosen by counts alone, so that
moving a later setting leaves them where they are.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import cachetools
import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.counts import association
from core.counts.cooccurrence import count
from core.counts.counting import Cooccurrence
from core.counts.measures import Association
from core.counts.ppmi import associate
from core.lengths import cosines
from core.progress import OnStep, report, run_on
from core.specs import Spec
from core.text.vocabulary import vocabulary
from core.vectors.models.factorised import cut, factorise, reconstruct
from core.vectors.specs import PpmiSvd

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
FREQUENT, TELLING = 3, 11  # contexts shown: the most frequent ones, and the most telling ones
NEAREST = FREQUENT + TELLING  # neighbours shown: rows line up with the contexts
REMEMBERED = 512  # ways of words, of some ten kB each, kept for whoever goes them again


@dataclass(frozen=True)
class WordPath(Spec):
    """A word, and the settings of its way to its neighbours."""

    vectors: PpmiSvd = specs.nested(PpmiSvd)
    path_word: str = specs.text("music", 200, "the word that is followed")

    @property
    def profile(self) -> Profile:
        """The word's row and its comparison with all others."""
        return Profile(self.vectors.association, self.path_word)


@dataclass(frozen=True)
class Profile(Spec):
    """A word's whole row of the PPMI matrix, compared with all others."""

    association: Association = specs.nested(Association)
    path_word: str = specs.text("music", 200, "the word that is followed")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "association", self.association.replace(measure="ppmi"))


@dataclass(frozen=True)
class Counted:
    """The row of a word at C contexts, the most frequent context first.

    observed: (C,) weighted counts; value: (C,) PMI − log k, nats; shown: the share of all
    meetings of the word that these contexts hold; met: how many contexts it ever met;
    cut: the share of those whose value is not above zero, which PPMI drops; 1 where there are none.
    """

    contexts: tuple[str, ...]
    observed: F64
    value: F64
    shown: float
    met: int
    cut: float
    size: int


@dataclass(frozen=True)
class Approximated:
    """What a rank of d makes of the row, and what is near because of it.

    target, rebuilt: (C,) PPMI before and after; error: ‖m − m̂‖/‖m‖ of the whole row, all V
    contexts, NaN of an empty one; average: the same of the whole matrix; vector: (d,);
    of_contexts: (C, d); nearest: k words, cosines (k,), of_nearest (k, d); shared: (C, k)
    whether PPMI of context and neighbour is above zero; kept: how many of the k are also among
    the k nearest by the cosine of whole, unapproximated rows.
    """

    contexts: tuple[str, ...]
    target: F64
    rebuilt: F64
    error: float
    average: float
    vector: NDArray[np.float32]
    of_contexts: NDArray[np.float32]
    nearest: tuple[str, ...]
    cosines: F64
    of_nearest: NDArray[np.float32]
    shared: NDArray[np.bool_]
    kept: int


def _of(spec: WordPath, on_step: OnStep = run_on) -> WordPath:
    return spec


@cachetools.cached(cachetools.LRUCache(REMEMBERED), key=_of, lock=threading.Lock())
def counted(spec: WordPath, on_step: OnStep = run_on) -> Counted:
    """The word's counts and PMI. Raises UnknownWord.

    >>> counted(WordPath(path_word="music")).contexts[0]             # doctest: +SKIP
    'the'
    """
    counts = count(spec.vectors.association.counts, on_step)
    words = vocabulary(spec.vectors.association.counts.corpus, on_step)
    w = words.find(spec.path_word)
    ids = contexts_of(counts, w)
    plain = spec.vectors.association.replace(measure="pmi")
    row = association.row(plain, counts, w)
    value, met = row.value[0], row.met[0]
    total = float(counts.row_sums[w])
    path = Counted(
        tuple(words.words[i] for i in ids),
        row.observed[0, ids],
        value[ids],
        float(row.observed[0, ids].sum() / total) if total else 0.0,
        int(met.sum()),
        float((value[met] <= 0).mean()) if met.any() else 1.0,
        counts.size,
    )
    _freeze(path)
    return path


def contexts_of(counts: Cooccurrence, w: int) -> I64:
    """A few contexts of a word, by counts alone: (C,), C ≤ 14, the most frequent first.

    The ones it met most, and those that most tell it from chance: the largest
    log-likelihood ratio G² among contexts met more often than expected.
    """
    n = counts.row(w)
    expected = counts.row_sums[w] * counts.column_sums / counts.total
    g2 = association.log_likelihood_ratio(n, counts.row_sums[w], counts.column_sums, counts.total)
    often = np.argsort(-n, kind="stable")[:FREQUENT]
    above = np.where(n > expected, g2, -1.0)
    above[often] = above[w] = -1.0
    telling = np.argsort(-above, kind="stable")[:TELLING]
    ids = np.concatenate([often[n[often] > 0], telling[above[telling] > 0]])
    return ids[np.argsort(-n[ids], kind="stable")]


@cachetools.cached(cachetools.LRUCache(REMEMBERED), key=_of, lock=threading.Lock())
def approximated(spec: WordPath, on_step: OnStep = run_on) -> Approximated:
    """The word's row at rank d, its vector and its neighbours. Raises UnknownWord.

    `dim`, up to a rank, `exponent` and `add_context` cut the same decomposition.
    """
    counts = count(spec.vectors.association.counts, on_step)
    words = vocabulary(spec.vectors.association.counts.corpus, on_step)
    w = words.find(spec.path_word)
    svd = factorise(spec.vectors.factors, on_step)
    d = min(spec.vectors.dim, len(svd.s))
    rows = cut(svd, d, spec.vectors.exponent, spec.vectors.add_context)
    ids = contexts_of(counts, w)
    positive = spec.vectors.association.replace(measure="ppmi")
    row = np.nan_to_num(association.row(positive, counts, w).value[0])  # (V,)
    approximation = reconstruct(svd, d, np.array([w]), np.arange(counts.size))[0]
    length = np.linalg.norm(row)
    near, cosines = _nearest(rows.word, rows.norms, w)
    whole_nearest = _top(whole_rows(spec.profile, on_step), w)
    shared = association.block(positive, counts, near, ids).value.T > 0
    path = Approximated(
        tuple(words.words[i] for i in ids),
        row[ids],
        approximation[ids],
        float(np.linalg.norm(row - approximation) / length) if length else np.nan,
        float(np.sqrt(max(1 - rows.explained[-1], 0.0))),
        rows.word[w].copy(),  # of a view, all vectors would be kept
        rows.context[ids],
        tuple(words.words[i] for i in near),
        cosines,
        rows.word[near],
        shared,
        len(set(near.tolist()) & set(whole_nearest.tolist())),
    )
    _freeze(path)
    return path


def _freeze(path: Counted | Approximated) -> None:
    values: list[Any] = list(vars(path).values())
    for value in values:
        if isinstance(value, np.ndarray):
            value.flags.writeable = False


@cached
def whole_rows(spec: Profile, on_step: OnStep = run_on) -> NDArray[np.float32]:
    """Cosine of a word's PPMI row with every other row, nothing approximated: (V,)."""
    M = associate(spec.association, on_step)
    w = vocabulary(spec.association.counts.corpus, on_step).find(spec.path_word)
    report(on_step, 0.9, "comparing whole rows")
    row = M[[w]].toarray()[0]
    norms = np.sqrt(np.asarray(M.multiply(M).sum(axis=1)).ravel())
    scale = norms * norms[w]
    dots = np.asarray(M @ row).ravel()
    return cosines(dots, scale).astype(np.float32)


def _nearest(rows: NDArray[np.float32], norms: NDArray[np.float32], w: int) -> tuple[I64, F64]:
    """The k words of largest cosine with w, which is left out: ids and cosines, (k,)."""
    near = cosines(rows @ rows[w], norms * norms[w])
    ids = _top(near, w)
    return ids, np.clip(near[ids].astype(np.float64), -1, 1)


def _top(scores: NDArray[np.float32], w: int) -> I64:
    """The k largest but w, the largest first; of equals, the more frequent word."""
    order = np.argsort(-scores, kind="stable")[: NEAREST + 1]
    return order[order != w][:NEAREST]
