"""The tabs of the page "Descent" that go with its picture: rates, table, code."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.mathematics.descent import OPTIMISERS, Descent, Paths, rates_of
from core.mathematics.races import race, steps_needed
from dashboard.language import say
from dashboard.mathematics.figures.descent import NAMES, rate_curves
from dashboard.spec_code import constructor
from dashboard.ui import code_tab, downloads
from dashboard.ui.captions import answer, measured
from dashboard.ui.figure import show_figure


def rates_tab(spec: Descent) -> None:
    """Steps over κ, for each method at its best; those at the κ of the surface, if it has one."""
    results = race()
    kappa = spec.terrain.kappa if spec.terrain.surface == "quadratic" else None
    if kappa is not None:
        answer(
            say(
                "At κ = {kappa:g}, each with its own best η and β, gradient descent needs about "
                "{gd:,} steps, momentum {momentum:,}, Nesterov {nesterov:,}.",
                kappa=kappa, **steps_needed(kappa),
            )
        )  # fmt: skip
    show_figure(
        lambda: rate_curves(results.kappa, results.steps, results.theory, kappa), "rates",
        made_of=kappa, height=400, follow=None if kappa is None else "setting:kappa",
        alt=say("Steps to one per cent of the first loss over the condition number"),
    )  # fmt: skip
    best = rates_of(spec)
    here = say(
        "On this surface, with λ and μ the largest and the smallest curvature at its minimum: "
        "gradient descent η = 2/(λ + μ) = {gd_eta:.4g}, ρ = {gd_factor:.4f}; "
        "momentum η = {momentum_eta:.4g}, β = {momentum_beta:.4f}, "
        "ρ = {momentum_factor:.4f}; Nesterov η = {nesterov_eta:.4g}, β = {nesterov_beta:.4f}, "
        "ρ = {nesterov_factor:.4f}.",
        **vars(best),
    )
    measured(
        say(
            "Points: optax on a bowl, from a start that costs the same in both directions. "
            "Dashes: ρ²ⁿ = 1 %, with ρ = (κ − 1)/(κ + 1) of gradient descent, so that steps "
            "grow like κ; (√κ − 1)/(√κ + 1) of momentum and 1 − 2/√(3κ + 1) of Nesterov, so that "
            "they grow like √κ. Momentum is above its dashes: two equal roots cost it a factor n."
        ),
        here,
    )


def table_tab(paths: Paths) -> None:
    """Every step of every optimiser; after a divergence there is none."""
    rows = [
        pd.DataFrame(
            {
                "optimiser": NAMES[name],
                "step": np.arange(paths.theta.shape[1]),
                "θ₁": paths.theta[i, :, 0],
                "θ₂": paths.theta[i, :, 1],
                "loss above the lowest": paths.losses[i],
            }
        )
        for i, name in enumerate(OPTIMISERS)
    ]
    table = pd.concat(rows, ignore_index=True).dropna()
    shown = table.assign(optimiser=[say(name) for name in table["optimiser"]])
    downloads.table(table, "descent", "descent", on_screen=shown, lazy=True)


def code_of(spec: Descent) -> None:
    """The lines that give the paths."""
    code_tab.show(
        "from core.mathematics.descent import Descent, descend\n"
        "from core.mathematics.surfaces import Terrain\n\n"
        f"paths = descend({constructor(spec)})\n"
        "print(paths.names, paths.theta, paths.losses)\n"
    )
