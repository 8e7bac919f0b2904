"""Tables that are wrong, vast or wicked: each gives a clear message, or a sane picture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import SourceError, SpecError
from core.items import open_table, with_roles
from core.items.collection import Table, table_of
from core.items.values import categories, cell
from core.spaces import Kept, Place, Space, judge, place, rows_of, true_neighbours
from core.spaces.rows import settled

WICKED = '<img src=x onerror="alert(1)">'


def opened(folder: Path, **columns: object) -> Table:
    pq.write_table(pa.table(columns), folder / "a.parquet")
    return open_table(folder / "a.parquet")


def test_no_vectors_and_no_texts(tmp_path: Path) -> None:
    table = opened(tmp_path, year=[1990, 1991], tags=[["a"], ["b", "c"]])
    with pytest.raises(SourceError, match="neither vectors nor texts"):
        rows_of(Space(table.spec))


def test_ragged_lists_and_mixed_dimensions(tmp_path: Path) -> None:
    """The commonest length is taken; all other rows are named with why."""
    V = np.random.default_rng(0).normal(size=(9, 3)).tolist()
    table = opened(tmp_path, emb=[*V, [1.0, 2.0], [], [1.0] * 7, None])
    vectors = table.vectors()
    assert vectors.matrix.shape == (9, 3) and len(table) == 13
    named = {reason: rows.tolist() for reason, rows in vectors.reasons}
    assert named == {"a vector of another length": [9, 11], "no vector": [10, 12]}


def test_ten_thousand_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{i}" for i in range(10_000)) + "\n" + ",".join(["1"] * 10_000))
    with pytest.raises(SourceError, match=r"10,000 columns; the limit is 2,000"):
        open_table(path)


@pytest.mark.parametrize("kind", ["npy", "safetensors"])
def test_a_claim_of_forty_gigabytes(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"huge.{kind}"
    if kind == "npy":
        head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (10000000, 1000), }"
        path.write_bytes(b"\x93NUMPY\x01\x00v\x00" + head.ljust(117) + b"\n")
    else:
        shape = {"dtype": "F32", "shape": [10**7, 1000], "data_offsets": [0, 4 * 10**10]}
        head = json.dumps({"a": shape}).encode()
        path.write_bytes(len(head).to_bytes(8, "little") + head)
    with pytest.raises(SourceError, match=r"huge\."):
        open_table(path)


@pytest.mark.parametrize(
    ("rows", "words"), [([[1.0, 2.0]] * 30, "are the same"), ([[1.0, 2.0]], "At least 5")]
)
def test_all_rows_equal_and_one_row(tmp_path: Path, rows: list[list[float]], words: str) -> None:
    table = opened(tmp_path, title=[WICKED] * len(rows), emb=rows)
    assert len(table) == len(rows)
    with pytest.raises(SourceError, match=words):
        place(Place(Space(table.spec)))


def test_more_neighbours_than_rows(tmp_path: Path) -> None:
    table = opened(tmp_path, emb=np.random.default_rng(0).normal(size=(6, 3)).tolist())
    assert true_neighbours(Space(table.spec), 5).rows.shape == (6, 5)
    with pytest.raises(SpecError, match="choose ≤ 5"):
        judge(Kept(Place(Space(table.spec)), 10))


def test_a_category_with_a_hundred_thousand_values(tmp_path: Path) -> None:
    n = 200_000
    table = opened(tmp_path, label=[f"l{i // 2}" for i in range(n)], n=range(n))
    assert table.names("category") == ["label"]
    groups = categories(table, "label")
    assert len(groups.names) == n // 2 and (groups.sizes == 2).all()
    assert groups.names[groups.codes[12_345]] == "l6172"


def test_nested_structs_and_markup_stay_what_they_are(tmp_path: Path) -> None:
    nested = [{"a": {"b": [WICKED]}, "c.d": i} for i in range(8)]
    V = np.random.default_rng(0).normal(size=(8, 3)).tolist()
    table = opened(tmp_path, **{"x.y": V, "n.m": nested, WICKED: [WICKED] * 8})
    assert table.names("embedding") == ["x.y"] and table.names("other") == ["n.m"]
    assert WICKED in cell(table, "n.m", 0) and cell(table, WICKED, 0) == WICKED
    np.testing.assert_allclose(table.vectors("x.y").matrix, np.float32(V))


def test_a_table_of_numbers_has_them_as_vectors(tmp_path: Path) -> None:
    """Standardised, as NumPy does it; a row that lacks a number has none, a constant no part."""
    drawn = np.random.default_rng(0).normal((3, 50, 7), (1, 20, 2), (40, 3))
    columns: dict[str, object] = {f"c{i}": drawn[:, i].tolist() for i in range(3)}
    columns["c1"][4] = None  # type: ignore[index]
    kinds = ["red", "white"] * 20
    table = opened(tmp_path, **columns, constant=[1.5] * 40, kind=kinds, row=list(range(40)))
    rows = rows_of(Space(table.spec))
    drawn[4, 1] = np.nan
    wanted = (drawn - np.nanmean(drawn, axis=0)) / np.nanstd(drawn, axis=0)
    assert rows.rows.tolist() == [i for i in range(40) if i != 4]
    np.testing.assert_allclose(rows.V, np.delete(wanted, 4, axis=0), rtol=1e-5, atol=1e-6)
    assert table.names("embedding") == ["numbers, standardised"]
    few = opened(tmp_path, **{name: columns[name] for name in ("c0", "c2")})
    assert few.names("embedding") == []


def test_numbers_set_to_id_make_no_part_of_the_vectors(tmp_path: Path) -> None:
    """Nor those not used; what is guessed as something else and set to number does."""
    drawn = np.random.default_rng(0).normal(3, 2, (40, 4))
    columns: dict[str, object] = {f"c{i}": drawn[:, i].tolist() for i in range(4)}
    table = opened(tmp_path, **columns, label=[i % 7 for i in range(40)], kind=["a", "b"] * 20)
    assert table.numbers == ["c0", "c1", "c2", "c3"]
    less = table_of(with_roles(table.spec, {"c1": "id", "kind": "id"}))
    more = table_of(with_roles(table.spec, {"c1": "other", "label": "number"}))
    assert (less.numbers, more.numbers) == (["c0", "c2", "c3"], ["c0", "c2", "c3", "label"])
    wanted = (drawn - drawn.mean(axis=0)) / drawn.std(axis=0)
    np.testing.assert_allclose(less.vectors().matrix, wanted[:, [0, 2, 3]], rtol=1e-5, atol=1e-6)
    space = settled(Space(less.spec))
    np.testing.assert_allclose(rows_of(space).V, wanted[:, [0, 2, 3]], rtol=1e-5, atol=1e-6)
    assert settled(space) == space and space.collection.overruled == {"c1": "other"}
    assert less.dims == {"numbers, standardised": 3} and more.vectors().matrix.shape == (40, 4)
    np.testing.assert_allclose(less.head("numbers, standardised"), wanted[:10, [0, 2, 3]], 1e-5)
    text = table_of(with_roles(table.spec, {"kind": "text"}))  # both are to be had
    assert text.numbers == table.numbers and text.names("text") == ["kind"]
    gone = table_of(with_roles(table.spec, {"c0": "id", "c1": "id"}))
    assert gone.names("embedding") == []
