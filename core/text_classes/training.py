"""Training a network on text classes: the loop is `core.learning.running`'s."""

from __future__ import annotations

from typing import cast

from core.cache import cached
from core.learning import running
from core.progress import OnStep, part, run_on
from core.text_classes.inputs import inputs
from core.text_classes.learner import Trained, learner
from core.text_classes.specs import TextClasses


@cached
def fit(spec: TextClasses, on_step: OnStep = run_on) -> Trained:
    """Train a network. A run that diverges ends with its last good epoch; `stopped` says why.

    Raises SourceError for texts that cannot be used, SpecError where too few are left to train on.

    >>> fit(TextClasses()).result.accuracy  # doctest: +SKIP
    array([0.96, 0.9 ])
    """
    return advance(spec, on_step)


def advance(spec: TextClasses, on_step: OnStep = run_on) -> Trained:
    """`fit` without keeping the result: for a run that is stepped through."""
    texts = inputs(spec, part(on_step, 0.0, 0.1))
    return running.run(learner(spec, texts), spec, part(on_step, 0.1, 1.0))


def so_far(spec: TextClasses) -> Trained | None:
    """What there is of this run, however little, while it runs or waits."""
    return cast("Trained | None", running.so_far(spec))
