"""Lengths, directions and cosines, against SciPy, and what a vector of zeros gives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from core.lengths import cosines, directions, inverse, lengths


@pytest.fixture
def V() -> np.ndarray:
    """Rows of very different lengths; row 3 is zeros."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(20, 5)) * 10.0 ** rng.integers(-6, 6, (20, 1))
    rows[3] = 0
    return rows.astype(np.float32)


def test_lengths(V: np.ndarray) -> None:
    norms = lengths(V)
    assert norms.dtype == np.float32
    np.testing.assert_allclose(norms, np.linalg.norm(V.astype(float), axis=1), rtol=1e-6)


@pytest.mark.parametrize("of_zero", [0.0, np.nan])
def test_inverse(V: np.ndarray, of_zero: float) -> None:
    norms = lengths(V)
    inverses = inverse(norms, of_zero)
    assert inverses.dtype == np.float32
    np.testing.assert_array_equal(inverses[3], np.float32(of_zero))
    others = np.arange(20) != 3
    np.testing.assert_array_equal(inverses[others], np.float32(1) / norms[others])


def test_directions(V: np.ndarray) -> None:
    units = directions(V, lengths(V))
    assert units.dtype == np.float32 and units.flags.c_contiguous
    assert (units[3] == 0).all()
    others = np.arange(20) != 3
    np.testing.assert_allclose(lengths(units[others]), 1, rtol=1e-6)
    expected = 1 - cdist(V[others], V[others], "cosine")
    np.testing.assert_allclose(units[others] @ units[others].T, expected, atol=1e-6)


def test_cosines(V: np.ndarray) -> None:
    norms = lengths(V)
    similarities = cosines(V @ V[0], norms * norms[0])
    others = np.arange(20) != 3
    expected = 1 - cdist(V[others], V[:1], "cosine")[:, 0]
    np.testing.assert_allclose(similarities[others], expected, atol=1e-6)
    assert similarities[3] == 0
