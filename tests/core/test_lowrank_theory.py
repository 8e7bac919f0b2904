"""Bounds, spectra, storage and the change of basis."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SpecError
from core.lowrank import bounds, interpolative, pseudoinverse, similar, spectrum, storage, svd

rng = np.random.default_rng(3)
U, _ = np.linalg.qr(rng.standard_normal((60, 40)))
V, _ = np.linalg.qr(rng.standard_normal((40, 40)))
S = 1.0 / np.arange(1, 41)
M = (U * S) @ V.T


def test_random_methods_keep_what_theory_promises_on_average() -> None:
    ranks = np.array([1, 5, 10, 20])
    for power in (0, 1):
        squares = [
            svd.randomised_errors(svd.find_range(M, 40, power, seed), ranks, 5) ** 2
            for seed in range(60)
        ]
        promised = bounds.randomised_svd(S, 5, power)[ranks]
        assert (np.sqrt(np.mean(squares, axis=0)) <= promised).all()
    squares = [svd.find_range(M, 40, 0, seed).frobenius ** 2 for seed in range(60)]
    assert (np.sqrt(np.mean(squares, axis=0)) <= bounds.random_range(S) + 1e-12).all()


def test_a_random_subspace_keeps_its_share() -> None:
    projections = [pseudoinverse.project(M, "random", 40, s) for s in range(300)]
    squares = np.array([r.frobenius[taken] ** 2 for r, taken in projections])
    expected = bounds.random_projection(float(np.linalg.norm(M)), 60, 40) ** 2
    doubt = squares.std(axis=0) / np.sqrt(300) + 1e-12
    assert (np.abs(squares.mean(axis=0) - expected) < 5 * doubt).all()


def test_pivoted_columns_lie_between_the_optimum_and_their_guarantees() -> None:
    interpolation = interpolative.from_pivots(M)
    for r in (1, 5, 20):
        error = np.linalg.norm(M - interpolation.Q[:, :r] @ interpolation.B[:r], 2)
        assert S[r] <= error <= bounds.pivoted_worst(S, 40)[r]
    assert (bounds.columns_exist(S) >= svd.errors(M)[0] * (1 - 1e-10)).all()
    assert (bounds.interpolation_exists(S, 40) >= S).all()


def test_bounds_of_nothing() -> None:
    zero = np.zeros(4)
    for bound in (bounds.randomised_svd(zero, 5, 1), bounds.random_range(zero),
                 bounds.columns_exist(zero), bounds.interpolation_exists(zero, 4)):  # fmt: skip
        assert not bound.any()
    assert np.isnan(bounds.randomised_svd(S, 1, 0)).all()


def test_spectrum_summaries() -> None:
    flat = spectrum.summarise(np.ones(5), (5, 5))
    assert (flat.stable_rank, flat.effective_rank, flat.numerical_rank) == (5.0, 5.0, 5)
    none = spectrum.summarise(np.zeros(5), (5, 5))
    assert (none.stable_rank, none.effective_rank, none.numerical_rank) == (0.0, 0.0, 0)
    one = spectrum.summarise(np.array([7.0, 0.0]), (2, 2))
    assert (one.stable_rank, one.effective_rank, one.numerical_rank) == (1.0, 1.0, 1)
    errors, _ = svd.errors(M)
    r = spectrum.rank_for(errors, 0.2)
    assert r is not None and errors[r] <= 0.2 * errors[0] < errors[r - 1]
    assert spectrum.rank_for(errors[:3], 0.0) is None
    with pytest.raises(SpecError, match="0 to 1"):
        spectrum.rank_for(errors, 1.5)


@pytest.mark.parametrize("family", storage.FAMILIES)
def test_storage_pays_until_it_does_not(family: str) -> None:
    m, n = 427, 640
    whole = storage.full(m, n)
    last = storage.pays_until(family, m, n, whole)
    assert storage.nbytes(family, last, m, n) < whole
    if last < min(m, n):
        assert storage.nbytes(family, last + 1, m, n) >= whole
    assert storage.full(m, n, 10) < whole
    assert storage.numbers(family, 0, m, n) == 0


def test_storage_counts_what_is_kept() -> None:
    assert storage.numbers("svd", 2, 5, 7) == 2 * 5 + 2 * 7 + 2
    assert storage.numbers("id", 2, 5, 7) == 5 * 2 + 2 * 5
    assert storage.numbers("skeleton", 2, 5, 7) == 5 * 2 + 2 * 7 - 4
    assert storage.numbers("cur", 2, 5, 7) == 5 * 2 + 2 * 7 + 4


@given(st.integers(2, 3), st.integers(0, 999))
@settings(max_examples=40)
def test_a_change_of_basis_keeps_what_belongs_to_the_map(n: int, seed: int) -> None:
    draws = np.random.default_rng(seed)
    A, P = draws.standard_normal((n, n)), draws.standard_normal((n, n)) + 3 * np.eye(n)
    change = similar.change_basis(A, P)
    assert np.allclose(P @ change.B, A @ P)
    scale = np.linalg.cond(P) * 1e-9
    assert change.after.determinant == pytest.approx(change.before.determinant, abs=scale)
    assert change.after.trace == pytest.approx(change.before.trace, abs=scale)
    assert np.allclose(np.poly(change.after.eigenvalues), np.poly(change.before.eigenvalues),
                       atol=1e-6)  # fmt: skip
    assert change.after.rank == change.before.rank


@given(st.integers(2, 3), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_basis_of_eigenvectors_makes_blocks(n: int, seed: int) -> None:
    A = np.random.default_rng(seed).standard_normal((n, n))
    B = similar.change_basis(A, similar.eigenbasis(A)).B
    values = np.linalg.eigvals(A)
    if np.isrealobj(values):
        assert np.allclose(B, np.diag(np.diagonal(B)), atol=1e-6)
        assert np.allclose(np.sort(np.diagonal(B)), np.sort(values))
    else:
        a, b = next((v.real, v.imag) for v in values if v.imag > 0)
        blocks = [B[i : i + 2, i : i + 2] for i in range(n - 1)]
        assert any(np.allclose(block, [[a, b], [-b, a]], atol=1e-6) for block in blocks)
        assert np.count_nonzero(np.abs(B) > 1e-6) <= 4 + (n - 2)


def test_defective_maps_have_no_eigenbasis() -> None:
    for name in ("shear", "defective", "defective in space"):
        with pytest.raises(SpecError, match="defective"):
            similar.eigenbasis(np.array(similar.PRESETS[name]))


def test_presets_and_what_is_refused() -> None:
    facts = {name: similar.facts(np.array(rows)) for name, rows in similar.PRESETS.items()}
    assert not facts["defective"].diagonalisable and not facts["shear"].diagonalisable
    assert not facts["defective in space"].diagonalisable
    assert not facts["shear in space"].diagonalisable
    assert facts["rotation"].diagonalisable and facts["projection"].diagonalisable
    assert facts["rotation"].eigenvalues.tolist() == [-1j, 1j]
    assert facts["projection"].rank == 1 and np.isinf(facts["projection"].condition)
    assert similar.facts(np.zeros((2, 2))).rank == 0
    for P in ([[1.0, 2.0], [2.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 1e-12]]):
        with pytest.raises(SpecError, match="not a basis"):
            similar.change_basis(np.eye(2), np.array(P))
    with pytest.raises(SpecError, match="the same size"):
        similar.change_basis(np.eye(2), np.eye(3))
