"""Vectors as many programs write them, read back equal; and nothing is lost in silence."""

from __future__ import annotations

import gzip
import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.errors import SourceError
from core.tables.options import TableOptions
from core.vectors.store import exports
from core.vectors.store.loading import dense
from core.vectors.store.readers.formats import load
from core.vectors.store.readers.reading import Loaded
from tests.core.hostile import fuzzed, zipped

WORDS = ["river", "lake", "naïve", "北京", "x-ray", "c++", "100%", "don't"]
M = np.random.default_rng(3).standard_normal((8, 5)).astype(np.float32)
FRAME = pd.DataFrame(M.astype(float), index=WORDS)


def read(folder: Path, name: str, data: bytes | str, listed: Any = None, **more: Any) -> Loaded:
    path = folder / "stored"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    if listed is None:
        return load(path, name, **more)
    other, content = listed
    (folder / "list").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(path, name, folder / "list", list_name=other, **more)


def lines(separator: str = " ", before: str = "", **look: Any) -> str:
    number = look.get("number", "{:.9g}".format)
    return before + "".join(
        word + separator + separator.join(map(number, row)) + look.get("end", "\n")
        for word, row in zip(WORDS, M.tolist(), strict=True)
    )


def npy(array: Any) -> bytes:
    data = io.BytesIO()
    np.save(data, array)
    return data.getvalue()


