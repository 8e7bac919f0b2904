"""The page of collections, opened by links and driven by its widgets, without a browser."""

from __future__ import annotations

import io
import json
import threading
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from opening import (
    APP,
    array,
    dropped,
    errors,
    figure,
    figures,
    go,
    hypertext,
    open_page,
    open_tab,
    put,
    run_while,
    script,
    settings,
    settled,
    spoken,
)
from streamlit.testing.v1 import AppTest

from core import uploads
from core.items import Collection, with_roles
from core.items.collection import table_of
from core.items.collection_specs import of_files
from core.items.filters import Filter, packed, passing, written
from core.layouts import reference
from core.maps.density import regions
from core.spaces import Kept, Place, Space, judge, place, places
from core.spaces.places import settled_place
from core.spaces.queries import LONGEST, Asked, ask
from dashboard import slots
from dashboard.items.memory import Looked
from dashboard.navigation import SCRIPTS

N = 90
RNG = np.random.default_rng(0)
GENRES = [("rock", "pop", "<b>jazz</b>")[i % 3] for i in range(N)]
V = (RNG.normal(size=(N, 6)) + 2 * np.eye(6)[[i % 3 for i in range(N)]]).astype(np.float32)
TABLE = pa.table(
    {
        "title": [f"A song of {GENRES[i]} and number {i} %{{x}}" for i in range(N)],
        "genre": GENRES,
        "year": [1960 + i % 40 for i in range(N)],
        "when": [f"2024-01-{i % 28 + 1:02}" for i in range(N)],
        "x": np.arange(N) * 1.0,
        "y": np.arange(N) ** 2 * 1.0,
        "emb": [None if i == 7 else v.tolist() for i, v in enumerate(V)],
    }
)


def kept(name: str, table: pa.Table) -> Collection:
    """A table as an uploaded Parquet file."""
    file = io.BytesIO()
    pq.write_table(table, file)
    return of_files("upload", [(name, uploads.keep(name, file.getvalue()))])


@pytest.fixture(scope="module")
def songs() -> Collection:
    return kept("songs.parquet", TABLE)


def points(at: Any) -> dict[int, tuple[float, float]]:
    """The rows on the map and their places, those filtered out left aside."""
    places = {}
    for trace in figure(at, "collection")["data"]:
        if "customdata" in trace and trace.get("name") != "filtered out":
            for row, x, y in zip(*(array(trace[k]) for k in ("customdata", "x", "y")), strict=True):
                places[int(row)] = (float(x), float(y))
    return places


def test_shows_what_core_places_and_names_what_it_leaves_out(songs: Collection) -> None:
    at = open_page("collection", **songs.to_query())
    placed = place(Place(Space(songs)))
    assert sorted(points(at)) == [i for i in range(N) if i != 7] == placed.rows.tolist()
    np.testing.assert_allclose([points(at)[i] for i in placed.rows], placed.xy, rtol=1e-4)
    html = hypertext(at)
    assert "On the map: 89 of 90 rows; without a usable vector: 1." in html
    said = spoken(at)
    assert "Rows: 90. Columns: 7. Vectors: “emb” (6 numbers). Texts: “title”." in said
    assert f"{100 * judge(Kept(Place(Space(songs)))).kept.mean():.1f}\u00a0% are among" in said
    assert not errors(at) and at.query_params == songs.to_query()
    names = {t.get("name") for t in figure(at, "collection")["data"]}
    assert {"rock", "pop", "&lt;b&gt;jazz&lt;/b&gt;"} <= names


