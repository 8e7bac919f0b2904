"""Several files as one collection: parts of a matrix, and a zip with tables in it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import SourceError
from core.items import open_table
from core.items.collection import table_of
from core.items.exports import as_collection, text_lines
from core.items.pictures import picture

V = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float16)
TITLES = [f"title {i}" for i in range(40)]


def saved(folder: Path, cuts: list[int], name: str = "img_emb_{}.npy") -> list[Path]:
    """The rows of V in parts of so many rows, by number and not by name: 2 before 10."""
    paths = []
    for i, rows in enumerate(np.split(V, np.cumsum(cuts)[:-1])):
        path = folder / name.format(i + 8)
        np.save(path, rows)
        paths.append(path)
    return paths


def meta(folder: Path, n: int = 40) -> Path:
    path = folder / "metadata.parquet"
    pq.write_table(pa.table({"title": TITLES[:n]}), path)
    return path


@pytest.mark.parametrize("beside", [True, False])
def test_parts_of_a_matrix_follow_each_other(tmp_path: Path, beside: bool) -> None:
    files = saved(tmp_path, [15, 15, 10])
    opened = open_table(*reversed(files), *([meta(tmp_path)] if beside else []))
    assert len(opened) == 40 and list(opened.stored.dims) == ["img_emb"]
    np.testing.assert_array_equal(opened.vectors().matrix, V.astype(np.float32))
    assert "3 arrays follow each other" in " ".join(opened.stored.notes)
    np.testing.assert_allclose(opened.stored.heads["img_emb"], V[:10, :4], rtol=1e-6)


def test_arrays_with_a_row_for_each_row_of_the_table_stand_beside_each_other(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "emb_1.npy", tmp_path / "emb_2.npy"
    np.save(first, V)
    np.save(second, -V)
    opened = open_table(first, second, meta(tmp_path))
    assert list(opened.stored.dims) == ["emb_1", "emb_2"]
    np.testing.assert_array_equal(opened.vectors("emb_2").matrix, -V.astype(np.float32))
    with pytest.raises(SourceError, match="do not belong together"):
        open_table(*saved(tmp_path, [15, 25], "part-{}.npy"), meta(tmp_path, 39))


def test_a_table_in_a_zip_is_chosen_and_its_pictures_are_found(tmp_path: Path) -> None:
    from PIL import Image

    image, array = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (3, 2), (255, 0, 0)).save(image, "png")
    np.save(array, V[:2])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("data/large.csv", "image,kind\na/0.png,x\nb.png,y\n" + " " * 0)
        archive.writestr("data/small.jsonl", '{"t": "a b"}\n{"t": "c"}\n')
        archive.writestr("__MACOSX/data/._large.csv", "x" * 999)
        archive.writestr("a/0.png", image.getvalue())
        archive.writestr("vectors.npy", array.getvalue())
    opened = open_table(tmp_path / "all.zip")
    assert opened.stored.members == ("data/large.csv", "data/small.jsonl")
    assert "“data/large.csv” is opened" in " ".join(opened.stored.notes)
    assert opened.arrow.column("kind").to_pylist() == ["x", "y"]
    np.testing.assert_array_equal(opened.vectors("vectors").matrix, V[:2].astype(np.float32))
    assert picture(opened, "image", 0) is not None and picture(opened, "image", 1) is None
    part = table_of(as_collection(opened, np.array([0]), "part.parquet"))
    assert picture(part, "image", 0) == picture(opened, "image", 0)
    other = table_of(opened.spec.replace(zip_table="data/small.jsonl"))
    assert other.arrow.column("t").to_pylist() == ["a b", "c"]
    assert other.stored.members[0] == "data/small.jsonl"
    (tmp_path / "bad.zip").write_bytes((tmp_path / "all.zip").read_bytes()[:80])
    with pytest.raises(SourceError, match=r"bad\.zip"):
        open_table(tmp_path / "bad.zip")
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        archive.writestr("a/0.png", image.getvalue())
    with pytest.raises(SourceError, match="add the table"):
        open_table(tmp_path / "pictures.zip")


def test_rows_as_a_collection_of_their_own(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "title": TITLES,
            "views": range(40),
            "emb": [None if i == 7 else v.tolist() for i, v in enumerate(V)],
        }
    )
    pq.write_table(rows, tmp_path / "a.parquet")
    opened = open_table(tmp_path / "a.parquet")
    some = np.array([3, 7, 11])
    part = table_of(as_collection(opened, some, "part.parquet"))
    assert part.arrow.column("title").to_pylist() == ["title 3", "title 7", "title 11"]
    assert part.vectors().missing.tolist() == [1]
    np.testing.assert_array_equal(part.vectors().matrix, V[[3, 11]].astype(np.float32))
    assert text_lines(opened, "title", some).decode().splitlines()[1] == '{"text": "title 7"}'
