"""All-rank errors against one direct residual a rank, and never below the optimum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from core.errors import SourceError, SpecError
from core.lowrank import bases, choosers, cur, interpolative, pseudoinverse, svd
from core.matrices.curves import measure
from core.matrices.specs import Curves

CUT = 1e-11


def low(m: int, n: int, rank: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((m, rank)) @ rng.standard_normal((rank, n))


def projected(M: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The obvious projection on some columns."""
    C = M[:, columns]
    return C @ np.linalg.pinv(C, rcond=CUT) @ M if len(columns) else np.zeros_like(M)


MATRICES = {
    "tall": low(30, 20, 20),
    "wide": low(20, 30, 20),
    "deficient": low(30, 20, 5),
    "zero": np.zeros((5, 7)),
    "constant": np.ones((6, 4)),
    "row": low(1, 9, 1),
    "column": low(9, 1, 1),
    "repeated": np.hstack([np.eye(12), np.eye(12), np.zeros((12, 3))]),
    "one": np.array([[3.0]]),
}


@st.composite
def matrices(draw: st.DrawFn) -> np.ndarray:
    m, n = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    M = low(m, n, draw(st.integers(0, min(m, n))), draw(st.integers(0, 99)))
    kind = draw(st.sampled_from(["plain", "zero columns", "repeated", "scaled", "constant"]))
    if kind == "zero columns":
        M[:, :: draw(st.integers(1, 4))] = 0.0
    elif kind == "repeated":
        M[:, n // 2 :] = M[:, [0]]
    elif kind == "scaled":
        M *= 10.0 ** draw(st.integers(-40, 40))
    elif kind == "constant":
        M[:] = draw(st.floats(-5, 5))
    return M


@pytest.mark.parametrize("M", MATRICES.values(), ids=MATRICES)
def test_svd_errors_are_the_tails_of_the_spectrum(M: np.ndarray) -> None:
    frobenius, spectral = svd.errors(M)
    s = np.linalg.svd(M, compute_uv=False)
    for r in range(len(s) + 1):
        assert frobenius[r] == pytest.approx(np.sqrt(np.sum(s[r:] ** 2)), rel=1e-10, abs=1e-13)
        assert spectral[r] == pytest.approx(s[r] if r < len(s) else 0.0, rel=1e-10, abs=1e-13)


def test_svd_error_is_that_of_its_factors() -> None:
    M = low(40, 30, 30)
    decomposition = svd.decompose(M, 30)
    for r in (0, 1, 7, 29):
        left = M - (decomposition.U[:, :r] * decomposition.s[:r]) @ decomposition.Vt[:r]
        assert decomposition.frobenius[r] == pytest.approx(np.linalg.norm(left), rel=1e-10)


@pytest.mark.parametrize("M", MATRICES.values(), ids=MATRICES)
@pytest.mark.parametrize("chooser", ["pivoted", "uniform"])
def test_columns_rows_and_skeleton_match_direct_residuals(M: np.ndarray, chooser: str) -> None:
    scale = max(np.linalg.norm(M), 1.0)
    if chooser == "pivoted":
        interpolation = interpolative.from_pivots(M)
        P, _, rows = choosers.pivoted(np.ascontiguousarray(M.T))
        cross = cur.cross(M, interpolation, rows, P)
    else:
        interpolation = interpolative.from_order(M, choosers.uniform(M.shape[1], 3))
        cross = cur.cross(M, interpolation, choosers.uniform(M.shape[0], 4))
    k = min(M.shape)
    skeletons = cur.skeleton_errors(M, cross, np.arange(1, k + 1))
    for r in range(k + 1):
        J, I = interpolation.order[:r], cross.order[:r]  # noqa: E741
        direct = projected(M, J)
        assert abs(np.linalg.norm(M - direct) - interpolation.frobenius[r]) < 1e-10 * scale
        both = direct
        if r:
            R = M[I]
            both = direct @ np.linalg.pinv(R, rcond=CUT) @ R
            A = M[np.ix_(I, J)]
            product = M[:, J] @ np.linalg.pinv(A, rcond=1e-13) @ R
            error = np.linalg.norm(M - product)
            assert abs(error - skeletons[r - 1]) < 1e-9 * max(scale, error)
        assert abs(np.linalg.norm(M - both) - cross.frobenius[r]) < 1e-10 * scale


def test_pivoted_id_is_the_projection_on_its_columns_and_keeps_them() -> None:
    M = low(40, 25, 25)
    interpolation = interpolative.from_pivots(M)
    for r in (1, 6, 24):
        Z = interpolative.combination(interpolation, r)
        assert Z is not None
        assert np.allclose(
            M[:, interpolation.order[:r]] @ Z, projected(M, interpolation.order[:r]), atol=1e-10
        )
        assert np.array_equal(Z[:, interpolation.order[:r]], np.eye(r))
    assert np.isnan(interpolative.largest_entries(interpolative.from_pivots(np.ones((4, 4))),
                                                  np.array([2]))[0])  # fmt: skip


@given(st.integers(2, 15), st.integers(2, 15), st.integers(0, 99))
@settings(max_examples=30)
def test_skeleton_reproduces_its_rows_and_columns(m: int, n: int, seed: int) -> None:
    M = low(m, n, min(m, n), seed)
    r = min(m, n) // 2
    I, J = choosers.deim(np.linalg.qr(M[:, :r])[0]), np.arange(r)  # noqa: E741
    skeleton = M[:, J] @ cur.skeleton(M, I, J, M[I])
    assert np.allclose(skeleton[I], M[I], atol=1e-8 * np.abs(M).max())
    assert np.allclose(skeleton[:, J], M[:, J], atol=1e-8 * np.abs(M).max())


@given(matrices())
@settings(max_examples=40)
def test_no_method_reports_less_than_the_optimum(M: np.ndarray) -> None:
    spec = Curves(seeds=2, oversampling=3)
    decomposition = measure(M, svd.decompose(M, min(M.shape)), spec)
    s = np.linalg.svd(M, compute_uv=False)
    floor = bases.tails(np.square(s))
    rounding = 1e-12 * decomposition.norm
    for method, curve in decomposition.frobenius.items():
        assert (curve.low >= floor[curve.ranks] - rounding).all(), method
        assert (curve.low >= decomposition.floor[curve.ranks]).all(), method
        assert (curve.low <= curve.median).all() and (curve.median <= curve.high).all()
        # nor without the last rounding being lifted: the zero matrix is as bad as ‖M‖
        if curve.ranks[0] == 0:
            assert curve.median[0] == pytest.approx(decomposition.norm, rel=1e-12)
    for method, curve in decomposition.spectral.items():
        assert (curve.low >= np.append(s, 0.0)[curve.ranks] * (1 - 1e-12)).all(), method


@given(matrices(), st.integers(0, 9))
@settings(max_examples=40)
def test_raw_errors_are_above_the_optimum_but_for_rounding(M: np.ndarray, seed: int) -> None:
    floor, _ = svd.errors(M)
    least = floor - 1e-12 * floor[0]
    interpolation = interpolative.from_order(M, choosers.uniform(M.shape[1], seed))
    cross = cur.cross(M, interpolation, choosers.uniform(M.shape[0], seed))
    pivots = interpolative.from_pivots(M)
    for errors in (interpolation.frobenius, cross.frobenius, pivots.frobenius):
        assert (errors >= least[: len(errors)]).all()
    sketch = svd.find_range(M, min(M.shape), 1, seed)
    assert (sketch.frobenius >= least).all()
    ranks = np.arange(1, min(M.shape) + 1)
    assert (svd.randomised_errors(sketch, ranks, 2) >= least[ranks]).all()
    for kind in pseudoinverse.SUBSPACES:
        projection, dimensions = pseudoinverse.project(M, kind, min(M.shape), seed)
        assert (projection.frobenius[dimensions] >= least).all()


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.array([[1.0, np.nan]]), "NaN"),
        (np.array([[1.0, np.inf]]), "infinite"),
        (np.array([1.0, 2.0]), "1 dimensions"),
        (np.zeros((0, 3)), "empty"),
        (np.array([[1j]]), "complex"),
        (np.array([["a"]]), "not numbers"),
        (np.array([[1e200]]), "rescale"),
        (csr_array(np.array([[np.nan, 0.0]])), "NaN"),
    ],
)
def test_what_is_no_matrix_is_refused(array: object, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        svd.errors(array)


def test_range_certificate_is_the_direct_residual_also_where_it_would_cancel() -> None:
    U, _ = np.linalg.qr(low(60, 40, 40))
    V, _ = np.linalg.qr(low(40, 40, 40, 1))
    M = (U * 10.0 ** -np.arange(0.0, 20.0, 0.5)) @ V.T
    sketched = svd.find_range(M, 40, 1, 0)
    for size in (3, 10, 18, 24):
        direct = np.linalg.norm(M - sketched.Q[:, :size] @ sketched.B[:size])
        assert sketched.frobenius[size] == pytest.approx(direct, rel=1e-3, abs=1e-14)


def test_one_sketch_holds_the_sketches_of_all_ranks() -> None:
    M = low(50, 40, 40)
    omega = np.random.default_rng(5).standard_normal((40, 30))
    sketched = svd.find_range(M, 30, 2, 5)
    for size in (1, 8, 30):
        Y = M @ omega[:, :size]
        for _ in range(2):
            Y = M @ (M.T @ np.linalg.qr(Y)[0])
        Q, _ = np.linalg.qr(Y)
        direct = np.linalg.norm(M - Q @ Q.T @ M)
        assert sketched.frobenius[size] == pytest.approx(direct, rel=1e-8)
        part = sketched.B[:size]
        product = sketched.Q[:, :size] @ svd.truncate(part @ part.T, part, size // 2)
        error = svd.randomised_errors(sketched, np.array([size // 2]), size - size // 2)[0]
        assert error == pytest.approx(np.linalg.norm(M - product), rel=1e-8)


def test_sparse_and_dense_agree() -> None:
    M = low(60, 50, 10)
    M[np.abs(M) < 2.0] = 0.0
    S = csr_array(M)
    order = choosers.uniform(50, 0)
    one, two = interpolative.from_order(M, order), interpolative.from_order(S, order)
    assert np.allclose(one.frobenius, two.frobenius, atol=1e-9)
    rows = choosers.uniform(60, 1)
    assert np.allclose(cur.cross(M, one, rows).frobenius, cur.cross(S, two, rows).frobenius)
    decomposition = svd.decompose(S, 20)
    direct = np.linalg.norm(
        M - (decomposition.U[:, :9] * decomposition.s[:9]) @ decomposition.Vt[:9]
    )
    assert decomposition.frobenius[9] == pytest.approx(direct, rel=1e-6)
    assert np.allclose(decomposition.frobenius, svd.errors(M)[0][:21], rtol=1e-5)


def test_deim_is_the_textbook_loop() -> None:
    V, _ = np.linalg.qr(low(30, 8, 8))
    chosen = [int(np.abs(V[:, 0]).argmax())]
    for i in range(1, 8):
        c = np.linalg.solve(V[chosen, :i], V[chosen, i])
        chosen.append(int(np.abs(V[:, i] - V[:, :i] @ c).argmax()))
    assert choosers.deim(V).tolist() == chosen


def test_leverage_scores_sum_to_the_rank_and_lead_the_draws() -> None:
    V, _ = np.linalg.qr(low(40, 6, 6))
    scores = choosers.leverage_scores(V, 4)
    assert scores.sum() == pytest.approx(4.0) and scores.max() <= 1.0
    first = [int(choosers.leverage(V, 4, seed)[0]) for seed in range(4000)]
    share = np.bincount(first, minlength=40) / 4000
    assert np.abs(share - scores / 4).max() < 5 * np.sqrt(0.25 / 4000)


def test_pseudoinverse_is_the_best_factor_and_the_limit_of_ridge() -> None:
    A, M = low(20, 6, 4), low(20, 9, 9, 1)
    B = pseudoinverse.best_right(A, M)
    assert np.allclose(B, np.linalg.lstsq(A, M, rcond=None)[0])
    ridge = pseudoinverse.ridge(A, np.array([1.0, 1e-2, 1e-4]))
    inverse = np.linalg.pinv(A)
    for i, e in enumerate([1.0, 1e-2, 1e-4]):
        gap = pseudoinverse.ridge_inverse(A, e) - inverse
        assert ridge.frobenius[i] == pytest.approx(np.linalg.norm(gap), rel=1e-6)
        assert ridge.spectral[i] == pytest.approx(np.linalg.norm(gap, 2), rel=1e-6)
    assert ridge.norm == pytest.approx(np.linalg.norm(inverse))
    assert pseudoinverse.ridge(np.zeros((3, 2)), np.array([1.0])).frobenius[0] == 0.0


def test_ridge_misses_what_its_inverse_misses() -> None:
    """Also where A has dependent columns, and in the limit the projection's own error."""
    M, epsilon = low(20, 9, 9, 1), np.array([1e2, 1.0, 1e-3])
    for A in (low(20, 6, 6), low(20, 6, 3), np.eye(20, 4)):
        errors = pseudoinverse.ridge_errors(A, M, epsilon)
        for e, error in zip(epsilon, errors[:-1], strict=True):
            product = A @ pseudoinverse.ridge_inverse(A, e) @ M
            assert error == pytest.approx(np.linalg.norm(M - product), rel=1e-9)
        best = M - A @ pseudoinverse.best_right(A, M)
        assert errors[-1] == pytest.approx(np.linalg.norm(best), rel=1e-9)
        assert (np.diff(errors) <= 1e-12).all(), "less regularised, nearer"
        sparse = pseudoinverse.ridge_errors(A, csr_array(M), epsilon)
        assert np.allclose(sparse, errors)
    with pytest.raises(SpecError, match="above 0"):
        pseudoinverse.ridge_errors(A, M, np.array([0.0]))
    with pytest.raises(SpecError, match="equal numbers of rows"):
        pseudoinverse.ridge_errors(A[:5], M, epsilon)
