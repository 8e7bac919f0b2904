"""Rows of a collection on the pages of words: opened by links, driven by widgets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    captions,
    errors,
    figure,
    figures,
    go,
    hypertext,
    infos,
    open_page,
    open_tab,
    page_of,
    put,
    script,
    settings,
    warnings,
)
from shelving import loaded, own_shelf, run  # noqa: F401

from core.items.collection import table_of
from core.items.collection_specs import Collection
from core.items.values import categories
from core.spaces.places import judge
from core.spaces.rows import rows_of
from core.spaces.shelving import shelve
from core.spaces.specs import Kept, Place, Space
from core.vectors import Query, Shelved, nearest
from core.vectors.models.model import Model
from core.vectors.models.row_names import RowNames
from core.vectors.store import shelf
from dashboard import language
from dashboard.chain import row_picker
from dashboard.chain.spaces import called

DIGITS = Space(Collection("digits"))
ROW = 17


def brute(row: int, k: int) -> list[int]:
    X = rows_of(DIGITS).V
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    order = np.argsort(-(unit @ unit[row]), kind="stable")
    return [int(i) for i in order if i != row][:k]


class TestNeighbours:
    def test_of_a_row_by_its_number(self) -> None:
        entry = shelve(DIGITS)
        query = {"model": entry.id, "expression": f"#{ROW}", "k": "7"}
        at = open_page("neighbours", **query)
        details = figure(at, "neighbours")["data"][0]["customdata"]
        assert [d[4] for d in details] == brute(ROW, 7)
        label = categories(table_of(DIGITS.collection), "digit")
        title = f"{label.names[label.codes[ROW]]} · #{ROW}"
        assert f"The 7 nearest rows of “{title}”, exactly, among 1,797" in hypertext(at)
        assert at.query_params == query and not warnings(at)
        (printed,) = run(script(open_tab(at, "neighbours", "Code")))
        assert printed == nearest(Shelved(entry.id), Query(f"#{ROW}", k=7))
        for tab in ("Table", "Vectors", "Provenance"):
            assert not errors(open_tab(at, "neighbours", tab))

    def test_a_collection_is_one_of_the_models(self) -> None:
        """Chosen from the list of an empty shelf, and named by a link to any server."""
        at = open_page("neighbours", source="lee-news", dim="20", expression="police")
        options = at.selectbox(key="setting:model").options
        assert sum("Items: " in o and "Digits (8×8 pixels)" in o for o in options) == 1
        at = put(at, model="items:digits")
        (entry,) = shelf.entries()
        assert settings(at)["model"] == entry.id and entry.of_items
        assert [d[4] for d in figure(at, "neighbours")["data"][0]["customdata"]] == brute(0, 15)
        linked = open_page("neighbours", model="items:digits", expression="#3")
        assert settings(linked)["model"] == entry.id and len(shelf.entries()) == 1

    def test_a_sum_of_rows(self) -> None:
        at = open_page("neighbours", model=shelve(DIGITS).id, expression="#1 - #2 + #5")
        assert "“#1 - #2 + #5”" in hypertext(at) and not warnings(at)

    def test_what_a_typed_text_means(self) -> None:
        names = RowNames.of(["a cat", "a dog · #4", "a dog · #7"], np.array([1, 4, 7]))
        for typed, row in {
            "a cat": "#1", "DOG": "#4", "#7": "#7", "#1 - #4": "#1 - #4", "": "",
            "a bird": "", "#2": "", "#1 - #2": "", "a dog · #7": "#7",
        }.items():  # fmt: skip
            assert row_picker.resolved(names, typed) == row, typed

    def test_beside_other_vectors_of_the_same_rows_alone(self) -> None:
        articles = Space(Collection("articles"), text_dim=10)
        a, b, other = shelve(articles), shelve(articles.replace(text_dim=20)), shelve(DIGITS)
        at = open_page("neighbours", model=a.id, compare="yes", b_model=b.id, expression="#4")
        second = figure(at, "compared")["data"][1]["customdata"]
        model = shelf.load(b.id)
        assert [d[0] for d in second] == [w for w, _ in nearest(Shelved(b.id), Query("#4"))]
        assert [d[4] for d in second] == [model.rows[model.words.index(d[0])] for d in second]
        assert other.name not in at.selectbox(key="setting:b_model").options

    def test_how_often_each_comes_back(self) -> None:
        at = open_page("neighbours", model=shelve(DIGITS).id, expression="#5", steady="yes",
                       repeats="3", k="5")  # fmt: skip
        assert "3 draws of the 64 dimensions, with replacement" in hypertext(at)

    def test_words_again(self) -> None:
        """What was asked of rows is no question to words."""
        word = loaded("cat 1 2\ndog 1 2.5\nsea -3 1\n")
        at = open_page("neighbours", model=shelve(DIGITS).id, expression="#5")
        at = put(at, model=word.id)
        assert "#5" not in at.query_params.get("expression", "") and not warnings(at)
        assert not errors(at)


class TestMap:
    def test_is_that_of_the_collection(self) -> None:
        entry = shelve(DIGITS)
        at = open_page("map", model=entry.id, map_word=f"#{ROW}")
        judged = judge(Kept(Place(DIGITS), 10))
        trace = figure(at, "map")["data"][0]
        np.testing.assert_allclose(array(trace["marker"]["color"]), judged.kept)
        assert "Vectors of 1,797 of 1,797 rows, the first of the table" in hypertext(at)
        assert f"{100 * judged.kept.mean():.1f}\u00a0% kept" in hypertext(at)
        assert "frequent" not in hypertext(at) and "word" not in " ".join(captions(at))
        assert at.query_params["map_word"] == f"#{ROW}"
        for tab in ("Word", "Lasso", "Hubs", "Seeds", "Table", "Provenance"):
            assert not errors(open_tab(at, "map", tab)), tab

    def test_the_code_puts_the_collection_on_the_shelf(self) -> None:
        at = open_page("map", model=shelve(DIGITS).id, map_word=f"#{ROW}")
        lines = script(open_tab(at, "map", "Code"))
        shelf.delete(settings(at)["model"])
        xy, *_ = run(lines)
        assert len(xy) == 1_797


class TestTwoModels:
    def test_of_the_same_rows(self) -> None:
        articles = Space(Collection("articles"), text_dim=10)
        a, b = shelve(articles), shelve(articles.replace(text_dim=20))
        at = open_page("compare", a_model=a.id, b_model=b.id)
        assert "changes" in figures(at) and "rows both have" in hypertext(at)
        for tab in ("Words", "Scores", "Stability", "Several models", "Code", "Provenance"):
            assert not errors(open_tab(at, "compare", tab)), tab
        at = open_tab(at, "compare", "Scores")
        at.button(key="scores:two").click()
        assert page_of(at.run()) == "two_embeddings"

    def test_rows_of_one_title_are_told_apart_by_number(self) -> None:
        a, rows = shelve(DIGITS), rows_of(DIGITS)
        other = shelf.put(
            Model(shelf.load(a.id).words, shelf.load(a.id).counts, rows.V[:, ::2], rows=rows.rows),
            "half", "half", shelf.ITEMS, spec=a.spec,
        )  # fmt: skip
        for row in (ROW, 5):
            at = open_page("compare", a_model=a.id, b_model=other.id, compared_word=f"#{row}")
            assert f"· #{row}" in " ".join(m.value.replace("\\", "") for m in at.markdown)
            assert at.query_params["compared_word"] == f"#{row}" and not warnings(at)
        at = open_page("compare", a_model=a.id, b_model=other.id, compared_word="#99999")
        assert "no title of a row" in warnings(at)[0]

    def test_names_are_in_the_visitor_s_language(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(language, "session_language", lambda: "zh")
        entry = shelve(DIGITS)
        assert "手写数字" in called(entry) and entry.name in called(entry).replace(
            "手写数字（8×8 像素）", "Digits (8×8 pixels)"
        )
        shelf.rename(entry.id, "Digits (8×8 pixels)")
        assert called(shelf.get(entry.id)) == "Digits (8×8 pixels)"

    def test_one_kind_of_vectors_is_not_enough(self) -> None:
        at = open_page("compare", a_model=shelve(DIGITS).id)
        assert "only vectors of these rows" in infos(at)[0]


def test_pages_of_words_say_why_not() -> None:
    entry = shelve(DIGITS)
    at = open_page("scores", model=entry.id, source="lee-news", dim="20")
    assert "this page needs words" in warnings(at)[0]
    assert entry.name not in at.selectbox(key="setting:model").options


@pytest.mark.parametrize("page", ["neighbours", "map", "compare", "sweeps"])
def test_from_the_page_collection(page: str) -> None:
    at = open_page("collection", rows_from="digits")
    at.button(key=f"elsewhere:{page}").click()
    at = go(at.run(), page)
    assert not errors(at)
    if page == "sweeps":
        assert settings(at)["swept"] == "Labelled?rows_from=digits"
    else:
        setting = "a_model" if page == "compare" else "model"
        assert settings(at)[setting] == shelf.entries()[0].id


def test_the_gallery_lists_rows() -> None:
    shelve(DIGITS)
    at: Any = open_tab(open_page("models"), "models", "Gallery")
    assert not errors(at) and "Items" in str(at.dataframe[0].value["kind"].tolist())