def listing(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


WRITTEN: dict[str, tuple[str, bytes | str]] = {
    "GloVe": ("v.txt", lines()),
    "word2vec": ("v.txt", lines(before="8 5\n")),
    "fastText": ("v.vec", lines(before="8 5\n", end=" \n")),
    "tabs": ("v.tsv", lines("\t")),
    "trailing tabs": ("v.tsv", lines("\t", end="\t\n")),
    "spaces": ("v.txt", lines("   ", before="\n\n")),
    "CRLF": ("v.txt", lines(end="\r\n")),
    "CR": ("v.txt", lines(end="\r")),
    "UTF-16": ("v.txt", lines().encode("utf-16")),
    "UTF-16 without a mark": ("v.txt", lines(end="\r\n").encode("utf-16-le")),
    "GB18030": ("v.txt", lines().replace("naïve", "你我他的是").encode("gb18030")),
    "commas and spaces": ("v.txt", lines(", ")),
    "commas between numbers": ("v.txt", "".join(
        line.replace(",", " ", 1) for line in lines(",").splitlines(keepends=True))),
    "semicolons, decimal commas": (
        "v.csv", lines(";", number=lambda x: f"{x:.9g}".replace(".", ","))),
    "spaces, decimal commas": ("v.txt", lines(number=lambda x: f"{x:.9f}".replace(".", ","))),
    "sep=": ("v.csv", lines(";", before="sep=;\n")),
    "a comment above": ("v.txt", lines(before="# trained by us\n")),
    "a comment above word2vec": ("v.txt", lines(before="# trained by us\n8 5\n")),
    "aligned columns": ("v.txt", lines(" \t  ")),
    "indented": ("v.txt", "  " + lines(end="\n  ").rstrip(" ")),
    "Fortran": ("v.txt", lines(number=lambda x: f"{x:.9E}".replace("E", "D"))),
    "true minus": ("v.txt", lines(number=lambda x: f"{x:.9g}".replace("-", "−"))),
    "a title, a heading, decimal commas": ("v.csv", "\ufeffVectors of May\n" + FRAME.rename_axis(
        "Wort").to_csv(sep=";", decimal=",")),
    "GB18030, some of it UTF-8 by chance": (
        "v.txt", lines().replace("naïve", "石头河流湖泊面包").encode("gb18030")),
    "zip": ("v.zip", zipped({"README.md": b"made by us", "__MACOSX/._v.txt": b"\0",
                             "model/v.txt": lines(before="8 5\n").encode()})),
    "zip of a matrix and its words": ("v.zip", zipped(
        {"v.npy": npy(M), "vocab.txt": "\n".join(WORDS).encode()})),
    "JSON, nested": ("v.json", listing(
        {"model": "ours", "vectors": dict(zip(WORDS, M.tolist(), strict=True))})),
    "pandas": ("v.csv", FRAME.to_csv()),
    "pandas, TSV": ("v.tsv", FRAME.to_csv(sep="\t")),
    "pandas without heading": ("v.csv", FRAME.to_csv(header=False)),
    "pandas, words as a column": ("v.csv", FRAME.rename_axis("word").reset_index().to_csv()),
    "pandas, named columns": ("v.csv", FRAME.add_prefix("dim").rename_axis("token").to_csv()),
    "pandas, all quoted": ("v.csv", FRAME.to_csv(quoting=1)),
    "R": ("v.txt", "".join(
        [" ".join(f'"V{k}"' for k in range(1, 6)) + "\n", *(
            f'"{w}" ' + " ".join(map("{:.9g}".format, row)) + "\n"
            for w, row in zip(WORDS, M.tolist(), strict=True))])),
    "lists in a cell": ("v.csv", pd.DataFrame({"word": WORDS, "vector": M.tolist()}).to_csv(
        index=False)),
    "printed lists": ("v.txt", "".join(
        f"{w} {row}\n" for w, row in zip(WORDS, M.tolist(), strict=True))),
    "words last": ("v.tsv", "".join(
        "\t".join(map("{:.9g}".format, row)) + f"\t{w}\n"
        for w, row in zip(WORDS, M.tolist(), strict=True))),
    "JSON": ("v.json", listing(dict(zip(WORDS, M.tolist(), strict=True)))),
    "JSON records": ("v.json", listing(
        [{"word": w, "vector": r} for w, r in zip(WORDS, M.tolist(), strict=True)])),
    "JSON pairs": ("v.json", listing(list(zip(WORDS, M.tolist(), strict=True)))),
    "JSON lines": ("v.jsonl", "\n".join(
        listing({"token": w, "embedding": r}) for w, r in zip(WORDS, M.tolist(), strict=True))),
    "JSON, one word a line": ("v.jsonl", "\n".join(
        listing({w: r}) for w, r in zip(WORDS, M.tolist(), strict=True))),
    "JSON, words apart": ("v.json", listing({"words": WORDS, "vectors": M.tolist()})),
    "binary": ("v.bin", exports.word2vec_binary(WORDS, M)),
    "a gz of another name": ("v.vec", gzip.compress(lines(before="8 5\n").encode())),
    "a name of gz, but none": ("v.vec.gz", lines(before="8 5\n")),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITTEN)
def test_what_was_written_is_read(tmp_path: Path, case: str) -> None:
    name, data = WRITTEN[case]
    loaded = read(tmp_path, name, data)
    chinese = {"GB18030": "你我他的是", "GB18030, some of it UTF-8 by chance": "石头河流湖泊面包"}
    words = [word.replace("naïve", chinese.get(case, "naïve")) for word in WORDS]
    assert loaded.words == words and loaded.set_aside == ()
    np.testing.assert_allclose(loaded.matrix, M, rtol=1e-6, atol=1e-8)


def columns(**frame: Any) -> bytes:
    data = io.BytesIO()
    pd.DataFrame(frame).to_parquet(data)
    return data.getvalue()


def feather() -> bytes:
    data = io.BytesIO()
    FRAME.add_prefix("d").rename_axis("word").reset_index().to_feather(data)
    return data.getvalue()


def archive(**arrays: Any) -> bytes:
    data = io.BytesIO()
    np.savez(data, **arrays)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("v.parquet", columns(word=WORDS, vector=M.tolist())),
        ("v.parquet", columns(**{"word": WORDS, **{f"d{k}": M[:, k] for k in range(5)}})),
        ("v.feather", feather()),
        ("v.npz", archive(vectors=M, words=np.array(WORDS))),
        ("v.npz", archive(position=np.ones((3, 5)), word_vectors=M, bias=M[0], w=np.array(WORDS))),
    ],
)
def test_tables_and_archives(tmp_path: Path, name: str, data: bytes) -> None:
    loaded = read(tmp_path, name, data)
    assert loaded.words == WORDS
    np.testing.assert_array_equal(loaded.matrix, M)


