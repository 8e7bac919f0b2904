"""Step sizes: where optimisers become unstable, how fast they are, and what is best.

For the curvature λ each method maps (θₙ, θₙ₋₁) to the next pair by a 2 × 2 matrix; its spectral
radius is the factor ρ by which the error shrinks at a step. With κ = λ_max/λ_min the best are

    gradient descent  η = 2/(λ_max + λ_min)            ρ = (κ − 1)/(κ + 1)
    momentum          η = (2/(√λ_max + √λ_min))²       ρ = √β = (√κ − 1)/(√κ + 1)
    Nesterov          η = 4/(3 λ_max + λ_min)          ρ = 1 − 2/√(3κ + 1)

Sources: Polyak (1964); Lessard, Recht and Packard (2016), table 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import SpecError
from core.mathematics.surfaces import F64
from core.messages import message

METHODS = ("gd", "momentum", "nesterov")


@dataclass(frozen=True)
class Rates:
    """The best η and β on a quadratic, and the factor ρ that each method has with them."""

    gd_eta: float
    gd_factor: float
    momentum_eta: float
    momentum_beta: float
    momentum_factor: float
    nesterov_eta: float
    nesterov_beta: float
    nesterov_factor: float


def tuned(smallest: float, largest: float) -> Rates:
    """The best settings for curvatures between these two.

    Raises SpecError unless 0 < smallest ≤ largest.
    """
    if not 0 < smallest <= largest < np.inf:
        raise SpecError(
            message(
                "Curvatures from {low:g} to {high:g} are not those of a bowl; both must be "
                "above 0.",
                low=smallest,
                high=largest,
            )
        )
    kappa = largest / smallest
    root, wide = np.sqrt(kappa), np.sqrt(3 * kappa + 1)
    momentum = float((root - 1) / (root + 1))
    return Rates(
        gd_eta=2 / (largest + smallest),
        gd_factor=(kappa - 1) / (kappa + 1),
        momentum_eta=float(4 / (np.sqrt(largest) + np.sqrt(smallest)) ** 2),
        momentum_beta=momentum**2,
        momentum_factor=momentum,
        nesterov_eta=4 / (3 * largest + smallest),
        nesterov_beta=float((wide - 2) / (wide + 2)),
        nesterov_factor=float(1 - 2 / wide),
    )


def limits(largest: float, beta: float) -> dict[str, float]:
    """The η from which each method diverges on a quadratic whose largest curvature is this."""
    return {
        "gd": 2 / largest,
        "momentum": 2 * (1 + beta) / largest,
        "nesterov": 2 * (1 + beta) / ((1 + 2 * beta) * largest),
    }


def factor(method: str, eta: F64 | float, beta: float, curvature: F64) -> F64:
    """ρ at each η: the largest spectral radius over these curvatures; its shape is η's.

    method: one of `METHODS`. Raises SpecError for another.
    """
    if method not in METHODS:
        raise SpecError(
            message(
                "There is no factor of “{method}”; choose one of {methods}.",
                method=method,
                methods=", ".join(METHODS),
            )
        )
    step = np.multiply.outer(np.asarray(eta, float), curvature)
    if method == "gd":
        return np.asarray(np.abs(1 - step).max(-1))
    if method == "momentum":
        trace, determinant = 1 + beta - step, np.full_like(step, beta)
    else:
        trace, determinant = (1 + beta) * (1 - step), beta * (1 - step)
    root = np.sqrt((trace**2 / 4 - determinant).astype(complex))
    return np.asarray(np.maximum(np.abs(trace / 2 + root), np.abs(trace / 2 - root)).max(-1))
