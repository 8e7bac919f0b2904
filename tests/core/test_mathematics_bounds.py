"""Integrals against quadrature and special functions; bounds never above them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.integrate import quad
from scipy.special import ive, kve

from core.errors import SpecError
from core.mathematics.bounds import (
    STRENGTHS,
    Integral,
    best_precision,
    bounded,
    closed_form,
    log_bound,
    log_bounds,
    log_laplace,
    ratios,
    second_closed_form,
)
from core.mathematics.potentials import PolynomialPotential, Potential, Ripple

TABLE = {  # ε: exact, and over it: bound, closed form, second closed form, first order
    0.1: (1.674086, 0.9975, 0.9949, 1.0008, 0.979),
    1.0: (1.368427, 0.9832, 0.9593, 1.0137, 0.324),
    10.0: (0.921961, 0.9666, 0.9160, 1.0410, -12.5),
    100.0: (0.554577, 0.9584, 0.8948, 1.0599, -236),
}  # the last to the nearest below: −236.5
PRECISIONS = np.array([0.02, 0.5, 1.0, 3.7, 50.0])


@pytest.mark.parametrize("strength", TABLE)
def test_published_values(strength: float) -> None:
    exact, *rest = TABLE[strength]
    result = bounded(Integral(strength=strength))
    truth = np.exp(result.log_truth)
    assert truth == pytest.approx(exact, abs=5.1e-7)
    assert result.best == pytest.approx((1 + np.sqrt(1 + 12 * strength)) / 2, rel=1e-12)
    names = ("closed form", "second closed form", "first order")
    over = [np.exp(result.log_best) / truth, *(result.rivals[name] / truth for name in names)]
    assert over[:3] == pytest.approx(rest[:3], abs=5.1e-5)
    assert over[3] == pytest.approx(rest[3], rel=2.2e-3)


def test_formula_of_the_post() -> None:
    p, e = PRECISIONS, 2.5
    expected = np.log(np.sqrt(np.pi / p)) + (2 * p * (p - 1) - 3 * e) / (4 * p**2)
    np.testing.assert_allclose(log_bounds(Integral(strength=e), p), expected, rtol=1e-13)


@pytest.mark.parametrize("strength", [0.01, 0.3, 1.0, 7.0, 100.0])
def test_integrals_by_special_functions(strength: float) -> None:
    """K and I of order 1/4, and the Jacobi–Anger series, none of which the code knows."""
    e = strength
    n = np.arange(1, 8)
    series = ive(0, e) + 2 * (ive(n, e) * np.exp(-9.0 * n**2)).sum()
    expected = {
        "quartic": kve(0.25, 1 / (8 * e)) / (2 * np.sqrt(e)),
        "well": np.pi / 2 * (ive(0.25, e / 2) + ive(-0.25, e / 2)),
        "ripple": np.sqrt(np.pi) * series,
    }
    for kind, value in expected.items():
        truth = bounded(Integral(kind, strength=e)).log_truth
        assert truth == pytest.approx(np.log(value), abs=1e-12), kind


COEFFICIENT = some.floats(-4, 4).map(lambda c: round(c, 3))
CONFINED = some.builds(  # of degree 2, 4 or 6, the last coefficient positive
    lambda cs, top: PolynomialPotential((*cs, top)),
    some.sampled_from([2, 4, 6]).flatmap(lambda n: some.lists(COEFFICIENT, min_size=n, max_size=n)),
    some.floats(0.05, 3),
)
WAVES = some.builds(Ripple, some.floats(0, 30))


@given(CONFINED | WAVES, some.floats(-2, 2), some.floats(-6, 4))
@settings(max_examples=60, deadline=None)
def test_no_bound_is_above_the_truth(potential: Potential, m: float, t: float) -> None:
    truth = potential.log_integral
    basins, least = potential.basins()
    low, high = basins[0][0], basins[-1][1]
    exact, error = quad(lambda x: float(np.exp(least - potential.value(np.array(x)))), low, high,
                        limit=400, epsabs=1e-11, epsrel=1e-11)  # fmt: skip
    rounding = 4 * float(np.spacing(max(abs(truth), 1.0)))
    near = 1e-8 + 2 * error / exact + rounding
    assert truth == pytest.approx(np.log(exact) - least, abs=near)
    held = float(log_bound(potential, m, np.exp(t)))
    best = best_precision(potential, m)
    assert best is not None
    slack = 1e-9 + rounding
    assert held <= float(log_bound(potential, m, 0.5 / best)) + slack <= truth + 2 * slack


@given(CONFINED | WAVES, some.floats(-2, 2), some.floats(0.05, 3))
@settings(max_examples=40, deadline=None)
def test_slopes_and_means(potential: Potential, m: float, w: float) -> None:
    """Means against Gauss–Hermite, slopes against differences."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    mean = float(weights @ potential.value(m + np.sqrt(w) * nodes) / np.sqrt(2 * np.pi))
    assert float(potential.mean(m, w)) == pytest.approx(mean, rel=1e-8, abs=1e-8)
    h = 1e-5
    by_m = (potential.mean(m + h, w) - potential.mean(m - h, w)) / (2 * h)
    by_w = (potential.mean(m, w + h) - potential.mean(m, w - h)) / (2 * h)
    scale = 1 + abs(mean)
    assert potential.slopes(m, w) == pytest.approx((by_m, by_w), rel=1e-5, abs=1e-5 * scale)
    for place in potential.stationary(m):
        assert 2 * place * potential.slopes(m, place)[1] == pytest.approx(1, abs=1e-6)


