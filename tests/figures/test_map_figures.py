"""Maps show every word where it is, and nothing a corpus contains becomes markup."""

from __future__ import annotations

import numpy as np

from dashboard.figures.template import MUTED
from dashboard.words.figures.hubs import hub_distribution
from dashboard.words.figures.map import (
    LINE,
    Chosen,
    Colour,
    MappedWords,
    marks,
    paint,
    places,
    word_map,
)
from dashboard.words.figures.seeds import small_multiples


def some_words(n: int = 6, name: str = "w") -> MappedWords:
    xy = np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)
    each = np.linspace(0, 1, n, dtype=np.float32)
    counts = np.arange(n, 0, -1)
    return MappedWords(
        [f"{name}{i}" for i in range(n)], xy, counts, each + 1, each, each, each, counts
    )


def test_hovering_tells_the_numbers_of_the_word() -> None:
    words = some_words()
    points = places(words)
    np.testing.assert_array_equal(np.stack([points["x"], points["y"]], axis=1), words.xy)
    np.testing.assert_array_equal(points["customdata"][:, 0], np.arange(6))
    np.testing.assert_array_equal(points["customdata"][:, 1], words.counts)
    colour = Colour("kept", words.kept)
    marker = word_map(words, colour, ("x", "y")).data[0].marker
    assert (marker.cmin, marker.cmax) == (0, 1)
    np.testing.assert_array_equal(paint(colour)["marker"]["color"], words.kept)


def test_clusters_can_be_told_apart_and_noise_stands_back() -> None:
    labels = np.arange(30.0) - 1
    marker = paint(Colour("cluster", labels, names=[f"c{i}" for i in range(29)]))["marker"]
    assert len(set(zip(marker["color"], marker["symbol"], strict=True))) == 30
    assert marker["color"][0] == MUTED
    assert LINE not in marker["color"], "a chosen word and its neighbours are of no cluster's"


def test_lines_end_at_the_true_neighbours() -> None:
    words = some_words()
    assert marks(words, None) == []
    drawn = marks(words, Chosen(0, np.array([2, 4]), np.array([True, False]), np.array([5])))
    kept, torn = (trace for trace in drawn if trace["mode"] == "lines")
    assert (kept["line"]["dash"], torn["line"]["dash"]) == ("solid", "dot")
    for trace, end in ((kept, 2), (torn, 4)):
        np.testing.assert_array_equal([trace["x"][0], trace["y"][0]], words.xy[0])
        np.testing.assert_array_equal([trace["x"][1], trace["y"][1]], words.xy[end])
        assert np.isnan(trace["x"][2])
    points = [trace for trace in drawn if trace["mode"] == "markers"]
    assert [list(trace["customdata"][:, 0]) for trace in points] == [[2], [4], [5], [0]]
    figure = word_map(words, Colour("kept", words.kept), ("x", "y"))
    figure.add_traces(drawn)  # of a saved file: Plotly knows all of their attributes


def test_hubs_fall_from_all_words_to_the_biggest() -> None:
    figure = hub_distribution(np.array([0, 1, 1, 4]), None, np.array([1.0, 0.5]), "")
    np.testing.assert_array_equal(figure.data[0].y, [1, 0.75, 0.25, 0.25, 0.25])


def test_words_are_never_markup() -> None:
    words = some_words(name="<b>x</b><script>")
    chosen = Chosen(0, np.array([1]), np.array([True]), np.array([2]))
    colour = Colour("cluster", np.zeros(6), names=["<script>"])
    drawn = word_map(words, colour, ("x", "y")).add_traces(marks(words, chosen))
    drawn.data[0].update(places(words))
    maps = np.stack([words.xy, words.xy])
    several = small_multiples(maps, ["<script>", "b"], words.kept, words.words)
    for figure in (drawn, several):
        for trace in figure.data:
            assert "<script" not in f"{trace.text}{trace.name}{trace.hovertemplate}"
        assert all("<script" not in a.text for a in figure.layout.annotations)
