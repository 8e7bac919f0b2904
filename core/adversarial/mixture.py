r"""A mixture of Gaussians in the plane, fitted by EM: each half step raises the same bound.

    F(r, θ) = Σ_i Σ_k r_ik (ln π_k N(x_i; m_k, S_k) − ln r_ik) ≤ Σ_i ln q(x_i)

z is the number of a component, r_ik = p(z = k|x_i). The E step makes KL(p(z|x) ‖ q(z|x)) zero, so
that F is the likelihood; the M step raises F by moving q (Dempster et al. 1977; Neal & Hinton
1998). −F is KL(p(x, z) ‖ q(x, z)) but for the entropy of the data, which no step changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core import specs
from core.adversarial.plane import draw
from core.adversarial.specs import Plane
from core.specs import Spec

HALF_STEPS = 60
USED = 1000  # points, the first ones
NARROWEST = 0.02  # of a component's deviation along any axis: on one point it would narrow for ever
LEAST = 1e-300  # the weight of a component that no point belongs to


@dataclass(frozen=True)
class Mixed(Spec):
    """Points of a plane, and a mixture that is fitted to them from a random start."""

    plane: Plane = specs.nested(Plane)
    mixed_components: int = specs.integer(8, 1, 25, "K: the Gaussians that are fitted")
    mixed_start: int = specs.integer(
        0,
        0,
        99,
        "The start of EM: K points taken by chance are the means, half the points' deviation is "
        "that of each Gaussian.",
    )


@dataclass(frozen=True)
class Ascent:
    """EM from its start: state 0, then E, M, E, M, …; T = HALF_STEPS, K at most the points.

    points: (n, 2); weights: (T + 1, K); means: (T + 1, K, 2); covariances: (T + 1, K, 2, 2);
    bound, likelihood: (T + 1,), F and ln q(x) a point, nats.
    """

    points: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    bound: np.ndarray
    likelihood: np.ndarray


@lru_cache(maxsize=32)
def ascend(spec: Mixed) -> Ascent:
    """Fit the mixture: HALF_STEPS half steps of EM. Raises what `plane.draw` raises."""
    x = draw(spec.plane, min(spec.plane.points, USED), 0).astype(np.float64)
    K = min(spec.mixed_components, len(x))
    rng = np.random.default_rng((7, spec.mixed_start))
    means = x[rng.choice(len(x), K, replace=False)]
    wide = max(float(x.std(axis=0).mean()) / 2, NARROWEST)
    covariances = np.broadcast_to(np.eye(2) * wide**2, (K, 2, 2))
    weights, r = np.full(K, 1 / K), np.full((len(x), K), 1 / K)
    states = []
    for half in range(HALF_STEPS + 1):
        if half % 2:
            joint = joint_logs(x, weights, means, covariances)
            r = np.exp(joint - np.logaddexp.reduce(joint, axis=1, keepdims=True))
        elif half:
            weights, means, covariances = _maximise(x, r, means, covariances)
        joint = joint_logs(x, weights, means, covariances)
        of_points = np.logaddexp.reduce(joint, axis=1)
        states.append((weights, means, covariances, _bound(r, joint), float(of_points.mean())))
    return Ascent(x, *(np.array(series) for series in zip(*states, strict=True)))


def joint_logs(
    x: np.ndarray, weights: np.ndarray, means: np.ndarray, covariances: np.ndarray
) -> np.ndarray:
    """ln π_k N(x_i; m_k, S_k) of points (n, 2), (n, K)."""
    away = x[:, None] - means
    inverse = np.linalg.inv(covariances)
    squares = np.einsum("nki,kij,nkj->nk", away, inverse, away)
    scale = np.log(np.maximum(weights, LEAST)) - np.log(2 * np.pi)
    return np.asarray(scale - 0.5 * np.linalg.slogdet(covariances)[1] - 0.5 * squares)


def _maximise(
    x: np.ndarray, r: np.ndarray, means: np.ndarray, covariances: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, means and covariances that lift F most; a component without points stays.

    Of all covariances at least `NARROWEST` wide the best has the axes of the points', and their
    deviations where these are larger.
    """
    sizes = r.sum(axis=0)
    held = sizes > 1e-12
    share = np.where(held, sizes, 1.0)[:, None]
    moved = np.where(held[:, None], r.T @ x / share, means)
    away = x[:, None] - moved
    spread = np.einsum("nk,nki,nkj->kij", r, away, away) / share[..., None]
    variances, axes = np.linalg.eigh(spread)
    wide = np.maximum(variances, NARROWEST**2)
    limited = np.einsum("kij,kj,klj->kil", axes, wide, axes)
    return sizes / len(x), moved, np.where(held[:, None, None], limited, covariances)


def _bound(r: np.ndarray, joint: np.ndarray) -> float:
    """F a point; 0 ln 0 is 0."""
    logs = np.log(np.where(r > 0, r, 1.0))
    return float((r * (joint - logs)).sum(axis=1).mean())


def ellipses(means: np.ndarray, covariances: np.ndarray, size: float, stops: int) -> np.ndarray:
    """Closed curves `size` deviations around means (K, 2): (K, stops, 2)."""
    turn = np.linspace(0, 2 * np.pi, stops)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    roots = np.linalg.cholesky(covariances)
    curves: np.ndarray = means[:, None] + size * np.einsum("kij,sj->ksi", roots, circle)
    return curves
