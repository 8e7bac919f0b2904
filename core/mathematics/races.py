"""How many steps the methods need as the valley narrows, each at its own best η and β."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from core.mathematics.descent import MOST_STEPS, OPTIMISERS, Descent, descend, rates_of
from core.mathematics.surfaces import F64, Terrain
from core.mathematics.tuning import METHODS

KAPPAS = np.geomspace(2, 1000, 15).round(1)
SHARE = 0.01
"""Of the first loss: when a method has arrived."""


@dataclass(frozen=True)
class Race:
    """By method, over κ (k,): the steps needed, and those of the asymptotic rates.

    Steps are not a number where they are more than `MOST_STEPS`.
    """

    kappa: F64
    steps: dict[str, F64]
    theory: dict[str, F64]


@cache
def race() -> Race:
    """Count steps on bowls of each of `KAPPAS`: see `counted`.

    The theory is ρ²ⁿ = `SHARE`: with ρ = 1 − 2/(κ + 1) of gradient descent n grows like κ, with
    1 − 2/(√κ + 1) of momentum like √κ.
    """
    steps = {name: np.zeros(len(KAPPAS)) for name in METHODS}
    theory = {name: np.zeros(len(KAPPAS)) for name in METHODS}
    for i, kappa in enumerate(KAPPAS):
        reached, expected = counted(float(kappa))
        for name in METHODS:
            needed = reached[name]
            steps[name][i] = np.nan if needed is None else needed
            theory[name][i] = expected[name]
    return Race(KAPPAS, steps, theory)


def steps_needed(kappa: float) -> dict[str, int]:
    """Steps of each method on a bowl of this κ; where they are too many to count, by the theory."""
    reached, expected = counted(kappa)
    return {
        name: int(np.ceil(expected[name])) if needed is None else needed
        for name, needed in reached.items()
    }


@lru_cache(maxsize=64)
def counted(kappa: float) -> tuple[dict[str, int | None], dict[str, float]]:
    """Steps until the loss stays below `SHARE` of the first one, by method; and by the theory.

    On a bowl, from a start that costs the same in both directions. None: more than `MOST_STEPS`.
    """
    spec = Descent(
        Terrain(kappa=kappa, turned=0.0), start_x=float(2 / np.sqrt(kappa)), start_y=2.0,
        descent_steps=MOST_STEPS, tuning="best",
    )  # fmt: skip
    best = rates_of(spec)
    factors = (best.gd_factor, best.momentum_factor, best.nesterov_factor)
    reached = descend(spec).reach(SHARE)
    counts = {name: reached[OPTIMISERS.index(name)] for name in METHODS}
    expected = {
        name: float(np.log(SHARE) / np.log(rho) / 2) if rho > 0 else 1.0
        for name, rho in zip(METHODS, factors, strict=True)
    }
    return counts, expected
