"""Two models over the words they share: neighbours kept, geometry, and what changed most.

Overlap@k of a word is the share of its k nearest neighbours in A that are among its k
nearest in B, by cosine, in each model's own space, exact, among the shared words. By
lot it would be k/(n − 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.compare.geometry import Alike, Estimate, alike, estimate
from core.compare.specs import Pair
from core.errors import QueryError
from core.lengths import directions
from core.messages import message
from core.progress import OnStep, part, run_on
from core.specs import Spec
from core.vectors.models.model import Model, space
from core.vectors.search.graph import neighbours_among, overlap
from core.vectors.store.shelf import model_of

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
LONGEST = 50  # neighbours kept of each word: overlap@k for every k up to it
FEWEST = 20


@dataclass(frozen=True, eq=False)
class Compared:
    """Two models over n shared words, in A's order of frequency.

    a_ids, b_ids: (n,) the words' numbers in each model; counts: (n,) in A's text, or B's,
    zeros where neither is known; a_rows, b_rows: (n, 50) nearest words, nearest first, as
    rows of these arrays; a_cosines, b_cosines: (n, 50).
    """

    words: list[str]
    a_ids: I64
    b_ids: I64
    counts: I64
    a_rows: NDArray[np.int32]
    b_rows: NDArray[np.int32]
    a_cosines: F32
    b_cosines: F32
    alike: Alike

    @property
    def longest(self) -> int:
        """The largest k there are lists for."""
        return int(self.a_rows.shape[1])

    def overlap(self, k: int) -> F32:
        """Overlap@k of each word: (n,), computed once."""
        if k not in self._overlaps:
            shares = overlap(self.a_rows[:, :k], self.b_rows[:, :k])
            shares.flags.writeable = False
            self._overlaps[k] = shares
        return self._overlaps[k]

    @cached_property
    def _overlaps(self) -> dict[int, F32]:
        """Those known, by k."""
        return {}

    def mean_overlap(self, k: int) -> Estimate:
        """Its mean over the words, the interval by jackknife, and what chance gives."""
        shares = self.overlap(k).astype(np.float64)
        n, groups = len(shares), min(20, len(shares))
        left_out = [np.delete(shares, np.s_[g::groups]).mean() for g in range(groups)]
        return estimate(float(shares.mean()), np.array(left_out), k / (n - 1))


@cached
def compare(spec: Pair, on_step: OnStep = run_on) -> Compared:
    """Compare two models. Raises QueryError where they share fewer than 20 words.

    >>> compare(Pair()).mean_overlap(10)                            # doctest: +SKIP
    """
    first = model_of(spec.a, part(on_step, 0.0, 0.2))
    second = model_of(spec.b, part(on_step, 0.2, 0.4))
    a_unit, b_unit = unit(first, spec.a), unit(second, spec.b)
    a_ids, b_ids = shared([first, second], [a_unit, b_unit], spec.pair_words)
    A, B = a_unit[a_ids], b_unit[b_ids]
    k = min(LONGEST, len(a_ids) - 1)
    a = neighbours_among(A, k, part(on_step, 0.4, 0.65), "finding the neighbours in A")
    b = neighbours_among(B, k, part(on_step, 0.65, 0.9), "finding the neighbours in B")
    counts = first.counts[a_ids]
    return Compared(
        [first.words[i] for i in a_ids],
        a_ids,
        b_ids,
        counts if counts.any() else second.counts[b_ids],
        a.rows,
        b.rows,
        a.cosines,
        b.cosines,
        alike(A, B, part(on_step, 0.9, 1.0)),
    )


def unit(model: Model, spec: Spec) -> F32:
    """A model's vectors of length 1 (V, d); rows of zeros where a word has none."""
    rows = space(model, getattr(spec, "part", "word"))
    return directions(rows.word, rows.norms)


def has_vector(X: F32) -> NDArray[np.bool_]:
    """Which rows of X (V, d) are not all zeros: (V,)."""
    return np.asarray(X.any(axis=1))


def shared(models: list[Model], units: list[F32], most: int) -> list[I64]:
    """For each model the numbers of the words that all have vectors of, at most `most`.

    In the first model's order, which is that of frequency. Raises QueryError for too few.
    """
    have = [
        {word: i for i, (word, v) in enumerate(zip(m.words, has_vector(u), strict=True)) if v}
        for m, u in zip(models, units, strict=True)
    ]
    words = [word for word in have[0] if all(word in other for other in have[1:])][:most]
    if len(words) < FEWEST:
        raise QueryError(
            message(
                "The models share {n} words; {fewest} are needed to compare them. Choose models "
                "of the same language and spelling (upper and lower case are distinguished).",
                n=len(words),
                fewest=FEWEST,
            )
        )
    return [np.array([place[word] for word in words], np.int64) for place in have]
