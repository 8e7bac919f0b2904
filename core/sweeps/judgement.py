"""The best setting, and those that are statistically indistinguishable from it.

For each setting the mean over its seeds. Against the best, paired: with δ̄ the mean difference over
the n seeds that both ran with, and d_b that of the b-th bootstrap replicates (same items drawn for
both, mean over seeds),

    SE² = 2σ²/n + var_b(d),     tie if |δ̄| ≤ q SE

σ² is what neither the setting nor the seed explains: the residual variance of the table settings ×
seeds, taken to be the same for all settings, with (k − 1)(n − 1) degrees of freedom. (Each pair's
own variance, from a few seeds, would be small by luck for some pair: then equals are called worse.)
The best of k settings is the luckiest, too. So q is the studentised range of k means over √2
(Tukey 1953), at the degrees of freedom of SE² by Welch and Satterthwaite. Among equally good
settings all are then a tie in 95 % of sweeps. Either part of SE² is 0 where there is nothing to
take it from; with neither, nothing is judged.

The best's own value is flattered by the choice. `held_out` says by how much: the list is cut in two
at random, many times; the setting that is best on one half is judged by the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import intervals
from core.sweeps.runs import Run, Table
from core.sweeps.targets import OBJECTIVES

NOTHING = (math.nan, math.nan)


@dataclass(frozen=True)
class Spread:
    """One setting's objective: mean over seeds, and its standard error, NaN where unknown.

    verdict: "best", "tie", "worse", "unknown" (one seed, no items) or "failed".
    behind: (low, high) of how far the best is ahead of it, in the objective's units; 95 % for all
    settings at once.
    """

    place: int
    mean: float
    error: float
    seeds: int
    verdict: str
    behind: tuple[float, float] = (math.nan, math.nan)
    reason: str = ""


@dataclass(frozen=True)
class HeldOut:
    """Means over `splits` random cuts of the list in two, each half in turn: the score of the best
    setting on the half it was chosen on, and on the other one."""

    chosen: float
    other: float
    splits: int


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
    noise = _residual(runs, name)
    spreads = []
    for place in order:
        error = standard_error([(r.values[name].value, r.values[name].replicates)
                                for r in runs[place]])[0]  # fmt: skip
        verdict, behind = "best", (0.0, 0.0)
        if place != order[0]:
            verdict, behind = _against(runs[order[0]], runs[place], name, sign, noise, len(order))
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


def held_out(table: Table, name: str) -> HeldOut | None:
    """The best setting of one half of the items, judged by the other half.

    None where the objective is of no items, or of fewer than two settings.
    """
    runs = {place: _having(table.of(place), name) for place in {run.place for run in table.runs}}
    sides = [[run.values[name].halves for run in having] for having in runs.values() if having]
    lengths = {len(halves) for side in sides for halves in side}
    if len(sides) < 2 or len(lengths) != 1 or 0 in lengths:
        return None
    scores = np.stack([np.mean(side, axis=0) for side in sides])  # (settings, splits, 2)
    lower = OBJECTIVES[name].lower
    ranked = np.where(np.isnan(scores), np.inf if lower else -np.inf, scores)
    best = ranked.argmin(axis=0) if lower else ranked.argmax(axis=0)
    split, half = np.indices(best.shape)
    own, other = scores[best, split, half], scores[best, split, 1 - half]
    return HeldOut(float(np.nanmean(own)), float(np.nanmean(other)), len(best))


def standard_error(values: Sequence[tuple[float, np.ndarray]]) -> tuple[float, float]:
    """(SE, degrees of freedom) of the mean of (value, replicates (B,)) over seeds, or NaN."""
    n = len(values)
    seeds = (float(np.var([value for value, _ in values], ddof=1)), n - 1.0) if n > 1 else NOTHING
    return _error(seeds, n, [replicates for _, replicates in values])


def _error(
    seeds: tuple[float, float], n: int, replicates: Sequence[np.ndarray]
) -> tuple[float, float]:
    """(SE, degrees of freedom) from (variance, its freedom) between n seeds, and from items."""
    parts = [] if math.isnan(seeds[0]) else [(seeds[0] / n, seeds[1])]
    lengths = {len(draws) for draws in replicates}
    if lengths and 0 not in lengths and len(lengths) == 1:
        means = np.mean(replicates, axis=0)
        parts.append((float(np.nanvar(means, ddof=1)), len(means) - 1.0))
    return intervals.combined(parts) if parts else NOTHING


def _residual(runs: Mapping[int, list[Run]], name: str) -> tuple[float, float]:
    """(σ², degrees of freedom) of settings × seeds, where runs are lacking of a part of it.

    That is the settings that ran with every seed, or the seeds that every setting ran with:
    whichever leaves more degrees of freedom.
    """
    cells = [{run.seed: run.values[name].value for run in having} for having in runs.values()]
    cells = [row for row in cells if row]
    if not cells:
        return NOTHING
    every = set().union(*cells)
    both = every.intersection(*cells)
    complete = [[row[s] for s in sorted(every)] for row in cells if len(row) == len(every)]
    shared = [[row[s] for s in sorted(both)] for row in cells]
    X = max((np.array(part, ndmin=2) for part in (complete, shared)), key=_freedom)
    if _freedom(X) < 1:
        return NOTHING
    X = X - X.mean(axis=1, keepdims=True) - X.mean(axis=0) + X.mean()
    return float((X**2).sum() / _freedom(X)), float(_freedom(X))


def _freedom(X: NDArray[np.float64]) -> int:
    return max(X.shape[0] - 1, 0) * max(X.shape[1] - 1, 0)


def _against(
    best: list[Run], other: list[Run], name: str, sign: float, noise: tuple[float, float],
    settings: int,
) -> tuple[str, tuple[float, float]]:  # fmt: skip
    theirs = {run.seed: run.values[name] for run in other}
    pairs = [(run.values[name], theirs[run.seed]) for run in best if run.seed in theirs]
    ahead = float(np.mean([sign * (a.value - b.value) for a, b in pairs])) if pairs else math.nan
    replicates = [
        a.replicates - b.replicates if len(a.replicates) == len(b.replicates) else np.zeros(0)
        for a, b in pairs
    ]
    error, freedom = _error((2 * noise[0], noise[1]), len(pairs), replicates) if pairs else NOTHING
    if math.isnan(error):
        return "unknown", (math.nan, math.nan)
    width = intervals.simultaneous(settings, freedom) * error
    return "tie" if abs(ahead) <= width else "worse", (ahead - width, ahead + width)


def _having(runs: list[Run], name: str) -> list[Run]:
    return [run for run in runs if name in run.values]
