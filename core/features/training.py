"""Training Deep InfoMax: the loop is `core.learning.running`'s."""

from __future__ import annotations

from typing import cast

from core import budget
from core.cache import cached
from core.features.learner import learner
from core.features.snapshots import Trained
from core.features.specs import InfoMax
from core.items.data import load
from core.learning import memory, running
from core.progress import OnStep, run_on


@budget.needs(memory.of_training)
@cached
def fit(spec: InfoMax, on_step: OnStep = run_on) -> Trained:
    """Train an encoder on the items that are not held out.

    A run that diverges ends with its last good epoch; `stopped` says why. Raises SourceError for
    items that cannot be used, SpecError where too few are left to train on.
    """
    return advance(spec, on_step)


def advance(spec: InfoMax, on_step: OnStep = run_on) -> Trained:
    """`fit` without keeping the result: for a run that is stepped through."""
    return running.run(learner(spec, load(spec.items)), spec, on_step)


def so_far(spec: InfoMax) -> Trained | None:
    """What there is of this run, however little, while it runs or waits."""
    return cast("Trained | None", running.so_far(spec))
