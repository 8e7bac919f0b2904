"""Two models' scores on the same items, and which luck their difference is more than.

Luck of the items: the list is drawn anew 1000 times (`core.vectors.evaluate.resampling`), the same
draw for both. Luck of training: both are trained again from other seeds, where anything in them is
random. With d the difference of the mean scores of R_A and R_B trainings,

    SE² = var_b(d_b) + var_r(A_r)/R_A + var_r(B_r)/R_B,     interval d ± t SE,

b the draws and r the trainings; t has the degrees of freedom of Welch and Satterthwaite. One
training tells nothing of the second luck: the interval is then that of these two models alone.
What another text would do is in neither. (Paired over items as in Berg-Kirkpatrick et al. 2012,
D12-1091; over seeds as in Reimers & Gurevych 2017, D17-1035.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core import intervals
from core.cache import cached
from core.compare.duel import SHARE, Duel
from core.compare.specs import Contest, Rerun
from core.compare.stability import retrained
from core.errors import QueryError
from core.intervals import UNKNOWN, Interval, around
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.specs import Spec
from core.vectors.evaluate import resampling
from core.vectors.evaluate.benchmarks import (
    ANALOGY_SETS,
    PAIR_SETS,
    pairs_of,
    questions_of,
)
from core.vectors.evaluate.judged import Pair, Question
from core.vectors.evaluate.scores import FEWEST, answered, cosines, covered, spearman
from core.vectors.kinds import kind_of
from core.vectors.models.model import Model, Space, space
from core.vectors.specs import PpmiSvd, Shelved
from core.vectors.store.shelf import model_of, training_of

BOOTSTRAPS = 1000
Values = NDArray[np.float64]


@cached
def versus(spec: Contest, on_step: OnStep = run_on) -> list[Duel]:
    """Score two models on the lists in gensim's wheel; lists with fewer than three shared items
    have NaN."""
    sides = [
        _trainings(side, spec.trainings, part(on_step, low, low + 0.5))
        for side, low in ((spec.pair.a, 0.0), (spec.pair.b, 0.5))
    ]
    random = (is_random(spec.pair.a), is_random(spec.pair.b))
    duels = []
    for name in PAIR_SETS:
        values = [[answers[name] for answers in side] for side in sides]
        duels.append(similarity_duel(message(name), pairs_of(name), values, random))
    for name in ANALOGY_SETS:
        for rule in ("3CosAdd", "3CosMul"):
            values = [[answers[f"{name}, {rule}"] for answers in side] for side in sides]
            title = message("{name}, {rule}", name=message(name), rule=rule)
            duels.append(share_duel(title, questions_of(name), values, random))
    return duels


def is_random(side: Spec) -> bool | None:
    """Whether training this model from another seed gives another one; None if it was loaded."""
    try:
        return bool(kind_of(training_of(side)).seed)
    except QueryError:
        return None


def _trainings(side: PpmiSvd | Shelved, most: int, on_step: OnStep) -> list[dict[str, Values]]:
    count = most if is_random(side) else 1
    return [
        answers(Rerun(side, repeat_by="seeds", draw=r), part(on_step, r / count, (r + 1) / count))
        for r in range(count)
    ]


@cached
def answers(spec: Rerun, on_step: OnStep = run_on) -> dict[str, Values]:
    """What one training says of every item of every list, NaN where it lacks a word.

    By list of pairs (P,) cosines; by list of analogies and rule (Q,) 1 for the right answer.
    """
    model = retrained(spec, on_step) if spec.draw else model_of(spec.vectors, on_step)
    rows = space(model, getattr(spec.vectors, "part", "word"))
    report(on_step, 0.0, "word similarity")
    values = {name: pair_cosines(rows, model, pairs_of(name)) for name in PAIR_SETS}
    for name in ANALOGY_SETS:
        questions = questions_of(name)
        places, right = answered(rows, model.vocabulary, questions, name, on_step)
        for rule, hits in right.items():
            values[f"{name}, {rule}"] = _spread_out(places, hits, len(questions))
    return values


def pair_cosines(rows: Space, model: Model, pairs: Sequence[Pair]) -> Values:
    """(P,) the cosine of each judged pair, NaN where a word is unknown."""
    places, a, b = covered(model.vocabulary, pairs)
    return _spread_out(places, cosines(rows, a, b), len(pairs))


def similarity_duel(
    name: str,
    pairs: Sequence[Pair],
    values: Sequence[Sequence[Values]],
    random: tuple[bool | None, bool | None] = (None, None),
) -> Duel:
    """Spearman's ρ of both over the pairs both cover; values: for A and B, (P,) a training."""
    judged = np.array([pair.score for pair in pairs])

    def score(cosines: Values, rows: NDArray[np.int64]) -> float:
        return spearman(cosines[rows], judged[rows])

    return _duel(name, "Spearman's ρ", score, pairs, values, random)


