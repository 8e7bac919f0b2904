"""Maps show every word where it is, and nothing a corpus contains becomes markup."""

from __future__ import annotations

import numpy as np

from dashboard.figures.hubs import hub_distribution
from dashboard.figures.map import LINE, Chosen, Colour, Word, marks, word_map
from dashboard.figures.seeds import small_multiples
from dashboard.figures.template import MUTED


def some_words(n: int = 6, name: str = "w") -> Word:
    xy = np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)
    each = np.linspace(0, 1, n, dtype=np.float32)
    counts = np.arange(n, 0, -1)
    return Word([f"{name}{i}" for i in range(n)], xy, counts, each + 1, each, each, each, counts)


def test_hovering_tells_the_numbers_of_the_word() -> None:
    words = some_words()
    trace = word_map(words, Colour("kept", words.kept), ("x", "y"), first=[3]).data[0]
    np.testing.assert_array_equal(np.stack([trace.x, trace.y], axis=1), words.xy)
    np.testing.assert_array_equal(trace.customdata[:, 0], np.arange(6))
    np.testing.assert_array_equal(trace.customdata[:, 1], words.counts)
    assert trace.meta["first"] == [3] and (trace.marker.cmin, trace.marker.cmax) == (0, 1)


def test_clusters_can_be_told_apart_and_noise_stands_back() -> None:
    words = some_words(30)
    labels = np.arange(30.0) - 1
    colour = Colour("cluster", labels, names=[f"c{i}" for i in range(29)])
    marker = word_map(words, colour, ("x", "y")).data[0].marker
    assert len(set(zip(marker.color, marker.symbol, strict=True))) == 30
    assert marker.color[0] == MUTED
    assert LINE not in marker.color, "a chosen word and its neighbours are of no cluster's colour"


def test_marks_are_those_of_a_chosen_word_and_nowhere() -> None:
    words = some_words()
    chosen = Chosen(0, np.array([2, 4]), np.array([True, False]), np.array([5]))
    drawn = word_map(words, Colour("kept", words.kept), ("x", "y"), chosen=chosen).data[1:]
    for mark, trace in zip(marks(), drawn, strict=True):
        assert (mark.type, mark.mode) == (trace.type, trace.mode)
        assert mark.marker.symbol == trace.marker.symbol and mark.line.dash == trace.line.dash
        assert len(mark.x) and np.isnan(np.asarray(mark.x, float)).all()
        assert mark.showlegend is False


def test_lines_end_at_the_true_neighbours() -> None:
    words = some_words()
    chosen = Chosen(0, np.array([2, 4]), np.array([True, False]), np.array([5]))
    colour = Colour("kept", words.kept)
    kept, torn = (
        trace
        for trace in word_map(words, colour, ("x", "y"), chosen=chosen).data
        if trace.mode == "lines"
    )
    assert (kept.line.dash, torn.line.dash) == ("solid", "dot")
    for trace, end in ((kept, 2), (torn, 4)):
        np.testing.assert_array_equal([trace.x[0], trace.y[0]], words.xy[0])
        np.testing.assert_array_equal([trace.x[1], trace.y[1]], words.xy[end])


def test_hubs_fall_from_all_words_to_the_biggest() -> None:
    figure = hub_distribution(np.array([0, 1, 1, 4]), None, np.array([1.0, 0.5]), "")
    np.testing.assert_array_equal(figure.data[0].y, [1, 0.75, 0.25, 0.25, 0.25])


def test_words_are_never_markup() -> None:
    words = some_words(name="<b>x</b><script>")
    chosen = Chosen(0, np.array([1]), np.array([True]), np.array([2]))
    colour = Colour("cluster", np.zeros(6), names=["<script>"])
    drawn = word_map(words, colour, ("x", "y"), chosen=chosen)
    maps = np.stack([words.xy, words.xy])
    several = small_multiples(maps, ["<script>", "b"], words.kept, words.words)
    for figure in (drawn, several):
        for trace in figure.data:
            assert "<script" not in f"{trace.text}{trace.name}{trace.hovertemplate}"
        assert all("<script" not in a.text for a in figure.layout.annotations)
