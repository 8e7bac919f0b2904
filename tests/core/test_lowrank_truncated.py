"""The truncated SVD against NumPy's dense one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, random_array
from threadpoolctl import threadpool_limits

import core.lowrank.truncated as truncated
from core import threads
from core.errors import Cancelled, SpecError
from core.lowrank.truncated import _krylov, captured, errors, truncated_svd


def sparse(m: int, n: int, density: float = 0.1, seed: int = 0) -> csr_array:
    rng = np.random.default_rng(seed)
    A = random_array((m, n), density=density, rng=rng, data_sampler=rng.standard_normal)
    return csr_array(A.tocsr(), dtype=np.float32)


def skewed(n: int, seed: int = 0) -> csr_array:
    """Positive, asymmetric, with row and column scales that fall: like PPMI."""
    A = sparse(n, n, 0.05, seed)
    scale = 1 / np.sqrt(1 + np.arange(n) / 20)
    A.data = np.abs(A.data) * scale[A.indices] * np.repeat(scale, np.diff(A.indptr))
    return A.astype(np.float32)


def assert_orthonormal(svd: truncated.Svd, within: float = 1e-5) -> None:
    k = len(svd.s)
    np.testing.assert_allclose(svd.U.T @ svd.U, np.eye(k), atol=within)
    np.testing.assert_allclose(svd.Vt @ svd.Vt.T, np.eye(k), atol=within)


def assert_honest(svd: truncated.Svd, A: csr_array, within: float) -> None:
    """The residual says what a float64 product says, in both directions."""
    D = A.toarray().astype(np.float64)
    right = np.linalg.norm(D.T @ svd.U - svd.Vt.T * svd.s, axis=0).max() / svd.s[0]
    left = np.linalg.norm(D @ svd.Vt.T - svd.U * svd.s, axis=0).max() / svd.s[0]
    assert left < 1e-5
    assert abs(right - svd.residual) < 1e-5 and svd.residual <= within


@settings(max_examples=40, deadline=None)
@given(
    m=st.integers(1, 60),
    n=st.integers(1, 60),
    density=st.floats(0.0, 0.6),
    share=st.floats(0.0, 1.0),
    seed=st.integers(0, 99),
)
def test_small_matrices_of_any_shape_are_decomposed_exactly(m, n, density, share, seed):
    A = sparse(m, n, density, seed)
    k = 1 + int(share * (min(m, n) - 1))
    svd = truncated_svd(A, k)
    np.testing.assert_allclose(
        svd.s, np.linalg.svd(A.toarray().astype(float), compute_uv=False)[:k], atol=1e-5
    )
    assert svd.U.shape == (m, k) and svd.Vt.shape == (k, n)
    assert_orthonormal(svd)
    assert np.all(np.take_along_axis(svd.U, np.abs(svd.U).argmax(0)[None], 0) > 0)
    if A.nnz:
        assert_honest(svd, A, 1e-6)


@pytest.mark.parametrize(("m", "n"), [(900, 900), (2000, 700), (700, 2000)])
def test_large_matrices_agree_with_the_dense_decomposition(m, n):
    A = skewed(max(m, n))[:m, :n]
    A = csr_array(A)
    svd = truncated_svd(A, 30, tol=1e-5)
    U, s, Vt = np.linalg.svd(A.toarray().astype(float), full_matrices=False)
    np.testing.assert_allclose(svd.s, s[:30], rtol=1e-6)
    assert_orthonormal(svd)
    assert_honest(svd, A, 1e-5)
    # vectors up to sign where the neighbouring singular values are well apart
    np.testing.assert_allclose(np.abs(np.sum(svd.U[:, :3] * U[:, :3], 0)), 1, atol=1e-5)
    approximation = (svd.U * svd.s) @ svd.Vt
    np.testing.assert_allclose(approximation, (U[:, :30] * s[:30]) @ Vt[:30], atol=2e-2)


def test_default_tolerance_holds_and_loses_next_to_nothing():
    A = skewed(1000)
    svd = truncated_svd(A, 60)
    s = np.linalg.svd(A.toarray().astype(float), compute_uv=False)
    assert_honest(svd, A, truncated.TOLERANCE)
    assert 1 - np.sum(svd.s**2) / np.sum(s[:60] ** 2) < 1e-5


def test_error_of_every_rank_is_known_exactly():
    A = skewed(900)
    svd = truncated_svd(A, 40)
    D = A.toarray().astype(float)
    np.testing.assert_allclose(svd.energy, np.sum(D**2), rtol=1e-9)
    known = errors(svd.s, svd.energy)
    for d in (0, 1, 10, 40):
        left = np.linalg.norm(D - (svd.U[:, :d].astype(float) * svd.s[:d]) @ svd.Vt[:d])
        np.testing.assert_allclose(known[d], left, rtol=1e-6)
    share = captured(svd.s, svd.energy)
    np.testing.assert_allclose(1 - share, (known[1:] / known[0]) ** 2, rtol=1e-9)


@pytest.mark.parametrize("r", [1, 5, 33])
def test_rank_deficient_matrices_get_zeros_and_stay_orthonormal(r):
    rng = np.random.default_rng(r)
    low = rng.standard_normal((900, r)) @ rng.standard_normal((r, 800))
    A = csr_array(low.astype(np.float32))
    svd = truncated_svd(A, 50)
    np.testing.assert_allclose(svd.s[:r], np.linalg.svd(low, compute_uv=False)[:r], rtol=1e-5)
    assert np.all(svd.s[r:] <= 1e-5 * svd.s[0])
    assert_orthonormal(svd)
    assert svd.residual < truncated.TOLERANCE


def test_equal_rows_and_empty_rows_do_not_disturb():
    A = skewed(800).toarray()
    A[100:400] = A[7]
    A[:, 500:] = 0
    svd = truncated_svd(csr_array(A), 40)
    np.testing.assert_allclose(
        svd.s, np.linalg.svd(A.astype(float), compute_uv=False)[:40], rtol=1e-4
    )
    assert_orthonormal(svd)
    assert_honest(svd, csr_array(A), truncated.TOLERANCE)


def test_sharply_falling_values_lose_only_what_single_precision_cannot_hold():
    rng = np.random.default_rng(0)
    Q, _ = np.linalg.qr(rng.standard_normal((900, 60)))
    P, _ = np.linalg.qr(rng.standard_normal((900, 60)))
    s = 10.0 ** -np.linspace(0, 4, 60)
    A = csr_array(((Q * s) @ P.T).astype(np.float32))
    svd = truncated_svd(A, 50)
    np.testing.assert_allclose(svd.s[:30], s[:30], rtol=1e-3)
    assert 1 - np.sum(svd.s**2) / np.sum(s[:50] ** 2) < 1e-5
    assert_orthonormal(svd)
    assert_honest(svd, A, 2e-3)


def test_zero_matrix():
    svd = truncated_svd(csr_array((900, 700), dtype=np.float32), 3)
    assert svd.energy == 0 and not svd.s.any()
    assert_orthonormal(svd)
    assert np.all(errors(svd.s, svd.energy) == 0) and np.all(captured(svd.s, 0.0) == 1)


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    monkeypatch.setattr(threads, "_usual", {})
    A = skewed(1200)
    A.data.flags.writeable = False  # as a cached matrix is
    with threadpool_limits(2, user_api="blas"):
        first, *others = (truncated_svd(A, 40, threads=t) for t in (1, 2, 5))
    for other in others:
        assert first.U.tobytes() == other.U.tobytes()
        assert first.Vt.tobytes() == other.Vt.tobytes()
        assert first.s.tobytes() == other.s.tobytes()


def test_another_seed_gives_the_same_values():
    A = skewed(900)
    a, b = truncated_svd(A, 20, tol=1e-5), truncated_svd(A, 20, tol=1e-5, seed=1)
    np.testing.assert_allclose(a.s, b.s, rtol=1e-6)


def test_restarts_and_a_tolerance_out_of_reach_end():
    A = sparse(800, 800, 0.05)  # a flat spectrum: the hardest
    At = csr_array(A.T.tocsr())
    _, s, _, residual, _ = _krylov(A, At, 60, 1e-9, 0, 2, lambda fraction, metrics: False)
    np.testing.assert_allclose(
        s, np.linalg.svd(A.toarray().astype(float), compute_uv=False)[:60], rtol=1e-5
    )
    assert residual < 1e-5


def test_progress_rises_and_cancelling_stops():
    A = skewed(1200)
    seen: list[float] = []

    def watch(fraction, metrics):
        assert metrics["stage"] == "factorising"
        seen.append(fraction)
        return False

    truncated_svd(A, 100, on_step=watch)
    assert seen[0] == 0 and seen[-1] == 1 and all(0 <= f <= 1 for f in seen)
    with pytest.raises(Cancelled):
        truncated_svd(A, 100, on_step=lambda fraction, metrics: fraction > 0)


@pytest.mark.parametrize("rank", [0, 11])
def test_impossible_ranks_are_refused(rank):
    with pytest.raises(SpecError, match="choose 1 to 10"):
        truncated_svd(sparse(10, 20), rank)


def test_numbers_that_are_not_finite_are_a_bug():
    A = sparse(10, 10, 0.5)
    A.data[0] = np.nan
    with pytest.raises(ValueError, match="finite"):
        truncated_svd(A, 2)
