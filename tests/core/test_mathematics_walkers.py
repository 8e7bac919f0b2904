"""Walkers against the density of theory, times of escape, and batches at equal epochs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from core.errors import SpecError
from core.mathematics import walker_kernels
from core.mathematics.batches import Batches, batch_ends
from core.mathematics.escape import WALLS, Escape, escape, exact_time, kramers_time, settled
from core.mathematics.walkers import (
    Landscape,
    Walkers,
    cumulative,
    density,
    height,
    right_share,
    walk,
    window,
)

LANDS = (
    Landscape(),
    Landscape(breadth=2.5, convention="root two", sigma=0.7),
    Landscape(landscape="bowl", barrier=2.0),
    Landscape(motion="kramers", friction=0.5, sigma=0.6, breadth=1.5),
)


def _rolled(land, x):
    """How fast the kernel moves a walker without noise at places x, by one small step."""
    h = 1e-3
    places = x.copy()
    walker_kernels.walk(
        places, np.zeros_like(x), 1, h, 0.0, 0.0, land.barrier, land.breadth, land.bowl,
        np.random.default_rng(0),
    )  # fmt: skip
    return (places - x) / h


@pytest.mark.parametrize("land", LANDS)
def test_slopes_are_those_of_differences_and_densities_sum_to_one(land):
    x = np.linspace(-2, 2, 41) + 0.013
    difference = (height(land, x + 1e-6) - height(land, x - 1e-6)) / 2e-6
    np.testing.assert_allclose(-_rolled(land, x), difference, atol=1e-5)
    total, _ = integrate.quad(lambda at: float(density(land, np.array(at))), *window(land))
    assert total == pytest.approx(1.0, abs=1e-6)
    assert float(cumulative(land, np.array(0.0))) == pytest.approx(
        1 - right_share(land), abs=1e-6
    ), "the breadth alone decides how much either well holds"


def test_both_conventions_name_the_same_temperature():
    one, other = Landscape(sigma=1.0), Landscape(sigma=np.sqrt(0.5), convention="root two")
    assert one.temperature == pytest.approx(other.temperature)
    np.testing.assert_allclose(
        density(one, np.array([0.3])) / density(one, np.array([1.0])),
        np.exp(-2 * (height(one, np.array([0.3])) - 0) / 1.0**2),
    )
    heavy = Landscape(sigma=1.0, motion="kramers", friction=2.0)
    assert heavy.temperature == pytest.approx(1 / 4), "σ²/(2λ)"


@pytest.mark.parametrize("motion", ["overdamped", "kramers"])
def test_walkers_end_in_the_density_of_theory(motion):
    land = Landscape(landscape="bowl", barrier=1.0, sigma=1.0, motion=motion, walker_step=0.01)
    crowd = walk(Walkers(land, walker_time=12.0))
    p = stats.kstest(crowd.x[-1], stats.norm(scale=np.sqrt(land.temperature)).cdf).pvalue
    assert p > 1e-3 and crowd.p[-1] == pytest.approx(p, abs=0.02)
    assert crowd.p[1] < 1e-6, "so soon they are where they began"
    if motion == "kramers":
        assert crowd.p_speed[-1] > 1e-3
        assert crowd.v[-1].var() == pytest.approx(land.temperature, rel=0.06)


def test_the_flat_well_holds_its_share():
    land = Landscape(barrier=0.3, breadth=2.0, walker_step=0.02)
    crowd = walk(Walkers(land, begin="left", walker_time=40.0))
    assert crowd.right[0] == 0 and right_share(land) == pytest.approx(2 / 3)
    assert crowd.right[-1] == pytest.approx(2 / 3, abs=0.02)
    assert crowd.p[-1] > 1e-4


def test_a_coarse_step_is_noticed_and_a_wild_one_ends_the_walk():
    coarse = walk(Walkers(Landscape(landscape="bowl", barrier=3.0, walker_step=0.2)))
    assert coarse.p[-1] < 1e-6, "Euler's variance is too large by 1/(1 − hλ/2)"
    expected = Landscape(landscape="bowl", barrier=3.0).temperature / 3 / (1 - 0.3)
    assert coarse.x[-1].var() == pytest.approx(expected, rel=0.06)
    wild = walk(Walkers(Landscape(barrier=3.0, sigma=2.0, walker_step=0.2)))
    assert wild.left_at > 0 and np.isfinite(wild.x).all() and len(wild.t) == len(wild.x)


def test_the_exact_time_is_the_double_integral():
    land, T = Landscape(barrier=1.0, breadth=1.5), 0.4

    def inner(y):
        below = integrate.quad(lambda z: np.exp(-float(height(land, np.array(z))) / T), -4, y)[0]
        return np.exp(float(height(land, np.array(y))) / T) * below

    reference = integrate.quad(inner, -1, 1.5, limit=200)[0] / T
    assert exact_time(land, T) == pytest.approx(reference, rel=1e-5)
    for wall in (10.0, 20.0):  # the formula is the limit of high walls
        assert kramers_time(land, 1 / wall) == pytest.approx(
            exact_time(land, 1 / wall), rel=2 / wall
        )
    heavy = land.replace(motion="kramers", friction=10.0)
    assert kramers_time(heavy, T) == pytest.approx(10 * kramers_time(land, T), rel=0.05)


def test_measured_times_agree_with_the_exact_ones():
    times = escape(Escape(Landscape(walker_step=0.005), leavers=300))
    assert times.wall.tolist() == list(WALLS)
    assert ((times.low < times.exact) & (times.exact < times.high)).sum() >= len(WALLS) - 1
    assert (np.diff(times.mean) > 0).all() and (times.arrived > 100).all()
    with pytest.raises(SpecError, match="no second well"):
        escape(Escape(Landscape(landscape="bowl")))
    with pytest.raises(SpecError, match="too large for a wall of 3"):
        escape(Escape(Landscape(barrier=3.0, walker_step=0.2)))


def test_times_are_computed_once_whatever_the_noise_of_other_pictures():
    land = Landscape(motion="kramers", friction=2.0)
    louder = land.replace(sigma=1.5, convention="root two")
    assert settled(Escape(louder)).key == settled(Escape(land)).key
    light = settled(Escape(Landscape(friction=2.0)))
    assert light.key == Escape(Landscape()).key, "without mass there is no friction"
    for changed in (land.replace(friction=3.0), land.replace(barrier=1.0), Landscape()):
        assert settled(Escape(changed)).key != settled(Escape(land)).key


def test_batches_leave_what_theory_says():
    settled = batch_ends(Batches(epochs=60, batch_eta=0.3))
    small = settled.batch <= 10
    np.testing.assert_allclose(settled.mean[small], settled.theory[small], rtol=0.35)
    assert settled.steps.tolist() == [6000, 3000, 1200, 600, 300, 120, 60]
    scaled = batch_ends(Batches(epochs=20, scaled=True))
    assert np.ptp(scaled.mean) < 0.3 * scaled.mean.mean(), "η/b alone counts"
    assert (scaled.eta / scaled.batch).std() < 1e-12
