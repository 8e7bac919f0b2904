"""Word discovery without a browser: the default text, cuts, typed texts, and the way on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from opening import (
    errors,
    figure,
    figures,
    hypertext,
    open_page,
    open_tab,
    page_of,
    put,
    script,
    settings,
    upload,
)
from test_code_tabs import run

from core.segmentation.specs import Discovery
from core.text.discovery import Discovered, learned_by, unigram
from core.text.judging import found, judged
from core.text.specs import Source
from core.text.templates import Templated, templates

NEWS = {"source": "lee-news", "longest_word": "8"}
SPEC = Discovered(Source("lee-news", joined=True), Discovery(longest_word=8))


def marks(at: Any) -> dict[str, int]:
    """How many cuts of each kind are marked in the text."""
    [text] = re.findall(r'<p class="vs-text">.*?</p>', hypertext(at), re.S)
    return {kind: text.count(f'<b class="{kind}">') for kind in ("right", "wrong", "missed")}


def answered(at: Any) -> str:
    [sentence] = re.findall(r'class="vs-caption">(F1 [^<]*)<', hypertext(at))
    return str(sentence)


def test_the_answer_is_that_of_core() -> None:
    at = open_page("discovery", **NEWS)
    result = judged(SPEC)
    assert f"F1 {result.f1:.3f}" in answered(at) and f"{result.gold:,} words" in answered(at)
    assert set(figures(at)) == {"discovery_scores"} and not errors(at)
    names = [trace["name"] for trace in figure(at, "discovery_scores")["data"]]
    assert names[:3] == ["F1", "precision", "recall"]
    before = marks(at)
    assert all(before.values())
    key = {kind: int(n) for n, kind in re.findall(r"([\d,]+) (right|wrong|missed)", hypertext(at))}
    assert key == before


def test_a_slider_cuts_anew() -> None:
    at = open_page("discovery", **NEWS)
    before, sentence = marks(at), answered(at)
    put(at, cut_cost=6.0)
    after = marks(at)
    assert after["missed"] > before["missed"] and after["wrong"] < before["wrong"]
    assert answered(at) != sentence and at.query_params["cut_cost"] in ("6", ["6"], ["6.0"], "6.0")


@pytest.mark.parametrize("method", ["cohesion", "entropy"])
def test_the_published_methods(method: str) -> None:
    at = open_page("discovery", found_by=method, **NEWS)
    result = judged(SPEC.replace(found_by=method))
    assert f"F1 {result.f1:.3f}" in answered(at) and not errors(at)
    at = open_tab(at, "discovery", "Bits")
    drawn = figure(at, "discovery_bits")["data"][0]
    steps = found(SPEC.replace(found_by=method)).steps
    assert drawn["x"] == ["letters", "joined strings", "frequent strings", "words kept"]
    assert drawn["y"] == pytest.approx([step.bits for step in steps])


def test_the_unigram_model_and_its_live_cost() -> None:
    """Its cost cuts anew without learning anew, and the tab says how much was weighed."""
    spec = SPEC.replace(found_by="unigram", length_power=1.4)
    at = open_page("discovery", found_by="unigram", length_power="1.4", **NEWS)
    assert f"F1 {judged(spec).f1:.3f}" in answered(at) and not errors(at)
    sentence = answered(at)
    put(at, further_cost=3.0)
    assert f"F1 {judged(spec.replace(further_cost=3.0)).f1:.3f}" in answered(at)
    assert answered(at) != sentence
    assert learned_by(spec.replace(further_cost=3.0)) == learned_by(spec)
    at = open_tab(at, "discovery", "Bits")
    model = unigram(learned_by(spec))
    assert any(f"{model.listed[-1]:,} pay for" in text for text in hypertext(at).split("<"))


def test_a_typed_text() -> None:
    at = open_page("discovery", typed="the court said", **NEWS)
    assert sum(marks(at).values()) >= 2
    put(at, typed="thecourtsaid")
    assert "nothing tells which are right" in hypertext(at) and not any(marks(at).values())
    put(at, typed="… !")
    assert any("There is no letter" in info.value for info in at.info)
    put(at, typed="字")  # of no letter that the corpus has
    assert "0 cuts" in hypertext(at)


def test_words_code_and_a_text_without_gold() -> None:
    at = open_tab(open_page("discovery", **NEWS), "discovery", "Words found")
    table = at.dataframe[0].value
    words = found(SPEC)
    assert table["word"].tolist() == words.words
    assert (table["known by hand"] == "yes").tolist() == words.known.tolist()
    first, counts, f1, names = run(script(open_tab(at, "discovery", "Code")))
    assert first == words.words[:20] and counts == words.counts[:20].tolist()
    assert f1 == judged(SPEC).f1 and names == templates(Templated(SPEC)).names[:5]
    at = open_tab(put(at, joined=False), "discovery", "Words missed")
    assert not figures(at) and not errors(at)
    assert any("Nothing tells which words" in info.value for info in at.info)


def test_templates_and_their_rules() -> None:
    at = open_tab(open_page("discovery", **NEWS), "discovery", "Templates")
    result = templates(Templated(SPEC))
    table = at.dataframe[0].value
    assert table["template"].tolist() == result.names and "between … and" in result.names
    assert f"{len(result.names):,} templates" in hypertext(at)
    put(at, template_count=40)
    assert (at.dataframe[0].value["count"] >= 40).all() and not errors(at)
    put(at, template_count=1000)
    assert not len(at.dataframe) and "No words go together" in hypertext(at)


def test_a_text_without_letters() -> None:
    at = open_page("discovery", joined="yes", **upload("dots.txt", "... !\n" * 5))
    assert any("holds no letters" in error for error in errors(at))


def test_the_words_are_a_tokeniser_of_the_corpus() -> None:
    at = open_page("discovery", **NEWS)
    at.button(key="discovery:count").click()
    at.run()  # once: an AppTest goes back to the page it was told to run
    taken = {name: settings(at)[name] for name in ("source", "joined", "tokeniser", "longest_word")}
    assert page_of(at) == "corpus"
    assert taken == {
        "source": "lee-news", "joined": True, "tokeniser": "discovered", "longest_word": 8,
    }  # fmt: skip
    at = open_page("corpus", tokeniser="discovered", joined="yes", **NEWS)
    cards = dict(re.findall(r"<small>([\w ]+)</small><b>([\d,.%]+)</b>", hypertext(at)))
    assert cards["tokens read"] == f"{found(SPEC).counts.sum():,}" and not errors(at)


def test_what_the_tour_says() -> None:
    source = Source("peoples-daily", joined=True)
    for method, right in (("branching", 74), ("cohesion", 68), ("entropy", 62)):
        spec = Discovered(source, Discovery(found_by=method))
        assert round(100 * judged(spec).precision) == right
    steps = found(spec).steps
    assert (round(steps[0].bits, 2), round(steps[-1].bits, 2)) == (9.63, 7.13)
    assert {"泽民", "恩来"} <= set(found(spec.replace(found_by="cohesion")).missed)
