"""Files of rows: what is opened equals what their own libraries wrote, and no row is lost."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import save_file

from core.errors import Cancelled, CoreError, SourceError, SpecError
from core.items import open_table, with_roles
from core.items.collection import Table, embedded, table_of
from core.items.collection_specs import Collection, Embedding

V = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
TITLES = [f"title {i % 50}" for i in range(60)]  # ten of them twice
KINDS = {
    "list float32": pa.list_(pa.float32()),
    "list float64": pa.list_(pa.float64()),
    "large_list": pa.large_list(pa.float32()),
    "fixed_size_list": pa.list_(pa.float32(), 5),
    "list float16": pa.list_(pa.float16()),
    "list int8": pa.list_(pa.int8()),
}


def rows(values: list[object], kind: pa.DataType) -> pa.Table:
    column = pa.array(values, kind)
    return pa.table({"title": TITLES[: len(values)], "emb": column})


def parquet(folder: Path, table: pa.Table, name: str = "a.parquet") -> Path:
    pq.write_table(table, folder / name, row_group_size=17)
    return folder / name


def roles(table: Table) -> dict[str, str]:
    return {column.name: column.role for column in table.columns}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", ["parquet", "arrow", "stream", "feather"])
def test_arrow_formats_give_the_vectors_that_were_written(
    tmp_path: Path, kind: str, format: str
) -> None:
    wanted = np.rint(V * 20) if "int8" in kind else V
    if "16" in kind:
        wanted = V.astype(np.float16)
    table = rows([list(v) for v in wanted.astype(object)], KINDS[kind])
    if "int8" in kind:
        table = rows(wanted.astype(int).tolist(), KINDS[kind])
    path = tmp_path / f"a.{'arrow' if format == 'stream' else format}"
    if format == "parquet":
        parquet(tmp_path, table, path.name)
    elif format == "feather":
        pyarrow.feather.write_feather(table, path, compression="zstd")
    else:
        new = pa.ipc.new_stream if format == "stream" else pa.ipc.new_file
        with new(path, table.schema) as file:
            file.write_table(table, max_chunksize=17)
    opened = open_table(path)
    assert len(opened) == 60
    assert opened.arrow.column("title").to_pylist() == TITLES
    np.testing.assert_array_equal(opened.vectors().matrix, wanted.astype(np.float32))
    assert roles(opened) == {"emb": "embedding", "title": "text"}


@pytest.mark.parametrize("kind", ["list float32", "fixed_size_list", "text"])
def test_rows_without_a_vector_are_named_and_stay(tmp_path: Path, kind: str) -> None:
    values: list[object] = [v.tolist() for v in V]
    values[3] = None
    values[30] = [1.0, float("nan"), 0.0, 0.0, 0.0]
    values[31] = [0.0] * 5
    if kind == "text":
        values = [v if v is None else json.dumps(v) for v in values]
        values[7], values[8] = "nothing", "[1, 2]"
        kinds = pa.string()
    else:
        kinds = KINDS[kind]
        if kind == "list float32":
            values[7], values[8] = [1.0, 2.0], []
    opened = open_table(parquet(tmp_path, rows(values, kinds)))
    vectors = opened.vectors()
    bad = [3, 30, 31] if kind == "fixed_size_list" else [3, 7, 8, 30, 31]
    assert vectors.missing.tolist() == bad
    assert sorted([*vectors.rows, *vectors.missing]) == list(range(60)) and len(opened) == 60
    np.testing.assert_array_equal(vectors.matrix, V[vectors.rows])
    named = {reason: which.tolist() for reason, which in vectors.reasons}
    assert named["NaN or ∞ in the vector"] == [30]
    assert named["a vector of zeros, which has no direction"] == [31]
    assert 3 in named["no vector"]
    if kind == "text":
        assert named["text that is not a list of numbers"] == [7]
        assert named["a vector of another length"] == [8]


def test_numpy_prints_are_read(tmp_path: Path) -> None:
    texts = [np.array2string(v, threshold=10**6, max_line_width=20) for v in V]
    opened = open_table(parquet(tmp_path, rows(texts, pa.string())))
    np.testing.assert_allclose(opened.vectors().matrix, V, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8])
@pytest.mark.parametrize("format", ["npy", "npz", "safetensors"])
def test_arrays_beside_a_table(tmp_path: Path, format: str, dtype: type) -> None:
    wanted = (V * 20).astype(dtype)
    path = tmp_path / f"b.{format}"
    if format == "npy":
        np.save(path, wanted)
    elif format == "npz":
        np.savez_compressed(path, b=wanted)
    else:
        save_file({"b": wanted}, path)
    table = parquet(tmp_path, pa.table({"title": TITLES}), "z.parquet")
    opened = open_table(path, table)
    assert roles(opened) == {"b": "embedding", "title": "text"} and len(opened) == 60
    np.testing.assert_array_equal(opened.vectors("b").matrix, wanted.astype(np.float32))
    short = parquet(tmp_path, pa.table({"title": TITLES[:7]}), "short.parquet")
    with pytest.raises(SourceError, match=r"60.*7|7.*60"):
        open_table(path, short)


def test_shards_follow_each_other_and_other_tables_stand_beside(tmp_path: Path) -> None:
    table = rows(V.tolist(), KINDS["list float32"])
    one = parquet(tmp_path, table.slice(0, 20), "part-0.parquet")
    two = parquet(tmp_path, table.slice(20), "part-1.parquet")
    more = parquet(tmp_path, pa.table({"year": list(range(60))}), "meta.parquet")
    for files in ((one, two, more), (more, two, one)):
        opened = open_table(*files)
        assert opened.arrow.column("title").to_pylist() == TITLES
        assert opened.arrow.column("year").to_pylist() == list(range(60))
        np.testing.assert_array_equal(opened.vectors().matrix, V)
    folder = tmp_path / "data"
    folder.mkdir()
    for i, path in enumerate((one, two)):
        with pa.ipc.new_stream(folder / f"data-0000{i}-of-00002.arrow", table.schema) as file:
            file.write_table(pq.read_table(path))
    np.testing.assert_array_equal(open_table(folder).vectors().matrix, V)


def test_roles_are_guessed_and_can_be_set(tmp_path: Path) -> None:
    n = 60
    table = pa.table(
        {
            "id": list(range(n)),
            "abstract": [f"A text of many words, the number {i} of all of them" for i in range(n)],
            "label": [i % 3 for i in range(n)],
            "genre": [("rock", "pop")[i % 2] for i in range(n)],
            "views": [i * 7 for i in range(n)],
            "day": [f"2024-01-{i % 28 + 1:02}" for i in range(n)],
            "when": pa.array([i * 10**9 for i in range(n)], pa.timestamp("ns")),
            "x": np.arange(n) * 0.5,
            "y": np.arange(n) * 0.25,
            "image": [{"bytes": b"", "path": "a.png"}] * n,
            "map": V[:, :2].tolist(),
            "openai": V.tolist(),
            "cohere": V.astype(np.float64).tolist(),
            "tags": [["a", "b"]] * n,
            "nested": [{"a": {"b": 1}}] * n,
            "empty": pa.nulls(n),
        }
    )
    opened = open_table(parquet(tmp_path, table))
    assert roles(opened) == {
        "id": "id", "abstract": "text", "label": "category", "genre": "category",
        "views": "number", "day": "date", "when": "date", "x": "place", "y": "place",
        "image": "picture", "map": "place", "openai": "embedding", "cohere": "embedding",
        "tags": "other", "nested": "other", "empty": "other",
    }  # fmt: skip
    assert opened.places == {"map": ("map",), "x, y": ("x", "y")}
    other = table_of(with_roles(opened.spec, {"views": "category", "openai": "other"}))
    assert roles(other)["views"] == "category" and other.names("embedding") == ["cohere"]
    again = Collection.from_query(other.spec.to_query())[0]
    assert again == other.spec and roles(table_of(again)) == roles(other)
    with pytest.raises(SpecError, match="cannot be"):
        assert table_of(with_roles(opened.spec, {"views": "embedding"})).columns


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 nothing of the kind")
    (tmp_path / "a.exe").write_bytes(b"MZ")
    (tmp_path / "a.npy").write_bytes(
        b"\x93NUMPY\x01\x00v\x00"
        + b"{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000), }".ljust(117)
        + b"\n"
    )
    for name in ("a.parquet", "a.exe", "a.npy", "gone.parquet"):
        with pytest.raises(SourceError, match=r"a\.|gone"):
            open_table(tmp_path / name)
    none = open_table(parquet(tmp_path, pa.table({"a": [1, 2]}), "none.parquet"))
    with pytest.raises(SourceError, match="no column of vectors"):
        none.vectors()
    wide = pa.table({f"c{i}": [1] for i in range(2_001)})
    with pytest.raises(SourceError, match="2,000"):
        open_table(parquet(tmp_path, wide, "wide.parquet"))
    for query in ({"rows_from": "upload"}, {"table_files": "[[1]]"}, {"roles": "{"}):
        spec, notices = Collection.from_query(query)
        assert spec == Collection() and notices


def test_vectors_beyond_the_limit_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_table(parquet(tmp_path, rows((V + 2).tolist(), KINDS["list float64"])))
    monkeypatch.setenv("VECTORSCOPE_MAX_VECTORS_GB", "1e-6")
    with pytest.raises(SourceError, match="VECTORSCOPE_MAX_VECTORS_GB"):
        opened.vectors()


def test_opening_can_be_cancelled(tmp_path: Path) -> None:
    opened = open_table(parquet(tmp_path, rows((V + 1).tolist(), KINDS["list float32"])))
    with pytest.raises(Cancelled):
        embedded(Embedding(opened.spec, "emb"), lambda fraction, metrics: True)


def test_samples_open() -> None:
    digits = table_of(Collection("digits"))
    assert len(digits) == 1797 and digits.vectors().matrix.shape[1] == 64
    assert roles(digits)["digit"] == "category" and roles(digits)["picture"] == "picture"
    articles = table_of(Collection())
    assert roles(articles) == {
        "article": "category", "text": "text", "characters": "number", "paragraph": "number",
    }  # fmt: skip
    with pytest.raises(CoreError):
        articles.vectors()


@pytest.mark.parametrize("format", ["csv", "tsv", "semicolons", "jsonl"])
def test_tables_of_text(tmp_path: Path, format: str) -> None:
    """Vectors as text in quotes, numbers with their type, empty cells, equal titles."""
    views = [None if i == 4 else i * 10 for i in range(60)]
    vectors = [f"[{', '.join(map(repr, v.tolist()))}]" for v in V]
    if format == "jsonl":
        path = tmp_path / "a.jsonl"
        records = [
            {"title": t, "views": n, "embedding": v.tolist(), "more": {"a": [1]}}
            for t, n, v in zip(TITLES, views, V, strict=True)
        ]
        path.write_text("\n".join(map(json.dumps, records)) + "\n", encoding="utf-8")
    else:
        mark = {"csv": ",", "tsv": "\t", "semicolons": ";"}[format]
        path = tmp_path / ("a.tsv" if format == "tsv" else "a.csv")
        lines = [mark.join(("title", "views", "embedding"))]
        for title, n, vector in zip(TITLES, views, vectors, strict=True):
            lines.append(mark.join((title, "" if n is None else str(n), f'"{vector}"')))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    opened = open_table(path)
    assert opened.arrow.column("title").to_pylist() == TITLES
    assert opened.arrow.column("views").to_pylist() == views
    np.testing.assert_array_equal(opened.vectors().matrix, V)
    assert roles(opened)["views"] == "number" and roles(opened)["embedding"] == "embedding"


def test_rows_of_a_csv_that_do_not_fit_are_named(tmp_path: Path) -> None:
    lines = ["title,emb", *(f'{t},"{v.tolist()}"' for t, v in zip(TITLES, V, strict=True))]
    lines.insert(5, "one,two,three")
    (tmp_path / "a.csv").write_text("\n".join(lines))
    opened = open_table(tmp_path / "a.csv")
    assert len(opened) == 60 and any("line 6" in note for note in opened.stored.notes)
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n{"a": \n')
    with pytest.raises(SourceError, match=r"a\.jsonl"):
        open_table(tmp_path / "a.jsonl")


@pytest.mark.parametrize("columns", [1, 2])
def test_projector_pairs(tmp_path: Path, columns: int) -> None:
    vectors, metadata = tmp_path / "vectors.tsv", tmp_path / "metadata.tsv"
    np.savetxt(vectors, V, delimiter="\t")
    if columns == 1:
        metadata.write_text("\n".join(TITLES) + "\n")
    else:
        rows_of_text = [f"{t}\t{i % 4}" for i, t in enumerate(TITLES)]
        metadata.write_text("\n".join(["word\tgroup", *rows_of_text]) + "\n")
    opened = open_table(vectors, metadata)
    np.testing.assert_allclose(opened.vectors().matrix, V, rtol=1e-6)
    assert opened.arrow.column(0).to_pylist() == TITLES and len(opened) == 60
    if columns == 2:
        assert roles(opened)["group"] == "number" and opened.arrow.column_names[0] == "word"


def test_anndata(tmp_path: Path) -> None:
    """Its layout as anndata writes it: text, categories by codes, numbers; matrices in obsm."""
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "cells.h5ad"
    kinds = ["B", "T", "T", None] * 15
    with h5py.File(path, "w") as file:
        obs, obsm = file.create_group("obs"), file.create_group("obsm")
        obs.create_dataset("_index", data=[f"cell {i}" for i in range(60)])
        obs.create_dataset("counts", data=np.arange(60))
        category = obs.create_group("kind")
        category.create_dataset("categories", data=["B", "T"])
        category.create_dataset("codes", data=[{"B": 0, "T": 1, None: -1}[k] for k in kinds])
        obsm.create_dataset("X_pca", data=V)
        obsm.create_dataset("X_umap", data=V[:, :2])
    opened = open_table(path)
    assert opened.arrow.column("kind").to_pylist() == kinds
    assert opened.arrow.column("_index").to_pylist()[:2] == ["cell 0", "cell 1"]
    assert roles(opened)["X_umap"] == "place" and opened.places["X_umap"] == ("X_umap",)
    np.testing.assert_array_equal(opened.vectors("X_pca").matrix, V)


def test_anndata_without_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    (tmp_path / "cells.h5ad").write_bytes(b"\x89HDF")
    with pytest.raises(SourceError, match="pip install h5py"):
        open_table(tmp_path / "cells.h5ad")
