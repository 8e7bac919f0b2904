"""Training a game: the loop of `core.learning.running` over `core.adversarial.learner`."""

from __future__ import annotations

from typing import cast

from core.adversarial.learner import learner
from core.adversarial.snapshots import Trained
from core.adversarial.specs import Gan
from core.cache import cached
from core.learning import running
from core.progress import OnStep, run_on


@cached
def fit(spec: Gan, on_step: OnStep = run_on) -> Trained:
    """Train both players. A run that diverges ends with its last good epoch; `stopped` says why."""
    return advance(spec, on_step)


def advance(spec: Gan, on_step: OnStep = run_on) -> Trained:
    """`fit` without keeping the result: for a run that is stepped through."""
    return running.run(learner(spec), spec, on_step)


def so_far(spec: Gan) -> Trained | None:
    """What there is of this run, however little, while it runs or waits."""
    return cast("Trained | None", running.so_far(spec))
