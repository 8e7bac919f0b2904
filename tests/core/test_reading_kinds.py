"""The kind of a file that nobody named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.reading.kinds import guess
from tests.core import awkward

LETTERS = {"v": "vectors", "t": "text", "m": "matrix", "i": "items", "s": "pairs"}
UNSURE = (  # halves of two files, and numbers or words that may be of several kinds
    "i09", "i12_labels", "i23", "m10", "t23", "v14_words", "v16", "v19", "v21", "v22", "v23", "v24",
    "v30",
)  # fmt: skip
VALUES = np.arange(12).reshape(3, 4) / 8 + 0.25
WORDS = ["river", "lake", "bread"]
VECTORS = dict(zip(WORDS, VALUES.tolist(), strict=True))


@awkward.present
def test_each_file() -> None:
    files = [path for path in awkward.FOLDER.iterdir() if path.name[0] in LETTERS]
    kinds = {path.name: guess([path]) for path in files if not path.name.startswith(UNSURE)}
    assert len(kinds) > 80
    assert {name: kind for name, kind in kinds.items() if kind != LETTERS[name[0]]} == {}


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", pd.DataFrame(VALUES, WORDS).to_csv(), "vectors"),
        (
            "a.txt",
            "# by us\n" + pd.DataFrame(VALUES, WORDS).to_csv(sep=" ", header=False),
            "vectors",
        ),
        ("a.json", json.dumps(VECTORS), "vectors"),
        ("a.csv", pd.DataFrame(VALUES[:, :3], WORDS, WORDS).to_csv(sep=";", decimal=","), "matrix"),
        ("a.csv", pd.DataFrame(VALUES[:, :3], ["NA", "i", "2"], list("abc")).to_csv(), "matrix"),
        ("a.txt", str(VALUES), "matrix"),
        ("a.json", json.dumps(VALUES.tolist()), "matrix"),
        ("a.csv", pd.DataFrame(VALUES).assign(kind=["x", "y", "x"]).to_csv(index=False), "items"),
        ("a.csv", "id,text,score\n1,the river runs on,2\n2,bread and cheese,3\n", "text"),
        ("a.jsonl", '{"text": "the river runs"}\n{"text": "bread"}\n', "text"),
        ("a.csv", "w1|w2|score\nriver|lake|8\nbread|cheese|7\nlamp|stone|2\n", "pairs"),
        ("a.csv", "king;queen;man;woman\nbig;bigger;small;smaller\nold;older;new;newer\n", "pairs"),
    ],
)
def test_tables(tmp_path: Path, name: str, content: str, kind: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    assert guess([path]) == kind


def test_two_files(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", VALUES)
    (tmp_path / "words.csv").write_text("word\n" + "\n".join(WORDS))
    (tmp_path / "labels.csv").write_text("label\nx\ny\nx\n")
    for list_name, kind in (("words.csv", "vectors"), ("labels.csv", "items")):
        assert guess([tmp_path / list_name, tmp_path / "m.npy"]) == kind
