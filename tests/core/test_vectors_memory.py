"""Files of vectors that unpack to far more than they weigh: refused early, or read in little."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from core.errors import SourceError
from tests.core.hostile import within
from tests.core.test_vectors_written import npy, read


def test_one_word_on_every_line(tmp_path: Path) -> None:
    data = gzip.compress(b"a .5\n" * 3_000_000)
    with within(20), pytest.raises(SourceError, match="repeat a word"):
        read(tmp_path, "v.txt.gz", data)


def test_words_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VECTORSCOPE_READ_GB", "0.004")
    data = gzip.compress("".join(f"w{k} 1 2\n" for k in range(40_000)).encode())
    with within(20), pytest.raises(SourceError, match="4 MB of memory"):
        read(tmp_path, "v.txt.gz", data)


def test_a_packed_array_of_which_little_is_wanted(tmp_path: Path) -> None:
    data = gzip.compress(npy(np.ones((40_000, 100), np.float32)))
    words = "\n".join(f"w{k}" for k in range(40_000))
    with within(25):
        loaded = read(tmp_path, "v.npy.gz", data, ("w.txt", words), first=10)
    assert loaded.matrix.shape == (10, 100)


def test_shapes_that_are_no_word_vectors(tmp_path: Path) -> None:
    from safetensors.numpy import save

    wide = save({"e": np.zeros((1, 1_000_000), np.uint8)}, {"words": '["a"]'})
    many = save({f"e{k}": np.zeros(1, np.uint8) for k in range(3_000)})
    for data, reason in ((wide, "1,000,000"), (many, "2,994 more")):
        with pytest.raises(SourceError, match=reason) as refusal:
            read(tmp_path, "v.safetensors", data)
        assert len(str(refusal.value)) < 400
