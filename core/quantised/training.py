"""Training an autoencoder with codes: the loop is `core.learning.running`'s."""

from __future__ import annotations

from typing import cast

from core import budget
from core.cache import cached
from core.items.data import Loaded, load
from core.learning import memory, running
from core.progress import OnStep, run_on
from core.quantised.learner import learner
from core.quantised.snapshots import Trained
from core.quantised.specs import Codes


@budget.needs(memory.of_training)
@cached
def fit(spec: Codes, on_step: OnStep = run_on) -> Trained:
    """Train a model. A run that diverges ends with its last good epoch; `stopped` says why.

    Raises SourceError for items that cannot be used, SpecError for more codes than vectors.
    """
    return train(spec, load(spec.items), on_step)


def train(spec: Codes, data: Loaded, on_step: OnStep = run_on) -> Trained:
    """`fit`, of items at hand. After each epoch it reports, and keeps what it has (`so_far`)."""
    return running.run(learner(spec, data), spec, on_step)


def advance(spec: Codes, on_step: OnStep = run_on) -> Trained:
    """`fit` without keeping the result: for a run that is stepped through."""
    return train(spec, load(spec.items), on_step)


def so_far(spec: Codes) -> Trained | None:
    """What there is of this run, however little, while it runs or waits."""
    return cast("Trained | None", running.so_far(spec))


def forget(spec: Codes) -> None:
    """Let go of a run that was cancelled."""
    running.forget(spec)
