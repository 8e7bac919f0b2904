"""fastText's own files: as gensim reads them, only as far as needed, and never trusted."""

from __future__ import annotations

import gzip
import struct
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from gensim.models import FastText
from gensim.models.fasttext import load_facebook_vectors, save_facebook_model

from core.errors import Cancelled, SourceError
from core.vectors.store.readers import fasttext, reading
from core.vectors.store.readers.formats import load
from core.vectors.store.readers.reading import Loaded

TEXTS = [["cat", "sät", "北京", "matters"], ["dog", "sät", "mat", "dog’s", "a"]] * 20
V, D, BUCKET = 8, 5, 50


@cache
def model(bucket: int = BUCKET, min_n: int = 3, max_n: int = 6) -> bytes:
    """The bytes of a small model."""
    trained = FastText(
        TEXTS, vector_size=D, min_count=1, epochs=1, bucket=bucket, workers=1, min_n=min_n,
        max_n=max_n,
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        save_facebook_model(trained, f"{folder}/model.bin")
        return Path(folder, "model.bin").read_bytes()


def read(folder: Path, data: bytes, name: str = "model.bin", **more: Any) -> Loaded:
    (folder / "stored").write_bytes(data)
    return load(folder / "stored", name, **more)


@pytest.mark.parametrize(
    "shape", [(BUCKET, 3, 6), (7, 1, 2), (BUCKET, 0, 0), (0, 3, 6), (2000, 2, 9)]
)
@pytest.mark.parametrize("first", [0, 1, 3, 7, 100])
def test_vectors_are_those_of_gensim(
    tmp_path: Path, shape: tuple[int, int, int], first: int
) -> None:
    data = model(*shape)
    loaded = read(tmp_path, data, first=first)
    reference = load_facebook_vectors(str(tmp_path / "stored"))
    n = min(first or V, V)
    assert loaded.format == "fastText binary" and loaded.words == reference.index_to_key[:n]
    assert len(reference.index_to_key) == V
    np.testing.assert_allclose(loaded.matrix, reference.vectors[:n], rtol=1e-5, atol=1e-7)
    packed = read(tmp_path, gzip.compress(data), "model.bin.gz", first=first)
    assert packed.words == loaded.words
    np.testing.assert_array_equal(packed.matrix, loaded.matrix)


def test_small_pieces_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(tmp_path, model())
    monkeypatch.setattr(fasttext, "PIECE", 3)
    assert read(tmp_path, model()).words == whole.words


def test_only_what_the_first_words_need_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a matrix of 100,000 buckets, the rows of two words and of their n-grams."""
    data, bytes_read = model(bucket=100_000), 0
    monkeypatch.setattr(fasttext, "PIECE", 64)

    def counting(file: Any, n: int, name: str) -> bytes:
        nonlocal bytes_read
        data = reading.read_bytes(file, n, name)
        bytes_read += len(data)
        return data

    monkeypatch.setattr(fasttext, "read_bytes", counting)
    loaded = read(tmp_path, data, first=2)
    assert len(loaded.words) == 2
    assert 0 < bytes_read < 2_000 < 2_000_000 < len(data)


def changed(at: int, value: int, kind: str = "<i") -> bytes:
    data = bytearray(model())
    struct.pack_into(kind, data, at, value)
    return bytes(data)


def matrix_at() -> int:
    """Where the matrix's own header is: behind the dictionary."""
    words = {word for text in TEXTS for word in text}
    return fasttext.HEADER.size + sum(len(w.encode()) + 1 + fasttext.ENTRY.size for w in words)


BAD: dict[str, tuple[bytes, str]] = {
    "header cut": (model()[:60], "inside its header"),
    "format of the future": (changed(4, 13), "format 13"),
    "no numbers": (changed(8, 0), "words of 0 numbers, which is impossible"),
    "negative": (changed(68, -5), "impossible"),
    "absurd dimension": (changed(8, 2_000_000_000), "impossible"),
    "40 GB claimed": (changed(40, 2_000_000_000), "numbers, 4.*,000,.* bytes, but the file has"),
    "absurd subwords": (changed(48, 1_000_000), "subwords of 3 to 1,000,000"),
    "labels": (changed(72, 2), "classifier"),
    "pruned": (changed(84, 3, "<q"), "quantised"),
    "quantised": (changed(matrix_at(), 1, "<b"), "quantised"),
    "another matrix": (changed(matrix_at() + 1, 3, "<q"), "3 rows of 5 numbers where 8 words"),
    "cut in the dictionary": (gzip.compress(model()[:130]), "of 8 of its dictionary"),
    "cut before the matrix": (gzip.compress(model()[: matrix_at() + 3]), "before its vectors"),
    "cut in the matrix": (gzip.compress(model()[: matrix_at() + 117]), "inside row 6"),
    "gzip cut": (gzip.compress(model())[:-500], "end early"),
    "plain file cut": (model()[: len(model()) // 3], "cut off"),
    "endless word": (
        gzip.compress(model()[: fasttext.HEADER.size] + b"x" * 9_000), "word 1 of the dictionary"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_said(tmp_path: Path, case: str) -> None:
    data, reason = BAD[case]
    name = "model.bin.gz" if data[:2] == b"\x1f\x8b" else "model.bin"
    with pytest.raises(SourceError, match=reason) as error:
        read(tmp_path, data, name)
    assert name in str(error.value)


def test_bytes_that_are_no_words_stay_visible(tmp_path: Path) -> None:
    data = model().replace("sät\0".encode(), b"s\xff\xfet\0")
    assert "s\\xff\\xfet" in read(tmp_path, data).words


def test_a_vector_with_nan_is_set_aside(tmp_path: Path) -> None:
    loaded = read(tmp_path, changed(matrix_at() + 17, 0x7FC00000))
    assert len(loaded.words) == V - 1 and len(loaded.set_aside) == 1


def test_the_end_of_a_sentence_has_no_pieces(tmp_path: Path) -> None:
    """As in fastText's `Dictionary::init_subwords`; gensim takes n-grams of its name."""
    data = model().replace("sät\0".encode(), b"</s>\0")
    loaded = read(tmp_path, data)
    n = loaded.words.index("</s>")
    own = np.frombuffer(data, "<f4", D, matrix_at() + 17 + 4 * D * n)
    np.testing.assert_array_equal(loaded.matrix[n], own)


def test_reading_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "STEP", 1)
    fractions: list[float] = []

    def on_step(fraction: float, metrics: Any) -> bool:
        fractions.append(fraction)
        return False

    read(tmp_path, model(), on_step=on_step)
    assert fractions == sorted(fractions) and 0 < fractions[0] < 0.5 < fractions[-1] <= 1
    with pytest.raises(Cancelled):
        read(tmp_path, model(), on_step=lambda fraction, metrics: fraction > 0.4)
