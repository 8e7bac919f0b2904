"""Figures of models say what the numbers say, and words in them are never markup."""

from __future__ import annotations

import numpy as np
import pytest

from core.vectors.evaluate.explained import Band, Comparison
from core.vectors.evaluate.freedom import Norms
from core.vectors.evaluate.scores import Score
from dashboard.figures import models
from dashboard.vectors.figures import analogies, explained

EVIL = "<b>x</b><script>alert(1)</script>"


def a_comparison(n: int = 5000, label: str = "PMI") -> Comparison:
    rng = np.random.default_rng(0)
    target = rng.normal(1, 2, n)
    product = target + rng.normal(0, 0.5, n)
    ids = rng.integers(0, 100, n)
    return Comparison(
        label, ids, ids, product, target, np.ones(n), n, 0.97, 0.96, 0.98, 0.97,
        float("nan"), float("nan"),
    )  # fmt: skip


def test_density_counts_every_pair_inside_the_frame():
    result = a_comparison()
    heat, line = explained.density(result).data
    counted = np.nansum(np.where(np.isnan(heat.z), 0, heat.customdata))
    assert counted > 0.98 * len(result.product)
    np.testing.assert_allclose(10 ** heat.z[~np.isnan(heat.z)],
                               heat.customdata[~np.isnan(heat.z)], rtol=1e-5)  # fmt: skip
    assert list(line.x) == list(line.y), "product equals target along the line"
    row, column = np.unravel_index(np.nanargmax(heat.z), heat.z.shape)
    assert abs(heat.y[row] - heat.x[column]) < 1


def test_residuals_hold_median_and_quartiles():
    bands = [Band(1, 4, 10, (-1.0, 0.5, 1.0)), Band(5, 5, 3, (0.0, 0.2, 0.4))]
    (points,) = explained.residuals(bands).data
    assert list(points.x) == ["1–4", "5"] and list(points.y) == [0.5, 0.2]
    np.testing.assert_allclose(points.error_y.array, [0.5, 0.2])
    np.testing.assert_allclose(points.error_y.arrayminus, [1.5, 0.2])


def test_cosines_are_shares():
    rng = np.random.default_rng(0)
    figure = explained.cosine_histogram(rng.uniform(-1, 1, 900), np.full(900, 0.999))
    before, after = figure.data
    assert np.sum(before.y) == pytest.approx(1) and np.max(after.y) == pytest.approx(1)
    assert before.marker.pattern.shape != after.marker.pattern.shape, "told apart without colour"


def test_lengths_mark_stop_words_and_stay_small():
    n = 20_000
    rng = np.random.default_rng(0)
    stop = np.zeros(n, bool)
    stop[:40] = True
    result = Norms(np.arange(n), rng.random(n), rng.random(n), stop, 0.0, 0.0, 0.5, "")
    other, marked = explained.norms_scatter(result, [EVIL, *map(str, range(n))]).data
    assert len(other.x) == explained.POINTS and len(marked.x) == 40
    assert "<script" not in str(marked.text) and other.marker.symbol != marked.marker.symbol


def test_loss_leaves_out_what_was_not_held_out():
    history = np.array([[0, 3.0, np.nan], [1, 2.0, np.nan]])
    figure = models.loss_curve(history, "nats", optimum=1.5)
    (line,) = figure.data
    assert list(line.y) == [3.0, 2.0] and figure.layout.shapes[0].y0 == 1.5
    both = models.loss_curve(np.array([[0, 3.0, 4.0], [1, 2.0, 3.0]]), "nats")
    assert [trace.name for trace in both.data] == ["training", "held out"]
    assert both.data[0].line.dash != both.data[1].line.dash


def test_parallelogram_closes_and_names_are_text():
    places = np.array([[0, 0], [2, 0], [1, 3], [3, 3], [0.5, 0.5]])
    figure = analogies.parallelogram([EVIL, "b", "c"], places, ["3CosAdd", ""], ["d", EVIL])
    corners = {tuple(np.round([t.x[1], t.y[1]], 6)) for t in figure.data if t.mode == "lines"}
    assert (3.0, 3.0) in corners
    (named,) = [t for t in figure.data if t.mode == "markers"]
    assert "<script" not in str(named.text)
    assert list(named.x) == [0, 2, 1, 3, 0.5, 3] and list(named.text[1:4]) == ["b", "c", "d"]
    assert [text for text, said in zip(named.text, named.customdata, strict=True) if said] == ["d"]
    assert named.meta["first"] == [0, 1, 2, 5, 3], "corners and the best are written first"
    assert figure.layout.xaxis.range[1] > 3 and figure.layout.yaxis.range[1] > 3


def test_scores_show_interval_baseline_and_coverage():
    scores = [
        Score("SimLex-999", 0.3, 0.25, 0.36, 900, 999, 0.01, -0.05, 0.07),
        Score(EVIL, 0.1, 0, 0.2, 3, 9, 0, 0, 0),
    ]
    figure = analogies.score_rows(scores, {"SimLex-999": [("SGNS", 0.42)]}, "ρ")
    published, chance, own = figure.data
    assert (list(published.x), list(published.y)) == ([0.42], [0])
    assert list(chance.x) == [0.01, 0] and list(own.x) == [0.3, 0.1]
    np.testing.assert_allclose(own.error_x.array, [0.06, 0.1])
    np.testing.assert_allclose(chance.error_x.array, [0.06, 0])
    np.testing.assert_allclose(chance.error_x.arrayminus, [0.06, 0])
    ticks = figure.layout.yaxis.ticktext
    assert "90\u00a0% covered" in ticks[0] and "<script" not in ticks[1]