def test_the_gap_is_a_divergence() -> None:
    integral = Integral("well", strength=2.0, precision=1.3, centre=0.4)
    result = bounded(integral)
    x = np.linspace(-6, 6, 20_001)
    log_q = 0.5 * np.log(1.3 / np.pi) - 1.3 * (x - 0.4) ** 2
    log_posterior = -integral.potential.value(x) - result.log_truth
    divergence = np.trapezoid(np.exp(log_q) * (log_q - log_posterior), x)
    assert result.gap == pytest.approx(divergence, rel=1e-9)


@pytest.mark.parametrize("integral", [
    Integral("quartic"), Integral("ripple"), Integral("own", "1 + 2x^2 + ε x^2 + 3 ε x^6"),
])  # fmt: skip
def test_first_order_is_the_tangent(integral: Integral) -> None:
    slow = 0.01
    base, small = (np.exp(integral.potential_at(e).log_integral) for e in (0.0, 1e-6))
    tangent = base + slow * (small - base) / 1e-6
    assert bounded(integral.replace(strength=slow)).rivals["first order"] == pytest.approx(
        tangent, rel=1e-5
    )


def test_no_tangent_without_a_parabola() -> None:
    for text in ("x^4 + ε x^2", "x + x^2 + ε x^4", "ε x^2", "ε x^4 - x^2"):
        assert "first order" not in bounded(Integral("own", text)).rivals


def test_laplace_is_right_in_deep_wells() -> None:
    deep = Integral("well", strength=100.0).potential
    laplace = log_laplace(deep)
    assert laplace is not None and laplace == pytest.approx(deep.log_integral, abs=2e-3)
    assert log_laplace(Integral("own", "x^4 - 4x^3 + 6x^2 - 4x").potential) is None  # flat at 1


def test_one_well_misses_ln_2() -> None:
    around = bounded(Integral("well", strength=100.0, centre=1.0))
    assert around.log_truth - around.log_best == pytest.approx(np.log(2), abs=3e-3)
    above = bounded(Integral("well", strength=100.0))
    assert above.log_truth - above.log_best > 60


def test_the_best_precision_jumps() -> None:
    """Of two tops of the bound the higher one is taken, near ε = 1.6 another one."""
    before, after = (bounded(Integral("ripple", strength=e)).best for e in (1.6, 1.65))
    assert before is not None and after is not None and before < 1.1 and after > 19


@pytest.mark.parametrize("text", ["x^2 + 1e-20 x^4", "x^2 + 1e-20 x^3 + 1e-40 x^12"])
def test_a_negligible_power_changes_nothing(text: str) -> None:
    result = bounded(Integral("own", text))
    assert result.log_truth == pytest.approx(0.5 * np.log(np.pi))
    assert result.best == pytest.approx(1) and result.log_best == pytest.approx(result.log_truth)


@pytest.mark.parametrize("text", [
    "x^3", "x^2 - x^4", "5", "0", "-x^2", "x", "x^5 + x^4", "1000000 x - 1000000 x^12",
])  # fmt: skip
def test_infinite_integrals(text: str) -> None:
    """Said as such; whatever p and m are, nothing overflows."""
    integral = Integral("own", text)
    for changed in (integral, integral.replace(precision=0.01, centre=2.0)):
        result = bounded(changed)
        assert result.log_truth == np.inf and result.best is None and np.isfinite(result.log_bound)
    over = ratios(integral)
    assert np.isnan(over.bound).all() and all(np.isnan(v).all() for v in over.rivals.values())


@pytest.mark.parametrize("text", [
    "x^4 - 1000 x^2", "x^6 - 1000000 x", "x^4 - 1000000", "1000000 x^12", "0.000001 x^2",
    "x^12 - 10 x^10", "(x^2 - 1)^2 (x - 2)^2 10000",
    "1000000 + x^2",
])  # fmt: skip
def test_extreme_integrals_are_bounded(text: str) -> None:
    result = bounded(Integral("own", text, centre=0.5))
    assert np.isfinite([result.log_truth, result.log_best]).all()
    assert result.log_best <= result.log_truth + 1e-12 * abs(result.log_truth)


@pytest.mark.parametrize("text", ["x^4 - 1000000 x^2", "0.000001 x^12 - 1000000 x^11"])
def test_integrals_beyond_all_digits(text: str) -> None:
    with pytest.raises(SpecError, match=r"U falls to .*computed down to -1e\+09"):
        bounded(Integral("own", text))
    assert np.isnan(ratios(Integral("own", text)).bound).all()


@pytest.mark.parametrize("depth", [3.0, 300.0])
def test_narrow_basins_far_apart(depth: float) -> None:
    """Three wells of width 1/√depth in an interval of 40: each is integrated by itself."""
    a = depth * np.polynomial.Polynomial([0, -400, 0, 1]) ** 2 / 400**2
    potential = PolynomialPotential(tuple(a.coef.tolist()))
    middle, sides = np.pi / depth, np.pi / (depth * 4)
    laplace = np.log(np.sqrt(middle) + 2 * np.sqrt(sides))
    assert len(potential.basins()[0]) == 3
    assert potential.log_integral == pytest.approx(laplace, abs=0.01 / depth)


def test_infinite_at_some_strengths() -> None:
    over = ratios(Integral("own", "x^2 - x^4 + ε x^4"))
    np.testing.assert_array_equal(np.isnan(over.bound), STRENGTHS < 1)
    assert (over.bound[STRENGTHS >= 1] <= 1).all()


def test_closed_forms_are_right_at_zero() -> None:
    assert closed_form(0.0) == pytest.approx(np.sqrt(np.pi))
    assert second_closed_form(0.0) == pytest.approx(np.sqrt(np.pi))
