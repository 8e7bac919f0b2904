"""Reading and writing word vectors: what goes out comes back, and what is wrong is named."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import Cancelled, SourceError
from core.vectors.store import exports
from core.vectors.store.readers.formats import FORMATS, guess, load
from core.vectors.store.readers.reading import Loaded

WORDS = ["the", "naïve", "北京", "x-ray"]
MATRIX = np.array(
    [[0.5, -1.25, 3e-7], [1 / 3, 2.0, -4.5], [0.0, 0.0, 1.0], [1e5, -1e-5, 7.0]], np.float32
)
TEXT = b"3 2\nalpha 1 2\nbeta 3 4.5\ngamma -1 1e-3\n"


def read(folder: Path, name: str, data: bytes, **more: Any) -> Loaded:
    path = folder / "stored"  # uploads are not stored under their own names
    path.write_bytes(data)
    if (listed := more.pop("listed", None)) is not None:
        (folder / "list").write_text(listed, "utf-8")
        more["words"] = folder / "list"
    return load(path, name, **more)


def same(loaded: Loaded, words: list[str] = WORDS, matrix: Any = MATRIX) -> None:
    assert loaded.words == words
    np.testing.assert_array_equal(loaded.matrix, matrix)
    assert loaded.matrix.dtype == np.float32 and loaded.format in (*FORMATS, *TEXTS)


TEXTS = ("word2vec text", "GloVe text", "Projector")


class TestRoundTrip:
    def test_word2vec_text(self, tmp_path: Path) -> None:
        same(read(tmp_path, "v.txt", exports.word2vec_text(WORDS, MATRIX)))

    def test_word2vec_binary(self, tmp_path: Path) -> None:
        loaded = read(tmp_path, "v.bin", exports.word2vec_binary(WORDS, MATRIX))
        same(loaded)
        assert loaded.format == "word2vec binary"

    def test_safetensors(self, tmp_path: Path) -> None:
        same(read(tmp_path, "v.safetensors", exports.safetensors(WORDS, MATRIX)))

    def test_projector(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(exports.projector(WORDS, MATRIX))) as archive:
            data, words = archive.read("vectors.tsv"), archive.read("words.tsv").decode()
        same(read(tmp_path, "vectors.tsv", data, listed=words))

    def test_gensim_reads_what_is_written(self, tmp_path: Path) -> None:
        from gensim.models import KeyedVectors

        for binary, write in ((False, exports.word2vec_text), (True, exports.word2vec_binary)):
            (tmp_path / "v").write_bytes(write(WORDS, MATRIX))
            back = KeyedVectors.load_word2vec_format(str(tmp_path / "v"), binary=binary)
            assert back.index_to_key == WORDS
            np.testing.assert_array_equal(back.vectors, MATRIX)

    @pytest.mark.parametrize("name", ["v.txt.gz", "v.vec.gz"])
    def test_gzip(self, tmp_path: Path, name: str) -> None:
        same(read(tmp_path, name, gzip.compress(exports.word2vec_text(WORDS, MATRIX))))

    def test_gzipped_binary(self, tmp_path: Path) -> None:
        same(read(tmp_path, "v.bin.gz", gzip.compress(exports.word2vec_binary(WORDS, MATRIX))))

    def test_binary_with_a_line_after_each_vector(self, tmp_path: Path) -> None:
        rows = b"".join(
            word.encode() + b" " + row.tobytes() + b"\n"
            for word, row in zip(WORDS, MATRIX, strict=True)
        )
        same(read(tmp_path, "v.bin", b"4 3\n" + rows))

    def test_glove_has_no_header(self, tmp_path: Path) -> None:
        body = exports.word2vec_text(WORDS, MATRIX).split(b"\n", 1)[1]
        loaded = read(tmp_path, "glove.6B.3d.txt", body)
        same(loaded)
        assert loaded.format == "GloVe text"

    def test_words_of_glove_may_hold_spaces(self, tmp_path: Path) -> None:
        loaded = read(tmp_path, "g.txt", b"the 1 2\n. . 3 4\nat you 5 6\n")
        assert loaded.words == ["the", ". .", "at you"]
        assert any("2 words contain a space" in note for note in loaded.notes)

    @pytest.mark.parametrize("end", [b"\n", b" \n", b"\r\n", b""])
    def test_line_ends(self, tmp_path: Path, end: bytes) -> None:
        lines = [b"2 2", b"a 1 2", b"b 3 4"]
        data = (end or b"\n").join(lines) + end
        same(read(tmp_path, "v.vec", data), ["a", "b"], [[1, 2], [3, 4]])

    def test_numpy_with_a_list(self, tmp_path: Path) -> None:
        data = io.BytesIO()
        np.save(data, MATRIX.astype(np.float64))
        same(read(tmp_path, "v.npy", data.getvalue(), listed="\n".join(WORDS)))

    @pytest.mark.parametrize("n", [1, 2, 3])
    def test_first_words_only(self, tmp_path: Path, n: int) -> None:
        for name, data in (
            ("v.txt", exports.word2vec_text(WORDS, MATRIX)),
            ("v.bin", exports.word2vec_binary(WORDS, MATRIX)),
            ("v.safetensors", exports.safetensors(WORDS, MATRIX)),
        ):
            same(read(tmp_path, name, data, first=n), WORDS[:n], MATRIX[:n])

    def test_first_words_of_a_file_that_is_cut_off_later(self, tmp_path: Path) -> None:
        data = exports.word2vec_binary(WORDS, MATRIX)
        padded = data[:-3] + b"\0" * 0
        with pytest.raises(SourceError):
            read(tmp_path, "v.bin", padded)
        packed = gzip.compress(padded)
        same(read(tmp_path, "v.bin.gz", packed, first=2), WORDS[:2], MATRIX[:2])


BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("v.txt", b"", "is empty"),
    "header only": ("v.txt", b"3 2\n", "holds no vectors"),
    "cut off in a line": ("v.txt", b"2 3\na 1 2 3\nb 1.125 2.0\n", r"line 3 .*2 numbers where 3"),
    "ragged": ("v.txt", b"a 1 2 3\nb 1 2\n", r"line 2 \(“b”\) has 2 numbers where 3"),
    "ragged, longer": ("v.txt", b"a 1 2\nb 1 2 3\n", r"line 1 \(“a”\) has 2 numbers where 3"),
    "not a number": ("v.txt", b"a 1 2\nb 1 two\n", "line 2 holds “two”"),
    "NaN": ("v.txt", b"a 1 nan\n", r"every vector holds NaN or ∞, as “a” at line 1"),
    "no words": ("v.txt", b"0 300\n", "no vectors"),
    "no numbers": ("v.txt", b"5 0\na\nb\n", "no vectors"),
    "all zero": ("v.txt", b"a 0 0\nb 0 0\n", "every vector is zero"),
    "40 GB claimed": ("v.bin", b"10000000 1000\nword " + b"\x01\x02\x03\x04" * 9, "40,020,000,000"),
    "absurd dimension": ("v.bin", b"1 99999999\nword " + b"\x01\x02" * 9, "at most 10,000"),
    "binary cut off": (
        "v.bin.gz", gzip.compress(b"2 2\na " + struct.pack("<2f", 1, 2) + b"b \x01\x02"),
        "inside the vector of word 2 of 2",
    ),
    "binary ends early": (
        "v.bin.gz", gzip.compress(b"3 2\na " + struct.pack("<2f", 0.1, 2)), "ends at word 2 of 3",
    ),
    "gzip cut off": ("v.txt.gz", gzip.compress(TEXT * 500)[:-60], "line [0-9,]+|end early"),
    "prose": ("v.txt", "Es war einmal ein König.\nEr lebte.\n".encode(), "first line .“Es war"),
    "pickle": ("v.pkl", pickle.dumps({"a": [1.0]}), "can run any program"),
    "zip": ("v.txt", b"PK\x03\x04rest", "damaged zip archive"),
    "object array": ("v.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, "
                     b"'shape': (1, 1), }" + b" " * 60 + b"\n", "without unpickling"),
    "matrix without words": ("v.npy", b"\x93NUMPY nonsense", "not an array that can be read"),
    "safetensors of nonsense": ("v.safetensors", b"nonsense" * 9, "not a safetensors"),
    "an endless line": ("v.txt", b"a " + b"1 " * 300_000, "longer than any vector"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_explained(tmp_path: Path, case: str) -> None:
    name, data, reason = BAD[case]
    with pytest.raises(SourceError, match=reason) as raised:
        read(tmp_path, name, data)
    assert name in str(raised.value) and len(str(raised.value)) < 300


def test_doubles_are_named_and_the_first_kept(tmp_path: Path) -> None:
    loaded = read(tmp_path, "v.txt", b"4 2\na 1 2\nb 3 4\na 5 6\nb 7 8\n")
    same(loaded, ["a", "b"], [[1, 2], [3, 4]])
    (note,) = loaded.notes
    assert "2 words occur twice" in note and "“a” at line 4, first at 2" in note


def test_zero_vectors_are_counted(tmp_path: Path) -> None:
    loaded = read(tmp_path, "v.txt", b"a 0 0\nb 0 1\n")
    assert "1 words have a vector of zeros" in loaded.notes[0]


@pytest.mark.parametrize("shape", ["(4,)", "words"])
def test_matrices_and_lists_that_do_not_fit(tmp_path: Path, shape: str) -> None:
    data = io.BytesIO()
    np.save(data, np.ones(4) if shape == "(4,)" else np.ones((3, 2)))
    reason = "not a matrix" if shape == "(4,)" else "3 rows and the list 4 words"
    with pytest.raises(SourceError, match=reason):
        read(tmp_path, "v.npy", data.getvalue(), listed="a\nb\nc\nd")
    with pytest.raises(SourceError, match="add a word list"):
        read(tmp_path, "v.npy", data.getvalue())


def test_safetensors_of_others_need_a_list(tmp_path: Path) -> None:
    from safetensors.numpy import save

    data = save({"embedding.weight": MATRIX, "bias": np.ones(3, np.float32)})
    with pytest.raises(SourceError, match="names no words"):
        read(tmp_path, "v.safetensors", data)
    same(read(tmp_path, "v.safetensors", data, listed="\n".join(WORDS)))
    with pytest.raises(SourceError, match="holds no matrix"):
        read(tmp_path, "v.safetensors", save({"bias": np.ones(3, np.float32)}))
    metadata = {"words": json.dumps({"not": "a list"})}
    with pytest.raises(SourceError, match="names no words"):
        read(tmp_path, "v.safetensors", save({"e": MATRIX}, metadata))


def test_reading_reports_and_stops(tmp_path: Path) -> None:
    words = [f"w{i}" for i in range(9000)]
    data = exports.word2vec_text(words, np.ones((9000, 2), np.float32))
    stages: list[tuple[float, str]] = []

    def on_step(fraction: float, metrics: Any) -> bool:
        stages.append((fraction, metrics["stage"]))
        return len(stages) == 3

    with pytest.raises(Cancelled):
        read(tmp_path, "v.txt", data, on_step=on_step)
    assert [f for f, _ in stages] == sorted(f for f, _ in stages) and stages[-1][0] < 1
    assert "6,000 words" in stages[-1][1] or "5,999 words" in stages[-1][1]


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("a.txt", TEXT, "text"),
        ("a.bin", b"3 2\nalpha \x00\x00\x80\x3f", "word2vec binary"),
        ("a.bin", struct.pack("<ii", 793712314, 12), "fastText binary"),
        ("a.npy", b"\x93NUMPY", "NumPy"),
        ("a.tsv", b"1\t2\n", "text"),
        ("a.txt", b"2 1\n\x1f 1\nb 2\n", "text"),
        ("a.json", b'{"a": [1, 2]}', "JSON"),
        ("a.safetensors", b"12345678", "safetensors"),
    ],
)
def test_guesses_by_content(tmp_path: Path, name: str, data: bytes, format: str) -> None:
    (tmp_path / "x").write_bytes(data)
    assert guess(tmp_path / "x", name) == format