LISTS: dict[str, tuple[str, Any]] = {
    "plain": ("w.txt", "\n".join(WORDS)),
    "blank tail": ("w.txt", "\n".join(WORDS) + "\n\n\n"),
    "BOM, CRLF": ("w.txt", b"\xef\xbb\xbf" + "\r\n".join(WORDS).encode()),
    "UTF-16": ("w.txt", "\n".join(WORDS).encode("utf-16")),
    "SentencePiece": ("w.vocab", "".join(f"{w}\t-{k}\n" for k, w in enumerate(WORDS))),
    "GloVe's counts": ("vocab.txt", "".join(f"{w} {99 - k}\n" for k, w in enumerate(WORDS))),
    "numbered": ("w.txt", "".join(f"{k} {w}\n" for k, w in enumerate(WORDS))),
    "numbered by tabs": ("w.tsv", "".join(f"{k}\t{w}\n" for k, w in enumerate(WORDS, 1))),
    "gensim's dictionary": ("w.txt", "8\n" + "".join(
        f"{k}\t{w}\t{7 * k}\n" for w, k in sorted((w, k) for k, w in enumerate(WORDS)))),
    "Projector": ("metadata.tsv", "word\tcount\n" + "".join(f"{w}\t{9}\n" for w in WORDS)),
    "CSV with counts": ("w.csv", "count,word\n" + "".join(f'{9},"{w}"\n' for w in WORDS)),
    "pandas": ("w.csv", pd.DataFrame({"word": WORDS, "n": 3}).to_csv()),
    "CSV, quoted": ("w.csv", '"word"\n' + "".join(f'"{w}"\n' for w in WORDS)),
    "a comment above": ("w.txt", "# our words\n" + "\n".join(WORDS)),
    "their number above": ("w.txt", "8\n" + "\n".join(WORDS)),
    "JSON lines": ("w.jsonl", "\n".join(listing({"word": w, "n": 2}) for w in WORDS)),
    "JSON": ("w.json", listing(WORDS)),
    "JSON, word → number": ("vocab.json", listing(
        {w: k for k, w in reversed([*enumerate(WORDS)])})),
    "JSON, number → word": ("w.json", listing({str(k): w for k, w in enumerate(WORDS)})),
    "JSON, tokenizer": ("tokenizer.json", listing(
        {"version": "1", "model": {"type": "BPE", "vocab": {w: k for k, w in enumerate(WORDS)}}})),
    "JSON, pieces and scores": ("w.json", listing([[w, -1.5] for w in WORDS])),
}  # fmt: skip


@pytest.mark.parametrize("case", LISTS)
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("numbers", ["npy", "tsv"])
def test_lists_of_words(tmp_path: Path, case: str, swapped: bool, numbers: str) -> None:
    name, listed = LISTS[case]
    rows = "".join("\t".join(map(repr, row)) + "\n" for row in M.astype(float).tolist())
    vectors = npy(M) if numbers == "npy" else rows.encode()
    if swapped:
        loaded = read(tmp_path, name, listed, (f"v.{numbers}", vectors))
    else:
        loaded = read(tmp_path, f"v.{numbers}", vectors, (name, listed))
    assert loaded.words == WORDS
    np.testing.assert_array_equal(loaded.matrix, M)


def test_a_list_one_too_long_is_not_shifted(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="8 rows and the list 9 words"):
        read(tmp_path, "v.npy", npy(M), ("w.txt", "\n".join(["bank", *WORDS])))


def test_an_odd_row_of_few_is_set_aside(tmp_path: Path) -> None:
    for odd in ("x 1 2 3 4", "x 1 2 3 4 two", "x 1 2 3 4 1_0", "x 1 2 3 4 nan", "x,1,2,,4,5"):
        text = lines("," if "," in odd else " ").splitlines()
        loaded = read(tmp_path, "v.txt", "\n".join([*text[:3], odd, *text[3:]]))
        assert loaded.words == WORDS
        assert [row.place for row in loaded.set_aside] == ["line 4"]


def test_a_word_of_thousands(tmp_path: Path) -> None:
    text = lines().replace(WORDS[0], "10 000", 1).replace(WORDS[1], "1 000 000", 1)
    assert read(tmp_path, "v.txt", text).words == ["10 000", "1 000 000", *WORDS[2:]]


def test_words_and_their_counts_are_no_vectors(tmp_path: Path) -> None:
    for text in ("the 90\nof 80\nand 7\n", "word\tcount\nthe\t90\nof\t80\nand\t7\n"):
        with pytest.raises(SourceError, match="list of words; add the file of their vectors"):
            read(tmp_path, "metadata.tsv", text)


