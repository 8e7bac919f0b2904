"""Two models' scores on the same items, and whether their difference is more than luck.

Items both models cover are drawn with replacement 1000 times, the same draw for both: the
95 % interval of the difference shows how far another list of such items might give another
answer. (Efron & Tibshirani 1993; paired, as in Berg-Kirkpatrick et al. 2012, D12-1091.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.compare.specs import Pair
from core.messages import message
from core.progress import OnStep, report, run_on
from core.vectors.evaluate.benchmarks import ANALOGY_SETS, PAIR_SETS, pairs_of, questions_of
from core.vectors.evaluate.benchmarks import Pair as Judged
from core.vectors.evaluate.scores import FEWEST, answered, cosines, covered, spearman
from core.vectors.models.model import Model, Space, space
from core.vectors.store.shelf import model_of

BOOTSTRAPS = 1000
Bounds = tuple[float, float, float]


@dataclass(frozen=True)
class Duel:
    """Scores of A and B on shared items, and B − A: each (value, low, high)."""

    name: str
    unit: str
    a: Bounds
    b: Bounds
    difference: Bounds
    shared: int
    total: int

    @property
    def real(self) -> bool:
        """Whether the interval of the difference leaves 0 out."""
        return bool(self.difference[1] > 0 or self.difference[2] < 0)


@cached
def versus(spec: Pair, on_step: OnStep = run_on) -> list[Duel]:
    """Score two models on the lists in gensim's wheel; lists with fewer than three shared items
    have NaN."""
    models = [model_of(side, on_step) for side in (spec.a, spec.b)]
    spaces = [
        space(model, getattr(side, "part", "word"))
        for model, side in zip(models, (spec.a, spec.b), strict=True)
    ]
    report(on_step, 0.0, "word similarity")
    duels = [similarity_duel(models, spaces, pairs_of(name), message(name)) for name in PAIR_SETS]
    for name in ANALOGY_SETS:
        duels += analogy_duels(models, spaces, name, on_step)
    return duels


def similarity_duel(
    models: Sequence[Model], spaces: Sequence[Space], pairs: Sequence[Judged], name: str
) -> Duel:
    """Spearman's ρ of both over the pairs both cover."""
    covers = [covered(model.vocabulary, pairs) for model in models]
    both = np.intersect1d(covers[0][0], covers[1][0])
    judged = np.array([pairs[i].score for i in both])
    likeness = []
    for rows, (places, a, b) in zip(spaces, covers, strict=True):
        at = np.searchsorted(places, both)
        likeness.append(cosines(rows, a[at], b[at]))

    def score(side: int, drawn: NDArray[np.int64]) -> float:
        return spearman(likeness[side][drawn], judged[drawn])

    return duel(name, "Spearman's ρ", score, len(both), len(pairs))


def analogy_duels(
    models: Sequence[Model], spaces: Sequence[Space], name: str, on_step: OnStep = run_on
) -> list[Duel]:
    """The share answered correctly by both, rule by rule; each answers from its own words."""
    questions = questions_of(name)
    answers = [
        answered(
            rows, model.vocabulary, questions,
            message("{name}, model {side}", name=message(name), side=side), on_step,
        )
        for rows, model, side in zip(spaces, models, "AB", strict=True)
    ]  # fmt: skip
    both = np.intersect1d(answers[0][0], answers[1][0])
    duels = []
    for rule in answers[0][1]:
        hits = [
            right[rule][np.searchsorted(places, both)].astype(float) for places, right in answers
        ]

        def score(
            side: int, drawn: NDArray[np.int64], hits: list[NDArray[np.float64]] = hits
        ) -> float:
            return float(hits[side][drawn].mean())

        title = message("{name}, {rule}", name=message(name), rule=rule)
        duels.append(duel(title, "share correct", score, len(both), len(questions)))
    return duels


def duel(
    name: str,
    unit: str,
    score: Callable[[int, NDArray[np.int64]], float],
    items: int,
    total: int,
    seed: int = 0,
) -> Duel:
    """Both scores over `items` items, and over draws of them, the same for both sides."""
    if items < FEWEST:
        nothing = (float("nan"),) * 3
        return Duel(name, unit, nothing, nothing, nothing, items, total)
    rng = np.random.default_rng(seed)
    every = np.arange(items)
    value = [score(side, every) for side in (0, 1)]
    spread = np.empty((BOOTSTRAPS, 2))
    for i in range(BOOTSTRAPS):
        drawn = rng.integers(0, items, items)
        spread[i] = score(0, drawn), score(1, drawn)
    a, b = (bounds(value[side], spread[:, side]) for side in (0, 1))
    difference = bounds(value[1] - value[0], spread[:, 1] - spread[:, 0])
    return Duel(name, unit, a, b, difference, items, total)


def bounds(value: float, spread: NDArray[np.float64]) -> Bounds:
    """A value with the middle 95 % of its bootstraps."""
    low, high = np.nanpercentile(spread, [2.5, 97.5])
    return value, float(low), float(high)
