"""Training an encoder of sentences: the loop is `core.learning.running`'s."""

from __future__ import annotations

from typing import cast

from core.cache import cached
from core.learning import running
from core.progress import OnStep, run_on
from core.sequences.learner import Trained, learner
from core.sequences.specs import Sentences
from core.sequences.splitting import split


@cached
def fit(spec: Sentences, on_step: OnStep = run_on) -> Trained:
    """Train an encoder. A run that diverges ends with its last good epoch; `stopped` says why.

    Raises SourceError for texts that cannot be used, SpecError where too few are left to train on.
    """
    return advance(spec, on_step)


def advance(spec: Sentences, on_step: OnStep = run_on) -> Trained:
    """`fit` without keeping the result: for a run that is stepped through."""
    return running.run(learner(spec, split(spec.parting, on_step)), spec, on_step)


def so_far(spec: Sentences) -> Trained | None:
    """What there is of this run, however little, while it runs or waits."""
    return cast("Trained | None", running.so_far(spec))


def forget(spec: Sentences) -> None:
    """Let go of a run that was cancelled."""
    running.forget(spec)
