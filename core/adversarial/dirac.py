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
from dataclasses import dataclass

import numpy as np

from core import specs
from core.specs import Spec

DIRAC_GAMES = ("non-saturating", "saturating", "least squares", "wgan", "wgan-gp")
MOTIONS = ("flow", "together", "in turn")
PLACES = 400  # of a trajectory that are kept
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
    theta, psi, old = np.moveaxis(np.asarray(place, np.float64), -1, 0)
    t = np.clip(psi * theta, -500, 500)
    if spec.dirac_game == "saturating":
        g, d = psi * _sigmoid(t), -theta * _sigmoid(t)
    elif spec.dirac_game == "non-saturating":
        g, d = psi * _sigmoid(-t), -theta * _sigmoid(t)
    elif spec.dirac_game == "least squares":
        g, d = psi * (1 - t), -theta * (1 + t)
    else:
        g, d = psi, -theta
        if spec.dirac_game == "wgan-gp":
            d = d - 2 * spec.dirac_penalty * (np.abs(psi) - spec.dirac_slope) * np.sign(psi)
    away = theta - old
    return np.stack([g - 2 * spec.dirac_anchor * away, d, spec.follows * away], axis=-1)


def _sigmoid(t: np.ndarray) -> np.ndarray:
    value: np.ndarray = 1 / (1 + np.exp(-t))
    return value


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
    from scipy.integrate import solve_ivp

    def left(_: float, place: np.ndarray) -> float:
        return FAR - float(np.abs(place).max())

    left.terminal = True  # type: ignore[attr-defined]
    solved = solve_ivp(
        lambda _, place: velocity(spec, place),
        (0.0, spec.duration),
        [spec.theta, spec.psi, spec.theta],
        method="RK45",
        t_eval=np.linspace(0, spec.duration, PLACES),
        events=left,
        rtol=1e-6,
        atol=1e-8,
        max_step=spec.duration / 40,
    )
    return solved.t, solved.y.T


def _steps(spec: Dirac) -> tuple[np.ndarray, np.ndarray]:
    h = spec.stride
    place = np.array([spec.theta, spec.psi, spec.theta])
    path = [place]
    for _ in range(min(int(spec.duration / h), 20 * PLACES)):
        change = h * velocity(spec, place)
        if spec.motion == "in turn":
            moved = place + np.array([0.0, change[1], 0.0])
            change = h * velocity(spec, moved) * [1, 0, 1] + [0.0, change[1], 0.0]
        place = place + change
        if not np.abs(place).max() < FAR:
            break
        path.append(place)
    every = -(-len(path) // (4 * PLACES))
    return np.arange(len(path))[::every] * h, np.array(path)[::every]