def share_duel(
    name: str,
    questions: Sequence[Pair | Question],
    values: Sequence[Sequence[Values]],
    random: tuple[bool | None, bool | None] = (None, None),
) -> Duel:
    """The mean of both over the items both cover; values: for A and B, (Q,) a training."""

    def score(hits: Values, rows: NDArray[np.int64]) -> float:
        return float(hits[rows].mean()) if len(rows) else float("nan")

    return _duel(name, SHARE, score, questions, values, random)


def _duel(
    name: str,
    unit: str,
    score: Callable[[Values, NDArray[np.int64]], float],
    items: Sequence[Pair | Question],
    values: Sequence[Sequence[Values]],
    random: tuple[bool | None, bool | None],
) -> Duel:
    known = ~np.isnan(np.stack([training for side in values for training in side])).any(axis=0)
    places = np.flatnonzero(known)
    trainings = (len(values[0]), len(values[1]))
    if len(places) < FEWEST:
        return Duel(name, unit, UNKNOWN, UNKNOWN, UNKNOWN, len(places), len(items), trainings,
                    random)  # fmt: skip
    scores = [np.array([score(training, places) for training in side]) for side in values]
    shared = [items[int(i)] for i in places]
    drawn = [places[rows] for rows in resampling.draws(shared, BOOTSTRAPS)]
    spread = [
        np.array([np.mean([score(training, rows) for training in side]) for rows in drawn])
        for side in values
    ]
    freedom = resampling.units(shared) - 1
    errors = [_error([one], draws, freedom) for one, draws in zip(scores, spread, strict=True)]
    means = [float(one.mean()) for one in scores]
    if unit == SHARE:
        a, b = (
            Interval(m, *intervals.share(m, e**2, min(f, max(freedom, 1))))
            for m, (e, f) in zip(means, errors, strict=True)
        )
    else:
        a, b = (_bounds(m, *error) for m, error in zip(means, errors, strict=True))
    difference = _bounds(means[1] - means[0], *_error(scores, spread[1] - spread[0], freedom))
    return Duel(name, unit, a, b, difference, len(places), len(items), trainings, random)


def _error(scores: Sequence[Values], spread: Values, freedom: int) -> tuple[float, float]:
    """(SE, degrees of freedom) by the draws (B,) and by the trainings of each side (R,)."""
    parts = [(float(np.nanvar(spread, ddof=1)), float(max(freedom, 1)))]
    parts += [(float(s.var(ddof=1)) / len(s), len(s) - 1.0) for s in scores if len(s) > 1]
    return intervals.combined(parts)


def _bounds(value: float, error: float, freedom: float) -> Interval:
    return around(value, intervals.student(freedom) * error)


def _spread_out(places: NDArray[np.int64], values: NDArray[np.generic], n: int) -> Values:
    """Values (m,) at their places in a list of n, NaN elsewhere."""
    whole = np.full(n, np.nan)
    whole[places] = values
    return whole
