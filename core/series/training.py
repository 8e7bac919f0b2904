"""Training a network of series: the loop is `core.learning.running`'s."""

from __future__ import annotations

from typing import cast

from core.cache import cached
from core.learning import running
from core.progress import OnStep, run_on
from core.series.learner import Trained, learner
from core.series.specs import SeriesNet
from core.series.splitting import split


@cached
def fit(spec: SeriesNet, on_step: OnStep = run_on) -> Trained:
    """Train a network. A run that diverges ends with its last good epoch; `stopped` says why.

    Raises SourceError for series that cannot be used, SpecError where too few are left.
    """
    return advance(spec, on_step)


def advance(spec: SeriesNet, on_step: OnStep = run_on) -> Trained:
    """`fit` without keeping the result: for a run that is stepped through."""
    return running.run(learner(spec, split(spec.parting, on_step)), spec, on_step)


def so_far(spec: SeriesNet) -> Trained | None:
    """What there is of this run, however little, while it runs or waits."""
    return cast("Trained | None", running.so_far(spec))