class TestZip:
    def test_the_file_that_is_chosen(self, tmp_path: Path) -> None:
        data = zipped({"a.txt": b"x 1 2\ny 3 4\n", "b.txt": lines().encode()})
        first, second = read(tmp_path, "v.zip", data), read(tmp_path, "v.zip", data, array="b.txt")
        assert (first.words, second.words) == (["x", "y"], WORDS)
        assert "also holds b.txt" in first.notes[0]
        with pytest.raises(SourceError, match=r"no file “c\.txt”, only a\.txt"):
            read(tmp_path, "v.zip", data, array="c.txt")

    def test_what_holds_no_vectors(self, tmp_path: Path) -> None:
        inner = zipped({"a.txt": b"x 1 2\n"})
        for members, why in (({"README": b"x"}, "no file of"), ({"a.zip": inner}, "another zip")):
            with pytest.raises(SourceError, match=why):
                read(tmp_path, "v.zip", zipped(members))


class TestBinary:
    def test_a_wrong_dimension_is_no_garbage(self, tmp_path: Path) -> None:
        data = exports.word2vec_binary(WORDS, M)
        for d in (1, 2, 3, 4, 6, 7, 10):
            for V in (1, 4, 8, 9):
                head = b"%d %d\n" % (V, d)
                with pytest.raises(SourceError):
                    read(tmp_path, "v.bin", head + data.split(b"\n", 1)[1])

    def test_a_header_that_is_short_of_words(self, tmp_path: Path) -> None:
        data = b"7 5\n" + exports.word2vec_binary(WORDS, M).split(b"\n", 1)[1]
        loaded = read(tmp_path, "v.bin", data)
        assert loaded.words == WORDS and "declares 7 words" in loaded.notes[0]

    def test_a_header_that_declares_one_word_too_many(self, tmp_path: Path) -> None:
        data = b"9 5\n" + exports.word2vec_binary(WORDS, M).split(b"\n", 1)[1]
        loaded = read(tmp_path, "v.bin", data)
        assert loaded.words == WORDS and "declares 9 words" in loaded.notes[0]

    def test_what_is_left_behind_the_last_word_is_said(self, tmp_path: Path) -> None:
        loaded = read(tmp_path, "v.bin", exports.word2vec_binary(WORDS, M) + b"\0" * 40)
        assert loaded.words == WORDS and "40 bytes" in loaded.notes[0]

    def test_half_a_character_stays_visible(self, tmp_path: Path) -> None:
        rows = b"ab\xe4\xb8 " + struct.pack("<2f", 1, 2) + b"c " + struct.pack("<2f", 3, 4)
        loaded = read(tmp_path, "v.bin", b"2 2\n" + rows)
        assert loaded.words == ["ab\\xe4\\xb8", "c"]


SPARSE = "4 6\nriver 0:1.5 5:0.25\nlake 2:1\nnew york 1:0.5 2:0.5\nmill 3:2\n"


class TestSparse:
    def test_is_read_as_csr_and_filled_up(self, tmp_path: Path) -> None:
        loaded = read(tmp_path, "ppmi.txt", SPARSE)
        assert loaded.words == ["river", "lake", "new york", "mill"]
        matrix, notes = dense(loaded, 0, "ppmi.txt")
        wanted = np.zeros((4, 6))
        wanted[[0, 0, 1, 2, 2, 3], [0, 5, 2, 1, 2, 3]] = [1.5, 0.25, 1, 0.5, 0.5, 2]
        np.testing.assert_array_equal(matrix, wanted)
        assert "25.00% not zero" in notes[-1]

    def test_is_cut_only_when_asked(self, tmp_path: Path) -> None:
        text = "".join(f"w{k} {k * 1000}:1.5 {k * 1000 + 7}:2\n" for k in range(40))
        loaded = read(tmp_path, "ppmi.txt", text)
        with pytest.raises(SourceError, match="cut the vectors"):
            dense(loaded, 0, "ppmi.txt")
        matrix, notes = dense(loaded, 39, "ppmi.txt")
        assert matrix.shape == (40, 39) and "truncated SVD" in notes[-1]
        M = loaded.matrix.toarray().astype(float)
        _, s, _ = np.linalg.svd(M, full_matrices=False)
        np.testing.assert_allclose(np.linalg.norm(matrix) ** 2, np.sum(s[:39] ** 2), rtol=1e-5)

    def test_positions_that_count_from_one(self, tmp_path: Path) -> None:
        loaded = read(tmp_path, "ppmi.txt", "2 3\na 1:1 3:2\nb 2:5\n")
        np.testing.assert_array_equal(loaded.matrix.toarray(), [[1, 0, 2], [0, 5, 0]])

    def test_what_is_no_pair_is_named(self, tmp_path: Path) -> None:
        text = "".join(f"w{k} 1:1 {k + 2}:2\n" for k in range(12)) + "x 1:1 2:y 3:4\n"
        loaded = read(tmp_path, "ppmi.txt", text)
        assert len(loaded.words) == 12
        assert "line 13 holds “2:y”" in loaded.set_aside[0].why


