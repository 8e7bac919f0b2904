"""Figures say what the numbers say, and nothing a corpus contains becomes markup."""

from __future__ import annotations

import dataclasses

import numpy as np
import plotly.graph_objects as go
import pytest

from core.counts import ordering
from core.counts.association import Block
from dashboard.figures import heatmap, neighbours
from dashboard.figures.template import NEVER
from dashboard.words.figures import corpus


def a_block(R=4, C=4, seed=0):
    rng = np.random.default_rng(seed)
    observed = rng.integers(0, 5, (R, C)).astype(float)
    expected = rng.random((R, C)) + 0.5
    with np.errstate(divide="ignore"):
        pmi = np.where(observed > 0, np.log(observed / expected), np.nan)
    return Block(pmi.copy(), observed, expected, pmi, rng.random((R, C)) * 9)


def heat(*given, **settings):
    """The figure, which Plotly has checked."""
    return go.Figure(heatmap.pmi_heatmap(*given, **settings))


def test_heatmap_shows_every_value_and_greys_what_never_met():
    block = a_block()
    words = ["a", "b", "c", "d"]
    figure = heat(block, words, words, measure="pmi", limit=6.0)
    values, never = figure.data
    np.testing.assert_allclose(values.z, block.value.astype(np.float32))
    assert (values.zmin, values.zmax) == (-6, 6)
    assert values.colorscale[len(values.colorscale) // 2] == (0.5, "#FFFFFF")
    np.testing.assert_array_equal(np.isnan(values.z), never.z == 1)
    assert {colour for _, colour in never.colorscale} == {NEVER}
    assert list(figure.layout.yaxis.ticktext) == words
    assert {trace.text[1, 2] for trace in (values, never)} == {"", "b with context c"}
    assert values.customdata[1, 2, 0] == block.observed[1, 2]


def test_the_colour_scale_does_not_follow_the_data():
    limits = set()
    for seed in range(5):
        figure = heat(a_block(seed=seed), "abcd", "abcd", measure="npmi", limit=3)
        limits.add((figure.data[0].zmin, figure.data[0].zmax))
    assert limits == {(-3, 3)}


def test_what_is_never_negative_uses_the_positive_half_with_the_same_colours():
    """A cell keeps its colour when PMI is exchanged for PPMI."""
    pmi, ppmi = (
        heat(a_block(), "abcd", "abcd", measure=measure, limit=4).data[0]
        for measure in ("pmi", "ppmi")
    )
    assert (ppmi.zmin, ppmi.zmax) == (0, 4)
    colours = {round(4 * (2 * place - 1), 6): colour for place, colour in pmi.colorscale}
    positive = {round(4 * place, 6): colour for place, colour in ppmi.colorscale}
    assert positive == {value: colour for value, colour in colours.items() if value >= 0}


def test_weak_cells_are_greyed_on_top_of_met_ones_only():
    block = a_block()
    weak = block.g2 < 5
    figure = heat(block, "abcd", "abcd", measure="pmi", limit=6, weak=weak)
    np.testing.assert_array_equal(figure.data[2].z == 1, weak & block.met)
    np.testing.assert_array_equal(np.isnan(figure.data[0].z), weak | ~block.met)


def test_dendrogram_joins_the_rows_it_stands_beside():
    block = a_block(6, 3)
    tree = ordering.cluster(block.value)
    figure = heat(block, "abcdef", "xyz", measure="pmi", limit=6, tree=tree)
    branches = figure.data[-1]
    ends = [y for x, y in zip(branches.x, branches.y, strict=True) if x == 0]
    assert sorted(ends) == [0, 1, 2, 3, 4, 5], "every row is the end of one branch"
    assert sorted(ordering.leaves(tree)) == list(range(6))


@pytest.mark.parametrize("rows", [1, 2])
def test_too_few_rows_are_not_clustered(rows):
    assert ordering.cluster(np.zeros((rows, 5))) is None


def a_ranking(words, title="cosine"):
    n = len(words)
    return neighbours.Ranking(title, "score", words, np.linspace(1, 0.5, n), np.arange(1, n + 1))


def test_bars_put_the_best_on_top():
    figure = go.Figure(neighbours.bars(a_ranking(["x", "y", "z"])))
    assert list(figure.data[0].y) == [0, 1, 2]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert list(figure.layout.yaxis.ticktext) == ["x", "y", "z"]


def test_lines_join_the_words_that_both_lists_hold():
    lists = a_ranking(["x", "y", "z"]), a_ranking(["z", "y", "q"])
    figure = go.Figure(neighbours.compared(*lists))
    lines = [trace for trace in figure.data if trace.type == "scatter"]
    joined = {tuple(line.y) for line in lines}
    assert joined == {(1, 1), (2, 0)}


def test_titles_of_rows_begin_in_their_bars():
    long = "<b>" + "x" * 90
    ranking = dataclasses.replace(a_ranking([long, "y"]), of_items=True)
    bars, titles = go.Figure(neighbours.bars(ranking)).data
    assert bars.type == "bar" and bars.text is None and "row %{customdata[4]" in bars.hovertemplate
    assert titles.mode == "text" and list(titles.x) == [0, 0] and titles.text[1] == "y"
    assert titles.text[0].endswith("x…") and titles.text[0].startswith("&lt;b&gt;")
    assert bars.customdata[0][1] == neighbours.escape(long), "hovering shows all of it"


@pytest.mark.parametrize("name", ["PPMI-SVD 20-d, window 6, smoothing 0.75", "词" * 30, "x" * 60])
def test_headings_of_two_lists_fit_half_a_phone(name):
    figure = go.Figure(neighbours.compared(a_ranking(["x"], name), a_ranking(["x"])))
    heading, other = (a.text.removeprefix("<b>").removesuffix("</b>").split("<br>")
                      for a in figure.layout.annotations)  # fmt: skip
    assert "".join(heading).replace(" ", "") == f"A·{name}".replace(" ", "")
    wide = 2 if "词" in name else 1
    assert len(heading) > 1 and max(map(len, heading)) * wide <= 22 and len(other) == 1
    assert figure.layout.margin.t >= 15 * len(heading)


def test_words_are_never_markup():
    evil = "<b>x</b><script>alert(1)</script>"
    figures = [
        heat(a_block(1, 1), [evil], [evil], measure="pmi", limit=1),
        go.Figure(neighbours.bars(a_ranking([evil]))),
        go.Figure(neighbours.compared(a_ranking([evil]), a_ranking([evil], evil))),
        corpus.frequent_words([evil], np.array([3]), 9),
        corpus.rank_frequency([evil, "b"], np.array([3, 1]), 1),
    ]
    for figure in figures:
        for trace in figure.data:  # a raw id for clicks may hold the word itself
            for name in ("text", "hovertext", "hovertemplate", "name"):
                assert "<script" not in str(trace.to_plotly_json().get(name))
        for axis in (figure.layout.xaxis, figure.layout.yaxis):
            assert "<script" not in str(axis.ticktext)
        assert all("<script" not in a.text for a in figure.layout.annotations)


def test_zipf_line_and_the_split_between_kept_and_dropped():
    counts = np.sort(np.random.default_rng(0).zipf(1.5, 3000).clip(max=10_000))[::-1]
    figure = corpus.rank_frequency([str(i) for i in range(3000)], counts, 1000)
    kept, dropped, zipf = figure.data
    assert max(kept.x) <= 1000 < min(dropped.x)
    np.testing.assert_allclose(np.array(zipf.y) * np.array(zipf.x), zipf.y[0] * zipf.x[0])
    assert len(kept.x) + len(dropped.x) <= corpus.POINTS
