"""Files of matrices that mean harm: they are read, or refused with a reason."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import sparse
from scipy.io import mmread, mmwrite

from core.matrices import shelf
from tests.core.hostile import answered, damaged, fuzzed, refused, within, zipped
from tests.core.test_hostile_vectors import PICKLE, Trap, header, npy

M = np.arange(12.0).reshape(4, 3) / 7


def packed(save: Any, *more: Any, **named: Any) -> bytes:
    made = io.BytesIO()
    save(made, *more, **named)
    return made.getvalue()


def sparse_parts(**changes: Any) -> bytes:
    """The .npz of a sparse matrix, with parts of it put in by hand."""
    parts = {"format": np.array(b"csr"), "shape": np.array([4, 3]), "data": np.ones(2),
             "indices": np.array([0, 2]), "indptr": np.array([0, 1, 1, 2, 2])}  # fmt: skip
    return packed(np.savez, **(parts | changes))


VALID: dict[str, tuple[bytes, ...]] = {
    "m.npy": (npy(M), npy(M.T.copy(order="F")), npy(M.astype(np.int8)), npy(M > 1)),
    "m.npz": (
        packed(np.savez, a=M), packed(np.savez_compressed, a=M), sparse_parts(),
        packed(sparse.save_npz, sparse.coo_matrix(M)), packed(sparse.save_npz, sparse.eye(4)),
    ),
    "m.csv": (b"1,2,3\n4,5,6\n", b",a,b\nx,1,2\ny,3,4\n", b"1;2,5\n3;4,5\n",
              '"a b","ü"\n1,2\n3,-1e3\n'.encode("utf-8-sig")),
    "m.tsv": (b"1\t2\n3\t4\n",),
    "m.txt": (b"1 2 3\n 4  5 6\r\n", b"1\n2\n"),
    "m.mtx": (packed(mmwrite, M), packed(mmwrite, sparse.coo_matrix(M)),
              b"%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n1 1\n3 2\n"),
}  # fmt: skip
FILES = some.sampled_from(list(VALID)).flatmap(
    lambda name: some.tuples(some.just(name), some.one_of(damaged(*VALID[name]), some.binary()))
)


def read(name: str, data: bytes) -> Any:
    """The file stored and read, and what all matrices keep to."""
    contents = shelf.read(*shelf.store_upload(name, data))
    values, rows, columns = contents.values, contents.rows, contents.columns
    numbers = values.data if sparse.issparse(values) else values
    assert values.ndim == 2 and numbers.dtype == np.float64 and np.isfinite(numbers).all()
    assert min(values.shape) > 0
    if sparse.issparse(values):
        values.check_format(full_check=True)
    assert len(rows) in (0, values.shape[0]) and len(columns) in (0, values.shape[1])
    "".join([*rows, *columns]).encode()
    assert all(len(name) <= 200 for name in (*rows, *columns))
    return values


class TestAnyBytes:
    @fuzzed
    @given(FILES)
    def test_are_read_or_refused(self, file: tuple[str, bytes]) -> None:
        answered(lambda: read(*file))

    @pytest.mark.parametrize("name", VALID)
    def test_each_format(self, name: str) -> None:
        @fuzzed
        @given(damaged(*VALID[name]))
        def check(data: bytes) -> None:
            answered(lambda: read(name, data))

        check()

    @fuzzed
    @given(some.lists(some.lists(some.text(max_size=6), min_size=1, max_size=4), max_size=5),
           some.sampled_from(",;\t "))  # fmt: skip
    def test_any_table(self, rows: list[list[str]], mark: str) -> None:
        data = "\n".join(mark.join(row) for row in rows).encode()
        answered(lambda: read("m.csv", data))


BIG = 2**40
REFUSED: dict[str, tuple[str, bytes]] = {
    "2^40 rows": ("m.npy", header(f"({BIG}, 3)")),
    "2^40 rows of none": ("m.npy", header(f"({BIG}, 0)")),
    "rows less than none": ("m.npy", header("(-4, -3)")),
    "objects": ("m.npy", npy(np.array([[Trap()]], object), pickled=True)),
    "a pickle": ("m.npy", PICKLE),
    "objects in an archive": ("m.npz", zipped({"a.npy": npy(np.array([Trap()]), pickled=True)})),
    "2^40 rows in an archive": ("m.npz", zipped({"a.npy": header(f"({BIG}, 3)")})),
    "a long text in an archive": ("m.npz", zipped({"a.npy": header("(2,)", "'<U400000000'")})),
    "a sparse 2^40 square": ("m.npz", sparse_parts(shape=np.array([BIG, BIG]))),
    "a sparse shape of text": ("m.npz", sparse_parts(shape=np.array([b"a", b"b"]))),
    "indices beyond": ("m.npz", sparse_parts(indices=np.array([0, 10**6]))),
    "indices below": ("m.npz", sparse_parts(indices=np.array([0, -1]))),
    "pointers beyond": ("m.npz", sparse_parts(indptr=np.array([0, 1, 1, 2, 10**9]))),
    "pointers backwards": ("m.npz", sparse_parts(indptr=np.array([0, 2, 1, 2, 2]))),
    "a format that is none": ("m.npz", sparse_parts(format=np.array(b"../"))),
    "archives in archives": ("m.npz", zipped({"a.npz": zipped({"a.npy": npy(M)})})),
    "members elsewhere": ("m.npz", zipped({"../../a.txt": b"x"})),
    "10^12 entries in the market": (
        "m.mtx", b"%%MatrixMarket matrix array real general\n1000000 1000000\n1\n"),
    "10^12 rows in the market": (
        "m.mtx", b"%%MatrixMarket matrix coordinate real general\n1000000000000 3 1\n1 1 1\n"),
    "10^8 entries in the market": (
        "m.mtx", b"%%MatrixMarket matrix coordinate real general\n10 10 100000000\n1 1 1\n"),
    "2 10^7 entries, and one": (
        "m.mtx", b"%%MatrixMarket matrix coordinate real general\n10 10 20000000\n1 1 1\n"),
    "indices beyond in the market": (
        "m.mtx", b"%%MatrixMarket matrix coordinate real general\n2 2 1\n9 9 1\n"),
    "four numbers in a line of the market": (
        "m.mtx",
        b"%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n2 2 1 4\n",
    ),
    "NaN": ("m.csv", b"1,nan\n2,3\n"),
    "infinity": ("m.csv", b"1,inf\n2,3\n"),
    "numbers beyond float64": ("m.csv", b"1,1e999\n2,3\n"),
    "complex numbers": ("m.npy", npy(np.ones((2, 2), complex))),
    "NULs": ("m.csv", b"1,2\n\0,3\n"),
    "a field of 10 MB": ("m.csv", b"1,2\n3," + b"x" * 10_000_000 + b"\n"),
    "a quote that never closes": ("m.csv", b'1,2\n"3,4\n' + b"5,6\n" * 300_000),
    "rows that grow": ("m.csv", b"1\n" + b"1," * 100_000 + b"1\n"),
    "10^8 commas": ("m.csv", b"," * 30_000_000 + b"\n"),
    "a name of 400 kB": ("m.csv", b"a," + b"x" * 400_000 + b"\n1,2\n3,x\n"),
    "text": ("m.csv", b"<script>,b\nc,d\n"),
    "one word": ("m.txt", b"hello"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_lie(case: str) -> None:
    name, data = REFUSED[case]
    with within(60 + 6 * len(data) / 1e6):
        refused(lambda: read(name, data))


def test_what_unpacks_to_more_than_the_limit() -> None:
    """A header that promises little, before a gigabyte of zeros; and one that promises it all."""
    bomb = zipped({"a.npy": header("(4, 3)") + bytes(200_000_000)})
    with within(30):
        answered(lambda: read("m.npz", bomb))
        refused(lambda: read("m.npz", zipped({"a.npy": header("(10000, 5000)")})))


@pytest.mark.parametrize("symmetry", ["general", "symmetric", "skew-symmetric"])
def test_the_market_as_scipy_reads_it(symmetry: str) -> None:
    """Whole files: those that are damaged make scipy's reader end the process."""
    A = np.random.default_rng(1).integers(-3, 4, (5, 5)) / 3
    A = A if symmetry == "general" else A + A.T if symmetry == "symmetric" else A - A.T
    for matrix in (A, sparse.coo_matrix(A), A[:, :2], sparse.coo_matrix(A[:3])):
        square = matrix.shape[0] == matrix.shape[1]
        data = packed(mmwrite, matrix, symmetry=symmetry if square else "general")
        found = read("m.mtx", data)
        expected = mmread(io.BytesIO(data))
        for M in (found, expected):
            assert sparse.issparse(M) == sparse.issparse(matrix)
        dense = [M.toarray() if sparse.issparse(M) else M for M in (found, expected)]
        np.testing.assert_array_equal(*dense)


@pytest.mark.parametrize("digest", ["../models", "..", "/etc/passwd", "é" * 64, "0" * 64])
def test_places_elsewhere(digest: str) -> None:
    refused(lambda: shelf.read("m.csv", digest))


def test_names_are_bare(tmp_path: Path) -> None:
    name, digest = shelf.store_upload('../../evil"><script>.csv', b"1,2\n3,4\n")
    assert "/" not in name and shelf.read(name, digest).values.shape == (2, 2)
