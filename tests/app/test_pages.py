"""Every page, opened by links and driven by its widgets, without a browser."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from opening import (
    PAGES,
    ROWS,
    bars,
    captions,
    errors,
    figure,
    figures,
    heat,
    hypertext,
    infos,
    open_page,
    open_tab,
    put,
    settled,
    warnings,
)

from core.compare.specs import Repeats
from core.compare.stability import repeat
from core.counts import Association, block, count
from core.text.vocabulary import vocabulary
from core.vectors import PpmiSvd, Query, nearest
from dashboard.words.views import EXAMPLE

NEWS = {"source": "lee-news", "expression": "police", "search": "police"}  # quick to compute
PRESETS: dict[str, dict[str, str]] = {
    "default": {},
    "counting": NEWS | {
        "window": "2", "weighting": "flat", "side": "left", "boundary": "document",
        "keep_gaps": "yes", "subsample": "0.001",
    },
    "npmi": NEWS | {
        "measure": "npmi", "smoothing": "0.75", "order": "clustered", "least_g2": "3.84",
    },
    "chosen rows": NEWS | {
        "measure": "ppmi", "shift": "5.0", "row_mode": "neighbourhood", "row_count": "10",
        "row_word": "police", "column_mode": "partners", "column_word": "war",
        "column_count": "12", "similarity": "conditional", "alpha": "0.5",
        "expression": "army - 0.5*government",
    },
    "frequent rows": NEWS | {
        "row_mode": "frequency", "column_mode": "typed", "column_list": "australia police",
        "order": "frequency", "similarity": "context correlation", "basis": "500",
    },
    "letters": {
        "source": "lee-news", "tokeniser": "characters", "min_count": "1", "dim": "20",
        "row_list": "a b c q u", "expression": "q", "similarity": "pmi", "search": "q",
    },
    "two lists": NEWS | {
        "compare": "yes", "b_similarity": "euclidean", "b_window": "2", "dim": "50",
        "add_context": "yes", "exponent": "1.0", "k": "30",
    },
}  # fmt: skip
DRAWN = {
    "heatmap": {"heatmap"},
    "neighbours": {"neighbours", "compared"},
    "map": {"map"},
    "corpus": {"rank", "growth"},
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("preset", PRESETS)
def test_no_exception_in_any_tab(page: str, preset: str) -> None:
    at = open_page(page, **PRESETS[preset])
    for name in ROWS[page].tabs:
        open_tab(at, page, name)
        assert not errors(at), f"tab {name}"
        assert DRAWN[page] & set(figures(at))
    assert not warnings(at)


class TestHeatmap:
    @pytest.mark.parametrize(
        "change",
        [
            {"window": 2},
            {"shift": 5.0},
            {"smoothing": 0.5},
            {"measure": "npmi"},
            {"min_count": 20},
            {"weighting": "flat", "window": 12},
        ],
        ids=str,
    )
    def test_follows_the_settings(self, change: dict[str, Any]) -> None:
        """The cells are those that `core` computes for these very settings."""
        at = put(open_page(), **change)
        spec = Association().replace(**change)
        words = vocabulary(spec.counts.corpus)
        ids = [words.find(word) for word in EXAMPLE.split()]
        np.testing.assert_allclose(
            heat(at), block(spec, count(spec.counts), ids, ids).value, rtol=1e-5, atol=1e-6
        )
        assert at.query_params == {name: str(value) for name, value in change.items()}

    @pytest.mark.parametrize("change", [{"smoothing": 0.1}, {"measure": "ppmi", "shift": 50.0}])
    def test_chance_is_the_same_whatever_the_measure(self, change: dict[str, Any]) -> None:
        """How often a pair meets is compared with row sum times column sum over the total."""
        counts = count(Association().counts)
        words = vocabulary(Association().counts.corpus)
        said = hypertext(put(open_page(), **change))
        told = re.search(r"“(\w+)” and “(\w+)”.* together ([\d.]+) times", said)
        assert told is not None and ("PPMI leaves none" in said) == ("shift" in change)
        w, c = (words.find(word) for word in told.groups()[:2])
        expected = counts.row_sums[w] * counts.column_sums[c] / counts.total
        assert float(told[3]) == pytest.approx(counts.row(w)[c] / expected, rel=0.03)
        if "shift" in change:
            ids = np.array([words.find(word) for word in EXAMPLE.split()])
            met = np.array([counts.row(i)[ids] for i in ids])
            ratio = met * counts.total / np.outer(counts.row_sums[ids], counts.column_sums[ids])
            np.fill_diagonal(ratio, 0)
            assert float(told[3]) == pytest.approx(ratio.max(), rel=0.03)

    def test_white_is_zero_and_colours_stay(self) -> None:
        at = open_page(limit="4.0")
        ends = [figure(at, "heatmap")["data"][0][name] for name in ("zmin", "zmax")]
        assert ends == [-4, 4]
        put(at, shift=3.0)
        assert [figure(at, "heatmap")["data"][0][n] for n in ("zmin", "zmax")] == ends

    def test_unknown_words_are_named_and_the_rest_drawn(self) -> None:
        at = open_page(row_list="war armyy zzzzqqqq music")
        warned = warnings(at)
        assert len(warned) == 2
        assert "“armyy” is not in the vocabulary" in warned[0] and "army" in warned[0].split(":")[1]
        assert "zzzzqqqq" in warned[1]
        assert figure(at, "heatmap")["layout"]["yaxis"]["ticktext"] == ["war", "music"]

    def test_only_unknown_words(self) -> None:
        at = open_page(row_list="qqqqzzzz")
        assert not figures(at) and len(warnings(at)) == 1 and not errors(at)
        put(at, row_list="war peace")
        assert heat(at).shape == (2, 2) and not warnings(at)

    def test_many_unknown_words_do_not_fill_the_screen(self) -> None:
        at = open_page(row_list=" ".join(f"zzqq{i}" for i in range(40)))
        assert len(warnings(at)) == 5 and "36 more words" in warnings(at)[-1]

    def test_more_words_than_can_be_shown(self) -> None:
        words = vocabulary(Association().counts.corpus).words
        at = open_page(row_list=" ".join(words[500:700]))
        assert heat(at).shape == (100, 100) and "first 100 of 200" in infos(at)[0]

    def test_unknown_word_of_a_neighbourhood(self) -> None:
        at = open_page(row_mode="neighbourhood", row_word="qqzzqq")
        assert "qqzzqq" in warnings(at)[0] and not figures(at)

    def test_opened_cell_shows_its_evidence(self) -> None:
        at = open_page(cell_word="north", cell_context="south")
        html = hypertext(at)
        assert "<mark>north</mark>" in html and '<mark class="other">south</mark>' in html
        assert any("meetings within 5 tokens" in caption for caption in captions(at))
        for step in ("weighted count", "expected by chance", "PMI", "G²", "rank-100", "cosine"):
            assert step in html

    def test_evidence_follows_the_window(self) -> None:
        at = open_page(cell_word="prime", cell_context="minister", window="1", **NEWS)
        few = next(caption for caption in captions(at) if "meeting" in caption)
        put(at, window=15)
        many = next(caption for caption in captions(at) if "meeting" in caption)
        assert int(few.split()[0].replace(",", "")) < int(many.split()[0].replace(",", ""))

    def test_words_that_never_met(self) -> None:
        at = open_page(cell_word="war", cell_context="species")
        assert any("never stand within the window" in caption for caption in captions(at))
        assert "never met" in hypertext(at)

    def test_cell_of_unknown_words(self) -> None:
        at = open_page(cell_word="qqzzqq", cell_context="south")
        assert "qqzzqq" in errors(at)[0] and "heatmap" in figures(at)

    def test_symmetric_where_it_must_be(self) -> None:
        z = heat(open_page(weighting="flat"))
        np.testing.assert_array_equal(z, z.T)


class TestNeighbours:
    def test_shows_what_core_finds(self) -> None:
        at = open_page("neighbours", dim="50", window="3", **NEWS)
        spec = PpmiSvd().replace(dim=50, window=3, source="lee-news")
        expected = nearest(spec, Query("police"))
        assert [word for word, _ in bars(at)] == [word for word, _ in expected]
        np.testing.assert_allclose([s for _, s in bars(at)], [s for _, s in expected], rtol=1e-5)

    @pytest.mark.parametrize(
        ("expression", "reason"),
        [
            ("(war + army", "never closed"),
            ("war + army)", "nothing was opened"),
            ("war +", "a word is missing"),
            ("war army", "operator is missing"),
            ("- - -", "a word is missing"),
            ("2 * 3", "multiply no word"),
            ("war - war", "cancels out"),
            ('"war', "quotation mark is never closed"),
            ("1e400 war", ""),
            ("(" * 60 + "war" + ")" * 60, "nested more than"),
            ("+".join(["war"] * 60), "more than 50 words"),
        ],
    )
    def test_bad_expressions_are_explained(self, expression: str, reason: str) -> None:
        at = open_page("neighbours", expression=expression)
        shown = errors(at) + warnings(at)
        assert len(shown) == 1 and reason in shown[0], shown
        assert not figures(at)
        put(at, expression="war")
        assert bars(at) and not errors(at)

    @pytest.mark.parametrize("expression", ["", "   "])
    def test_empty_expression(self, expression: str) -> None:
        at = open_page("neighbours", expression=expression)
        assert infos(at) == ["Type a word."] and not errors(at) and not figures(at)

    def test_too_long_expression(self) -> None:
        at = open_page("neighbours", expression="war + " * 100 + "war")
        assert "in the link is not possible; using music" in warnings(at)[0]
        put(at, expression="war " * 300)
        assert len(errors(at)) == 1

    def test_unknown_word_offers_near_spellings(self) -> None:
        at = open_page("neighbours", expression="phylosophy + 2 greek")
        assert "“phylosophy” is not in the vocabulary" in warnings(at)[0]
        at.button(key="near:philosophy").click()
        settled(at.run())
        assert at.text_input(key="setting:expression").value == "philosophy + 2 greek"
        assert bars(at) and not warnings(at)

    def test_replaces_the_word_only(self) -> None:
        """Not the same letters inside another word."""
        at = open_page("neighbours", expression="warfare + warf")
        at.button(key="near:warm" if "near:warm" in _keys(at) else _keys(at)[0]).click()
        settled(at.run())
        assert at.text_input(key="setting:expression").value.startswith("warfare + ")

    def test_trail_offers_earlier_queries(self) -> None:
        at = open_page("neighbours", expression="war")
        put(at, expression="greek")
        at.button(key="trail:war").click()
        settled(at.run())
        assert at.text_input(key="setting:expression").value == "war"
        assert at.query_params["expression"] == "war"
        assert "trail:greek" in _keys(at) and "trail:war" not in _keys(at)

    def test_distance_is_less_for_the_nearer(self) -> None:
        scores = [s for _, s in bars(open_page("neighbours", similarity="euclidean"))]
        assert scores == sorted(scores)

    def test_no_companion_with_enough_evidence(self) -> None:
        at = open_page("neighbours", similarity="pmi", least="20.0", expression="mugham")
        assert "No word has enough evidence" in infos(at)[0] and not errors(at)

    def test_two_lists_are_joined(self) -> None:
        at = open_page("neighbours", compare="yes", b_window="20", b_similarity="cosine", **NEWS)
        data = figure(at, "compared")["data"]
        a, b = ({d[0] for d in trace["customdata"]} for trace in data[:2])
        assert len(data) - 2 == len(a & b) > 0
        words = [d[0] for d in data[1]["customdata"]]
        other = nearest(PpmiSvd().replace(window=20, source="lee-news"), Query("police"))
        assert words == [word for word, _ in other]

    def test_how_often_each_comes_back(self) -> None:
        at = open_page("neighbours", steady="yes", repeats="3", dim="20", k="12", **NEWS)
        labels = figure(at, "neighbours")["layout"]["yaxis"]["ticktext"]
        spec = Repeats().replace(repeats=3, source="lee-news", dim=20)
        reruns = repeat(spec)
        row = reruns.words.index("police")
        assert len(labels) == 12
        for label, (word, _) in zip(labels, bars(at), strict=True):
            id = reruns.words.index(word)
            n = sum(id in run[row, :12] for run in reruns.runs)
            assert label == f"{word} <i>{n}/3</i>"
        html = hypertext(at)
        assert "among the 12 nearest in" in html and "drawn with replacement" in html
        put(at, expression="police + army")
        assert "told of one word" in hypertext(at) and not errors(at)
        put(at, similarity="euclidean")
        assert "<i>" not in str(figure(at, "neighbours")["layout"]["yaxis"]["ticktext"])

    def test_vectors_only_of_second_order(self) -> None:
        at = open_tab(open_page("neighbours", similarity="pmi"), "neighbours", "Vectors")
        assert any("have no vectors" in caption for caption in captions(at))


def _keys(at: Any) -> list[str]:
    return [b.key for b in at.button if b.key]


class TestCorpus:
    def test_numbers(self) -> None:
        at = open_page("corpus")
        words = vocabulary(Association().counts.corpus)
        for number in (words.all_tokens, words.all_types, len(words.words)):
            assert f"<b>{number:,}</b>" in hypertext(at)

    def test_concordance(self) -> None:
        at = open_tab(open_page("corpus", search="greek"), "corpus", "Find a word")
        assert hypertext(at).lower().count("<mark>greek</mark>") == 8
        first = hypertext(at)
        at.get("pagination")[0].set_value(2)
        settled(at.run())
        assert hypertext(at).lower().count("<mark>greek</mark>") and hypertext(at) != first

    def test_unknown_word(self) -> None:
        at = open_tab(open_page("corpus", search="etruscann"), "corpus", "Find a word")
        assert "etruscan" in errors(at)[0] and "rank" in figures(at)

    def test_fewer_words_kept(self) -> None:
        at = open_page("corpus", min_count="200")
        words = vocabulary(Association().counts.corpus.replace(min_count=200))
        assert f"<b>{len(words.words):,}</b>" in hypertext(at)

    def test_largest_vocabulary_of_a_link_is_kept(self) -> None:
        """A number between the slider's stops is a stop itself."""
        at = open_page("corpus", max_words="1234")
        assert "<b>1,234</b>" in hypertext(at) and at.query_params == {"max_words": "1234"}
