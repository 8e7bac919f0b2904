"""Files of vectors that mean harm: they are read, or refused with a reason."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from safetensors.numpy import save

from core import uploads
from core.errors import CoreError
from core.vectors.evaluate.lists import KINDS, read_list
from core.vectors.store import exports, shelf
from core.vectors.store.loading import VectorFile, keep
from core.vectors.store.readers.fasttext import ENTRY, HEADER, MAGIC, MATRIX
from core.vectors.store.readers.formats import load
from core.vectors.store.readers.reading import LONGEST_WORD, Loaded
from tests.core.hostile import Trap, answered, damaged, fuzzed, refused, within, zipped

WORDS = ["the", "naïve", "北京", "x-ray"]
ROWS = np.array([[0.5, -1.25, 3e-7], [1 / 3, 2, -4.5], [0, 0, 1], [1e5, -1e-5, 7]], np.float32)
LIST = "\n".join(WORDS).encode()


def fasttext(d: int = 3, V: int = 4, bucket: int = 5, minn: int = 2, maxn: int = 3,
             words: list[str] = WORDS) -> bytes:  # fmt: skip
    """A model file of fastText, whatever its header says."""
    numbers = [MAGIC, 12, d, 5, 5, 1, 5, 1, 1, 1, bucket, minn, maxn, 100]
    head = HEADER.pack(*numbers, 1e-4, V, V, 0, 100, -1)
    entries = b"".join(word.encode() + b"\0" + ENTRY.pack(9, 0) for word in words)
    rows = np.arange((len(words) + 5) * 3, dtype="<f4").tobytes()
    return head + entries + MATRIX.pack(0, V + bucket, d) + rows


def npy(array: Any, pickled: bool = False) -> bytes:
    made = io.BytesIO()
    np.save(made, array, allow_pickle=pickled)
    return made.getvalue()


TEXT, BINARY = exports.word2vec_text(WORDS, ROWS), exports.word2vec_binary(WORDS, ROWS)
SAFE = exports.safetensors(WORDS, ROWS)
VALID: dict[str, tuple[bytes, ...]] = {
    "v.txt": (TEXT, TEXT.split(b"\n", 1)[1], b"the cat 1 2\n. . 3 4\n"),
    "v.bin": (BINARY, fasttext()),
    "v.vec.gz": (gzip.compress(TEXT), gzip.compress(fasttext())),
    "v.bin.bz2": (bz2.compress(BINARY),),
    "v.bin.xz": (lzma.compress(BINARY),),
    "v.npy": (npy(ROWS), npy(ROWS.astype(np.int64)), npy(ROWS.T), zipped({"a.npy": npy(ROWS)})),
    "v.npy.gz": (gzip.compress(npy(ROWS)),),
    "v.safetensors": (SAFE, save({"e": np.ones((4, 2), np.float16)}, {"words": json.dumps(WORDS)})),
    "v.tsv": (b"the\t1\t2\ncat\t3\t4\n", b"1\t2\t3\n4\t5\t6\n7\t8\t9\n1\t1\t1\n"),
}
LISTS = (LIST, LIST.replace(b"\n", b"\r\n"), b"word\tcount\nthe\t1\na\t2\nb\t3\nc\t4\n")
FILES = some.sampled_from(list(VALID)).flatmap(
    lambda name: some.tuples(some.just(name), some.one_of(damaged(*VALID[name]), some.binary()))
)


def read(name: str, data: bytes, listed: bytes | None = None, first: int = 0) -> Loaded:
    """The file read, and what all readers keep to."""
    with tempfile.TemporaryDirectory() as folder:
        path, words = Path(folder, "stored"), Path(folder, "list")
        path.write_bytes(data)
        if listed is not None:
            words.write_bytes(listed)
        made = load(path, name, words if listed is not None else None, first)
        matrix = np.array(made.matrix)
    assert matrix.dtype == np.float32 and matrix.shape[0] == len(made.words) > 0
    assert np.isfinite(matrix).all() and matrix.any()
    assert len(set(made.words)) == len(made.words)
    assert all(0 < len(word) <= LONGEST_WORD for word in made.words)
    "".join([*made.words, *made.notes]).encode()
    return made


class TestAnyBytes:
    @fuzzed
    @given(FILES, some.none() | some.one_of(damaged(*LISTS), some.binary()), some.integers(0, 3))
    def test_are_read_or_refused(
        self, file: tuple[str, bytes], listed: bytes | None, first: int
    ) -> None:
        answered(lambda: read(*file, listed, first))

    @pytest.mark.parametrize("name", VALID)
    def test_each_format(self, name: str) -> None:
        """Each once more by itself: a mixture leaves little for one."""

        @fuzzed
        @given(damaged(*VALID[name]))
        def check(data: bytes) -> None:
            answered(lambda: read(name, data, LIST if name[2:5] in ("npy", "tsv") else None))

        check()

    @fuzzed
    @given(
        some.integers(-(2**31), 2**31 - 1), some.integers(-(2**31), 2**31 - 1),
        some.integers(-(2**31), 2**31 - 1), some.integers(-1, 60), some.integers(-1, 60),
        some.booleans(),
    )  # fmt: skip
    def test_headers_of_fasttext(
        self, d: int, V: int, bucket: int, minn: int, maxn: int, packed: bool
    ) -> None:
        for data in (fasttext(d, V, bucket, minn, maxn), fasttext(3, 4, bucket, minn, maxn)):
            name = "v.bin.gz" if packed else "v.bin"
            whole = gzip.compress(data) if packed else data
            answered(lambda name=name, whole=whole: read(name, whole))

    @fuzzed
    @given(some.text(max_size=300), some.sampled_from(KINDS))
    def test_lists_of_pairs_and_analogies(self, text: str, kind: str) -> None:
        answered(lambda: read_list(text.encode("utf-8", "surrogatepass"), "a.txt", kind))

    @fuzzed
    @given(
        damaged(b"a b 1.5\nc\td\t2\ne,f,3\n", b": s\na b c d\n: t\ne f g h\n"),
        some.sampled_from(KINDS),
    )
    def test_damaged_lists(self, data: bytes, kind: str) -> None:
        judged = answered(lambda: read_list(data, "a.txt", kind))
        if not isinstance(judged, CoreError):
            assert all(np.isfinite(pair.score) for pair in judged.pairs)


def header(shape: str, kind: str = "'<f4'") -> bytes:
    """An .npy that promises, and holds a hundred numbers."""
    said = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    said += b" " * (-(len(said) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(said)) + said + bytes(400)


def safe(header: dict[str, Any] | bytes, size: int | None = None, data: bytes = bytes(48)) -> bytes:
    """A safetensors file whose header may lie."""
    said = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(said) if size is None else size) + said + data


def tensor(shape: list[int], start: int, end: int, kind: str = "F32") -> dict[str, Any]:
    words = json.dumps(["a", "b", "c", "d"])
    return {"e": {"dtype": kind, "shape": shape, "data_offsets": [start, end]},
            "__metadata__": {"words": words}}  # fmt: skip


PICKLE = pickle.dumps(np.array([Trap()], object))
REFUSED: dict[str, tuple[str, bytes]] = {
    "a pickle": ("v.bin", PICKLE),
    "a pickle called text": ("v.txt", pickle.dumps([Trap()], 0)),
    "a pickle called an array": ("v.npy", PICKLE),
    "objects in an array": ("v.npy", npy(np.array([[Trap()]] * 4, object), pickled=True)),
    "objects in an archive": (
        "v.npy", zipped({"a.npy": npy(np.array([[Trap()]] * 4, object), pickled=True)})),
    "2^40 rows": ("v.npy", header(f"({2**40}, 3)")),
    "4 rows of 2^40": ("v.npy", header(f"(4, {2**40})")),
    "rows less than none": ("v.npy", header("(-4, 3)")),
    "10^60 rows": ("v.npy", header(f"({10**60}, 3)")),
    "2^40 rows, packed": ("v.npy.gz", gzip.compress(header(f"({2**40}, 3)"))),
    "an array nested without end": ("v.npy", header("(" * 5000 + ")" * 5000)),
    "records": ("v.npy", header("(4,)", "[('a', '<f4'), ('b', '<f4')]")),
    "text in an array": ("v.npy", npy(np.array([["a"]] * 4))),
    "complex numbers": ("v.npy", npy(np.ones((4, 2), complex))),
    "safetensors of 100 GB": ("v.safetensors", safe({}, size=100 * 10**9)),
    "a header of 2^63 bytes": ("v.safetensors", safe({}, size=2**63)),
    "offsets beyond the end": ("v.safetensors", safe(tensor([4, 3], 0, 10**12))),
    "offsets backwards": ("v.safetensors", safe(tensor([4, 3], 48, 0))),
    "a shape that overflows": ("v.safetensors", safe(tensor([2**33, 2**33], 0, 48))),
    "JSON 100,000 deep": ("v.safetensors", safe(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)),
    "words 100,000 deep": (
        "v.safetensors", save({"e": ROWS}, {"words": "[" * 100_000 + "]" * 100_000})),
    "words of lone surrogates": (
        "v.safetensors", save({"e": ROWS}, {"words": '["a", "b", "\\ud800", "c"]'})),
    "a million words of one": ("v.bin", b"1000000 1\na " + b"\x01\x02\x03\x04"),
    "2^40 words, packed": ("v.bin.gz", gzip.compress(b"%d 9\na \x01" % 2**40 + bytes(400))),
    "10^5000 words": ("v.txt", b"9" * 5000 + b" 3\na 1 2 3\n"),
    "a dimension of 10^5000": ("v.txt", b"3 " + b"9" * 5000 + b"\na 1 2 3\n"),
    "a word of 1 MB in text": ("v.txt", b"x" * 1_000_000 + b" 1 2 3\n"),
    "a word of 100 kB in text": ("v.txt", b"a 1 2 3\n" + b"x" * 100_000 + b" 1 2 3\n"),
    "a word of 1 MB in binary": ("v.bin", b"2 1\n" + b"x" * 1_000_000 + b"\x01\x02 abcdefghij"),
    "a word of 1 MB in fastText": ("v.bin", fasttext(words=["x" * 1_000_000, *WORDS[1:]])),
    "empty words": ("v.bin", b"2 1\n \x01\x02\x03\x04 \x01\x02\x03\x04"),
    "zip": ("v.bin", zipped({"../../evil": b"x"})),
    "NaN": ("v.npy", npy(np.full((4, 2), np.nan))),
    "numbers beyond float32": ("v.npy", npy(np.full((4, 2), 1e300))),
    "and in text": ("v.txt", b"a 1e300 1\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_lie(case: str) -> None:
    name, data = REFUSED[case]
    with within(40 + 5 * len(data) / 1e6):
        refused(lambda: read(name, data, LIST if ".npy" in name else None))


def test_lists_that_do_not_fit() -> None:
    for listed in (b"a\nb\nc\n" + b"x" * 1_000_000, b"\n\n\n\n", b"\xff\xfe" * 9, b"a" * 9, b"",
                   b"a\tb\n" * 5, b"a\0\nb\nc\nd"):  # fmt: skip
        answered(lambda listed=listed: read("v.npy", npy(ROWS), listed))
        answered(lambda listed=listed: read("v.tsv", b"1\t2\n" * 4, listed))


def test_a_bomb_is_read_no_further_than_it_must() -> None:
    """A gigabyte of one line in a megabyte."""
    line = gzip.compress(b"a " + b"1 " * 50_000_000)
    with within(60):
        refused(lambda: read("v.txt.gz", line))
        answered(
            lambda: read("v.txt.gz", gzip.compress(b"a 1 2\n" + b"b 1 2\n" * 3_000_000), first=1)
        )


def test_subwords_are_the_same_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long words have a great many n-grams; memory holds those of a few words at a time."""
    words = [f"{n:04}" + "ab" * 20 for n in range(12)]
    rows = np.random.default_rng(0).standard_normal((12 + 5, 3), np.float32).tobytes()
    head = fasttext(V=12, minn=1, maxn=6, words=words)
    matrix = MATRIX.pack(0, 17, 3)
    data = head[: head.index(matrix)] + matrix + rows
    whole = read("v.bin", data).matrix
    monkeypatch.setattr("core.vectors.store.readers.fasttext.MOST_PIECES", 300)
    np.testing.assert_array_equal(read("v.bin", data).matrix, whole)


def test_what_is_kept_is_whole(empty_cache: Path) -> None:
    """Words like markup, names like folders: kept on the shelf and read back as they were."""
    words = ["<script>", "../..", '"', "\u202eevil", "\x1b[31m", "a" * LONGEST_WORD]
    data = exports.word2vec_text(words, np.eye(6, dtype=np.float32))
    spec = VectorFile(name='"><script>../x.txt', digest=uploads.keep("x", data))
    entry = keep(spec).entry
    assert shelf.load(entry.id).words == words
    assert {path.parent for path in shelf.folder().iterdir()} == {shelf.folder()}


@pytest.mark.parametrize("id", ["../uploads", "/etc", "..", ".", "", "a/../..", "\0", "x" * 40])
def test_shelf_ids_that_lead_elsewhere(empty_cache: Path, id: str) -> None:
    (empty_cache / "uploads").mkdir(parents=True)
    (empty_cache / "uploads" / "about.json").write_text("{}")
    for act in (shelf.load, shelf.delete, lambda id: shelf.rename(id, "x")):
        refused(lambda act=act: act(id))
    assert (empty_cache / "uploads").is_dir()
