"""A sweep's settings as a study of Optuna's, by any of its objectives: for importance and plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.errors import QueryError
from core.messages import message
from core.sweeps.axes import Axis
from core.sweeps.proposals import distribution
from core.sweeps.runs import Table
from core.sweeps.storage import mean
from core.sweeps.targets import OBJECTIVES

FEWEST = 4  # settings with a value that importance needs


def study_of(table: Table, name: str, over: Sequence[str] = ()) -> Any:
    """Optuna's study, in memory: a trial a setting, with the mean of the objective over seeds.

    Fields are called by the last part of their paths. What varies in no setting is left out.
    With `over`, of these fields only: a trial is the mean of all settings that agree in them.
    """
    import optuna
    from optuna.trial import create_trial

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="minimize" if OBJECTIVES[name].lower else "maximize")
    axes = [axis for axis in varying(table) if not over or axis.name in over]
    known = {axis.name: distribution(axis) for axis in axes}
    means: dict[tuple[Any, ...], list[float]] = {}
    for place in sorted({run.place for run in table.runs}):
        value = mean(table.of(place), name)
        if value is not None:
            setting = tuple(table.params(place)[axis.path] for axis in axes)
            means.setdefault(setting, []).append(value)
    for setting, values in means.items():
        params = dict(zip(known, setting, strict=True))
        study.add_trial(
            create_trial(value=sum(values) / len(values), params=params, distributions=known)
        )
    return study


def importance(table: Table, name: str) -> dict[str, float]:
    """The share of the objective's variance that each field explains by itself or with others.

    By fANOVA (Hutter, Hoos & Leyton-Brown 2014): a random forest is fitted to the settings and
    its variance decomposed. The most important first; they add up to 1. Raises QueryError
    where there are too few values.
    """
    import optuna

    study = study_of(table, name)
    values = [trial.value for trial in study.get_trials(deepcopy=False)]
    if len(values) < FEWEST or min(values) == max(values):
        raise QueryError(
            message(
                "Importance needs at least {fewest} settings with different values of "
                "{name}; there are {n}.",
                fewest=FEWEST,
                name=name,
                n=len(set(values)),
            )
        )
    shares: dict[str, float] = optuna.importance.get_param_importances(
        study, evaluator=optuna.importance.FanovaImportanceEvaluator(seed=0)
    )
    return shares


def varying(table: Table) -> list[Axis]:
    """The fields that have at least two values among the settings with a result."""
    settings = [run.params for run in table.runs if run.values]
    return [a for a in table.sweep.varied if len({params[a.path] for params in settings}) > 1]
