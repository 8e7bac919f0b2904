"""Values and filters of a collection's columns, against pandas and plain Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import QueryError
from core.items import open_table
from core.items.collection import Table
from core.items.filters import Filter, packed, passing, read, unpacked, written
from core.items.values import categories, cell, numbers, texts

N = 200
GENRES = [(None, "rock", "pop", "pop", "<b>HTML</b>")[i * i % 5] for i in range(N)]
TEXTS = [None if i % 11 == 0 else f"War and peace, {i} (c++) Größe" for i in range(N)]
VIEWS = [None if i % 7 == 0 else float(i) for i in range(N)]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    path = Path(tmp_path_factory.mktemp("items")) / "a.parquet"
    days = pd.date_range("2020-01-01", periods=N, freq="36h")
    pq.write_table(
        pa.table(
            {
                "genre": pa.array(GENRES).dictionary_encode(),
                "abstract": TEXTS,
                "views": VIEWS,
                "when": days,
                "day": days.strftime("%Y-%m-%d"),
                "flag": [i % 3 == 0 for i in range(N)],
                "tags": [["a", str(i)] for i in range(N)],
                "raw": [b"\xff\xfe"] * N,
            }
        ),
        path,
    )
    return open_table(path)


def test_categories_are_those_of_pandas(table: Table) -> None:
    groups = categories(table, "genre")
    counts = pd.Series(GENRES).value_counts()
    assert dict(zip(groups.names, groups.sizes.tolist(), strict=True)) == counts.to_dict()
    assert sorted(groups.sizes, reverse=True) == groups.sizes.tolist()
    assert [groups.names[c] if c >= 0 else None for c in groups.codes] == GENRES
    assert categories(table, "tags").names[0] == "['a', '0']"
    assert categories(table, "raw").names == ("2 bytes",)


def test_numbers_and_dates(table: Table) -> None:
    np.testing.assert_array_equal(numbers(table, "views"), pd.Series(VIEWS, dtype=float))
    np.testing.assert_allclose(numbers(table, "when"), 18262 + 1.5 * np.arange(N))
    np.testing.assert_allclose(numbers(table, "day"), np.floor(18262 + 1.5 * np.arange(N)))
    assert numbers(table, "flag")[:4].tolist() == [1, 0, 0, 1]
    assert np.isnan(numbers(table, "abstract")).all()
    with pytest.raises(QueryError, match="no numbers"):
        numbers(table, "tags")
    with pytest.raises(QueryError, match="no column"):
        texts(table, "nosuch")
    assert cell(table, "views", 3) == "3" and cell(table, "views", 0) == ""


@pytest.mark.parametrize(
    ("given_filter", "wanted"),
    [
        (Filter("in", "genre", ["pop", "nosuch"]), [g == "pop" for g in GENRES]),
        (Filter("in", "genre", ["<b>HTML</b>"]), [g == "<b>HTML</b>" for g in GENRES]),
        (Filter("between", "views", [10, 20.5]), [10 <= (v or 0) <= 20.5 for v in VIEWS]),
        (Filter("contains", "abstract", "E, 1"), [t is not None and "e, 1" in t for t in TEXTS]),
        (Filter("contains", "abstract", "(C++)"), [t is not None for t in TEXTS]),
        (Filter("word", "abstract", "pea"), [False] * N),
        (Filter("word", "abstract", "PEACE"), [t is not None for t in TEXTS]),
        (Filter("rows", "", packed([5, 3, 199])), [i in (3, 5, 199) for i in range(N)]),
    ],
)  # fmt: skip
def test_each_kind_of_filter(table: Table, given_filter: Filter, wanted: list[bool]) -> None:
    assert passing(table, [given_filter]).tolist() == wanted
    assert read(written([given_filter])) == (given_filter,)


def test_filters_combine_and_one_column_can_be_left_out(table: Table) -> None:
    one, two = Filter("in", "genre", ["pop"]), Filter("between", "views", [10, 100])
    both = passing(table, [one]) & passing(table, [two])
    np.testing.assert_array_equal(passing(table, [one, two]), both)
    np.testing.assert_array_equal(passing(table, [one, two], but="genre"), passing(table, [two]))
    assert passing(table, []).all() and read("") == ()


@given(st.sets(st.integers(0, 2**31), max_size=50))
def test_row_numbers_survive_the_link(rows: set[int]) -> None:
    assert unpacked(packed(rows)).tolist() == sorted(rows)


@pytest.mark.parametrize(
    "text",
    ["[", "[1]", '[["in","a","b"]]', '[["between","a",[1]]]', '[["drop","a","b"]]', "[" * 9999],
)
def test_damaged_filters_are_refused(text: str) -> None:
    with pytest.raises(QueryError, match="damaged"):
        read(text)


def test_rows_that_do_not_exist_are_refused(table: Table) -> None:
    with pytest.raises(QueryError, match="200 rows"):
        passing(table, [Filter("rows", "", packed([N]))])
    with pytest.raises(QueryError, match="damaged"):
        passing(table, [Filter("rows", "", "nonsense")])
