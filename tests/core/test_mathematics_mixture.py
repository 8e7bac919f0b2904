"""EM against a slow one, scikit-learn's likelihood, and its promise: the bound never falls."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats import norm

from core.mathematics.mixture import HALF_STEPS, NARROWEST, Mixture, ascend, density, draw

MIXTURE = some.builds(
    Mixture,
    sampled=some.sampled_from([20, 40, 120]),
    apart=some.floats(0, 5),
    components=some.integers(1, 8),
    start=some.integers(0, 99),
)


@given(MIXTURE)
@settings(max_examples=25, deadline=None)
def test_no_half_step_lowers_the_bound(mixture: Mixture) -> None:
    ascent = ascend(mixture)
    assert len(ascent.bound) == HALF_STEPS + 1
    assert (np.diff(ascent.bound) >= -1e-10).all()
    assert (np.diff(ascent.likelihood) >= -1e-10).all()
    assert (ascent.bound <= ascent.likelihood + 1e-12).all()
    np.testing.assert_allclose(ascent.bound[1::2], ascent.likelihood[1::2], rtol=1e-12)
    np.testing.assert_allclose(ascent.weights.sum(axis=1), 1, rtol=1e-12)
    assert (ascent.deviations[1:] >= NARROWEST * ascent.points.std() * (1 - 1e-12)).all()


def test_against_a_slow_reference() -> None:
    """Point by point, component by component, with the formulas of the textbook."""
    mixture = Mixture(sampled=40, components=3, start=4)
    ascent = ascend(mixture)
    x, k = ascent.points, 3
    weights, means, deviations = (
        list(state[0]) for state in (ascent.weights, ascent.means, ascent.deviations)
    )
    r = [[1 / k] * k for _ in x]
    for half in range(1, 13):
        if half % 2:
            r = []
            for point in x:
                parts = [weights[j] * norm.pdf(point, means[j], deviations[j]) for j in range(k)]
                r.append([part / sum(parts) for part in parts])
        else:
            for j in range(k):
                size = sum(row[j] for row in r)
                weights[j] = size / len(x)
                means[j] = sum(row[j] * point for row, point in zip(r, x, strict=True)) / size
                square = sum(
                    row[j] * (point - means[j]) ** 2 for row, point in zip(r, x, strict=True)
                )
                deviations[j] = math.sqrt(square / size)
        bound = 0.0
        for row, point in zip(r, x, strict=True):
            for j in range(k):
                log_part = math.log(weights[j]) + norm.logpdf(point, means[j], deviations[j])
                bound += row[j] * (log_part - math.log(row[j])) / len(x)
        assert ascent.bound[half] == pytest.approx(bound, rel=1e-9), half
        np.testing.assert_allclose(ascent.means[half], means, rtol=1e-8)
        np.testing.assert_allclose(ascent.deviations[half], deviations, rtol=1e-8)


def test_the_fit_is_that_of_another_library() -> None:
    from sklearn.mixture import GaussianMixture

    ascent = ascend(Mixture(apart=3.0))
    other = GaussianMixture(3, n_init=3, tol=1e-8, max_iter=500, reg_covar=0, random_state=0)
    other.fit(ascent.points[:, None])
    assert ascent.likelihood[-1] == pytest.approx(other.score(ascent.points[:, None]), abs=1e-4)
    np.testing.assert_allclose(np.sort(ascent.means[-1]), np.sort(other.means_[:, 0]), atol=0.02)


def test_a_single_gaussian_is_reached_at_once() -> None:
    ascent = ascend(Mixture(components=1))
    x = ascent.points
    assert ascent.likelihood[2] == pytest.approx(norm.logpdf(x, x.mean(), x.std()).mean())
    np.testing.assert_allclose(ascent.bound[2:], ascent.bound[2], rtol=1e-12)


def test_densities_add_up() -> None:
    ascent = ascend(Mixture())
    x = np.linspace(-20, 20, 8001)
    parts = density(ascent, 30, x)
    assert parts.shape == (3, 8001)
    np.testing.assert_allclose(np.trapezoid(parts, x), ascent.weights[30], rtol=1e-6)
    at_points = density(ascent, 30, ascent.points).sum(axis=0)
    assert np.log(at_points).mean() == pytest.approx(ascent.likelihood[30])


def test_points_are_those_of_the_seed() -> None:
    assert (draw(Mixture()) == draw(Mixture(components=5, start=9))).all()
    assert len(draw(Mixture(sampled=20))) == 20 and (np.diff(draw(Mixture())) >= 0).all()
