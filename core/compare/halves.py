"""What “found again in 9 of 10 reruns” promises of another text.

The text is cut in two. One half is resampled and its model made again, as `stability` does with
the whole; the other half is the other text. A neighbour that n of R reruns of the first half find
again is looked for in the model of the second. Whole texts say more than halves, so that what is
measured here is a little less than the reruns of the whole text promise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import intervals
from core.cache import cached
from core.compare.specs import Repeats
from core.compare.stability import checked, nearest_known
from core.errors import SpecError
from core.messages import message
from core.progress import OnStep, part, run_on
from core.vectors.kinds import kind_of
from core.vectors.search.graph import within


@dataclass(frozen=True, eq=False)
class Halves:
    """own, other: (V, 20) nearest words in the two halves; runs: (R, V, 20) in the reruns of the
    first. −1 where there are no more."""

    own: NDArray[np.int32]
    other: NDArray[np.int32]
    runs: NDArray[np.int32]

    def promises(self, k: int, first: int | None = None) -> list[Promise]:
        """A row for each n = 0 … R that there are neighbours of, among the k nearest.

        first: of so many words alone, the most frequent ones.
        """
        own, other = self.own[:, :k], self.other[:, :k]
        # of a word that the other half lacks, and of its neighbours there, nothing is known
        known = (own >= 0) & (other[:, :1] >= 0) & (self.other[own, 0] >= 0)
        times = np.sum([within(own, run[:, :k]) for run in self.runs], axis=0)
        known[first:] &= first is None
        again = within(own, other)
        rows = []
        for n in range(len(self.runs) + 1):
            chosen = known & (times == n)
            totals, hits = chosen.sum(axis=1), (chosen & again).sum(axis=1)
            if not (words := int(np.count_nonzero(totals))):
                continue
            share = float(hits.sum() / totals.sum())
            variance = float(np.sum((hits - share * totals) ** 2) / totals.sum() ** 2)
            bounds = intervals.share(share, variance, words - 1)
            rows.append(Promise(n, int(totals.sum()), words, share, *bounds))
        return rows


@dataclass(frozen=True)
class Promise:
    """Of `pairs` neighbours of `words` words that `times` reruns found again, the share that is
    in the other text, with its interval at 95 %: the luck of the words, the halves given."""

    times: int
    pairs: int
    words: int
    share: float
    low: float
    high: float


@cached
def halves(spec: Repeats, on_step: OnStep = run_on) -> Halves:
    """Reruns of one half of a text beside the other half, as long lists of neighbours.

    Raises SpecError where the model is not made of counts that can be resampled.
    """
    training = checked(spec.rerun)
    load = kind_of(training).load_bootstrap
    if spec.rerun.repeat_by != "bootstrap" or load is None:
        raise SpecError(
            message("`repeat_by=seeds`: other seeds have the same text; choose bootstrap."),
            "repeat_by",
        )
    bootstrap, R = load(), spec.repeats
    lists = []
    for i, (half, draw) in enumerate([(1, 0), *((0, draw) for draw in range(R + 1))]):
        named = message("model {i} of {n}", i=i + 1, n=R + 2)
        step = part(on_step, i / (R + 2), (i + 1) / (R + 2), "{named}: {stage}", named=named)
        model = bootstrap(training, draw, step, half)
        lists.append(nearest_known(model, spec.rerun.vectors, step))
    return Halves(lists[1], lists[0], np.stack(lists[2:]))
