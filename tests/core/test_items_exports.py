"""Rows as files, and their pictures: nothing is run, fetched or unpickled."""

from __future__ import annotations

import base64
import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from core.items import exports, open_table
from core.items.collection import Table, table_of
from core.items.collection_specs import with_roles
from core.items.pictures import SIDE, picture
from dashboard.ui.downloads import as_csv

CELLS = ["=1+1", "+1", "-1", "@x", "plain", None, "a,b\n\"c\"", "\t=1"]  # fmt: skip


def png(colour: str, size: tuple[int, int] = (4, 3)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "png")
    return file.getvalue()


@pytest.fixture
def table(tmp_path: Path) -> Table:
    red, n = png("red"), len(CELLS)
    uri = "data:image/png;base64," + base64.b64encode(red).decode()
    rows = pa.table(
        {
            "=cell": CELLS,
            "number": [-1.5] * n,
            "row": list(range(n)),
            "raw": [red] * n,
            "struct": [{"bytes": red, "path": None}] * n,
            "uri": [uri] * n,
            "path": ["images/b.png", "b.png", "nosuch.png", "http://a.b/c.png", *["b.png"] * 4],
            "bad": [b"no picture"] * n,
            "large": [png("blue", (1200, 600))] * n,
        }
    )
    pq.write_table(rows, tmp_path / "a.parquet")
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        archive.writestr("images/b.png", png("lime"))
    return open_table(tmp_path / "a.parquet", tmp_path / "pictures.zip")


def test_csv_holds_numbers_and_texts_and_no_formula(table: Table) -> None:
    rows = exports.readable(table, np.arange(len(table)))
    text = as_csv(rows.to_pandas(types_mapper=pd.ArrowDtype)).decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(text)))
    cells = [row["'=cell"] for row in read]
    assert cells == ["'=1+1", "+1", "-1", "'@x", "plain", "", 'a,b\n"c"', "'\t=1"]
    assert [row["row′"] for row in read] == [row["row"] for row in read] == [*map(str, range(8))]
    assert read[0]["number"] == "-1.5" and read[0]["raw"].endswith(" bytes")


def test_parquet_holds_the_chosen_rows_as_they_are(table: Table) -> None:
    data = exports.parquet(table, np.array([6, 1]))
    read = pq.read_table(io.BytesIO(data))
    assert read.column("=cell").to_pylist() == [CELLS[6], CELLS[1]]
    assert read.column("row′").to_pylist() == [6, 1]


@pytest.mark.parametrize(
    ("column", "colour"),
    [("raw", (255, 0, 0)), ("struct", (255, 0, 0)), ("uri", (255, 0, 0)), ("path", (0, 255, 0))],
)
def test_pictures_of_every_kind(table: Table, column: str, colour: tuple[int, ...]) -> None:
    data = picture(table, column, 0)
    assert data is not None
    assert Image.open(io.BytesIO(data)).convert("RGB").getpixel((0, 0)) == colour


def test_what_is_no_picture_is_none_and_large_ones_are_shrunk(table: Table) -> None:
    assert picture(table, "bad", 0) is None and picture(table, "=cell", 5) is None
    assert picture(table, "path", 1) is not None  # by its last part
    assert picture(table, "path", 2) is None and picture(table, "path", 3) is None
    data = picture(table, "large", 0)
    assert data is not None and Image.open(io.BytesIO(data)).size == (SIDE, SIDE // 2)


def test_rows_on_their_own_keep_their_roles(tmp_path: Path) -> None:
    """Of fewer rows other roles would be guessed; those set by hand stay, too."""
    n = 60
    rows = pa.table(
        {
            "name": [f"group {i % 4}" for i in range(n)],
            "year": [2000 + i for i in range(n)],
            "emb": [[1.0, float(i)] for i in range(n)],
        }
    )
    pq.write_table(rows, tmp_path / "a.parquet")
    table = open_table(tmp_path / "a.parquet")
    table = table_of(with_roles(table.spec, {"year": "id"}))
    wanted = {c.name: c.role for c in table.columns}
    assert wanted["name"] == "category"
    spec = exports.as_collection(table, np.array([0, 1, 2]), "part.parquet")
    assert {c.name: c.role for c in table_of(spec).columns} == wanted
    assert {c.name: c.guess for c in table_of(spec).columns} != wanted