def test_the_map_does_not_wait_for_the_neighbours(
    songs: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is drawn and can be filtered; colours by trust come when they are found."""
    found, exact = threading.Event(), places.true_neighbours

    def slow(*args: Any) -> Any:
        assert found.wait(600)
        return exact(*args)

    monkeypatch.setattr(places, "true_neighbours", slow)
    query = {"kept_k": "7", "row_colour": "trust", "item_row": "5"} | songs.to_query()
    at = AppTest.from_file(str(APP), default_timeout=60)
    at.query_params.update(query)
    at.switch_page(SCRIPTS["collection"])
    run_while(at.run(), lambda: "collection" not in figures(at))
    [grey] = [t for t in figure(at, "collection")["data"] if t.get("name") == "none"]
    assert len(array(grey["x"])) == 89 and "is not known yet" in spoken(at)
    assert len(next(d.value for d in at.dataframe if "cosine" in d.value.columns)) == 8
    assert at.get("progress")
    found.set()
    settled(at)
    kept = judge(Kept(Place(Space(songs)), 7)).kept
    assert f"{100 * kept.mean():.1f}\u00a0% are among" in spoken(at)
    [trace] = [t for t in figure(at, "collection")["data"] if "colorbar" in t.get("marker", {})]
    np.testing.assert_allclose(array(trace["marker"]["color"]), kept)


def test_filters_combine_and_live_in_the_link(songs: Collection) -> None:
    filters = [
        Filter("in", "genre", ["rock", "pop"]), Filter("between", "year", [1960, 1980]),
        Filter("contains", "title", "number"), Filter("rows", "", packed(range(50))),
    ]  # fmt: skip
    at = open_page("collection", filters=written(filters), **songs.to_query())
    shown = np.flatnonzero(passing(table_of(songs), filters))
    assert sorted(points(at)) == [i for i in shown if i != 7]
    assert f"**{len(shown)}** of 90 rows" in [m.value for m in at.markdown]
    chips = [b for b in at.button if b.key and b.key.startswith("chip:")]
    assert len(chips) == 5  # one each, and all
    settled(chips[0].click().run())
    rest = passing(table_of(songs), filters[1:])
    assert sorted(points(at)) == [i for i in np.flatnonzero(rest) if i != 7]
    at = open_page("collection", filters="[[1", **songs.to_query())
    assert "damaged" in errors(at)[0]


def test_search_adds_a_filter(songs: Collection) -> None:
    at = open_page("collection", **songs.to_query())
    box = at.text_input(key="collection-search")
    settled(box.set_value("number 1").run())
    assert at.query_params["filters"] == written([Filter("contains", "title", "number 1")])
    assert sorted(points(at)) == [1, *range(10, 20)]


@pytest.mark.parametrize("colour", ["trust", "hubness", "agreement", "column:year", "column:when"])
def test_colours(songs: Collection, colour: str) -> None:
    at = open_page("collection", row_colour=colour, **songs.to_query())
    [trace] = [t for t in figure(at, "collection")["data"] if "colorbar" in t.get("marker", {})]
    values = array(trace["marker"]["color"])
    assert len(values) == 89 and np.isfinite(values).all()
    if colour == "trust":
        np.testing.assert_allclose(values, judge(Kept(Place(Space(songs)))).kept)
    if colour == "agreement":
        near = judge(Kept(Place(Space(songs)))).true
        codes = np.array([hash(GENRES[i]) for i in range(N) if i != 7])
        np.testing.assert_allclose(values, (codes[near] == codes[:, None]).mean(axis=1))


def test_clusters_are_named_by_their_words(songs: Collection) -> None:
    at = open_page("collection", row_colour="cluster", row_groups="3", **songs.to_query())
    names = " ".join(str(t.get("name")) for t in figure(at, "collection")["data"])
    assert "rock" in names and "jazz" in names
    at = open_tab(at, "collection", "Clusters")
    assert len(at.dataframe[0].value) == 3


def test_roles_can_be_overruled(songs: Collection) -> None:
    at = open_tab(open_page("collection", **songs.to_query()), "collection", "Columns")
    settled(at.selectbox(key="role-of:year").set_value("category").run())
    assert json.loads(at.query_params["roles"]) == {"year": "category"}
    changed = with_roles(songs, {"emb": "other"})
    at = open_page("collection", **changed.to_query())
    assert "by TF-IDF" in hypertext(at) and len(points(at)) == N


def test_roles_are_shown_before_anything_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was dropped; a changed role holds, and only then is there a map."""
    file = io.BytesIO()
    pq.write_table(TABLE.append_column("<i>tag</i>", [pa.array(["=1+1"] * N)]), file)
    at = open_page("collection", rows_from="digits")
    dropped(at, ("mine.parquet", file.getvalue()))
    spec = Collection.from_query(dict(at.query_params))[0]
    assert not judge.stored(Kept(settled_place(Place(Space(spec)))))
    assert not at.get("bidi_component") or "collection" not in figures(at)
    assert "Vectors: “emb” (6 numbers). Texts: “title”." in spoken(at)
    roles = {box.key.partition(":")[2]: box.value for box in at.selectbox
             if box.key and box.key.startswith("role-of:")}  # fmt: skip
    assert roles["emb"] == "embedding" and roles["genre"] == "category" and len(roles) == 8
    [preview] = [d.value for d in at.dataframe]
    assert len(preview) == 10 and preview["emb"][7] == "" and preview["emb"][0].startswith("[")
    assert "<i>tag" not in hypertext(at) and "&lt;i&gt;tag" in hypertext(at)
    settled(at.selectbox(key="role-of:year").set_value("category").run())
    assert json.loads(at.query_params["roles"]) == {"year": "category"}
    settled(at.button(key="roles-fine").click().run())
    assert sorted(points(at)) == [i for i in range(N) if i != 7]
    assert json.loads(at.query_params["roles"]) == {"year": "category"}


def test_names_of_the_regions_are_finer_in_a_window(songs: Collection) -> None:
    at = open_page("collection", **songs.to_query())
    [names] = [t for t in figure(at, "collection")["data"] if t.get("mode") == "text"]
    assert "jazz" in " ".join(names["text"]) and "<b>" not in " ".join(names["text"])
    xy = np.array([points(at)[i] for i in sorted(points(at)) if GENRES[i] == "pop"])
    looked = Looked(settled_place(Place(Space(songs))).key, (*np.sort(xy[:, 0])[[0, -1]], -9, 9))
    at.session_state[slots.key(Looked)] = looked
    settled(at.run())
    assert "In sight: " in spoken(at)
    at = open_page("collection", region_names="no", **songs.to_query())
    assert not [t for t in figure(at, "collection")["data"] if t.get("mode") == "text"]


def test_a_small_map_that_is_no_better_than_its_null_says_so() -> None:
    """Vectors that are noise, few of them: shuffled ones keep as much."""
    rows = {"title": [f"t{i}" for i in range(24)], "emb": RNG.normal(size=(24, 40)).tolist()}
    noise = kept("noise.parquet", pa.table(rows))
    at = open_page("collection", **noise.to_query())
    assert "no more than shuffled vectors keep" in spoken(at)
    assert "no more than shuffled" not in spoken(open_page("collection", rows_from="digits"))


def test_six_rows() -> None:
    """Neighbours and clusters are fewer than rows, which the sliders show."""
    rows = {"title": [f"t{i}" for i in range(6)], "emb": RNG.normal(size=(6, 4)).tolist()}
    six = kept("six.parquet", pa.table(rows))
    at = open_page("collection", **six.to_query())
    assert not errors(at) and "Of each row's 5 true nearest neighbours" in spoken(at)
    assert settings(at)["kept_k"] == 5
    at = open_page("collection", row_colour="cluster", **six.to_query())
    assert not errors(at) and settings(at)["row_groups"] == 5
    two = kept("two.parquet", pa.table({name: values[:2] for name, values in rows.items()}))
    shown = open_page("collection", **two.to_query())
    assert "being searched" not in spoken(shown)


def test_rows_go_to_other_pages(songs: Collection) -> None:
    link = {"filters": written([Filter("in", "genre", ["pop"])])} | songs.to_query()
    at = open_tab(open_page("collection", **link), "collection", "Rows")
    words = next(d.value for d in at.dataframe if "G²" in d.value.columns)
    assert words["word"][0] == "pop" and words["other rows"][0] == 0
    settled(at.button(key="send-collection").click().run())
    part = Collection.from_query(dict(at.query_params))[0]
    assert len(table_of(part)) == N // 3 and "filters" not in at.query_params
    assert len(points(at)) == len([i for i in range(N) if GENRES[i] == "pop" and i != 7])
    at = open_tab(open_page("collection", **link), "collection", "Rows")
    settled(at.button(key="send-keywords").click().run())
    go(at, "keywords")
    assert "number 1 " in settings(at)["passage"] and settings(at)["source"] == "upload"
    at = open_tab(open_page("collection", **link), "collection", "Rows")
    settled(at.button(key="send-heatmap").click().run())
    go(at, "heatmap")
    assert settings(at)["source"] == "upload" and not errors(at)
    assert "pop" in figure(at, "heatmap")["layout"]["yaxis"]["ticktext"]


def test_given_places(songs: Collection) -> None:
    at = open_page("collection", layout="given", **songs.to_query())
    assert points(at)[5] == (5.0, 25.0)
    assert figure(at, "collection")["layout"]["yaxis"]["title"]["text"] == "y"


def test_item_and_its_neighbours(songs: Collection) -> None:
    at = open_page("collection", item_row="5", **songs.to_query())
    table = next(d.value for d in at.dataframe if "cosine" in d.value.columns)
    X = V / np.linalg.norm(V, axis=1, keepdims=True)
    scores = X @ X[5]
    scores[[5, 7]] = -np.inf
    assert table["row"].tolist() == np.argsort(-scores)[:8].tolist()
    np.testing.assert_allclose(table["cosine"], np.sort(scores)[::-1][:8], atol=1e-4)
    at = open_page("collection", item_row="7", **songs.to_query())
    assert any("no vector" in info.value for info in at.info)


def test_code_gives_the_numbers_shown(songs: Collection) -> None:
    filters = written([Filter("in", "genre", ["pop"])])
    link = {"item_row": "5", "filters": filters, "row_colour": "cluster"} | songs.to_query()
    at = open_tab(open_page("collection", **link), "collection", "Code")
    printed: list[Any] = []
    exec(script(at), {"print": lambda *values: printed.extend(values)})
    rows, xy, kept, shown, labels, _, near, _ = printed
    np.testing.assert_allclose(xy[5], place(Place(Space(songs))).xy[5])
    assert len(rows) == len(kept) == len(labels) == 89
    assert shown.tolist() == [i for i in range(N) if GENRES[i] == "pop"]
    assert len(near) == 8  # as many as the tab lists


def test_what_cannot_be_mapped_is_said_and_its_columns_are_shown() -> None:
    file = io.BytesIO()
    pq.write_table(pa.table({"year": [1, 2, 3]}), file)
    bad = of_files("upload", [("none.parquet", uploads.keep("none.parquet", file.getvalue()))])
    at = open_tab(open_page("collection", **bad.to_query()), "collection", "Columns")
    assert "neither vectors nor texts" in errors(at)[0]
    assert at.dataframe[0].value["year"].tolist() == ["1", "2", "3"]
    assert at.selectbox(key="role-of:year").value == "number"
    wrong = with_roles(bad, {"year": "embedding"})
    assert "cannot be “embedding”" in errors(open_page("collection", **wrong.to_query()))[0]
    gone = of_files("upload", [("a.parquet", "0" * 64)])
    assert "no longer stored" in errors(open_page("collection", **gone.to_query()))[0]


def test_another_collection_is_chosen() -> None:
    at = open_page("collection", filters=written([Filter("in", "article", ["Anarchism"])]))
    assert len(points(at)) < 20
    settled(at.selectbox(key="collection-choice").set_value("digits").run())
    assert at.query_params == {"rows_from": "digits"} and len(points(at)) == 1797
    put(at, kept_k=5)
    assert "5 true nearest" in spoken(at)


def test_a_map_that_was_told_labels_says_so(
    songs: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def layout(X: np.ndarray, *more: Any) -> np.ndarray:
        return np.asarray(X[:, :2], np.float32)

    monkeypatch.setattr(reference, "layout", layout)
    link = {"layout": "umap", "umap_engine": "umap-learn"} | songs.to_query()
    at = open_page("collection", **link)
    assert not at.warning and "Kept by the other programs: our own program" in hypertext(at)
    at = put(at, told_column="genre")
    assert "told the labels in “genre”" in at.warning[0].value.replace("\\", "")
    assert "told “genre”" in figure(at, "collection")["layout"]["xaxis"]["title"]["text"]
    assert at.query_params["told_column"] == "genre"


def test_dense_regions_are_those_of_the_rows_shown(songs: Collection) -> None:
    filters = written([Filter("in", "genre", ["pop"])])
    link = {"dense_regions": "yes", "filters": filters} | songs.to_query()
    at = open_page("collection", **link)
    (lines,) = [t for t in figure(at, "collection")["data"] if t["type"] == "contour"]
    xy = np.array([points(at)[i] for i in sorted(points(at))], np.float32)
    dense = regions(xy)
    assert dense is not None
    np.testing.assert_allclose(array(lines["x"]), dense.x, rtol=1e-3)


def test_a_long_vector_is_pasted_and_kept(songs: Collection) -> None:
    at = open_tab(open_page("collection", **songs.to_query()), "collection", "Query")
    pasted = "[" + ", ".join(f"{x:.1500f}" for x in V[5]) + "]"
    assert len(pasted) > LONGEST
    settled(at.text_area(key="setting:asked").set_value(pasted).run())
    table = next(d.value for d in at.dataframe if "cosine" in d.value.columns)
    assert table["row"][0] == 5 and not errors(at)
    assert len(at.query_params["asked"]) < 100 and "This query has more" in hypertext(at)


def test_a_query_is_placed_among_its_nearest_rows(songs: Collection) -> None:
    asked = str(V[5].tolist())
    at = open_tab(open_page("collection", asked=asked, **songs.to_query()), "collection", "Query")
    answer = ask(Asked(settled_place(Place(Space(songs))), asked, 15))
    table = next(d.value for d in at.dataframe if "cosine" in d.value.columns)
    rows = [i for i in range(N) if i != 7]
    assert table["row"].tolist() == [rows[i] for i in answer.near] and table["row"][0] == 5
    at = open_page("collection", asked="rock", **songs.to_query())
    assert "given with the table" in errors(at)[0]
