r"""Dirac-GAN: the smallest game that does not converge (Mescheder et al. 2018, arXiv 1801.04406).

All data are at 0, all generated points at θ, and D is linear: f(x) = ψx. The players descend
their losses; with h'(t) = dh/dt of a game's losses this is a flow in the plane of (θ, ψ):

====================  =======================  ==============================
game                  θ′                       ψ′
====================  =======================  ==============================
saturating            ψ σ(ψθ)                  −θ σ(ψθ)
non-saturating        ψ σ(−ψθ)                 −θ σ(ψθ)
least squares (±1)    ψ (1 − ψθ)               −θ (1 + ψθ)
WGAN                  ψ                        −θ
WGAN-GP               ψ                        −θ − 2w (\|ψ\| − c) sign ψ
====================  =======================  ==============================

The term λ(θ − θ_o)² adds −2λ(θ − θ_o) to θ′; the old generator follows, θ_o′ = k(θ − θ_o).
For k → ∞ it is always the present one, and the term acts no more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core import specs
from core.specs import Spec

DIRAC_GAMES = ("non-saturating", "saturating", "least squares", "wgan", "wgan-gp")
MOTIONS = ("flow", "together", "in turn")
PLACES = 1000  # of a trajectory that are kept
TIME = 0.05  # of a step of the flow
FAR = 50.0  # a trajectory ends here
SMALL = 1e-9


@dataclass(frozen=True)
class Dirac(Spec):
    """A game of two numbers, and where a trajectory begins."""

    dirac_game: str = specs.choice("non-saturating", DIRAC_GAMES, "the losses of both players")
    dirac_penalty: float = specs.number(
        0.5, 0.0, 5.0, r"WGAN-GP: w, the weight of $(\lvert\psi\rvert-c)^2$"
    )
    dirac_slope: float = specs.number(
        1.0,
        0.0,
        2.0,
        "WGAN-GP: c. With 1 the fixed point is lost, with 0 it attracts.",
    )
    dirac_anchor: float = specs.number(
        0.0, 0.0, 5.0, r"λ of $\lambda(\theta-\theta_o)^2$, the term that the standard GAN drops"
    )
    follows: float = specs.number(
        1.0,
        0.01,
        20.0,
        r"k: how fast the old generator follows, $\theta_o'=k(\theta-\theta_o)$. The larger, the "
        "less the term can do.",
    )
    theta: float = specs.number(1.0, -2.0, 2.0, "where G begins; the data are at 0")
    psi: float = specs.number(0.0, -2.0, 2.0, "the slope of D at the beginning")
    motion: str = specs.choice(
        "flow",
        MOTIONS,
        "Flow: infinitely small steps, by Runge and Kutta. Together: both players step at once, "
        "as far as the step says. In turn: first D, then G, which sees the new D.",
    )
    stride: float = specs.number(0.1, 0.01, 1.0, "h, the step of both players")
    duration: float = specs.number(40.0, 1.0, 200.0, "time that the trajectory lasts")


@dataclass(frozen=True)
class Balance:
    """What becomes of small distances from θ = ψ = 0, where both players have done their best.

    eigenvalues: of the flow's Jacobian there, or of one step's, sorted by size: two, or three
    with the term; () where there is no fixed point. rate: e-folds by which a small distance
    falls in a unit of time, negative where it grows, NaN without a fixed point.
    """

    eigenvalues: np.ndarray
    rate: float

    @property
    def verdict(self) -> str:
        """What the fixed point does to what is near: "attracts", "circles", "repels" or "none"."""
        if not len(self.eigenvalues):
            return "none"
        if abs(self.rate) < SMALL:
            return "circles"
        return "attracts" if self.rate > 0 else "repels"


@dataclass(frozen=True)
class Portrait:
    """path: (n, 3) θ, ψ, θ_o of a trajectory; times: (n,); balance: what is near 0."""

    path: np.ndarray
    times: np.ndarray
    balance: Balance


def velocity(spec: Dirac, place: np.ndarray) -> np.ndarray:
    """(θ′, ψ′, θ_o′) at places (…, 3) of θ, ψ, θ_o: (…, 3)."""
    field = _field(spec, np.tanh)
    return np.stack(field(*np.moveaxis(np.asarray(place, np.float64), -1, 0)), axis=-1)


def _field(spec: Dirac, tanh: Callable[[Any], Any]) -> Callable[..., tuple[Any, Any, Any]]:
    """(θ, ψ, θ_o) → their velocities: of arrays with NumPy's tanh, of floats with Python's.

    σ(t) = (1 + tanh(t/2))/2, which overflows nowhere.
    """
    game, a, k = spec.dirac_game, 2 * spec.dirac_anchor, spec.follows
    w, c = (spec.dirac_penalty, spec.dirac_slope) if game == "wgan-gp" else (0.0, 0.0)

    def field(theta: Any, psi: Any, old: Any) -> tuple[Any, Any, Any]:
        away = theta - old
        if game == "least squares":
            g, d = psi * (1 - psi * theta), -theta * (1 + psi * theta)
        elif game in ("saturating", "non-saturating"):
            says = (1 + tanh(psi * theta / 2)) / 2
            g, d = psi * (says if game == "saturating" else 1 - says), -theta * says
        else:
            side = 1.0 * (psi > 0) - 1.0 * (psi < 0)
            g, d = psi, -theta - 2 * w * (psi - c * side)
        return g - a * away, d, k * away

    return field


def jacobian(spec: Dirac) -> np.ndarray | None:
    """Of the flow at 0, (3, 3), rows and columns θ, ψ, θ_o; None where it has no derivative.

    WGAN-GP with c > 0: at ψ = 0 the penalty has a kink, and D is pushed away from it.
    """
    if spec.dirac_game == "wgan-gp" and spec.dirac_penalty and spec.dirac_slope:
        return None
    pull = {"saturating": 0.5, "non-saturating": 0.5}.get(spec.dirac_game, 1.0)
    damped = -2 * spec.dirac_penalty if spec.dirac_game == "wgan-gp" else 0.0
    a, k = 2 * spec.dirac_anchor, spec.follows
    return np.array([[-a, pull, a], [-pull, damped, 0.0], [k, 0.0, -k]])


def balance(spec: Dirac) -> Balance:
    """What becomes of small distances from the fixed point."""
    J = jacobian(spec)
    if J is None:
        return Balance(np.zeros(0, complex), math.nan)
    size = 3 if spec.dirac_anchor else 2
    linear = J if spec.motion == "flow" else _step_matrix(spec, J)
    eigenvalues = np.linalg.eigvals(linear[:size, :size])
    if spec.motion == "flow":
        rate = -float(eigenvalues.real.max())
    else:
        rate = -math.log(max(float(np.abs(eigenvalues).max()), 1e-300)) / spec.stride
    order = np.lexsort((eigenvalues.imag, eigenvalues.real))
    return Balance(eigenvalues[order], rate + 0.0)


def portrait(spec: Dirac) -> Portrait:
    """The trajectory from (θ, ψ), with θ_o = θ, and what happens near the fixed point."""
    times, path = _flow(spec) if spec.motion == "flow" else _steps(spec)
    return Portrait(path, times, balance(spec))


def _step_matrix(spec: Dirac, J: np.ndarray) -> np.ndarray:
    """What one step does to a small (θ, ψ, θ_o)."""
    h, one = spec.stride, np.eye(3)
    if spec.motion == "together":
        matrix: np.ndarray = one + h * J
        return matrix
    first, second = one.copy(), one.copy()
    first[1] += h * J[1]
    second[[0, 2]] += h * J[[0, 2]]
    matrix = second @ first
    return matrix


def _flow(spec: Dirac) -> tuple[np.ndarray, np.ndarray]:
    """By Runge and Kutta's steps of `TIME`, on plain numbers: SciPy's take 20 times as long."""
    field = _field(spec, math.tanh)
    theta, psi, old = spec.theta, spec.psi, spec.theta
    h, path = TIME, [(theta, psi, old)]
    for _ in range(round(spec.duration / h)):
        a1, b1, c1 = field(theta, psi, old)
        a2, b2, c2 = field(theta + h / 2 * a1, psi + h / 2 * b1, old + h / 2 * c1)
        a3, b3, c3 = field(theta + h / 2 * a2, psi + h / 2 * b2, old + h / 2 * c2)
        a4, b4, c4 = field(theta + h * a3, psi + h * b3, old + h * c3)
        theta += h / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
        psi += h / 6 * (b1 + 2 * b2 + 2 * b3 + b4)
        old += h / 6 * (c1 + 2 * c2 + 2 * c3 + c4)
        if not max(abs(theta), abs(psi), abs(old)) < FAR:
            break
        path.append((theta, psi, old))
    return _thinned(path, h)


def _steps(spec: Dirac) -> tuple[np.ndarray, np.ndarray]:
    field, h = _field(spec, math.tanh), spec.stride
    theta, psi, old = spec.theta, spec.psi, spec.theta
    path = [(theta, psi, old)]
    for _ in range(round(spec.duration / h)):
        of_theta, of_psi, of_old = field(theta, psi, old)
        if spec.motion == "in turn":
            of_theta, _, of_old = field(theta, psi + h * of_psi, old)
        theta, psi, old = theta + h * of_theta, psi + h * of_psi, old + h * of_old
        if not max(abs(theta), abs(psi), abs(old)) < FAR:
            break
        path.append((theta, psi, old))
    return _thinned(path, h)


def _thinned(path: list[tuple[float, float, float]], h: float) -> tuple[np.ndarray, np.ndarray]:
    """(times, places) of a path in steps of h, at most `PLACES` and the last one."""
    every = -(-len(path) // PLACES)
    kept = np.unique(np.append(np.arange(0, len(path), every), len(path) - 1))
    return kept * h, np.array(path)[kept]
