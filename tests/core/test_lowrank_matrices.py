"""Matrices by name, uploads that are none, and approximations that agree with their curves."""

from __future__ import annotations

import io
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.io import mmwrite
from scipy.sparse import csr_array, save_npz

from core.errors import Cancelled, SourceError, SpecError
from core.lowrank.svd import decompose as decomposed
from core.matrices import (
    Curves,
    Digits,
    Hilbert,
    Kernel,
    Photograph,
    Ppmi,
    Product,
    ProductCurves,
    Shown,
    ShownProduct,
    Synthetic,
    Upload,
    approximate,
    curves,
    factors,
    load,
    load_product,
    neighbourhoods,
    product_curves,
    product_factors,
    shelf,
    specs,
    synthetic,
)
from core.matrices.approximation import largest_entry, of_method, stored, term_weights
from core.matrices.curves import measure
from core.matrices.tables import read_table
from core.tables.options import TableOptions

SMALL = Synthetic(height=40, width=30, noise=0.1, coherence=0.3)
QUICK = Curves(SMALL, seeds=2, oversampling=4)


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def upload(name: str, data: bytes) -> Upload:
    file_name, digest = shelf.store_upload(name, data)
    return Upload(file_name, digest)


def header(shape: tuple[int, ...], kind: str = "<f8") -> bytes:
    """An .npy that promises more than it holds."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": kind, "fortran_order": False, "shape": shape}
    )
    return file.getvalue() + bytes(64)


def test_specs_round_trip_and_ignore_what_their_kind_does_not_have() -> None:
    for spec in (QUICK, Shown(QUICK, method="cur deim"), ProductCurves(Product(SMALL))):
        assert type(spec).from_json(spec.to_json()) == spec
        assert type(spec).from_query(spec.to_query()) == (spec, [])
    assert Curves(Digits()).replace(words=77, decay=3.0) == Curves(Digits())
    assert Curves(Ppmi()).replace(dim=50) == Curves(Ppmi())
    with pytest.raises(SpecError, match="needs a file"):
        Upload()
    with pytest.raises(SpecError, match="needs a file"):
        Product(right="upload")
    with pytest.raises(SpecError, match="goes with a photograph"):
        Product(Digits(), right="photograph")


def test_matrices_that_need_no_corpus() -> None:
    china = load(Photograph()).values
    assert china.shape == (427, 640) and 0 <= china.min() < china.max() <= 1
    assert load(Digits()).shape == (1797, 64)
    kernel = load(Kernel(samples=50)).values
    assert np.allclose(np.diagonal(kernel), 1.0) and np.allclose(kernel, kernel.T)
    assert load(Hilbert(size=3)).values[1, 2] == pytest.approx(1 / 4)


@pytest.mark.parametrize("spectrum", specs.SPECTRA)
@pytest.mark.parametrize("coherence", [0.0, 1.0])
def test_synthetic_matrices_have_the_spectrum_they_were_given(
    spectrum: str, coherence: float
) -> None:
    spec = Synthetic(height=20, width=30, spectrum=spectrum, step=5, coherence=coherence)
    M = load(spec).values
    wanted = synthetic.singular_values(spec, 20)
    assert np.allclose(np.linalg.svd(M, compute_uv=False), wanted, atol=1e-10)
    scores = np.square(np.linalg.svd(M)[2][:3]).sum(axis=0)
    assert (scores.max() > 0.9) == (coherence == 1.0)


def test_uploads_of_every_kind_are_read(tmp_path: Path) -> None:
    M = np.arange(12.0).reshape(3, 4) % 5
    sparse, market = tmp_path / "s.npz", tmp_path / "m.mtx"
    save_npz(sparse, csr_array(M))
    mmwrite(market, csr_array(M))
    text = "\n".join(",".join(map(str, row)) for row in M)
    named = "word,a,b,c,d\n" + "\n".join(
        f"w{i}," + ",".join(map(str, row)) for i, row in enumerate(M)
    )
    files = {
        "a.npy": npy(M), "f.npy": npy(np.asfortranarray(M)), "i.npy": npy(M.astype(np.int16)),
        "b.npz": npz(x=M), "s.npz": sparse.read_bytes(), "m.mtx": market.read_bytes(),
        "c.csv": text.encode(), "d.csv": text.replace(",", ";").encode(),
        "e.tsv": text.replace(",", "\t").encode(), "f.txt": text.replace(",", " ").encode(),
        "n.csv": named.encode(),
        "g.csv": text.replace(",", ";").replace(".", ",").encode(),
        "h.tsv": named.replace(",", "\t").replace(".", ",").encode(),
    }  # fmt: skip
    for name, data in files.items():
        assert np.allclose(load(upload(name, data)).values, M), name
    loaded = load(upload("n.csv", named.encode()))
    assert loaded.rows == ("w0", "w1", "w2") and loaded.columns == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.npy", npy(np.ones(5)), "1 dimensions"),
        ("a.npy", npy(np.ones((2, 2, 2))), "3 dimensions"),
        ("a.npy", npy(np.ones((0, 4))), "empty"),
        ("a.npy", npy(np.array([[1.0, np.nan]])), "NaN"),
        ("a.npy", npy(np.array([[1.0, np.inf]])), "infinite"),
        ("a.npy", npy(np.array([[1j]])), "complex"),
        ("a.npy", npy(np.array([["a"]])), "text or objects"),
        ("a.npy", npy(np.array([[{}]], dtype=object)), "text or objects"),
        ("a.npy", header((31623, 31623)), "1,000,014,129 entries"),
        ("a.npy", header((10**12, 10**12)), "limit"),
        ("a.npy", header((30, 30)), "ends before"),
        ("a.npy", b"hello, I am a text", "cannot|can be read"),
        ("a.npz", b"PK not really", "can be read"),
        ("a.npz", npz(x=np.ones((2, 2)), y=np.ones((2, 2))), "2 matrices"),
        ("a.csv", b"1;2,5\n3;4,5,6\n", "“4,5,6” in line 2"),
        ("a.csv", b"1,2\n3,x\n5,6\n", "“x” in line 2"),
        ("a.csv", b"1,2\n3\n5,6\n", "rows are longer or shorter"),
        ("a.csv", b"1,2\n3,4,5\n", "1 rows are longer or shorter"),
        ("a.csv", b"1,2\n3,nan\n", "NaN"),
        ("a.csv", b"1,2\n3,inf\n", "infinite"),
        ("a.csv", b"1,2\n3,4+2j\n", "complex"),
        ("a.csv", b"just some words here\nand more of them\n", "holds text"),
        ("a.csv", b"\x00\x01\x02", "not text"),
        ("a.csv", b"\n\n", "empty"),
        ("a.csv", b"1,2,3\n" * 9_000_000, "limit is 25,000,000"),
        ("a.mtx", b"%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1 1\n", "complex"),
        ("a.mtx", b"%%MatrixMarket matrix array real general\n40000 40000\n", "1,600,000,000"),
        ("a.mtx", b"no market", "not a readable"),
        ("a.mtx", b"%%MatrixMarket matrix coordinate real general\n2 2 1\n9 9 1\n", "readable"),
    ],
)  # fmt: skip
def test_uploads_that_are_no_matrix_say_why(name: str, data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        load(upload(name, data))


def test_what_cannot_be_kept_says_why() -> None:
    for name, words in (("m.pkl", "never read"), ("m.xlsx", "as CSV first")):
        with pytest.raises(SourceError, match=words):
            shelf.store_upload(name, b"x")
    with pytest.raises(SourceError, match="empty file"):
        shelf.store_upload("m.npy", b"")
    with pytest.raises(SourceError, match="upload it again"):
        load(Upload("m.npy", "0" * 64))
    with pytest.raises(SourceError, match="not an uploaded file"):
        load(Upload("m.npy", "../secret"))


@pytest.mark.parametrize("method", specs.METHODS)
def test_an_approximation_has_the_error_its_curve_tells(method: str) -> None:
    M, errors = load(SMALL).values, curves(Curves(SMALL, seeds=1, oversampling=4))
    approximation = factors(Shown(Curves(SMALL, seeds=1, oversampling=4), method=method))
    curve = errors.frobenius[method]
    for r in (int(x) for x in curve.ranks[:: max(1, len(curve.ranks) // 7)]):
        A = approximate(approximation, r)
        error = np.linalg.norm(M - A)
        assert error == pytest.approx(curve.at(r), rel=1e-6, abs=1e-9 * errors.norm)
        assert np.linalg.matrix_rank(A) <= r
        part = approximate(approximation, r, np.array([3, 1]), slice(2, 5))
        assert np.allclose(part, A[[3, 1], 2:5])
        assert stored(approximation, r).numbers >= 0
    with pytest.raises(SpecError, match="choose 0 to"):
        approximate(approximation, 31)


@pytest.mark.parametrize("method", specs.PRODUCT_METHODS)
def test_a_product_has_the_error_its_curve_tells(method: str) -> None:
    product = Product(SMALL, right="gaussian", right_columns=12)
    X, Y = load_product(product)
    errors = product_curves(ProductCurves(product, draws=1))
    approximation = product_factors(ShownProduct(ProductCurves(product, draws=1), method=method))
    for r in (1, 5, 12, min(30, approximation.ranks)):
        error = np.linalg.norm(X @ Y - approximate(approximation, r))
        assert error == pytest.approx(errors.frobenius[method].at(r), rel=1e-4, abs=1e-4)
        assert len(term_weights(approximation, r)) == r or approximation.kind == "svd"
    assert errors.relative("sampled").median[0] == pytest.approx(1.0)


def test_products_with_a_file() -> None:
    Y = upload("y.npy", npy(np.ones((5, 30))))
    product = Product(SMALL, right="upload", right_name="y.npy", right_digest=Y.file_digest)
    assert load_product(product)[1].shape == (30, 5)
    bad = upload("z.npy", npy(np.ones((7, 8))))
    with pytest.raises(SpecError, match="one of its sides must be 30"):
        load_product(product.replace(right_digest=bad.file_digest))


def test_chosen_rows_and_columns_are_those_of_the_curves() -> None:
    errors = curves(QUICK)
    approximation = factors(Shown(QUICK, method="skeleton leverage"))
    assert np.array_equal(approximation.chosen_columns, errors.columns["leverage"])
    assert np.array_equal(approximation.chosen_rows, errors.rows["leverage"])
    M, A = load(SMALL).values, approximate(approximation, 6)
    J, I = approximation.chosen_columns[:6], approximation.chosen_rows[:6]  # noqa: E741
    assert np.allclose(A[:, J], M[:, J]) and np.allclose(A[I], M[I])
    entry = largest_entry(factors(Shown(QUICK, method="id pivoted")), 6)
    assert 1.0 <= entry <= 2.0**5


def test_the_rank_that_an_error_needs() -> None:
    errors = curves(QUICK)
    for method in ("svd", "id pivoted", "skeleton matched"):
        curve = errors.relative(method)
        for error in (0.5, 0.1):
            rank = curve.rank_for(error)
            assert rank is not None and curve.at(rank) <= error
            assert all(v > error for v in curve.median[: list(curve.ranks).index(rank)])
    assert errors.relative("svd").rank_for(1.0) == 0
    assert errors.relative("skeleton matched").rank_for(-1.0) is None


def test_curves_are_deterministic_and_can_be_cancelled() -> None:
    M = load(SMALL).values
    one, two = (measure(M, decomposed(M, 30), QUICK) for _ in range(2))
    for method, curve in one.frobenius.items():
        assert np.array_equal(curve.median, two.frobenius[method].median), method
    with pytest.raises(Cancelled):
        curves(Curves(SMALL, seeds=3), lambda done, metrics: done > 0.5)


def test_large_sparse_matrices_are_never_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    rows, columns = rng.integers(0, 1000, (2, 20_000))
    M = csr_array((rng.random(20_000), (rows, columns)), shape=(1000, 1000))
    spec = Curves(SMALL, highest=20, seeds=1, oversampling=5)

    def refuse(self: object, *_: object) -> None:
        assert min(self.shape) <= 512, "a dense copy"  # type: ignore[attr-defined]
        return plain(self)

    plain = csr_array.toarray
    monkeypatch.setattr(csr_array, "toarray", refuse)
    triples = decomposed(M, 20)
    errors = measure(M, triples, spec)
    monkeypatch.undo()
    assert errors.ranks == 20 and "id pivoted" not in errors.frobenius
    dense = M.toarray()
    for method in ("svd", "id deim", "cur deim", "skeleton matched", "range"):
        approximation = of_method(M, triples, Shown(spec, method=method))
        error = np.linalg.norm(dense - approximate(approximation, 20))
        assert error == pytest.approx(errors.frobenius[method].at(20), rel=1e-6), method
    with pytest.raises(SpecError, match="dense"):
        of_method(M, triples, Shown(spec, method="id pivoted"))


def test_words_keep_all_neighbours_at_full_rank() -> None:
    spec = Curves(Ppmi(words=120))
    overlaps = neighbourhoods(spec)
    assert overlaps.kept[-1].min() == 1.0 and overlaps.mean[0] < 0.5
    assert len(overlaps.worst(3)) == 10 and overlaps.worst(3)[0][0] in overlaps.names
    with pytest.raises(SpecError, match="word matrix"):
        neighbourhoods(Curves(Digits()))


def test_moving_the_rank_only_slices() -> None:
    approximation = factors(Shown(Curves(Photograph(), seeds=1), method="cur pivoted"))
    start = time.process_time()
    for r in range(5, 105):
        approximate(approximation, r)
    assert time.process_time() - start < 5.0  # a hundred ranks; the limit is 50 ms each


def test_a_column_of_ids_names_the_rows_of_a_matrix(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("id,a,b\n" + "".join(f"{1000 + i},{i * i},{i % 3}\n" for i in range(6)))
    read = read_table(file, "mine.csv", TableOptions(), 1000)
    assert read.rows[:2] == ("1000", "1001") and read.columns == ("a", "b")
    assert "“id” names the rows" in str(read.notes[0])
    assert read_table(file, "mine.csv", TableOptions(named_by="-"), 1000).columns[0] == "id"
