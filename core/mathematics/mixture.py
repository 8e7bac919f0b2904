"""A mixture of Gaussians on a line, fitted by EM: each half step raises the same bound.

    F(r, θ) = Σ_i Σ_k r_ik (ln π_k N(x_i; m_k, s_k²) − ln r_ik) ≤ Σ_i ln q(x_i)

The E step chooses the r that makes F equal to the likelihood, the M step the θ that lifts F
above what the likelihood was (Neal & Hinton 1998). r is the p(z|x) of the ELBO, here for a z
that names a component.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core import specs
from core.mathematics.polynomials import F64
from core.specs import Spec

HALF_STEPS = 80
NARROWEST = 0.02  # s of a component, at least, over that of all points
BUMPS = ((0.3, -1.0, 0.5), (0.5, 0.0, 0.4), (0.2, 1.0, 0.6))  # share, place / gap, deviation
LEAST = 1e-300  # the weight of a component that no point belongs to


@dataclass(frozen=True)
class Mixture(Spec):
    """Points from three bumps, and a mixture that is fitted to them from a random start."""

    sampled: int = specs.integer(300, 20, 2000, "How many points are drawn from the three bumps.")
    apart: float = specs.number(2.0, 0.0, 5.0, "How far the three bumps are from each other.")
    components: int = specs.integer(3, 1, 8, "K: the Gaussians that are fitted.")
    start: int = specs.integer(
        0,
        0,
        99,
        "The start of EM: K points taken by chance are the means, half the points' deviation is "
        "that of each Gaussian.",
    )


@dataclass(frozen=True)
class Ascent:
    """EM from its start: state 0, then E, M, E, M, …; T = HALF_STEPS."""

    points: F64  # (n,), in order
    weights: F64  # (T + 1, K)
    means: F64  # (T + 1, K)
    deviations: F64  # (T + 1, K)
    bound: F64  # (T + 1,) F per point, in nats
    likelihood: F64  # (T + 1,) ln q(x) per point, in nats


@lru_cache(maxsize=64)
def ascend(mixture: Mixture) -> Ascent:
    """Fit the mixture: HALF_STEPS half steps of EM.

    No component gets narrower than NARROWEST of the points' own deviation: on a single point it
    would narrow for ever, and the likelihood would have no end.

    >>> climbed = ascend(Mixture())
    >>> bool((np.diff(climbed.bound) >= -1e-12).all())
    True
    """
    x = draw(mixture)
    k = mixture.components
    rng = np.random.default_rng([7, mixture.start])
    means = np.sort(rng.choice(x, k, replace=False))
    deviations = np.full(k, float(x.std()) / 2)
    weights = np.full(k, 1 / k)
    r = np.full((len(x), k), 1 / k)
    least = NARROWEST * float(x.std())
    states = []
    for half in range(HALF_STEPS + 1):
        if half % 2:
            r = np.exp(_joint(x, weights, means, deviations))
            r /= r.sum(axis=1, keepdims=True)
        elif half:
            weights, means, deviations = _maximise(x, r, means, deviations, least)
        joint = _joint(x, weights, means, deviations)
        states.append(
            (weights, means, deviations, _bound(r, joint),
             float(np.logaddexp.reduce(joint, axis=1).mean()))
        )  # fmt: skip
    return Ascent(x, *(np.array(series) for series in zip(*states, strict=True)))


def draw(mixture: Mixture) -> F64:
    """The points: (n,), in order."""
    rng = np.random.default_rng(3)
    shares, places, deviations = (np.array(column) for column in zip(*BUMPS, strict=True))
    bump = np.searchsorted(np.cumsum(shares), rng.random(mixture.sampled))
    noise = rng.standard_normal(mixture.sampled)
    return np.sort(mixture.apart * places[bump] + deviations[bump] * noise)


def density(ascent: Ascent, half: int, x: F64) -> F64:
    """π_k N(x; m_k, s_k²) after some half steps: (K, len(x)); their sum is the mixture's."""
    state = ascent.weights[half], ascent.means[half], ascent.deviations[half]
    return np.exp(_joint(x, *state)).T


def _joint(x: F64, weights: F64, means: F64, deviations: F64) -> F64:
    """ln π_k N(x_i; m_k, s_k²): (n, K)."""
    u = (x[:, None] - means) / deviations
    scale = np.log(np.maximum(weights, LEAST)) - np.log(deviations) - 0.5 * np.log(2 * np.pi)
    return np.asarray(scale - 0.5 * u**2)


def _maximise(x: F64, r: F64, means: F64, deviations: F64, least: float) -> tuple[F64, F64, F64]:
    """Weights, means and deviations that lift F most; a component without points stays."""
    sizes = r.sum(axis=0)
    held = sizes > 1e-12
    share = np.where(held, sizes, 1.0)
    moved = np.where(held, r.T @ x / share, means)
    spread = np.sqrt((r * (x[:, None] - moved) ** 2).sum(axis=0) / share)
    return sizes / len(x), moved, np.where(held, np.maximum(spread, least), deviations)


def _bound(r: F64, joint: F64) -> float:
    """F per point; 0 ln 0 is 0."""
    logs = np.log(np.where(r > 0, r, 1.0))
    return float((r * (joint - logs)).sum(axis=1).mean())
