"""Many walkers that roll down a landscape and are kicked by noise, and where they end up.

    overdamped   dx = −L' dt + σ dB                    → density ∝ exp(−2L/σ²)
    with mass    dv = −L' dt − λv dt + σ dB, dx = v dt → density ∝ exp(−(2λ/σ²)(v²/2 + L))

With √2 σ dB in place of σ dB the first is exp(−L/σ²): some texts write it that way. T below is what
L is divided by. The steps are those of the optimisers: gradient descent with η = h, momentum with
√η = h and β = 1 − λh.

Sources: J. Su, spaces.ac.cn/archives/5655; Kramers (1940); Risken, The Fokker–Planck equation.

>>> Landscape(sigma=1.0).temperature, Landscape(sigma=1.0, convention="root two").temperature
(0.5, 1.0)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from core import specs
from core.cache import cached
from core.mathematics.surfaces import F64
from core.progress import OnStep, report, run_on
from core.specs import Spec

CROWD = 10_000
FRAMES = 40
GRID = 4001


@dataclass(frozen=True)
class Landscape(Spec):
    """A landscape of one dimension, and how walkers move on it."""

    landscape: str = specs.choice(
        "wells",
        ("wells", "bowl"),
        "Two wells of equal depth, their minima at −1 and at the breadth of the right one; or a "
        "bowl, x²/2 times the depth.",
    )
    barrier: float = specs.number(
        0.5, 0.2, 3.0, "The height of the wall between the wells; of the bowl, its curvature."
    )
    breadth: float = specs.number(
        1.0,
        1.0,
        4.0,
        "How much broader, and so flatter, the right well is than the left one, at equal depth.",
    )
    sigma: float = specs.number(0.9, 0.3, 2.0, "The strength σ of the noise.")
    convention: str = specs.choice(
        "sde",
        ("sde", "root two"),
        "How σ enters: dx = −L′dt + σ dB has the density exp(−2L/σ²), dx = −L′dt + √2 σ dB has "
        "exp(−L/σ²). Both are in use.",
    )
    motion: str = specs.choice(
        "overdamped",
        ("overdamped", "kramers"),
        "Without mass: gradient descent with noise. With mass: momentum with noise, the equation "
        "of Kramers, whose density also depends on the speed.",
    )
    friction: float = specs.number(
        1.0, 0.05, 10.0, "The friction λ = (1 − β)/√η of walkers that have mass."
    )
    walker_step: float = specs.number(
        0.02,
        0.001,
        0.2,
        "The time h of a step: η without mass, √η with it. Large steps do not follow the equation, "
        "and the test notices.",
    )

    @property
    def temperature(self) -> float:
        """T of the stationary density exp(−L/T)."""
        squared = self.sigma**2 / (2 if self.convention == "sde" else 1)
        return squared / self.friction if self.motion == "kramers" else squared

    def kick(self, T: float) -> float:
        """The standard deviation of the noise of one step that keeps the temperature T."""
        return float(np.sqrt(2 * T * (self.drag or 1.0) * self.walker_step))

    @property
    def drag(self) -> float:
        """The friction λ; 0 without mass."""
        return self.friction if self.motion == "kramers" else 0.0

    @property
    def bowl(self) -> float:
        """The curvature of the bowl; 0 for wells."""
        return self.barrier if self.landscape == "bowl" else 0.0

    @property
    def steepest(self) -> float:
        """The largest curvature at a minimum."""
        return self.bowl or 8 * self.barrier


@dataclass(frozen=True)
class Walkers(Spec):
    """10 000 walkers for some time."""

    terrain1d: Landscape = specs.nested(Landscape)
    begin: str = specs.choice(
        "left",
        ("left", "spread"),
        "All in the left minimum (in the bowl: at −1), or spread evenly.",
    )
    walker_time: float = specs.number(20.0, 1.0, 100.0, "How long they walk, in units of time.")
    walker_seed: int = specs.integer(0, 0, 99, "Which draw of the noise.")


@dataclass(frozen=True)
class Crowd:
    """What the walkers did.

    t: (f,); x, v: places and speeds, (f, CROWD), v empty without mass; p, p_speed: of the
    Kolmogorov–Smirnov test against the stationary density, (f,); right: the share in the right
    half, (f,); left_at: the frame in which they were farther than any landscape, or −1.
    """

    t: F64
    x: np.ndarray
    v: np.ndarray
    p: F64
    p_speed: F64
    right: F64
    left_at: int


def height(land: Landscape, x: F64) -> F64:
    """L at places x, any shape."""
    if land.bowl:
        return np.asarray(0.5 * land.bowl * x**2)
    u = x / np.where(x > 0, land.breadth, 1.0)
    return np.asarray(land.barrier * (u**2 - 1) ** 2)


def window(land: Landscape) -> tuple[float, float]:
    """Where nearly all of the stationary density lies: exp(−L/T) ≥ e⁻¹⁸ of its largest."""
    T = land.temperature
    if land.bowl:
        end = float(np.sqrt(36 * T / land.bowl))
        return -end, end
    end = float(np.sqrt(1 + np.sqrt(18 * T / land.barrier)))
    return -end, end * land.breadth


def density(land: Landscape, x: F64) -> F64:
    """The stationary density exp(−L/T)/Z at places x."""
    _, mass = _mass(land)
    return np.asarray(np.exp(-height(land, x) / land.temperature) / mass[-1])


def cumulative(land: Landscape, x: F64) -> F64:
    """The share of the stationary density left of each place."""
    grid, mass = _mass(land)
    return np.asarray(np.interp(x, grid, mass / mass[-1]))


def right_share(land: Landscape) -> float:
    """The stationary share right of 0: s/(1 + s) of wells of equal depth, s the breadth.

    Depth decides nothing here; the flat well holds more because it is broad.
    """
    return 0.5 if land.bowl else land.breadth / (1 + land.breadth)


def _mass(land: Landscape) -> tuple[F64, F64]:
    from scipy.integrate import cumulative_simpson

    grid = np.linspace(*window(land), GRID)
    return grid, cumulative_simpson(
        np.exp(-height(land, grid) / land.temperature), x=grid, initial=0.0
    )


@cached
def walk(spec: Walkers, on_step: OnStep = run_on) -> Crowd:
    """Let them walk; frames are equally spaced in time, the first one is the start."""
    from scipy import stats

    from core.mathematics import walker_kernels

    land = spec.terrain1d
    rng = np.random.default_rng(spec.walker_seed)
    x, v = _start(spec, rng)
    per_frame = max(1, round(spec.walker_time / FRAMES / land.walker_step))
    frames, speeds, tests, speed_tests = [x.copy()], [v.copy()], [0.0], [0.0]
    stationary: Any = partial(cumulative, land)
    left_at = -1
    for frame in range(1, FRAMES + 1):
        report(on_step, frame / (FRAMES + 1), "walking")
        walker_kernels.walk(
            x, v, per_frame, land.walker_step, land.kick(land.temperature), land.drag,
            land.barrier, land.breadth, land.bowl, rng,
        )  # fmt: skip
        if not np.abs(x).max() < 1e3:  # NaN is far, too
            left_at = frame
            break
        frames.append(x.copy())
        speeds.append(v.copy())
        tests.append(float(stats.kstest(x, stationary).pvalue))
        if land.drag:
            normal = stats.norm(scale=np.sqrt(land.temperature)).cdf
            speed_tests.append(float(stats.kstest(v, normal).pvalue))
    places = np.array(frames, np.float32)
    return Crowd(
        np.asarray(land.walker_step * per_frame * np.arange(len(frames)), np.float64), places,
        np.array(speeds if land.drag else [], np.float32), np.array(tests),
        np.array(speed_tests), np.asarray((places > 0).mean(1), np.float64), left_at,
    )  # fmt: skip


def _start(spec: Walkers, rng: np.random.Generator) -> tuple[F64, F64]:
    land = spec.terrain1d
    x = np.full(CROWD, -1.0)
    if spec.begin == "spread":
        low, high = window(land)
        x = rng.uniform(0.9 * low, 0.9 * high, CROWD)
    return x, np.sqrt(land.temperature) * rng.standard_normal(CROWD) * bool(land.drag)
