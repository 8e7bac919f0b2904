"""The signal path: what each slider moves, where each scope leads, what it opens with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from opening import (
    APP,
    LIMIT,
    array,
    errors,
    figure,
    figures,
    go,
    hypertext,
    infos,
    open_page,
    page_of,
    put,
    script,
    settings,
    settled,
    upload,
    warnings,
)
from streamlit.testing.v1 import AppTest

from core.paths import WordPath, approximated, counted
from core.paths.images import ImagePath, walk
from core.vectors import PpmiSvd

QUICK = {"most": "200", "vae_epochs": "3"}  # a latent model that is trained in a moment
NEWS = QUICK | {"source": "lee-news", "path_word": "police"}
WORDS = ("counts", "pmi", "rebuilt", "vector", "near")
PICTURES = ("image", "latent", "cluster", "sample")


def parts(at: AppTest) -> dict[str, Any]:
    """What is sent to the browser for each scope of the word."""
    return {key: sent for key, sent in figures(at).items() if key in WORDS}


def test_is_what_one_sees_first() -> None:
    at = AppTest.from_file(str(APP), default_timeout=LIMIT)
    at.query_params.update(QUICK)
    settled(at.run())
    assert set(figures(at)) == {*WORDS, *PICTURES} and not errors(at) and not warnings(at)
    assert "Signal path" in hypertext(at) and "“music”" in hypertext(at)


def test_scopes_show_what_core_computes() -> None:
    at = open_page("path", **NEWS, dim="40", shift="2.0")
    spec = WordPath(PpmiSvd(dim=40), "police").replace(source="lee-news", shift=2.0)
    row, low_rank = counted(spec), approximated(spec)
    for key, values in (
        ("counts", row.observed),
        ("pmi", row.value),
        ("rebuilt", low_rank.rebuilt),
        ("vector", low_rank.vector),
        ("near", low_rank.cosines),
    ):
        drawn = array(figure(at, key)["data"][0]["x"])
        np.testing.assert_allclose(drawn, values, rtol=1e-5, atol=1e-6)
    html = hypertext(at)
    assert (
        f"<b>{low_rank.error:.2f} <small>" in html
        and f"<b>{100 * row.cut:.0f}\u00a0% <small>" in html
    )
    assert f"{len(low_rank.nearest) - low_rank.kept} of {len(low_rank.nearest)}" in html


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"window": 3}, WORDS),
        ({"weighting": "flat"}, WORDS),
        ({"shift": 3.0}, WORDS[1:]),
        ({"smoothing": 0.5}, WORDS[1:]),
        ({"dim": 40}, WORDS[2:]),
        ({"digit": 5}, ()),
    ],
    ids=str,
)
def test_a_slider_moves_what_is_downstream_and_only_that(
    change: dict[str, Any], moved: tuple[str, ...]
) -> None:
    at = open_page("path", **NEWS)
    before = parts(at)
    after = parts(put(at, **change))
    assert {key for key in WORDS if after[key] != before[key]} == set(moved)
    assert at.query_params == NEWS | {name: str(value) for name, value in change.items()}


def test_a_smaller_dimension_slices_the_decomposition(monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_page("path", **NEWS)

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("a decomposition was computed anew")

    monkeypatch.setattr("core.vectors.models.factorised.truncated_svd", never)
    for dim in (2, 50, 100):
        assert len(array(figure(put(at, dim=dim), "vector")["data"][0]["x"])) == dim


def test_names_light_up_in_every_scope() -> None:
    """A context is known to all five, a neighbour to those that can show it."""
    at = open_page("path", **NEWS)
    links = {key: options["link"] for key, (options, _) in parts(at).items()}
    spec = WordPath(PpmiSvd(), "police").replace(source="lee-news")
    low_rank = approximated(spec)
    assert {link["group"] for link in links.values()} == {"word"}
    for i, context in enumerate(low_rank.contexts):
        for key in ("counts", "pmi", "rebuilt"):
            assert links[key]["says"][i] == [f"c:{context}"]
            assert links[key]["rows"][f"c:{context}"] == [i]
        assert links["near"]["rows"][f"c:{context}"] == np.flatnonzero(low_rank.shared[i]).tolist()
        assert len(links["vector"]["curves"][f"c:{context}"]) == len(low_rank.vector)
    for j, word in enumerate(low_rank.nearest):
        name, *contexts = links["near"]["says"][j]
        assert name == f"n:{word}" and links["near"]["rows"][name] == [j]
        assert contexts == [
            f"c:{c}" for c, met in zip(low_rank.contexts, low_rank.shared[:, j], strict=True) if met
        ]


PAGE_LINKS = {
    "counts": ("corpus", {"search": "police"}),
    "pmi": ("heatmap", {"row_list": "police", "column_mode": "typed"}),
    "rebuilt": ("lowrank", {"kind": "ppmi", "rank": 60}),
    "vector": ("map", {"map_word": "police"}),
    "near": ("neighbours", {"expression": "police"}),
    "image": ("latent", {"most": 200, "vae_epochs": 3}),
    "cluster": ("latent_judgement", {"density_item": 7}),
    "sample": ("latent_samples", {"vae_epochs": 3}),
}


@pytest.mark.parametrize("scope", PAGE_LINKS)
def test_links_open_the_page_behind_with_the_same_settings(scope: str) -> None:
    page, expected = PAGE_LINKS[scope]
    at = open_page("path", **NEWS, window="3", dim="60", digit="7")
    at.button(key=f"open-{scope}").click()
    at.run()  # once: an AppTest goes back to the page it was told to run
    assert page_of(at) == page and not errors(at)
    opened = settings(at)
    assert {name: opened[name] for name in expected} == expected
    if scope in WORDS:
        assert opened["source"] == "lee-news" and (opened["window"], opened["dim"]) == (3, 60)
    assert parts(go(at, "path"))


def test_stored_ways_are_as_the_scopes_tell() -> None:
    at = open_page("path", **NEWS, digit="5")
    walked = walk(ImagePath(most=200, vae_epochs=3))
    image = array(figure(at, "image")["data"][0]["z"])
    np.testing.assert_allclose(image[:8].ravel(), walked.x[5])
    np.testing.assert_allclose(image[9:].ravel(), walked.rebuilt[5], rtol=1e-6)
    assert f"<b>{walked.missed(5):.2f} <small>" in hypertext(at)
    k = walked.cluster[5]
    assert f"<b>{100 - 100 * walked.responsibility[5, k]:.1f}\u00a0% <small>" in hypertext(at)
    put(at, digit=11)
    assert f"<b>{walked.missed(11):.2f} <small>" in hypertext(at)


class TestWords:
    def test_unknown_word_offers_its_near_spellings(self) -> None:
        at = open_page("path", **NEWS | {"path_word": "polise"})
        assert "“polise” is not in the vocabulary." in warnings(at) and not figures(at)
        at.button(key="near:police").click()
        assert set(parts(settled(at.run()))) == set(WORDS)
        assert at.query_params["path_word"] == "police"

    @pytest.mark.parametrize(
        "word", ["<img src=x onerror=alert(1)>", "**bold**", "", "a b", "%{x}"]
    )
    def test_what_is_no_word_is_told_as_text(self, word: str) -> None:
        at = open_page("path", **NEWS | {"path_word": word})
        assert not parts(at) and "<img" not in hypertext(at)
        assert errors(at) or warnings(at) or infos(at)

    def test_markup_among_the_words_stays_text(self) -> None:
        text = "<b>bold</b> &amp; the <i>cat</i> sat on the mat with <b>bold</b> dogs . \n" * 30
        link = upload("markup.txt", text, tokeniser="whitespace", path_word="<b>bold</b>")
        at = open_page("path", **QUICK, **link, dim="3")
        assert set(WORDS) <= set(figures(at))
        assert "<b>bold" not in hypertext(at)
        assert "<i>" not in "".join(figure(at, "counts")["layout"]["yaxis"]["ticktext"])

    def test_a_corpus_without_the_example_opens_with_a_word_of_its_own(self) -> None:
        at = open_page("path", **QUICK, **upload("cats.txt", "the cat sat on the mat\n" * 40))
        assert set(WORDS) <= set(figures(at)) and not errors(at) and not warnings(at)

    def test_a_word_that_meets_no_other(self) -> None:
        text = "the cat sat on the mat\n\n" * 40 + "alone\n\n"
        link = upload("alone.txt", text, min_count="1", path_word="alone")
        at = open_page("path", **QUICK, **link, dim="3")
        [told] = infos(at)
        assert told.startswith("“alone” meets no other word within 5 tokens") and not parts(at)
        assert set(parts(put(at, path_word="cat"))) == set(WORDS) and not infos(at)

    def test_a_word_of_whose_row_nothing_is_left(self) -> None:
        at = open_page("path", **NEWS | {"path_word": "the"}, shift="50")
        spec = WordPath(path_word="the").replace(source="lee-news", shift=50.0)
        assert counted(spec).cut == 1 and np.isnan(approximated(spec).error)
        [told] = infos(at)
        assert told.startswith("PMI − log 50 is above zero in none of the 1,819 contexts of “the”")
        assert set(parts(at)) == {"counts", "pmi"} and "hold" not in hypertext(at)
        assert set(parts(put(at, shift=1))) == set(WORDS) and not infos(at)

    def test_impossible_settings_are_named(self) -> None:
        at = open_page("path", **QUICK, window="99", digit="-3", dim="1e9")
        assert len(warnings(at)) == 3 and set(WORDS) <= set(figures(at))


def test_code_gives_the_numbers_shown() -> None:
    at = open_page("path", **NEWS, dim="40", digit="9")
    printed: list[Any] = []
    exec(script(at), {"print": lambda *values: printed.extend(values)})
    row, after, missed = printed
    np.testing.assert_allclose(array(figure(at, "pmi")["data"][0]["x"]), row.value, rtol=1e-5)
    np.testing.assert_allclose(array(figure(at, "near")["data"][0]["x"]), after.cosines, rtol=1e-5)
    assert f"<b>{missed:.2f} <small>" in hypertext(at)
