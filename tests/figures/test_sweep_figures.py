"""Pictures of sweeps hold the numbers of their runs, and nothing typed becomes markup."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.errors import QueryError
from core.sweeps.judgement import judge
from core.sweeps.measuring import Value
from core.sweeps.runs import Run, Table
from core.sweeps.specs import Sweep
from core.sweeps.study import importance
from dashboard.compare.figures import sweeps as figures

AXES = "dim = 10 .. 100 log in 3; window = 2, 4; weighting = flat, harmonic"
SWEEP = Sweep(swept="Glove", axes=AXES, objectives="WordSim-353, seconds")


def table(failed: int = -1) -> Table:
    """12 settings, 2 seeds; the score depends on `dim` much, on `window` a little, else not."""
    runs, place = [], 0
    for dim in (10, 32, 100):
        for window in (2, 4):
            for weighting in ("flat", "harmonic"):
                for seed in (0, 1):
                    score = math.log10(dim) / 4 + 0.01 * window + 0.001 * seed
                    values = {"WordSim-353": Value(score), "seconds": Value(dim / 50 + seed / 9)}
                    params = {
                        "dim": dim, "counts.window": window, "counts.weighting": weighting,
                    }  # fmt: skip
                    wrong = place == failed
                    runs.append(Run(place, seed, params, {} if wrong else values, "no" * wrong))
                place += 1
    return Table(SWEEP, tuple(runs))


def pair(run: Run) -> tuple[int, int]:
    return run.params["dim"], run.params["counts.window"]


LABELS = {place: f"<b>{place}</b>" for place in range(12)}


def test_the_ranking_shows_every_mean_with_its_error() -> None:
    spreads = judge(table(failed=3), "WordSim-353")
    traces = figures.ranking(spreads, LABELS, "WordSim-353").data
    shown = {
        int(place): (x, error)
        for t in traces
        for place, x, error in zip(t.customdata, t.x, t.error_x.array, strict=True)
    }
    assert shown == {s.place: (s.mean, s.error) for s in spreads if s.seeds}
    assert 3 not in shown and len(shown) == 11
    assert all("<b>" not in y for t in traces for y in t.y)


def test_the_front_is_what_none_beats_in_both() -> None:
    runs_table = table()
    spreads, other = judge(runs_table, "WordSim-353"), judge(runs_table, "seconds")
    line = figures.trade(spreads, other, LABELS, ("WordSim-353", "seconds")).data[0]
    time = {s.place: s.mean for s in other}
    points = [(time[s.place], s.mean) for s in spreads]
    free = {
        p for p in points
        if not any(q[0] <= p[0] and q[1] >= p[1] and q != p for q in points)
    }  # fmt: skip
    assert set(zip(line.x, line.y, strict=True)) == free and len(free) == 3
    assert list(line.x) == sorted(line.x)


def test_parallel_lines_pass_through_their_values() -> None:
    runs_table = table()
    spreads = judge(runs_table, "WordSim-353")
    by_name = {
        d.label: d for d in figures.parallel(runs_table, spreads, "WordSim-353").data[0].dimensions
    }
    assert list(by_name) == ["dim (log)", "window", "weighting", "WordSim-353"]
    order = [s.place for s in spreads][::-1]
    dims = [runs_table.params(place)["dim"] for place in order]
    np.testing.assert_allclose(10 ** np.array(by_name["dim (log)"]["values"]), dims)
    names = [by_name["weighting"].ticktext[i] for i in by_name["weighting"]["values"]]
    assert names == [runs_table.params(place)["counts.weighting"] for place in order]


def test_slices_hold_every_setting() -> None:
    slices = [t for t in figures.slices(table(failed=0), "WordSim-353").data if t.type == "scatter"]
    assert sorted(len(t.x) for t in slices) == [11, 11, 11]


def test_a_contour_is_of_the_means_and_ends_with_the_settings() -> None:
    runs_table = table(failed=0)
    field, dots = figures.contour(runs_table, "WordSim-353", ("dim", "window")).data
    assert len(dots.x) == 6  # pairs of values: what the third field does is averaged
    for x, y, value in zip(dots.x, dots.y, dots.customdata, strict=True):
        dim, window = round(10**x), (2, 4)[int(y)]
        runs = [r for r in runs_table.runs if r.values and pair(r) == (dim, window)]
        assert value == pytest.approx(np.mean([r.values["WordSim-353"].value for r in runs]))
    assert (field.x[0], field.x[-1]) == (1, 2) and (field.y[0], field.y[-1]) == (0, 1)
    # linear in the logarithm and in the place: so is what is between
    wanted = np.asarray(field.x)[None] / 4 + 0.01 * (2 + 2 * np.asarray(field.y)[:, None]) + 5e-4
    np.testing.assert_allclose(np.asarray(field.z, float), wanted, atol=2e-3)
    other = figures.contour(runs_table, "seconds", ("window", "weighting")).data[0]
    assert other.reversescale and not field.reversescale  # bright is good


def test_settings_in_a_line_have_dots_and_no_field() -> None:
    runs_table = table()
    line = tuple(run for run in runs_table.runs if pair(run) in ((10, 2), (100, 4)))
    field, dots = figures.contour(Table(SWEEP, line), "WordSim-353", ("dim", "window")).data
    assert field.z is None and len(dots.x) == 2


def test_importance_finds_what_matters() -> None:
    shares = importance(table(), "WordSim-353")
    assert next(iter(shares)) == "dim" and shares["dim"] > 0.9
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["weighting"] < shares["window"]
    assert figures.importances(shares).data[0].x == tuple(shares.values())
    with pytest.raises(QueryError, match="at least 4"):
        importance(Table(SWEEP, table().runs[:4]), "WordSim-353")
