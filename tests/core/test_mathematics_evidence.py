"""The ELBO against quadrature, conjugate closed forms and Monte Carlo's own error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.integrate import quad
from scipy.stats import norm

from core.mathematics.bounds import log_bound
from core.mathematics.evidence import (
    DECODERS,
    DEVIATIONS,
    MEANS,
    Evidence,
    climb,
    elbo,
    landscape,
    tighten,
)

EVIDENCE = some.builds(
    Evidence,
    decoder=some.sampled_from([*DECODERS]),
    observed=some.floats(-4, 4),
    spread=some.floats(0.3, 2),
    z_mean=some.floats(-3, 3),
    z_deviation=some.floats(0.03, 3),
)


def joint(evidence: Evidence, z: float) -> float:
    """q(x|z) q(z), written anew."""
    power = {"line": 1, "parabola": 2, "cubic": 3}[evidence.decoder]
    return float(norm.pdf(evidence.observed, z**power, evidence.spread) * norm.pdf(z))


@given(EVIDENCE)
@settings(max_examples=25, deadline=None)
def test_the_bound_and_its_gap(evidence: Evidence) -> None:
    result = elbo(evidence)
    total, _ = quad(lambda z: joint(evidence, z), -9, 9, limit=200, points=[-2, -1, 0, 1, 2],
                    epsabs=1e-14)  # fmt: skip
    assert result.log_evidence == pytest.approx(np.log(total), abs=1e-7)
    assert result.elbo <= result.best + 1e-9 <= result.log_evidence + 2e-9
    z = np.linspace(-8.5, 8.5, 4001) * evidence.z_deviation + evidence.z_mean
    log_p = norm.logpdf(z, evidence.z_mean, evidence.z_deviation)
    log_posterior = -evidence.potential.value(z) - result.log_evidence
    divergence = np.trapezoid(np.exp(log_p) * (log_p - log_posterior), z)
    assert result.gap == pytest.approx(divergence, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("x", "s"), [(1.0, 1.0), (-2.5, 0.4), (4.0, 2.0)])
def test_a_line_leaves_no_gap(x: float, s: float) -> None:
    """The posterior is N(x/(1 + s²), s²/(1 + s²)), and x itself N(0, 1 + s²)."""
    result = elbo(Evidence("line", observed=x, spread=s))
    assert result.log_evidence == pytest.approx(norm.logpdf(x, 0, np.sqrt(1 + s**2)), abs=1e-12)
    assert result.best == pytest.approx(result.log_evidence, abs=1e-10)
    assert result.best_mean == pytest.approx(x / (1 + s**2), abs=1e-5)
    assert result.best_deviation == pytest.approx(s / np.sqrt(1 + s**2), abs=1e-5)


@pytest.mark.parametrize("evidence", [
    Evidence(), Evidence(observed=2.0, spread=0.5), Evidence("cubic", observed=-3.0),
])  # fmt: skip
def test_the_best_is_on_top_of_the_landscape(evidence: Evidence) -> None:
    heights = landscape(evidence.potential)
    assert heights.shape == (len(DEVIATIONS), len(MEANS))
    row, column = 20, 33
    expected = log_bound(evidence.potential, MEANS[column], DEVIATIONS[row] ** 2)
    assert heights[row, column] == pytest.approx(float(expected), rel=1e-12)
    result = elbo(evidence)
    assert heights.max() <= result.best <= heights.max() + 0.02
    slopes = evidence.potential.slopes(result.best_mean, result.best_deviation**2)
    assert slopes == pytest.approx((0, 0.5 / result.best_deviation**2), abs=1e-4)


@given(EVIDENCE)
@settings(max_examples=25, deadline=None)
def test_the_gradient_climbs(evidence: Evidence) -> None:
    path = climb(evidence)
    assert np.isfinite(path).all() and (path[:, 1] > 0).all()
    assert path[0] == pytest.approx([evidence.z_mean, evidence.z_deviation])
    start, end = log_bound(evidence.potential, path[[0, -1], 0], path[[0, -1], 1] ** 2)
    assert start <= end + 1e-9 <= elbo(evidence).log_evidence + 2e-9


def test_a_lower_top() -> None:
    """From the default Gaussian the gradient ends beside one mode; the best one spans both."""
    evidence = Evidence()
    m, s = climb(evidence)[-1]
    result = elbo(evidence)
    assert (m, s) == pytest.approx((-0.889, 0.393), abs=3e-3)
    assert result.log_evidence - float(log_bound(evidence.potential, m, s**2)) > 0.73
    assert result.log_evidence - result.best == pytest.approx(0.577, abs=1e-3)


@pytest.mark.parametrize("evidence", [
    Evidence(z_deviation=0.5, z_mean=0.0), Evidence("line"), Evidence("cubic", z_mean=1.0),
])  # fmt: skip
def test_more_draws_tighten(evidence: Evidence) -> None:
    result, tightened = elbo(evidence), tighten(evidence)
    assert tightened.draws.tolist() == [2**i for i in range(11)]
    margin = 4 * tightened.error
    assert abs(tightened.bound[0] - result.elbo) < margin[0]
    assert (np.diff(tightened.bound) > -margin[1:]).all()
    assert (tightened.bound < result.log_evidence + margin).all()
    assert 1 <= tightened.effective <= 1024


def test_two_draws_by_quadrature() -> None:
    evidence = Evidence("parabola", observed=1.0, spread=1.0, z_mean=0.2, z_deviation=0.8)

    def weight(u: float) -> float:
        z = 0.2 + 0.8 * u
        return joint(evidence, z) / float(norm.pdf(z, 0.2, 0.8))

    grid = np.linspace(-6, 6, 241)
    w = np.array([weight(u) for u in grid])
    density = norm.pdf(grid)
    inner = np.log((w[:, None] + w[None, :]) / 2) * density[:, None] * density
    exact = np.trapezoid(np.trapezoid(inner, grid), grid)
    tightened = tighten(evidence)
    assert abs(tightened.bound[1] - exact) < 4 * tightened.error[1]


def test_a_bound_far_below_stays_a_number() -> None:
    evidence = Evidence("cubic", observed=4.0, spread=0.1, z_mean=-3.0, z_deviation=3.2)
    result, tightened = elbo(evidence), tighten(evidence)
    assert result.elbo < -1e6 and result.best > -4.3 and np.isfinite(climb(evidence)).all()
    assert np.isfinite(tightened.bound).all() and tightened.effective >= 1
