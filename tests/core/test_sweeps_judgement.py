"""The spread over seeds and items, and what is called a tie, against SciPy and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.sweeps.judgement import held_out, judge, standard_error, winner
from core.sweeps.measuring import Value
from core.sweeps.runs import Run, Table
from core.sweeps.specs import Sweep
from core.vectors.evaluate.resampling import cuts

NAME = "WordSim-353"
SWEEP = Sweep(swept="Word2Vec", axes="dim = 10, 20", objectives="WordSim-353, seconds")
rng = np.random.default_rng(3)


def table(*settings: list[float], replicates: list[np.ndarray] | None = None) -> Table:
    """One setting a list, one seed a number; NaN is a run that failed."""
    runs = []
    for place, values in enumerate(settings):
        for seed, value in enumerate(values):
            extra = np.zeros(0) if replicates is None else value + replicates[place]
            objectives = {} if np.isnan(value) else {NAME: Value(value, extra)}
            runs.append(Run(place, seed, {"dim": place}, objectives, "" if objectives else "broke"))
    return Table(SWEEP, tuple(runs))


@pytest.mark.parametrize("shift", np.linspace(0.0, 0.08, 9))
def test_seeds_alone_are_the_paired_t_test(shift: float) -> None:
    noise = np.random.default_rng(0).normal(0, 0.03, (2, 5))
    a, b = 0.5 + noise[0], 0.5 - shift + noise[1]
    first, second = judge(table(list(a), list(b)), NAME)
    best, other = (a, b) if first.place == 0 else (b, a)
    test = stats.ttest_rel(best, other)
    assert (second.verdict == "tie") == (test.pvalue >= 0.05)
    assert second.behind == pytest.approx(tuple(test.confidence_interval(0.95)))
    assert first.error == pytest.approx(stats.sem(best))


def test_items_alone_are_the_paired_bootstrap() -> None:
    items = rng.normal(0, 0.2, (300, 1)) + rng.normal([0.03, 0.0], 0.05, (300, 2))
    draws = rng.integers(0, 300, (2000, 300))
    replicates = [items[draws, i].mean(axis=1) - items[:, i].mean() for i in (0, 1)]
    spreads = judge(table(*[[m] for m in items.mean(axis=0)], replicates=replicates), NAME)
    low, high = np.percentile(items[draws, 0].mean(1) - items[draws, 1].mean(1), [2.5, 97.5])
    assert spreads[1].behind == pytest.approx((low, high), abs=0.002)
    # each mean by itself is far less sure than their difference
    assert spreads[0].error == pytest.approx(stats.sem(items[:, 0]), rel=0.1)
    assert spreads[1].verdict == "worse" and spreads[0].error > 2 * (high - low) / 4


def test_both_add_up_and_items_lend_degrees_of_freedom() -> None:
    values = [(0.5, rng.normal(0.5, 0.01, 500)), (0.52, rng.normal(0.52, 0.01, 500))]
    error, freedom = standard_error(values)
    seeds = np.var([0.5, 0.52], ddof=1) / 2
    items = np.var((values[0][1] + values[1][1]) / 2, ddof=1)
    assert error == pytest.approx(np.sqrt(seeds + items))
    below = seeds**2 + items**2 / 499
    assert freedom == pytest.approx((seeds + items) ** 2 / below) and freedom > 1


def test_a_clear_winner_is_alone_and_noise_is_a_tie() -> None:
    clear = judge(table([0.6, 0.61, 0.6], [0.4, 0.41, 0.42], [0.3, 0.3, 0.31]), NAME)
    assert [spread.place for spread in clear] == [0, 1, 2] and winner(clear) == "alone"
    noisy = judge(table([0.6, 0.4, 0.5], [0.5, 0.6, 0.39]), NAME)
    assert winner(noisy) == "tie" and noisy[1].verdict == "tie"


def test_equal_settings_win_alone_in_at_most_five_of_a_hundred() -> None:
    alone = 0
    for trial in range(400):
        values = np.random.default_rng(trial).normal(0.5, 0.02, (4, 4))
        alone += winner(judge(table(*map(list, values)), NAME)) == "alone"
    assert alone <= 400 * 0.05 + 13  # three standard errors


@pytest.mark.parametrize(("settings", "seeds", "items"), [(10, 3, 0.05), (10, 1, 0.5), (4, 5, 0)])
def test_equals_are_a_tie_in_ninety_five_of_a_hundred_sweeps(
    settings: int, seeds: int, items: float
) -> None:
    rng = np.random.default_rng(settings + seeds)
    drawn = np.random.default_rng(0).integers(0, 100, (200, 100))
    wrong = 0
    for _ in range(200):
        runs = []
        for place in range(settings):
            own = rng.normal(0.5, items, 100)
            for seed in range(seeds):
                values = own + rng.normal(0, 0.02)
                spread = values[drawn].mean(axis=1) if items else np.zeros(0)
                value = Value(float(values.mean()), spread)
                runs.append(Run(place, seed, {"dim": place}, {NAME: value}))
        wrong += any(spread.verdict == "worse" for spread in judge(Table(SWEEP, tuple(runs)), NAME))
    assert wrong <= 200 * 0.05 + 10  # three standard errors


def test_a_choice_among_equals_flatters_the_best() -> None:
    """Eight equal settings: on the half it was chosen on, the best is the largest of eight normal
    means; on the other half it is as good as all."""
    rng = np.random.default_rng(1)
    parted = list(cuts(100, 20, np.random.default_rng(0)))
    chosen, other = [], []
    for _ in range(60):
        items = rng.normal(0.5, 0.3, (8, 100))
        runs = []
        for place, v in enumerate(items):
            halves = np.array([[v[a].mean(), v[b].mean()] for a, b in parted])
            value = Value(float(v.mean()), np.zeros(0), halves)
            runs.append(Run(place, 0, {"dim": place}, {NAME: value}))
        told = held_out(Table(SWEEP, tuple(runs)), NAME)
        assert told is not None and told.splits == 20
        chosen.append(told.chosen)
        other.append(told.other)
    assert np.mean(chosen) == pytest.approx(0.5 + 1.4236 * 0.3 / 50**0.5, abs=0.008)
    assert np.mean(other) == pytest.approx(0.5, abs=0.008)


def test_nothing_is_held_out_without_items() -> None:
    assert held_out(table([0.6, 0.5], [0.1, 0.2]), NAME) is None


def test_one_seed_without_items_judges_nothing() -> None:
    spreads = judge(table([0.6], [0.1]), NAME)
    assert [spread.verdict for spread in spreads] == ["best", "unknown"]
    assert winner(spreads) == "unknown" and np.isnan(spreads[0].error)


def test_less_is_better_where_it_is() -> None:
    runs = tuple(
        Run(place, seed, {"dim": place}, {"seconds": Value(value)})
        for place, values in enumerate([[2.0, 2.1], [1.0, 1.1]])
        for seed, value in enumerate(values)
    )
    spreads = judge(Table(SWEEP, runs), "seconds")
    assert [spread.place for spread in spreads] == [1, 0]
    assert spreads[1].behind[0] == pytest.approx(1.0)  # behind by a second, in both seeds


def test_failed_runs_are_last_with_their_reason_and_pair_by_seed() -> None:
    nan = np.nan
    spreads = judge(table([0.5, nan, 0.52], [0.4, 0.9, 0.45], [nan, nan, nan]), NAME)
    assert [spread.verdict for spread in spreads][-1] == "failed" and spreads[-1].reason == "broke"
    first, second = spreads[0], spreads[1]
    assert first.place == 1 and first.seeds == 3 and second.seeds == 2
    pairs = stats.ttest_rel([0.4, 0.45], [0.5, 0.52])
    assert second.behind == pytest.approx(tuple(pairs.confidence_interval(0.95)))
    assert second.verdict == "tie"
    assert winner(judge(table([nan], [nan]), NAME)) == "none"


def test_equal_values_tie() -> None:
    spreads = judge(table([0.5, 0.6], [0.5, 0.6]), NAME)
    assert spreads[1].verdict == "tie" and spreads[1].behind == (0.0, 0.0)


def test_a_setting_drawn_again_is_no_tie_with_itself() -> None:
    once = table([0.5, 0.6, 0.55], [0.1, 0.2, 0.1])
    again = tuple(Run(run.place + 2, run.seed, run.params, run.values) for run in once.runs)
    spreads = judge(Table(SWEEP, once.runs + again), NAME)
    assert [spread.place for spread in spreads] == [0, 1]
    assert winner(spreads) == "alone"
