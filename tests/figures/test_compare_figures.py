"""Figures of comparisons: what is drawn is what was found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from core.intervals import Interval
from dashboard.compare.figures.compare import (
    MOST,
    Shares,
    against_frequency,
    bands,
    overlap_matrix,
    points,
)
from dashboard.figures.duels import Match, duels
from dashboard.figures.neighbours import Ranking, bars, compared


def shares(n: int, counts: np.ndarray | None = None) -> Shares:
    share = np.random.default_rng(0).integers(0, 11, n) / 10
    met = np.arange(n, 0, -1) if counts is None else counts
    return Shares([f"<w{i}>" for i in range(n)], met, share, 10, 10 / (n - 1), "overlap", share)


def whole(data: Shares, chosen: int | None = None) -> go.Figure:
    """The picture with its points, as Plotly has checked it."""
    figure = against_frequency(data, chosen)
    own = points(data, chosen)
    first = figure["data"][0]
    first |= own | {"marker": first["marker"] | own.get("marker", {})}
    return go.Figure(figure)


def test_points_are_words_at_their_frequency() -> None:
    figure = whole(shares(500), chosen=7)
    cloud = figure.data[0]
    np.testing.assert_allclose(10**cloud.x, np.arange(500, 0, -1), rtol=1e-5)
    np.testing.assert_allclose(cloud.customdata[:, 1], 100 * shares(500).share, rtol=1e-6)
    assert np.abs(cloud.y - shares(500).share).max() <= 0.035 + 1e-6
    assert cloud.text[0] == "&lt;w0&gt;" and list(cloud.meta["first"]) == [7]
    assert figure.data[-1].x[0] == pytest.approx(cloud.x[7]), "the star is on the chosen word"


def test_colours_travel_as_codes_of_what_the_bar_says() -> None:
    share = np.linspace(-0.2, 0.9, 1001)
    data = replace(shares(1001), colour=share)
    marker = whole(data).data[0].marker
    low, high = np.percentile(share, 2), 0.9
    said = low + marker.color.astype(float) * (high - low) / marker.cmax
    np.testing.assert_allclose(said, np.maximum(share, low), atol=0.5 * (high - low) / 255 + 1e-9)
    ticks = low + marker.colorbar.tickvals * (high - low) / 255
    np.testing.assert_allclose(ticks, [0, 0.2, 0.4, 0.6, 0.8], atol=1e-12)
    assert marker.colorbar.ticktext == ("0.0", "0.2", "0.4", "0.6", "0.8")


def test_colours_that_are_all_the_same_have_one_number() -> None:
    bar = whole(replace(shares(50), colour=np.ones(50))).data[0].marker.colorbar
    assert bar.ticktext == ("1.0000",) and list(bar.tickvals) == [0]


def test_of_very_many_words_an_even_sample_and_the_chosen_one_are_drawn() -> None:
    data = shares(3 * MOST)
    figure = whole(data, chosen=11)
    rows = figure.data[0].customdata[:, 2]
    assert len(rows) in (MOST, MOST + 1) and 11 in rows and rows.max() == 3 * MOST - 1
    assert rows[figure.data[0].meta["first"][0]] == 11


def test_unknown_frequencies_give_way_to_ranks() -> None:
    figure = whole(shares(200, np.zeros(200, int)))
    assert figure.layout.xaxis.title.text == "rank by frequency"
    assert "by frequency" in figure.data[0].hovertemplate


def test_rows_stand_in_the_order_of_their_table() -> None:
    named = replace(shares(200, np.zeros(200, int)), words=[f"{'<w>' * 20}{i}" for i in range(200)])
    figure = whole(replace(named, of_items=True), chosen=7)
    cloud = figure.data[0]
    np.testing.assert_array_equal(cloud.x, np.arange(1, 201))
    assert "row" in figure.layout.xaxis.title.text and "of the rows" in cloud.hovertemplate
    assert cloud.text[9].endswith("…") and cloud.hovertext[9].endswith("9")


def test_bands_are_means_of_words_as_frequent() -> None:
    x, y = np.arange(480.0), np.random.default_rng(1).random(480)
    middle, mean, error = bands(x, y)
    assert len(mean) == 24 and middle[3] == np.median(x[60:80])
    assert mean[3] == pytest.approx(y[60:80].mean())
    assert error[3] == pytest.approx(1.96 * y[60:80].std() / np.sqrt(20))
    assert len(bands(np.arange(15.0), np.ones(15))[0]) == 1


def test_duels_show_both_and_their_difference() -> None:
    a, b, apart = Interval(0.3, 0.2, 0.4), Interval(0.5, 0.45, 0.6), Interval(0.2, 0.1, 0.3)
    rows = [Match("L, <b>", a, b, apart, "a sentence")]
    figure = go.Figure(duels(rows, ("A", "B")))  # which validates it
    a, b, apart = figure.data
    assert (a.x[0], b.x[0], apart.x[0]) == (0.3, 0.5, 0.2) and apart.xaxis == "x2"
    assert apart.error_x.array[0] == pytest.approx(0.1)
    assert a.error_x.arrayminus[0] == pytest.approx(0.1)
    assert figure.layout.yaxis.ticktext == ("L<br>&lt;b&gt;",)


def test_matrix_names_its_models() -> None:
    z = np.array([[1.0, 0.25], [0.25, 1.0]])
    figure = overlap_matrix(["one", "<two>"], z, 10)
    assert figure.data[0].text[0][1] == "25\u00a0%"
    assert figure.layout.yaxis.ticktext == ("1. one", "2. &lt;two&gt;")


def test_notes_stand_beside_words() -> None:
    ranking = Ranking("t", "cosine", ["<a>", "b"], np.array([2.0, 1.0]), np.array([5, 4]),
                      notes=["9/10", ""], note_label="in the top 10 in")  # fmt: skip
    assert go.Figure(bars(ranking)).layout.yaxis.ticktext == ("&lt;a&gt; <i>9/10</i>", "b")
    both = go.Figure(compared(ranking, ranking))
    assert both.data[0].text[0] == "&lt;a&gt; <i>9/10</i>"
    assert both.data[0].customdata[0][0] == "<a>", "clicks give the word alone"
    assert "in the top 10 in 9/10" in both.data[0].customdata[0][5]
