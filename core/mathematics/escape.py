"""How long a walker takes from one well to the other: measured, exact, and by Kramers' formula.

    exact (no mass)  τ = (1/T) ∫_a^b e^{L(y)/T} ∫_{−∞}^y e^{−L(z)/T} dz dy
    Kramers          τ = (2π/ω_a) · m · e^{ΔL/T}

with ω_a² = L'' at the minimum, ω_b² = −L'' on the wall, m = 1/ω_b without mass and
m = ω_b/(√(λ²/4 + ω_b²) − λ/2) with mass and friction λ: right where ΔL ≫ T and λ is not small.
Where the wells differ, ω_b does on the two sides of the wall: 1/ω_b is the mean of both.

Sources: Kramers (1940); Hänggi, Talkner and Borkovec (1990), eqs. 4.33 and 7.7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import specs
from core.cache import cached
from core.errors import SpecError
from core.mathematics.surfaces import F64
from core.mathematics.tuning import limits
from core.mathematics.walkers import GRID, Landscape, height
from core.messages import message
from core.progress import OnStep, report, run_on
from core.specs import Spec

WALLS = (1.0, 1.75, 2.5, 3.25, 4.0, 4.75)
"""ΔL/T at which the time is measured."""
MOST_STEPS = 20_000_000  # of all walkers together, at each wall


@dataclass(frozen=True)
class Escape(Spec):
    """Walkers that leave the left well, at several temperatures."""

    terrain1d: Landscape = specs.nested(Landscape)
    leavers: int = specs.integer(400, 50, 2000, "How many walkers are timed at each noise.")
    escape_seed: int = specs.integer(0, 0, 99, "Which draw of the noise.")


@dataclass(frozen=True)
class Times:
    """Mean times from one minimum to the other.

    wall: ΔL/T, (w,); mean: measured, with low and high of its 95 % interval; exact: by the double
    integral, NaN with mass; kramers: the formula; arrived: how many had, (w,).
    """

    wall: F64
    mean: F64
    low: F64
    high: F64
    exact: F64
    kramers: F64
    arrived: np.ndarray


def settled(spec: Escape) -> Escape:
    """The same without what plays no part, so that equal times have equal specs.

    The noise is that of each wall's T; without mass there is no friction.
    """
    usual, land = Landscape(), spec.terrain1d
    land = land.replace(sigma=usual.sigma, convention=usual.convention)
    return spec.replace(terrain1d=land if land.drag else land.replace(friction=usual.friction))


@cached
def escape(spec: Escape, on_step: OnStep = run_on) -> Times:
    """Time the walkers at each of `WALLS`.

    Walkers still under way count by the time they have spent: mean = all time / arrivals, as for
    exponential waiting, with the interval of a gamma distribution. Walls over which nobody came
    are left out. Raises SpecError for a bowl, and for a step that is too large or too small.
    """
    from core.mathematics import walker_kernels

    land = spec.terrain1d
    require_wells(land)
    beta = 1 - land.drag * land.walker_step
    eta = land.walker_step**2 if land.drag else land.walker_step
    if eta >= limits(land.steepest, beta)["momentum" if land.drag else "gd"]:
        raise _too_large(land)
    rows = []
    for i, wall in enumerate(WALLS):
        report(on_step, i / len(WALLS), "waiting for walkers to leave")
        T = land.barrier / wall
        most = MOST_STEPS // spec.leavers
        steps = walker_kernels.leave(
            spec.leavers, most, land.walker_step, land.kick(T), land.drag, land.barrier,
            land.breadth, np.random.default_rng([spec.escape_seed, i]),
        )  # fmt: skip
        if (steps == -2).any():
            raise _too_large(land)
        arrived = int((steps >= 0).sum())
        if not arrived:
            break  # nor does any at a higher wall
        total = float(np.where(steps < 0, most, steps).sum()) * land.walker_step
        low, high = interval(total, arrived)
        exact = np.nan if land.drag else exact_time(land, T)
        rows.append((wall, total / arrived, low, high, exact, kramers_time(land, T), arrived))
    if not rows:
        raise SpecError(
            message(
                "No walker arrives within {steps:,} steps of {h:g}; choose a larger step.",
                steps=most,
                h=land.walker_step,
            ),
            "walker_step",
        )
    wall, mean, low, high, exact, formula, arrivals = np.array(rows).T
    return Times(wall, mean, low, high, exact, formula, arrivals.astype(np.int64))


def interval(total: float, arrived: int) -> tuple[float, float]:
    """(low, high) of a mean waiting time, 95 %, of all time waited and how many have come."""
    from scipy.stats import chi2

    low, high = (2 * total / float(chi2.ppf(level, 2 * arrived)) for level in (0.975, 0.025))
    return low, high


def _too_large(land: Landscape) -> SpecError:
    return SpecError(
        message(
            "`walker_step={h:g}` is too large for a wall of {barrier:g}: the steps are not stable "
            "at the bottom, or walkers fly off. Choose a smaller one.",
            h=land.walker_step,
            barrier=land.barrier,
        ),
        "walker_step",
    )


def exact_time(land: Landscape, T: float) -> float:
    """The mean first-passage time from the left minimum to the right one, without mass."""
    from scipy.integrate import cumulative_simpson, simpson

    far = -float(np.sqrt(1 + np.sqrt(30 * T / land.barrier)))
    left = np.linspace(far, -1.0, GRID)
    y = np.linspace(-1.0, land.breadth, GRID)
    before = simpson(np.exp(-height(land, left) / T), x=left)
    inner = before + cumulative_simpson(np.exp(-height(land, y) / T), x=y, initial=0.0)
    return float(simpson(np.exp(height(land, y) / T) * inner, x=y) / T)


def kramers_time(land: Landscape, T: float) -> float:
    """Kramers' formula, right where the wall is high: ΔL ≫ T."""
    bottom = np.sqrt(8 * land.barrier)
    top = np.sqrt(4 * land.barrier) * 2 / (1 + land.breadth)
    slowed = 1 / top
    if land.drag:
        slowed = top / (np.sqrt(land.drag**2 / 4 + top**2) - land.drag / 2)
    return float(2 * np.pi / bottom * slowed * np.exp(land.barrier / T))


def require_wells(land: Landscape) -> None:
    """Raise SpecError where there is no well to leave."""
    if land.bowl:
        raise SpecError(
            message(
                "`landscape={landscape}` has no second well to escape to; choose the wells.",
                landscape=land.landscape,
            ),
            "landscape",
        )
