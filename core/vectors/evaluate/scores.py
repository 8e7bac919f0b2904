"""How well vectors agree with people: word similarity and analogies, with intervals.

Similarity: Spearman's ρ between cosines and judgements over the covered pairs. Analogies
a : b = c : ?, answered by the word d ∉ {a, b, c} of the largest

    cos(d, b) − cos(d, a) + cos(d, c)                    3CosAdd
    s(d, b) s(d, c) / (s(d, a) + 0.001),  s = (cos + 1)/2     3CosMul   (Levy & Goldberg 2014)

Intervals are 95 % bootstraps over the judged pairs, or over the pairs that analogies were built
from (`core.vectors.evaluate.resampling`): the luck of the items, not of training. The baseline is
the same score of random vectors, the mean of 20 draws and their extremes. Coverage is how much of
the list the vocabulary holds.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from core import intervals, lengths
from core.cache import cached
from core.messages import message
from core.progress import OnStep, report, run_on
from core.specs import Spec
from core.text.hanzi import simplified
from core.text.words import Vocabulary
from core.vectors.evaluate.benchmarks import (
    ANALOGY_SETS,
    PAIR_SETS,
    Pair,
    Question,
    pairs_of,
    questions_of,
    sections,
)
from core.vectors.evaluate.resampling import draws, structure
from core.vectors.models.model import Space, space
from core.vectors.store.shelf import model_of

BOOTSTRAPS = 1000
DRAWS = 20  # of random vectors
BLOCK = 256
FEWEST = 3


@dataclass(frozen=True)
class Score:
    """value with its 95 % interval [low, high]; covered of total; baseline: random vectors.

    baseline is the mean of `DRAWS` draws, worst and best the least and the greatest of them.
    """

    name: str
    value: float
    low: float
    high: float
    covered: int
    total: int
    baseline: float
    worst: float
    best: float

    @property
    def coverage(self) -> float:
        """The share of items all of whose words the model has."""
        return self.covered / max(self.total, 1)


@dataclass(frozen=True)
class Sheet:
    """All scores of a model: word similarity, and per rule the analogies with their sections."""

    similarity: list[Score]
    analogies: dict[str, list[Score]]


@cached
def scored(spec: Spec, on_step: OnStep = run_on) -> Sheet:
    """Score a model (`Shelved`, or a training's spec) on the lists in gensim's wheel."""
    model = model_of(spec, on_step)
    rows = space(model, getattr(spec, "part", "word"))
    words = model.vocabulary
    report(on_step, 0.0, "word similarity")
    similar = [similarity(rows, words, pairs_of(name), name) for name in PAIR_SETS]
    (google,) = ANALOGY_SETS
    return Sheet(similar, analogies(rows, words, questions_of(google), google, on_step))


def similarity(
    space: Space, words: Vocabulary, pairs: Sequence[Pair], name: str, seed: int = 0
) -> Score:
    """Spearman's ρ; NaN where fewer than three pairs are covered."""
    places, a, b = covered(words, pairs)
    judged = np.array([pairs[i].score for i in places])
    if len(places) < FEWEST:
        nan = float("nan")
        return Score(name, nan, nan, nan, len(places), len(pairs), nan, nan, nan)
    cosines = _cosines(space.word, space.norms, a, b)
    drawn = draws([pairs[i] for i in places], BOOTSTRAPS, seed)
    low, high = intervals.percentiles(
        np.array([spearman(cosines[rows], judged[rows]) for rows in drawn])
    )
    used, renumbered = np.unique(np.stack([a, b]), return_inverse=True)
    a, b = renumbered.reshape(2, -1)
    rng = np.random.default_rng(seed)
    chance = []
    for _ in range(DRAWS):
        noise = rng.standard_normal((len(used), space.word.shape[1]), np.float32)
        chance.append(spearman(_cosines(noise, np.linalg.norm(noise, axis=1), a, b), judged))
    return Score(
        name, spearman(cosines, judged), low, high, len(places), len(pairs),
        float(np.mean(chance)), min(chance), max(chance),
    )  # fmt: skip


def covered(
    words: Vocabulary, pairs: Sequence[Pair]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The indices of the pairs that a vocabulary covers, and the ids of their words."""
    index = known(words, {word for pair in pairs for word in (pair.a, pair.b)})
    places = [i for i, pair in enumerate(pairs) if pair.a in index and pair.b in index]
    a, b = ([index[word] for word in side] for side in (
        [pairs[i].a for i in places], [pairs[i].b for i in places]
    ))  # fmt: skip
    return np.array(places, np.int64), np.array(a, np.int64), np.array(b, np.int64)


def cosines(space: Space, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cosines of pairs of words, by their ids: (P,); 0 for a vector of zeros."""
    return _cosines(space.word, space.norms, a, b)


def analogies(
    space: Space,
    words: Vocabulary,
    questions: Sequence[Question],
    name: str,
    on_step: OnStep = run_on,
    seed: int = 0,
) -> dict[str, list[Score]]:
    """{"3CosAdd": […], "3CosMul": […]}: the whole list first, then each section."""
    places, right = answered(space, words, questions, name, on_step)
    asked = [questions[i] for i in places]
    chance = 1 / max(len(words.words) - 3, 1)
    parts = [name, *sections(questions)]
    totals = [len(questions)] + [sum(q.section == s for q in questions) for s in parts[1:]]
    scores: dict[str, list[Score]] = {}
    for rule, hit in right.items():
        rng = np.random.default_rng(seed)
        scored = _by_section(asked, hit, seed)
        scores[rule] = [
            _share(part, *scored[place], total, chance, rng)
            if (place := part if i else None) in scored else _nothing(part, total)
            for i, (part, total) in enumerate(zip(parts, totals, strict=True))
        ]  # fmt: skip
    return scores


def _by_section(
    asked: Sequence[Question], hit: NDArray[np.bool_], seed: int
) -> dict[str | None, tuple[NDArray[np.bool_], tuple[float, float]]]:
    """By section, and by None for all: the hits and the interval of their share."""
    if not asked:
        return {}
    built = structure(asked)
    S = len(built.sections)
    counts, right = np.empty((BOOTSTRAPS, S)), np.empty((BOOTSTRAPS, S))
    for b, rows in enumerate(draws(asked, BOOTSTRAPS, seed)):
        counts[b] = np.bincount(built.section[rows], minlength=S)
        right[b] = np.bincount(built.section[rows], hit[rows], minlength=S)
    with np.errstate(invalid="ignore"):  # a section of which no question was drawn
        spread = right / counts
        whole = right.sum(axis=1) / counts.sum(axis=1)
    scored: dict[str | None, tuple[NDArray[np.bool_], tuple[float, float]]] = {
        None: (hit, _limits(hit, whole, built.pairs()))
    }
    for place, section in enumerate(built.sections):
        own = hit[built.section == place]
        scored[section] = own, _limits(own, spread[:, place], built.pairs(place))
    return scored


def answered(
    space: Space,
    words: Vocabulary,
    questions: Sequence[Question],
    name: str,
    on_step: OnStep = run_on,
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.bool_]]]:
    """The indices of the questions covered, and by rule which of them are answered correctly."""
    index = known(words, {w for q in questions for w in (q.a, q.b, q.c, q.d)})
    places = [i for i, q in enumerate(questions) if all(w in index for w in (q.a, q.b, q.c, q.d))]
    answerable = [questions[i] for i in places]
    ids = np.array([[index[w] for w in (q.a, q.b, q.c, q.d)] for q in answerable], np.int64)
    ids = ids.reshape(-1, 4)
    right = {rule: np.zeros(len(answerable), bool) for rule in ("3CosAdd", "3CosMul")}
    unit = lengths.directions(space.word, space.norms)
    for low in range(0, len(answerable), BLOCK):
        report(
            on_step,
            low / len(answerable),
            message("{name}, {low:,} of {n:,} questions", name=name, low=low, n=len(answerable)),
        )
        part = ids[low : low + BLOCK]
        used, place = np.unique(part[:, :3], return_inverse=True)
        by_sum, by_product = _best(unit[used] @ unit.T, place.reshape(-1, 3), part[:, :3].copy())
        right["3CosAdd"][low : low + BLOCK] = by_sum == part[:, 3]
        right["3CosMul"][low : low + BLOCK] = by_product == part[:, 3]
    return np.array(places, np.int64), right


