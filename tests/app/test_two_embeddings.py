"""The page of two embeddings, opened by links and driven by its widgets, without a browser."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from opening import (
    array,
    errors,
    figure,
    hypertext,
    open_page,
    open_tab,
    put,
    script,
    settings,
    settled,
    spoken,
)

from core import uploads
from core.compare.item_specs import Better, TwoMaps, Versions
from core.compare.items import better, compare_items, draw_both, settled_versions
from core.items import Collection
from core.items.collection_specs import of_files
from core.items.filters import packed
from core.spaces import Space

N = 80
RNG = np.random.default_rng(0)
V = (RNG.normal(size=(N, 8)) + 2 * np.eye(8)[[i % 2 for i in range(N)]]).astype(np.float32)
TABLE = pa.table(
    {
        "title": [f"=animal number {i} of <b>all</b>" for i in range(N)],
        "label": [("cat", "*dog*")[i % 2] for i in range(N)],
        "emb": [None if i == 7 else v.tolist() for i, v in enumerate(V)],
        "noise": RNG.normal(size=(N, 5)).astype(np.float32).tolist(),
    }
)


@pytest.fixture(scope="module")
def animals() -> Collection:
    file = io.BytesIO()
    pq.write_table(TABLE, file)
    return of_files("upload", [("animals.parquet", uploads.keep("a.parquet", file.getvalue()))])


def sent(at: Any) -> list[bytes]:
    """What of the maps the browser keeps, as it was sent in the last run."""
    parts = [element.proto for element in at.get("bidi_component")]
    return [part.bytes for part in parts if part.component_name == "vectorscope_kept"]


def points(at: Any, key: str) -> dict[int, tuple[float, float]]:
    """The rows of a map and their places, those not drawn around left aside."""
    places = {}
    for trace in figure(at, key)["data"]:
        if "text" in trace:  # no marks, nor what is left aside
            for row, x, y in zip(*(array(trace[k]) for k in ("customdata", "x", "y")), strict=True):
                places[int(row)] = (float(x), float(y))
    return places


def test_shows_what_core_compares(animals: Collection) -> None:
    at = open_page("two_embeddings", **animals.to_query())  # the table's other column, unasked
    versions = settled_versions(Versions(Space(animals)))
    drawn, result = draw_both(TwoMaps(versions)), compare_items(versions)
    for key, xy in (("two_a", drawn.a), ("two_b", drawn.b)):
        assert sorted(points(at, key)) == [i for i in range(N) if i != 7]
        np.testing.assert_allclose([points(at, key)[i] for i in result.rows], xy, rtol=1e-4)
    (duel,) = better(Better(versions, 10, '["label"]'))
    assert f"{100 * result.mean_overlap(10).value:.1f}\u00a0% are among" in spoken(at)
    assert (
        f"For “label”, A is better: the 10 nearest name {100 * duel.a.value:.1f}\u00a0%"
        in spoken(at)
    )
    assert not errors(at) and at.query_params == animals.to_query()
    at = put(at, better_k=3)
    assert len(sent(at)) == 2 and max(map(len, sent(at))) < 200, "places and titles stay"
    assert f"{100 * result.mean_overlap(3).value:.1f}\u00a0% are among its 3 nearest" in spoken(at)


def test_why_a_column_of_labels_is_not_scored() -> None:
    def opened(**columns: list[str]) -> Any:
        held = TABLE.select(["title", "emb", "noise"])
        for name, values in columns.items():
            held = held.append_column(name, pa.array(values))
        file = io.BytesIO()
        pq.write_table(held, file)
        name = "-".join(columns)
        kept = of_files("upload", [(f"{name}.parquet", uploads.keep(name, file.getvalue()))])
        return open_page("two_embeddings", **kept.to_query())

    at = opened(only=["cat"] * N)
    assert [i.value for i in at.info] == ["“only” holds 1 label; at least two are needed."]
    at = opened(only=["cat"] * N, label=["cat", "dog"] * (N // 2))
    assert "“only” holds 1 label" in " ".join(c.value for c in at.caption) and not at.info


def test_b_keeps_half_of_few_dimensions_unless_asked(animals: Collection) -> None:
    at = open_page("two_embeddings", **animals.to_query(), b_by="pca")
    assert settings(at)["b_dims"] == 4 and "4" in at.query_params["b_dims"]
    assert settings(put(at, b_dims=8))["b_dims"] == 8


def test_a_lasso_holds_on_both_maps_and_in_the_link(animals: Collection) -> None:
    link = {"two_rows": packed(range(20)), "b_by": "pca", "b_dims": "4"} | animals.to_query()
    at = open_tab(open_page("two_embeddings", **link), "two_embeddings", "Moved")
    inside = [i for i in range(20) if i != 7]
    assert sorted(points(at, "two_a")) == sorted(points(at, "two_b")) == inside
    assert "**19** rows drawn around" in spoken(at)
    table = next(d.value for d in at.dataframe if "row" in d.value.columns)
    assert sorted(table["row"]) == inside and table["overlap@10"].is_monotonic_increasing
    settled(next(b for b in at.button if b.key == "two-let-go").click().run())
    assert len(points(at, "two_a")) == N - 1 and "two_rows" not in at.query_params


def test_a_row_has_two_lists(animals: Collection) -> None:
    link = {"item_row": "5", "b_by": "column"} | animals.to_query()
    at = open_tab(open_page("two_embeddings", **link), "two_embeddings", "Row")
    result = compare_items(settled_versions(Versions(Space(animals), b_by="column")))
    place = result.rows.tolist().index(5)
    a, b = (d.value["row"].tolist() for d in at.dataframe)
    assert a == result.rows[result.a_rows[place, :10]].tolist()
    assert b == result.rows[result.b_rows[place, :10]].tolist()


def test_code_gives_the_numbers_shown(animals: Collection) -> None:
    link = {"item_row": "5", "b_by": "pca", "b_dims": "3"} | animals.to_query()
    at = open_tab(open_page("two_embeddings", **link), "two_embeddings", "Code")
    printed: list[Any] = []
    exec(script(at), {"print": lambda *values: printed.extend(values)})
    overlap, _, _, moved, a, _, name, *_ = printed
    assert f"{100 * overlap.value:.1f}\u00a0% are among" in spoken(at) and name == "label"
    np.testing.assert_allclose([points(at, "two_a")[i] for i in sorted(moved)], a, rtol=1e-4)


def test_more_columns_of_labels_than_fit_leave_the_screen_whole() -> None:
    kinds = {f"a column of labels, number {i}": TABLE["label"] for i in range(200)}
    file = io.BytesIO()
    pq.write_table(pa.table(kinds | {"emb": TABLE["emb"]}), file)
    broad = of_files("upload", [("broad.parquet", uploads.keep("b.parquet", file.getvalue()))])
    chosen = "a column of labels, number 199"
    at = open_page("two_embeddings", b_by="int8", **broad.to_query())
    assert not errors(at) and "number 0”, neither is better" in spoken(at)
    settled(at.selectbox(key="setting:label_column").set_value(chosen).run())
    assert not errors(at) and f"For “{chosen}”, neither is better" in spoken(at)
    assert re.search(r"(\d+) of 200 columns are left out, “a column of labels", hypertext(at))


def test_what_cannot_be_compared_is_said(animals: Collection) -> None:
    at = open_page("two_embeddings", b_by="pca", b_dims="100", **animals.to_query())
    assert "using 8" in at.warning[0].value and not errors(at)
    at = open_page("two_embeddings", rows_from="digits")  # no other column: by PCA, without a word
    assert not errors(at) and not at.warning and "A by PCA" in hypertext(at)
