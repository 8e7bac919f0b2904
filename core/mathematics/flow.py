"""The differential equations that optimisers are steps of.

    gradient flow   θ' = −∇L             gradient descent, time nη
    heavy ball      θ'' + λθ' = −∇L      momentum, time n√η, friction λ = (1 − β)/√η

A step of momentum advances its clock by √η, one of gradient descent by η only.

Source: J. Su, spaces.ac.cn/archives/5655; Qian (1999).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.mathematics.surfaces import F64, Surface, gradient, hessian

POINTS = 400
TURNS = 250.0
"""The solution ends after so many radians of the fastest oscillation: one sees no more of them."""


@dataclass(frozen=True)
class Flow:
    """A solution: t (n,), θ (n, 2)."""

    t: F64
    theta: F64


def gradient_flow(surface: Surface, start: F64, end: float) -> Flow:
    """θ' = −∇L from t = 0 to `end`."""
    end = min(end, TURNS / float(surface.curvature[0]))
    return _solved(lambda _, theta: -gradient(surface, theta), start, end)


def heavy_ball(surface: Surface, start: F64, end: float, friction: float) -> Flow:
    """θ'' + λθ' = −∇L, at rest at first, from t = 0 to `end`."""
    steepest = np.abs(np.linalg.eigvalsh(hessian(surface, start))).max()
    end = min(end, TURNS / float(np.sqrt(max(steepest, surface.curvature[1]))))

    def slope(_: float, state: F64) -> F64:
        return np.concatenate([state[2:], -gradient(surface, state[:2]) - friction * state[2:]])

    return _solved(slope, np.concatenate([start, np.zeros(2)]), end)


def _solved(slope: Any, state: F64, end: float) -> Flow:
    from scipy.integrate import odeint  # LSODA whose loop over steps is compiled, too

    times = end * np.linspace(0, 1, POINTS) ** 2  # more of them where most happens
    states = odeint(slope, state, times, rtol=1e-6, atol=1e-9, tfirst=True, mxstep=100_000)
    return Flow(times, states[:, :2])