def known(words: Vocabulary, terms: set[str]) -> dict[str, int]:
    """The ids of the terms in a vocabulary, as spelled or, failing that, folded."""
    index = words.index
    folded = {word: words.folded(word) for word in terms}
    ids = {word: index[spelling] for word, spelling in folded.items() if spelling in index}
    for fold in (str.lower, simplified):  # a file does not say that its words are folded
        missing = terms - set(ids)
        ids |= {word: index[fold(word)] for word in missing if fold(word) in index}
    return ids


def spearman(x: NDArray[np.floating], y: NDArray[np.floating]) -> float:
    """Spearman's ρ: Pearson's correlation of ranks, ties given their mean rank."""
    a, b = rankdata(x), rankdata(y)
    a -= a.mean()
    b -= b.mean()
    scale = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / scale) if scale > 0 else float("nan")


def _limits(hit: NDArray[np.bool_], spread: NDArray[np.float64], pairs: int) -> tuple[float, float]:
    return intervals.share(float(hit.mean()), float(np.nanvar(spread, ddof=1)), pairs - 1)


def _share(
    name: str, hit: NDArray[np.bool_], limits: tuple[float, float], total: int, chance: float,
    rng: np.random.Generator,
) -> Score:  # fmt: skip
    # random vectors answer with every word equally often; their answers are independent
    drawn = rng.binomial(len(hit), chance, DRAWS) / len(hit)
    return Score(
        name, float(hit.mean()), *limits, len(hit), total,
        float(drawn.mean()), float(drawn.min()), float(drawn.max()),
    )  # fmt: skip


def _nothing(name: str, total: int) -> Score:
    nan = float("nan")
    return Score(name, nan, nan, nan, 0, total, nan, nan, nan)


def _cosines(
    rows: NDArray[np.float32], norms: NDArray[np.floating], a: NDArray[np.int64],
    b: NDArray[np.int64],
) -> NDArray[np.float64]:  # fmt: skip
    product = np.einsum("ij,ij->i", rows[a].astype(np.float64), rows[b].astype(np.float64))
    return lengths.cosines(product, norms[a].astype(np.float64) * norms[b])


@numba.njit(nogil=True, cache=True)
def _best(cosine, place, inputs):  # type: ignore[no-untyped-def]
    """(answers by 3CosAdd, by 3CosMul), (Q,) each; cosine: (U, V) of the words used."""
    add = np.empty(len(place), np.int64)
    multiply = np.empty(len(place), np.int64)
    for q in range(len(place)):
        a, b, c = cosine[place[q, 0]], cosine[place[q, 1]], cosine[place[q, 2]]
        best, most = -np.inf, -np.inf
        for d in range(cosine.shape[1]):
            plus = b[d] - a[d] + c[d]
            times = (b[d] + 1) * (c[d] + 1) / (2 * (a[d] + 1) + 0.004)
            if (plus > best or times > most) and not (
                d == inputs[q, 0] or d == inputs[q, 1] or d == inputs[q, 2]
            ):
                if plus > best:
                    best, add[q] = plus, d
                if times > most:
                    most, multiply[q] = times, d
    return add, multiply
