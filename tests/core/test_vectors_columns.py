"""Which column of a Parquet file holds the words, where several may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.errors import SourceError
from core.tables.options import TableOptions
from core.vectors.store.readers.formats import load
from core.vectors.store.readers.reading import Loaded

WORDS = ["river", "lake", "naïve", "北京", "x-ray", "c++", "100%", "don't"]
M = np.random.default_rng(3).standard_normal((8, 5)).astype(np.float32)


class TestColumnOfWords:
    KINDS = ["a", "b"] * (len(WORDS) // 2)

    def read(self, folder: Path, named_by: str = "", **frame: Any) -> Loaded:
        path = folder / "v.parquet"
        pd.DataFrame(frame).to_parquet(path)
        return load(path, "v.parquet", options=TableOptions(named_by=named_by))

    def test_labels_are_no_words_where_others_tell_the_rows_apart(self, tmp_path: Path) -> None:
        frame = {"label": self.KINDS, "what": WORDS, "vector": M.tolist()}
        loaded = self.read(tmp_path, **frame)
        assert loaded.words == WORDS
        assert "taken from “what”; they could be taken from: label." in str(loaded.notes[0])
        assert self.read(tmp_path, "label", **frame).words == ["a", "b"]
        with pytest.raises(SourceError, match="no column “other” of words; there are: label, what"):
            self.read(tmp_path, "other", **frame)

    def test_ids_are_better_than_labels(self, tmp_path: Path) -> None:
        ids = list(range(7, 7 + len(WORDS)))
        loaded = self.read(
            tmp_path, id=ids, label=self.KINDS, **{f"d{k}": M[:, k] for k in range(5)}
        )
        assert loaded.words == [str(id) for id in ids]
        np.testing.assert_array_equal(loaded.matrix, M)

    def test_ids_beside_words_are_no_part_of_a_vector(self, tmp_path: Path) -> None:
        numbers = {f"d{k}": M[:, k] for k in range(5)}
        loaded = self.read(tmp_path, word=WORDS, id=list(range(8)), **numbers)
        assert loaded.words == WORDS
        np.testing.assert_array_equal(loaded.matrix, M)
        assert "called as ids are: “id”." in str(loaded.notes[0])

    def test_words_that_repeat_are_words(self, tmp_path: Path) -> None:
        words = [WORDS[0], *WORDS[:-1]]
        loaded = self.read(tmp_path, word=words, id=list(range(len(WORDS))), vector=M.tolist())
        assert loaded.words == WORDS[:-1]

    def test_rows_of_which_most_repeat_belong_elsewhere(self, tmp_path: Path) -> None:
        loaded = self.read(tmp_path, label=self.KINDS, vector=M.tolist())
        assert loaded.words == ["a", "b"]
        notes = " ".join(map(str, loaded.notes))
        assert "taken from “label”" in notes and "belong on “Collection”" in notes