class TestOptions:
    TEXT = "a,b c,1,5\nd,e f,2,7\n"

    def test_a_guess_can_be_overruled(self, tmp_path: Path) -> None:
        options = TableOptions(separator="comma", heading="yes")
        loaded = read(tmp_path, "v.csv", "1,2,3\nx,4,5\ny,6,7\n", options=options)
        assert loaded.words == ["x", "y"]
        loaded = read(tmp_path, "v.csv", "u,2,3\nx,4,5\ny,6,7\n",
                      options=TableOptions(encoding="UTF-8", heading="no"))  # fmt: skip
        assert loaded.words == ["u", "x", "y"]

    def test_the_array_that_is_chosen(self, tmp_path: Path) -> None:
        data = archive(words=np.array(WORDS), a=M, b=2 * M)
        assert read(tmp_path, "v.npz", data).matrix[0, 0] == M[0, 0]
        assert read(tmp_path, "v.npz", data, array="b").matrix[0, 0] == 2 * M[0, 0]
        with pytest.raises(SourceError, match="no matrix “c”"):
            read(tmp_path, "v.npz", data, array="c")


@some.composite
def texts(draw: some.DrawFn) -> tuple[str, int]:
    """Some vectors with accidents in between, and how many rows there are."""
    good = some.builds(lambda k: f"w{k} {k} 2.5", some.integers(0, 40))
    bad = some.sampled_from(
        ["x 1", "y 1 two", "z nan 1", " 1 2", "a b 1 2", "v 1_0 2", "q", "p inf 0"]
    )
    rows = draw(some.lists(some.one_of(*[good] * 20, bad), min_size=1, max_size=60))
    return "\n".join(rows) + "\n", len(rows)


@fuzzed
@given(texts(), some.booleans())
def test_rows_are_read_or_named(tmp_path_factory: Any, file: tuple[str, int], header: bool) -> None:
    text, n = file
    folder = tmp_path_factory.getbasetemp()
    try:
        loaded = read(folder, "v.txt", (f"{n} 2\n" if header else "") + text)
    except SourceError:
        return
    headings = sum("headings" in note for note in loaded.notes)
    assert n == len(loaded.words) + sum(row.rows for row in loaded.set_aside) + headings


@fuzzed
@given(
    some.lists(some.text("abcde éß北 .,;|\"'-0123456789", min_size=1, max_size=12), min_size=8,
               max_size=30, unique_by=str.strip),
    some.integers(2, 6), some.integers(0, 99), some.sampled_from([",", ";", "\t", " "]),
    some.booleans(),
)  # fmt: skip
def test_any_words_come_back_from_pandas(
    tmp_path_factory: Any, words: list[str], d: int, seed: int, separator: str, heading: bool
) -> None:
    """Words with an anchor in front, so that a word is never a number or a name of columns."""
    words = ["w" + word.strip().replace(separator, "_") for word in words]
    words = [word.replace('"', "'") if separator in " \t" else word for word in words]
    matrix = np.random.default_rng(seed).standard_normal((len(words), d))
    frame = pd.DataFrame(matrix, index=words)
    text = frame.to_csv(sep=separator, header=heading)
    loaded = read(tmp_path_factory.getbasetemp(), "v.csv", text)
    assert loaded.words == [*dict.fromkeys(words)]
    first = [words.index(word) for word in loaded.words]
    np.testing.assert_array_equal(loaded.matrix, matrix[first].astype(np.float32))
