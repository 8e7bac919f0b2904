"""The differential equations that optimisers are steps of.

    gradient flow   θ' = −∇L             gradient descent, time nη
    heavy ball      θ'' + λθ' = −∇L      momentum, time n√η, friction λ = (1 − β)/√η

A step of momentum advances its clock by √η, one of gradient descent by η only. On a quadratic both
have closed forms, elsewhere they are solved by LSODA.

Source: J. Su, spaces.ac.cn/archives/5655; Qian (1999).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from core.mathematics.surfaces import F64, Surface, gradient, hessian

POINTS = 400
TURNS = 250.0
"""The solution ends after so many radians of the fastest oscillation: one sees no more of them."""
NEARLY_CRITICAL = 1e-7  # difference of two roots below which they are taken as so far apart


@dataclass(frozen=True)
class Flow:
    """A solution: t (n,), θ (n, 2)."""

    t: F64
    theta: F64


def gradient_flow(surface: Surface, start: F64, end: float) -> Flow:
    """θ' = −∇L from t = 0 to `end`."""
    end = min(end, TURNS / float(surface.curvature[0]))
    if surface.name == "quadratic":
        return _quadratic(surface, start, end, lambda curvature, t: np.exp(-curvature * t))
    return _solved(lambda _, theta: -gradient(surface, theta), start, end)


def heavy_ball(surface: Surface, start: F64, end: float, friction: float) -> Flow:
    """θ'' + λθ' = −∇L, at rest at first, from t = 0 to `end`."""
    steepest = np.abs(np.linalg.eigvalsh(hessian(surface, start))).max()
    end = min(end, TURNS / float(np.sqrt(max(steepest, surface.curvature[1]))))

    if surface.name == "quadratic":
        return _quadratic(surface, start, end, partial(_swing, friction))

    def slope(_: float, state: F64) -> F64:
        return np.concatenate([state[2:], -gradient(surface, state[:2]) - friction * state[2:]])

    return _solved(slope, np.concatenate([start, np.zeros(2)]), end)


def _quadratic(
    surface: Surface, start: F64, end: float, share: Callable[[float, F64], F64]
) -> Flow:
    """Each direction of a quadratic moves by itself: `share` of its start is left at times t."""
    curvatures, directions = np.linalg.eigh(hessian(surface, start))
    times = _times(end)
    left = np.stack([share(float(curvature), times) for curvature in curvatures], -1)
    return Flow(times, (left * (start @ directions)) @ directions.T)


def _swing(friction: float, curvature: float, t: F64) -> F64:
    """x of x'' + λx' + cx = 0 from x = 1 at rest, by the roots r of r² + λr + c = 0."""
    omega = np.sqrt(complex(friction**2 / 4 - curvature))
    if abs(omega) < NEARLY_CRITICAL:  # the two roots are one, nearly
        omega = complex(NEARLY_CRITICAL)
    fast = -(friction / 2 + omega)
    slow = curvature / fast
    state: F64 = ((slow * np.exp(fast * t) - fast * np.exp(slow * t)) / (slow - fast)).real
    return state


def _times(end: float) -> F64:
    return end * np.linspace(0, 1, POINTS) ** 2  # more of them where most happens


def _solved(slope: Any, state: F64, end: float) -> Flow:
    from scipy.integrate import odeint  # LSODA whose loop over steps is compiled, too

    times = _times(end)
    states = odeint(slope, state, times, rtol=1e-6, atol=1e-9, tfirst=True, mxstep=100_000)
    return Flow(times, states[:, :2])
