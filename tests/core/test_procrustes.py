"""Turning one arrangement over another, against SciPy's two ways."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import procrustes
from scipy.stats import ortho_group

from core.procrustes import overlay, turn


def test_turn_is_scipys() -> None:
    rng = np.random.default_rng(1)
    A, B = rng.normal(size=(50, 4)), rng.normal(size=(50, 4))
    R, trace = orthogonal_procrustes(B, A)
    rotation = turn(B.T @ A)
    np.testing.assert_allclose(rotation.matrix, R, atol=1e-12)
    assert rotation.trace == pytest.approx(trace) == pytest.approx(np.trace(R.T @ B.T @ A))


@pytest.mark.parametrize(("p", "q"), [(2, 5), (5, 2)])
def test_turn_into_another_dimension(p: int, q: int) -> None:
    """Columns or rows of R are orthonormal, and none of many others has a greater trace."""
    rng = np.random.default_rng(2)
    cross = rng.normal(size=(p, q))
    R, trace = turn(cross)
    np.testing.assert_allclose(R @ R.T if p < q else R.T @ R, np.eye(2), atol=1e-12)
    for seed in range(50):
        other = ortho_group.rvs(5, random_state=seed)[:p, :q]
        assert np.trace(other.T @ cross) <= trace + 1e-12


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_residual_is_scipys_disparity(kind: type) -> None:
    rng = np.random.default_rng(5)
    A, B = rng.normal(size=(50, 4)), rng.normal(size=(50, 4))
    B[:, :2] += 2 * A[:, 1:3]
    A, B = A.astype(kind), B.astype(kind)
    overlaid = overlay(B, A)
    centre = A.mean(axis=0, dtype=float)
    _, two, disparity = procrustes(A, B)
    assert overlaid.residual == pytest.approx(disparity)
    np.testing.assert_allclose(
        (overlaid.points - centre) / np.linalg.norm(A - centre), two, atol=1e-7
    )
    left = ((A - overlaid.points) ** 2).sum() / ((A - centre) ** 2).sum()
    assert overlaid.residual == pytest.approx(left), "the residual is of the points that are drawn"


def test_moved_turned_and_scaled_is_the_same() -> None:
    rng = np.random.default_rng(6)
    A = rng.normal(size=(40, 5))
    B = 3 * A @ ortho_group.rvs(5, random_state=1) + rng.normal(size=5)
    overlaid = overlay(B, A)
    np.testing.assert_allclose(overlaid.points, A, atol=1e-9)
    assert overlaid.scale == pytest.approx(1 / 3)
    assert overlaid.residual == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("d", "other"), [(2, 5), (5, 2), (1, 1)])
def test_of_different_dimension(d: int, other: int) -> None:
    rng = np.random.default_rng(7)
    A, B = rng.normal(size=(30, d)), rng.normal(size=(30, other))
    D = max(d, other)
    padded = [np.pad(X, ((0, 0), (0, D - X.shape[1]))) for X in (A, B)]
    overlaid = overlay(B, A)
    assert overlaid.points.shape == (30, D)
    assert overlaid.residual == pytest.approx(procrustes(*padded)[2])


@pytest.mark.parametrize("least", [0, 1e-12])
def test_points_that_are_one_point(least: float) -> None:
    many = np.random.default_rng(8).normal(size=(9, 2))
    for moved, target in ((many, np.ones((9, 2))), (np.ones((9, 2)), many)):
        overlaid = overlay(moved, target, least)
        assert overlaid.residual == 1 and overlaid.scale == 0
        np.testing.assert_allclose(overlaid.points, np.tile(target.mean(axis=0), (9, 1)))


def test_what_counts_as_one_point_is_chosen() -> None:
    rng = np.random.default_rng(9)
    small, target = 1e-8 * rng.normal(size=(9, 2)), rng.normal(size=(9, 2))
    assert overlay(small, target, 1e-12).scale == 0
    assert overlay(small, target).residual == pytest.approx(procrustes(target, small)[2])
