"""How a list of judged items is drawn anew: one place for every score's interval.

What was drawn is resampled. Word pairs with a judgement each are drawn one by one. Analogies are
not: n pairs of words give up to n(n − 1) questions, and a pair that a model knows answers many of
them. So the *pairs* of a section are drawn with replacement, and the question that joins pairs
i and j counts w_i w_j times, w the times they were drawn: the bootstrap of a statistic of degree
two (Arcones & Giné 1992). Sections stay as they are: they were chosen, not drawn. In two halves, a
list of pairs is cut at random; of analogies each section's pairs are, and the questions that join
pairs of both halves are in neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.vectors.evaluate.judged import Pair, Question


@dataclass(frozen=True, eq=False)
class Structure:
    """What the questions of a list were built from.

    sections: names, in order; section: (Q,) of each question; left, right: (Q,) which pair it is
    made of, (a, b) and (c, d); section_of_pair: (U,).
    """

    sections: list[str]
    section: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    section_of_pair: NDArray[np.int64]

    def pairs(self, section: int | None = None) -> int:
        """How many pairs the list has, or one of its sections."""
        if section is None:
            return len(self.section_of_pair)
        return int((self.section_of_pair == section).sum())


def structure(questions: Sequence[Question]) -> Structure:
    """The pairs that questions were built from; a pair turned round is the same pair."""
    sections: dict[str, int] = {}
    pairs: dict[tuple[int, frozenset[str]], int] = {}
    section = np.empty(len(questions), np.int64)
    sides = np.empty((2, len(questions)), np.int64)
    for i, question in enumerate(questions):
        place = section[i] = sections.setdefault(question.section, len(sections))
        for side, pair in enumerate(((question.a, question.b), (question.c, question.d))):
            sides[side, i] = pairs.setdefault((place, frozenset(pair)), len(pairs))
    of_pair = np.array([place for place, _ in pairs], np.int64)
    return Structure(list(sections), section, sides[0], sides[1], of_pair)


def draws(
    items: Sequence[Pair | Question], replicates: int, seed: int = 0
) -> Iterator[NDArray[np.int64]]:
    """So many resamples of a list: the rows drawn, each as often as it was drawn."""
    rng = np.random.default_rng(seed)
    if questions := _questions_of(items):
        yield from _questions(structure(questions), replicates, rng)
        return
    for _ in range(replicates):
        yield rng.integers(0, len(items), len(items))


def halves(
    items: Sequence[Pair | Question], splits: int, seed: int = 0
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """So many random cuts of a list in two: the rows of one half, and those of the other."""
    rng = np.random.default_rng((seed, 2))
    if not (questions := _questions_of(items)):
        yield from cuts(len(items), splits, rng)
        return
    built = structure(questions)
    places = [np.flatnonzero(built.section_of_pair == s) for s in range(len(built.sections))]
    for _ in range(splits):
        first = np.zeros(built.pairs(), bool)
        for pairs in places:
            first[rng.permutation(pairs)[: len(pairs) // 2]] = True
        left, right = first[built.left], first[built.right]
        yield np.flatnonzero(left & right), np.flatnonzero(~left & ~right)


def cuts(
    n: int, splits: int, rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The same of n things that are drawn one by one."""
    for _ in range(splits):
        order = rng.permutation(n)
        yield order[: n // 2], order[n // 2 :]


def units(items: Sequence[Pair | Question]) -> int:
    """How many independent things a list holds: its judged pairs, or the pairs of its questions."""
    questions = _questions_of(items)
    return structure(questions).pairs() if questions else len(items)


def _questions_of(items: Sequence[Pair | Question]) -> list[Question]:
    """A list of analogies; empty for a list of judged pairs."""
    return [item for item in items if isinstance(item, Question)]


def _questions(
    built: Structure, replicates: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    rows = np.arange(len(built.section))
    places = [np.flatnonzero(built.section_of_pair == s) for s in range(len(built.sections))]
    times = np.empty(built.pairs(), np.int64)
    for _ in range(replicates):
        for pairs in places:
            n = len(pairs)
            times[pairs] = np.bincount(rng.integers(0, n, n), minlength=n)
        yield np.repeat(rows, times[built.left] * times[built.right])
