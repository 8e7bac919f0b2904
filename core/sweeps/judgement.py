"""The best setting, and those that are statistically indistinguishable from it.

For each setting the mean over its seeds. Against the best, paired: with δ_s the difference for
seed s, δ̄ their mean over the n common seeds, and d_b the difference of the b-th bootstrap
replicates (same items drawn for both, mean over seeds),

    SE² = var_s(δ)/n + var_b(d),     tie if |δ̄| ≤ t SE

t is the 97.5 % point of Student's distribution, its degrees of freedom ν = SE⁴/((var_s/n)²/(n−1))
by Welch and Satterthwaite: n − 1 without items, ∞ without seeds. Either part is 0 where there is
nothing to take it from; with neither, nothing is judged. Each comparison is at 95 %, not corrected
for how many there are: a setting called best *alone* has won every one of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.sweeps.runs import Run, Table
from core.sweeps.targets import OBJECTIVES

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Spread:
    """One setting's objective: mean over seeds, and its standard error, NaN where unknown.

    verdict: "best", "tie", "worse", "unknown" (one seed, no items) or "failed".
    behind: (low, high) of how far the best is ahead of it, 95 %, in the objective's units.
    """

    place: int
    mean: float
    error: float
    seeds: int
    verdict: str
    behind: tuple[float, float] = (math.nan, math.nan)
    reason: str = ""


def judge(table: Table, name: str) -> list[Spread]:
    """Every setting by one objective, the best first, failed ones last.

    A setting that was drawn twice counts once, at its first place: its runs are the same.
    """
    drawn: dict[tuple[Any, ...], int] = {}
    for place, params in {run.place: run.params for run in table.runs}.items():
        drawn.setdefault(tuple(params.items()), place)
    places = list(drawn.values())
    runs = {place: _having(table.of(place), name) for place in places}
    means = {p: float(np.mean([r.values[name].value for r in runs[p]])) for p in places if runs[p]}
    sign = -1.0 if OBJECTIVES[name].lower else 1.0
    order = sorted(means, key=lambda place: (-sign * means[place], place))
    spreads = []
    for place in order:
        error = standard_error([(r.values[name].value, r.values[name].replicates)
                                for r in runs[place]])[0]  # fmt: skip
        verdict, behind = "best", (0.0, 0.0)
        if place != order[0]:
            verdict, behind = _against(runs[order[0]], runs[place], name, sign)
        spreads.append(Spread(place, means[place], error, len(runs[place]), verdict, behind))
    failed = (place for place in places if not runs[place])
    nan = math.nan
    return spreads + [
        Spread(p, nan, nan, 0, "failed", reason=table.of(p)[0].reason) for p in failed
    ]


def winner(spreads: Sequence[Spread]) -> str:
    """How clearly the first wins: "alone", "tie", "unknown"; "none" where all failed."""
    if not spreads or spreads[0].verdict != "best":
        return "none"
    others = {spread.verdict for spread in spreads[1:]}
    return "tie" if "tie" in others else "unknown" if "unknown" in others else "alone"


def standard_error(values: Sequence[tuple[float, np.ndarray]]) -> tuple[float, float]:
    """(SE, degrees of freedom) of the mean of (value, replicates (B,)) over seeds, or NaN."""
    n = len(values)
    seeds = float(np.var([value for value, _ in values], ddof=1)) / n if n > 1 else 0.0
    items = 0.0
    lengths = {len(replicates) for _, replicates in values}
    if lengths and 0 not in lengths:
        items = float(np.nanvar(np.mean([replicates for _, replicates in values], axis=0), ddof=1))
    elif n < 2:
        return math.nan, math.nan
    whole = seeds + items
    freedom = math.inf if seeds == 0 else whole**2 * (n - 1) / seeds**2
    return math.sqrt(whole), freedom


def _against(
    best: list[Run], other: list[Run], name: str, sign: float
) -> tuple[str, tuple[float, float]]:
    from scipy.stats import t

    theirs = {run.seed: run.values[name] for run in other}
    pairs = [(run.values[name], theirs[run.seed]) for run in best if run.seed in theirs]
    differences = [
        (sign * (a.value - b.value), sign * (a.replicates - b.replicates)
         if len(a.replicates) == len(b.replicates) else np.zeros(0))
        for a, b in pairs
    ]  # fmt: skip
    error, freedom = standard_error(differences) if differences else (math.nan, math.nan)
    if math.isnan(error):
        return "unknown", (math.nan, math.nan)
    ahead = float(np.mean([value for value, _ in differences]))
    width = float(t.ppf(0.5 + CONFIDENCE / 2, freedom)) * error
    return "tie" if abs(ahead) <= width else "worse", (ahead - width, ahead + width)


def _having(runs: list[Run], name: str) -> list[Run]:
    return [run for run in runs if name in run.values]
