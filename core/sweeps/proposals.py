"""The settings to try: a pure function of the sweep, the place, and the earlier results.

So a sweep that was interrupted goes on exactly as it would have, in whatever order and on
however many processes its runs end. TPE chooses in batches of `together` settings: those of a
batch know the results of all earlier batches, and of each other only that they are under way.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.sweeps.axes import Axis
from core.sweeps.specs import Sweep
from core.sweeps.targets import OBJECTIVES

STARTUP = 10  # settings that TPE draws at random first
ASKED = 8  # attempts to get an untried setting from TPE before one is drawn at random
DRAWN = 200


def propose(
    sweep: Sweep, place: int, earlier: Sequence[tuple[Mapping[str, Any], float | None]]
) -> dict[str, Any]:
    """The setting at a place, {path: value}.

    earlier: (setting, value of the first objective) of the places before; None for one that
    failed. Only TPE looks at it, and of its own batch not at the values. It repeats no setting
    as long as there are others: the same runs would tell it nothing.
    """
    axes = sweep.varied
    if sweep.sampler == "grid":
        chosen = next(itertools.islice(itertools.product(*_points(axes)), place, None))
        return dict(zip((axis.path for axis in axes), chosen, strict=True))
    if sweep.sampler == "tpe":
        return _parzen(sweep, axes, place, earlier)
    return {axis.path: axis.at(u) for axis, u in zip(axes, _uniform(sweep, place), strict=True)}


def distribution(axis: Axis) -> Any:
    """The axis as Optuna's distribution."""
    from optuna import distributions

    if axis.values:
        return distributions.CategoricalDistribution(axis.values)
    if axis.kind is int:
        return distributions.IntDistribution(axis.low, axis.high, log=axis.log)
    return distributions.FloatDistribution(axis.low, axis.high, log=axis.log)


def _points(axes: Sequence[Axis]) -> list[tuple[Any, ...]]:
    return [axis.points() for axis in axes]


def _uniform(sweep: Sweep, place: int) -> np.ndarray:
    """A point of the unit cube, (axes,)."""
    d = len(sweep.varied)
    if sweep.sampler == "random":
        return np.random.default_rng([sweep.sampling_seed, place]).random(d)
    from scipy.stats import qmc

    sequence = qmc.Sobol(d, rng=sweep.sampling_seed)
    return (sequence.fast_forward(place) if place else sequence).random(1)[0]


def _parzen(
    sweep: Sweep, axes: Sequence[Axis], place: int,
    earlier: Sequence[tuple[Mapping[str, Any], float | None]],
) -> dict[str, Any]:  # fmt: skip
    import optuna
    from optuna.trial import TrialState, create_trial

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    seed = np.random.SeedSequence([sweep.sampling_seed, place]).generate_state(1)[0]
    lower = OBJECTIVES[sweep.judged[0]].lower
    sampler = optuna.samplers.TPESampler(seed=int(seed), n_startup_trials=STARTUP)
    study = optuna.create_study(direction="minimize" if lower else "maximize", sampler=sampler)
    known = {axis.path: distribution(axis) for axis in axes}
    batch = place - place % sweep.together
    for i, (params, value) in enumerate(earlier[:place]):
        if i >= batch:
            state, value = TrialState.RUNNING, None
        else:
            state = TrialState.FAIL if value is None else TrialState.COMPLETE
        study.add_trial(
            create_trial(state=state, value=value, params=dict(params), distributions=known)
        )
    tried = [dict(params) for params, _ in earlier[:place]]
    for _ in range(ASKED):
        proposed = dict(study.ask(known).params)
        if proposed not in tried:
            return proposed
    rng = np.random.default_rng([sweep.sampling_seed, place])
    for _ in range(DRAWN):
        other = {axis.path: axis.at(u) for axis, u in zip(axes, rng.random(len(axes)), strict=True)}
        if other not in tried:
            return other
    return proposed  # there is no other, or hardly one
