"""Lists drawn anew: what was drawn is resampled, and the intervals hold what they promise."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from core import intervals
from core.vectors.evaluate.benchmarks import questions_of
from core.vectors.evaluate.judged import Pair, Question
from core.vectors.evaluate.resampling import draws, halves, structure, units


def questions(pairs: int, section: str = "s") -> list[Question]:
    """Every question that so many pairs of words give."""
    names = [(f"{section}a{i}", f"{section}b{i}") for i in range(pairs)]
    return [Question(section, *one, *other) for one, other in itertools.permutations(names, 2)]


def test_a_question_counts_as_often_as_its_two_pairs_were_drawn() -> None:
    asked = [*questions(5), *questions(3, "t")]
    built = structure(asked)
    assert (built.pairs(), built.pairs(0), built.pairs(1)) == (8, 5, 3) and units(asked) == 8
    for rows in draws(asked, 20, seed=3):
        times = np.bincount(rows, minlength=len(asked))
        for section, n in ((0, 5), (1, 3)):
            pairs = np.flatnonzero(built.section_of_pair == section)
            # of the weights w only products w_i w_j are seen: some whole w ≥ 0 of sum n gives them
            of = np.flatnonzero(built.section == section)
            fits = [
                w
                for w in itertools.product(range(n + 1), repeat=n)
                if sum(w) == n
                and all(
                    times[q] == w[built.left[q] - pairs[0]] * w[built.right[q] - pairs[0]]
                    for q in of
                )
            ]
            assert fits


def test_a_pair_turned_round_is_the_same_pair() -> None:
    built = structure([Question("s", "a", "b", "c", "d"), Question("s", "d", "c", "b", "a")])
    assert built.pairs() == 2 and built.left.tolist() == [0, 1] and built.right.tolist() == [1, 0]


def test_the_pairs_of_googles_questions() -> None:
    built = structure(questions_of("Google analogies"))
    assert len(built.section) == 19544 and len(built.sections) == 14
    assert built.pairs() < 600  # from these all are built


def test_the_halves_of_a_list_have_nothing_in_common() -> None:
    asked = [*questions(6), *questions(4, "t")]
    for first, second in halves(asked, 10):
        sides = [{pair for i in rows for pair in pairs_in(asked[i])} for rows in (first, second)]
        assert not sides[0] & sides[1]
        # of the n(n − 1) questions of a section each half has those of its n/2 pairs
        assert len(first) == len(second) == 3 * 2 + 2 * 1
    plain = [Pair(f"a{i}", f"b{i}", 1.0) for i in range(9)]
    for first, second in halves(plain, 10):
        assert len(first) == 4 and sorted([*first, *second]) == list(range(9))


def pairs_in(question: Question) -> tuple[tuple[str, str], tuple[str, str]]:
    return (question.a, question.b), (question.c, question.d)


def test_judged_pairs_are_drawn_one_by_one() -> None:
    pairs = [Pair(f"a{i}", f"b{i}", 1.0) for i in range(50)]
    assert units(pairs) == 50
    assert all(len(rows) == 50 and rows.max() < 50 for rows in draws(pairs, 5))


@pytest.mark.parametrize(
    ("pairs", "mean", "spread"), [(12, 0.0, 0.6), (12, -2.0, 0.6), (30, -1, 1)]
)
def test_a_share_of_questions_holds_the_truth(pairs: int, mean: float, spread: float) -> None:
    """Each pair is easy or hard, and both of a question's pairs count."""
    asked = questions(pairs)
    built = structure(asked)
    truth = stats.norm.cdf(mean / np.sqrt(1 + 2 * spread**2))
    rows = list(draws(asked, 100))
    rng = np.random.default_rng(pairs)
    held = 0
    for _ in range(200):
        ease = rng.normal(0, spread, pairs)
        chance = mean + ease[built.left] + ease[built.right]
        hit = chance + rng.normal(size=len(asked)) > 0
        variance = np.nanvar([hit[drawn].mean() for drawn in rows], ddof=1)
        low, high = intervals.share(float(hit.mean()), float(variance), pairs - 1)
        held += low <= truth <= high
    assert held / 200 >= 0.90  # 0.95 less three standard errors; wider where a share is near 0


def test_questions_taken_as_independent_would_not_hold_it() -> None:
    """What the intervals were before: the same simulation, the hits drawn one by one."""
    asked = questions(30)
    built = structure(asked)
    truth = stats.norm.cdf(-1 / np.sqrt(3))
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(100):
        ease = rng.normal(0, 1, 30)
        hit = -1 + ease[built.left] + ease[built.right] + rng.normal(size=len(asked)) > 0
        half = 1.96 * np.sqrt(hit.mean() * (1 - hit.mean()) / len(hit))
        held += abs(hit.mean() - truth) <= half
    assert held < 50


def test_wilson_is_scipys_where_items_are_independent() -> None:
    expected = stats.binomtest(30, 100).proportion_ci(method="wilson")
    low, high = intervals.share(0.3, 0.3 * 0.7 / 100, 1e9)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-6)
    low, high = intervals.share(0.0, 0.0, 1e9 - 1)
    assert low == 0.0 and 0 < high < 1e-8
    # all are hits, but a draw may miss one
    assert intervals.share(1.0, 1e-6, 39) == intervals.share(1.0, 0.0, 39)
    assert np.isnan(intervals.share(1.0, 0.0, 0)).all()


def test_degrees_of_freedom_are_welchs() -> None:
    error, freedom = intervals.combined([(0.04, 5.0), (0.01, 9.0), (0.0, 1.0)])
    assert error == pytest.approx(0.05**0.5)
    assert freedom == pytest.approx(0.05**2 / (0.04**2 / 5 + 0.01**2 / 9))
    assert intervals.combined([]) == (0.0, np.inf)


def test_the_range_of_two_is_students_and_of_more_is_larger() -> None:
    assert intervals.simultaneous(2, 7) == pytest.approx(stats.t.ppf(0.975, 7))
    exact = stats.studentized_range.ppf(0.95, 10, 18) / np.sqrt(2)
    assert exact <= intervals.simultaneous(10, 18) <= 1.05 * exact
