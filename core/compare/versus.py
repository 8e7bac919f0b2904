"""Two models' scores on the same items, and whether their difference is more than luck.

Items both models cover are drawn with replacement 1000 times, the same draw for both: the
95 % interval of the difference says how far another list of such items might give another
answer. (Efron & Tibshirani 1993; paired, as in Berg-Kirkpatrick et al. 2012, D12-1091.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import OnStep, cached, report, run_on
from core.compare.specs import Pair
from core.vectors.benchmarks import ANALOGY_SETS, PAIR_SETS, pairs_of, questions_of
from core.vectors.benchmarks import Pair as Judged
from core.vectors.model import Model, Space, space
from core.vectors.scores import FEWEST, known, solved, spearman
from core.vectors.shelf import model_of

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
    duels = [similarity_duel(models, spaces, pairs_of(name), name) for name in PAIR_SETS]
    for name in ANALOGY_SETS:
        duels += analogy_duels(models, spaces, name, on_step)
    return duels


def similarity_duel(
    models: Sequence[Model], spaces: Sequence[Space], pairs: Sequence[Judged], name: str
) -> Duel:
    """Spearman's ρ of both over the pairs both cover."""
    words = {word for pair in pairs for word in (pair.a, pair.b)}
    index = [known(model.vocabulary, words) for model in models]
    both = [p for p in pairs if all(p.a in place and p.b in place for place in index)]
    judged = np.array([pair.score for pair in both])
    cosines = [
        _cosines(rows, [place[p.a] for p in both], [place[p.b] for p in both])
        for rows, place in zip(spaces, index, strict=True)
    ]

    def score(side: int, drawn: NDArray[np.int64]) -> float:
        return spearman(cosines[side][drawn], judged[drawn])

    return duel(name, "Spearman's ρ", score, len(both), len(pairs))


def analogy_duels(
    models: Sequence[Model], spaces: Sequence[Space], name: str, on_step: OnStep = run_on
) -> list[Duel]:
    """The share answered correctly by both, rule by rule; each answers from its own words."""
    questions = questions_of(name)
    answers = [
        solved(rows, model.vocabulary, questions, on_step, f"{name}, model {side}")
        for rows, model, side in zip(spaces, models, "AB", strict=True)
    ]
    places = [{question: i for i, question in enumerate(which)} for which, _ in answers]
    both = [question for question in places[0] if question in places[1]]
    duels = []
    for rule in answers[0][1]:
        hits = [
            right[rule][[place[question] for question in both]].astype(float)
            for (_, right), place in zip(answers, places, strict=True)
        ]

        def score(
            side: int, drawn: NDArray[np.int64], hits: list[NDArray[np.float64]] = hits
        ) -> float:
            return float(hits[side][drawn].mean())

        duels.append(duel(f"{name}, {rule}", "share correct", score, len(both), len(questions)))
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


def _cosines(rows: Space, a: Sequence[int], b: Sequence[int]) -> NDArray[np.float64]:
    product = np.einsum("ij,ij->i", rows.word[a].astype(np.float64), rows.word[b])
    return product / np.maximum(rows.norms[a].astype(np.float64) * rows.norms[b], 1e-30)
