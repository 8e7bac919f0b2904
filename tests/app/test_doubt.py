"""The page of doubt, opened by links and driven by its widgets, without a browser."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from opening import array, errors, figure, open_page, open_tab, put, script

from core import uploads
from core.items import Collection
from core.items.collection_specs import of_files
from core.spaces import Space, doubt, rows_of, true_neighbours
from core.spaces.lots import hubs_by_lot

N = 80
RNG = np.random.default_rng(0)
LABELS = [("cat", "dog")[i % 2] for i in range(N)]
LABELS[4] = "dog"  # among the cats
V = (RNG.normal(size=(N, 5)) * 0.3 + 2 * np.eye(5)[[i % 2 for i in range(N)]]).astype(np.float32)
V[61] = V[1]
V[63] = V[3] + 1e-4
TABLE = pa.table(
    {
        "title": [f"=animal number {i} of all" for i in range(N)],
        "label": LABELS,
        "split": [("train", "test")[i > 59] for i in range(N)],
        "size": V[:, 0].astype(float),
        "emb": V.tolist(),
    }
)


@pytest.fixture(scope="module")
def animals() -> Collection:
    file = io.BytesIO()
    pq.write_table(TABLE, file)
    return of_files("upload", [("animals.parquet", uploads.keep("a.parquet", file.getvalue()))])


def listed(at: Any) -> Any:
    return next(d.value for d in at.dataframe if "row" in d.value.columns)


def test_agreement_is_that_of_core(animals: Collection) -> None:
    at = open_page("doubt", **animals.to_query())
    near = true_neighbours(Space(animals), 10)
    codes = np.array([("dog", "cat").index(label) for label in LABELS], np.int32)
    wanted = doubt.agreement(near, codes)
    band, truth, _ = figure(at, "agreement")["data"]
    np.testing.assert_allclose(array(truth["x"]), wanted.label)
    np.testing.assert_allclose(array(band["base"]), wanted.low)
    said = " ".join(m.value for m in at.markdown)
    assert (
        f"{100 * wanted.mean:.1f}\u00a0% bear its label" in said
        and f"{100 * wanted.mean_null:.1f}\u00a0%" in said
    )
    assert not errors(at) and at.query_params == animals.to_query()
    table = listed(at)
    assert table["row"].tolist() == [4] and table["neighbours say"].tolist() == ["cat"]


def test_duplicates_and_leakage(animals: Collection) -> None:
    at = open_tab(open_page("doubt", alike="0.999", **animals.to_query()), "doubt", "Duplicates")
    groups = listed(at).groupby("group")["row"].apply(set).tolist()
    assert {1, 61} in groups and {3, 63} in groups
    assert "with the very same vector as another: 2." in " ".join(c.value for c in at.caption)
    at = put(open_tab(at, "doubt", "Leakage"), split_column="split")
    found = dict(zip(listed(at)["row"], listed(at)["its twin"], strict=True))
    assert found[61] == 1 and found[63] == 3


def test_outliers_hubs_and_predicted_columns(animals: Collection) -> None:
    at = open_tab(open_page("doubt", **animals.to_query()), "doubt", "Outliers")
    wanted = doubt.outliers(true_neighbours(Space(animals), 10))
    said = " ".join(c.value for c in at.caption)
    assert f": {len(wanted.items)}. That limit is the third quartile" in said
    at = open_tab(at, "doubt", "Hubs")
    said = " ".join(c.value for c in at.caption)
    limit, expected = hubs_by_lot(len(rows_of(Space(animals))), 10)
    assert f"Rows in more than {limit} of" in said and "Skewness" in said
    assert f"at random, {expected:.2g} would be expected" in said
    at = open_tab(at, "doubt", "Predicted")
    table = at.dataframe[0].value.set_index("column")
    assert {"label", "split", "size"} == set(table.index)
    assert table.loc["label", "k-NN"] > 0.9 and table.loc["size", "linear"] > 0.9
    assert table.loc["split", "linear low"] < table.loc["split", "chance"]


def test_code_gives_the_numbers_shown(animals: Collection) -> None:
    at = open_tab(open_page("doubt", **animals.to_query()), "doubt", "Duplicates")
    at = open_tab(open_tab(at, "doubt", "Predicted"), "doubt", "Code")
    printed: list[Any] = []
    exec(script(at), {"print": lambda *values: printed.extend(values)})
    truth = figure(at, "agreement")["data"][1]
    np.testing.assert_allclose(printed[2], array(truth["x"]))
    assert printed[1] == ("dog", "cat") and printed[5].tolist() == [4]
    assert printed[8].tolist() == [i in (1, 61) for i in range(N)]
    assert "size" in [value for value in printed if isinstance(value, str)]


def test_without_labels_the_rest_is_there() -> None:
    file = io.BytesIO()
    pq.write_table(TABLE.select(["title", "emb"]), file)
    bare = of_files("upload", [("bare.parquet", uploads.keep("b.parquet", file.getvalue()))])
    at = open_tab(open_page("doubt", **bare.to_query()), "doubt", "Duplicates")
    assert any("No column holds categories" in info.value for info in at.info)
    assert len(rows_of(Space(bare))) == N and {61} <= set(listed(at)["row"])
