"""Models explained, scored and asked for keywords, without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    errors,
    figure,
    figures,
    hypertext,
    infos,
    open_page,
    open_tab,
    put,
    script,
    warnings,
)
from shelving import LINK, NEWS, SMALL, finish, kind, loaded, own_shelf, run  # noqa: F401

from core.vectors import Shelved
from core.vectors.evaluate import explained
from core.vectors.evaluate.scores import scored
from core.vectors.store import shelf


class TestExplain:
    @pytest.mark.parametrize("name", ["word2vec", "glove", "simpler", "explicit", "ppmi-svd"])
    def test_factorisation_shows_what_core_finds(self, name: str) -> None:
        entry = shelf.train(SMALL[name])
        at = open_page("explain", model=entry.id)
        comparison = explained.compare(Shelved(entry.id))
        counted = array(figure(at, "density")["data"][0]["customdata"])
        assert np.nansum(counted) > 0.9 * len(comparison.product)
        assert f"Correlation {comparison.correlation:.3f}" in hypertext(at)
        assert ("least possible" in hypertext(at)) == (name in ("word2vec", "explicit"))
        label, correlation, *_ = run(script(open_tab(at, "explain-below", "Code")))
        assert (label, correlation) == (comparison.label, comparison.correlation)

    def test_without_any_model_the_live_vectors_are_explained(self) -> None:
        at = open_page("explain", **LINK)
        assert {"density", "residuals"} <= set(figures(at)) and not errors(at)

    @pytest.mark.parametrize("name", ["tree", "file"])
    def test_models_without_a_target(self, name: str) -> None:
        entry = loaded("a 1 2\nb 3 4\n") if name == "file" else shelf.train(SMALL[name])
        at = open_page("explain", model=entry.id)
        assert "choose" in errors(at)[0] and not figures(at)

    def test_freedom_follows_the_slider(self) -> None:
        at = open_tab(open_page("explain"), "explain", "GloVe's freedom")
        assert "needs a GloVe" in infos(at)[0]
        shelf.train(SMALL["simpler"])
        entry = shelf.train(SMALL["glove"])
        at = open_tab(open_page("explain", model=entry.id), "explain", "GloVe's freedom")
        strips = []
        for moved in (0.0, 2.0, 8.0):
            put(at, moved=moved)
            strips.append(numbers(at))
            shown = array(figure(at, "cosines")["data"][1]["y"])
            assert shown.sum() == pytest.approx(1.0, abs=1e-3)
        losses = [strip["loss with a added"] for strip in strips]
        means = [strip["mean cosine with a added"] for strip in strips]
        assert max(losses) - min(losses) < 2e-6 * max(1, losses[0]) + 1e-5
        assert means[0] < means[1] < means[2] > 0.9
        loss, mean = run(script(open_tab(at, "explain-below", "Code")))
        assert loss == pytest.approx(losses[2], abs=1e-6) and mean == pytest.approx(means[2], 1e-3)
        put(at, freedom_word="zzqq")
        assert "zzqq" in warnings(at)[0] and "cosines" in figures(at)

    @pytest.mark.parametrize("name", ["glove", "simpler"])
    def test_lengths(self, name: str) -> None:
        entry = shelf.train(SMALL[name])
        at = open_tab(open_page("explain", model=entry.id), "explain", "Lengths")
        other, stop = figure(at, "norms")["data"]
        assert "the" in stop["text"] and "police" in other["text"]
        (correlation, *_) = run(script(open_tab(at, "explain-below", "Code")))
        assert f"−log P(w): {correlation:.3f}".replace("-", "−") in hypertext(at)


def numbers(at: Any) -> dict[str, float]:
    import re

    cards = re.findall(r"<small>([\w ]+)</small><b>([-\d.,]+)</b>", hypertext(at))
    return {name: float(value.replace(",", "")) for name, value in cards}


class TestScores:
    def test_analogy_by_three_rules(self) -> None:
        entry = shelf.train(SMALL["simpler"])
        at = open_page("scores", model=entry.id, first="police", second="court", third="man")
        drawn = figure(at, "parallelogram")["data"]
        assert [t["text"][:3] for t in drawn if "text" in t] == [["police", "court", "man"]]
        tables = [table.value for table in at.dataframe[:3]]
        rules = run(script(open_tab(at, "scores-below", "Code")))[0::3]
        assert rules == ["3CosAdd", "3CosMul", "raw sum"]
        words = run(script(at))[1::3]
        for table, expected in zip(tables, words, strict=True):
            assert list(table["word"]) == expected
            assert not {"police", "court", "man"} & set(expected)
        put(at, third="police", without=False)
        assert at.dataframe[0].value["word"][0] == "court", "cos(d, b) alone is left"
        put(at, without=True)
        assert not {"police", "court"} & set(at.dataframe[0].value["word"])

    def test_unknown_and_empty_words(self) -> None:
        at = open_page("scores", first="zzqq", **LINK)
        assert "zzqq" in errors(at)[0]
        put(at, first=" ")
        assert "Type three words" in infos(at)[0]

    def test_scores_are_those_of_core(self) -> None:
        entry = shelf.train(SMALL["ppmi-svd"])
        at = open_tab(open_page("scores", model=entry.id), "scores", "Scores")
        sheet = scored(Shelved(entry.id))
        published, chance, own = figure(at, "similarity")["data"]
        np.testing.assert_allclose(array(own["x"]), [s.value for s in sheet.similarity])
        assert len(published["x"]) == 10 and len(array(chance["x"])) == 2
        ticks = figure(at, "similarity")["layout"]["yaxis"]["ticktext"]
        assert ticks[0] == f"WordSim-353<br>{100 * sheet.similarity[0].coverage:.0f}\u00a0% covered"
        (scores, _) = run(script(open_tab(at, "scores-below", "Code")))
        assert scores == [(s.name, s.value, s.covered) for s in sheet.similarity]
        assert not errors(at)


class TestKeywords:
    TEXT = "The police said the court heard that police had found the man in Sydney"

    def test_three_definitions(self) -> None:
        tree = shelf.train(SMALL["tree"])
        entry = shelf.train(SMALL["simpler"])
        at = open_page("keywords", model=entry.id, passage=self.TEXT, tree_model=tree.id)
        assert {"sum", "tree", "tfidf"} <= set(figures(at)) and not errors(at)
        words_of_sum = [d[0] for d in figure(at, "sum")["data"][0]["customdata"]]
        words = run(script(open_tab(at, "keywords", "Code")))[::2]
        assert len(words) == 3
        for key, ranked in zip(("sum", "tree", "tfidf"), words, strict=True):
            drawn = [d[0] for d in figure(at, key)["data"][0]["customdata"]]
            assert ranked[: len(drawn)] == drawn
        assert len(open_tab(at, "keywords", "Table").dataframe[0].value) >= 3 * len(words_of_sum)

    def test_a_missing_model_can_be_trained_at_once(self) -> None:
        at = open_page("keywords", passage=self.TEXT, **LINK)
        assert "tree" not in figures(at)
        next(b for b in at.button if str(b.key).startswith("offer:")).click()
        at = finish(at.run())
        assert "tree" in figures(at) and not errors(at)
        (entry,) = shelf.entries()
        assert entry.tree and entry.training.corpus == NEWS

    def test_what_cannot_be_had_is_said(self) -> None:
        entry = loaded("police 1 2\ncourt 3 1\nman 0 1\n")
        at = open_page("keywords", model=entry.id, passage=self.TEXT)
        assert "sum" in figures(at) and len(infos(at)) == 2 and not errors(at)
        put(at, passage="zz qq")
        assert "Only 0 words" in errors(at)[0]
        put(at, passage="  ")
        assert "Paste a text" in infos(at)[-1]
