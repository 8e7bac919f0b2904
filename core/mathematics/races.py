"""How many steps the methods need as the valley narrows, each at its own best η and β."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from core.mathematics.descent import MOST_STEPS, OPTIMISERS, Descent, descend, rates_of
from core.mathematics.surfaces import F64, Terrain
from core.mathematics.tuning import METHODS

KAPPAS = np.geomspace(2, 500, 14).round(1)
SHARE = 0.01
"""Of the first loss: when a method has arrived."""


@dataclass(frozen=True)
class Race:
    """By method, over κ (k,): the steps needed, and those of the asymptotic rates."""

    kappa: F64
    steps: dict[str, F64]
    theory: dict[str, F64]


@cache
def race() -> Race:
    """Count steps until the loss stays below `SHARE` of the first one, on bowls of each κ.

    All start where both directions cost the same. The theory is ρ²ⁿ = `SHARE`: with
    ρ = 1 − 2/(κ + 1) of gradient descent n grows like κ, with 1 − 2/(√κ + 1) of momentum
    like √κ.
    """
    steps = {name: np.zeros(len(KAPPAS)) for name in METHODS}
    theory = {name: np.zeros(len(KAPPAS)) for name in METHODS}
    for i, kappa in enumerate(KAPPAS):
        spec = Descent(
            Terrain(kappa=float(kappa), turned=0.0), start_x=float(2 / np.sqrt(kappa)),
            start_y=2.0, descent_steps=MOST_STEPS, tuning="best",
        )  # fmt: skip
        best = rates_of(spec)
        factors = (best.gd_factor, best.momentum_factor, best.nesterov_factor)
        reached = descend(spec).reach(SHARE)
        for name, rho in zip(METHODS, factors, strict=True):
            needed = reached[OPTIMISERS.index(name)]
            steps[name][i] = np.nan if needed is None else needed
            theory[name][i] = np.log(SHARE) / np.log(rho) / 2
    return Race(KAPPAS, steps, theory)
