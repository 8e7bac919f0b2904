"""Characters against words: the same network on the same divisions, over several seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.intervals import Interval, mean
from core.learning import running
from core.progress import OnStep, part, run_on
from core.specs import Spec
from core.text_classes.comparison import ahead
from core.text_classes.division import TEST, TRAINED
from core.text_classes.inputs import inputs
from core.text_classes.learner import learner
from core.text_classes.networks import predict
from core.text_classes.specs import TextClasses

SIDES = ("characters", "words")


@dataclass(frozen=True)
class Rivalry(Spec):
    """The same training with each input, over seeds: each divides and starts anew for both."""

    classes: TextClasses = specs.nested(TextClasses)
    rivalry_seeds: int = specs.integer(
        3, 2, 30, "Seeds; each draws another division and another start, the same for both inputs."
    )


def rivalry_of(spec: TextClasses, seeds: int) -> Rivalry:
    """The rivalry of a training: whatever its input and its seed, both inputs are trained."""
    return Rivalry(spec.replace(division_seed=0, text_input=SIDES[0], class_changes=""), seeds)


@dataclass(frozen=True)
class Rivals:
    """accuracy: (S, 2) by seed and input of SIDES; right: (2, n) bool, which texts of the first
    division are known; ratio: texts tested to texts trained on; stopped: (S, 2) bool, runs that
    diverged."""

    accuracy: NDArray[np.float64]
    right: NDArray[np.bool_]
    ratio: float
    stopped: NDArray[np.bool_]

    def of(self, side: int) -> Interval:
        """The mean accuracy of an input; its interval is the luck of division and training."""
        return mean(self.accuracy[:, side], self.ratio)

    @property
    def over_seeds(self) -> Interval:
        """How much better characters are, seed by seed: the luck of division and training."""
        return mean(self.accuracy[:, 0] - self.accuracy[:, 1], self.ratio)

    @property
    def over_texts(self) -> Interval:
        """How much better they are at the first seed, text by text: the luck of the texts."""
        return ahead(self.right[0], self.right[1])


@cached
def rival(spec: Rivalry, on_step: OnStep = run_on) -> Rivals:
    """Train both inputs at every seed. A run that diverged counts with its last good epoch."""
    S = spec.rivalry_seeds
    accuracy, stopped = np.zeros((S, 2)), np.zeros((S, 2), bool)
    right: list[NDArray[np.bool_]] = []
    ratio = 0.0
    for seed in range(S):
        for i, side in enumerate(SIDES):
            done = (2 * seed + i) / (2 * S)
            hook = part(
                on_step, done, done + 1 / (2 * S), "seed {seed} of {n}, {side}: {stage}",
                seed=seed + 1, n=S, side=side,
            )  # fmt: skip
            one = spec.classes.replace(division_seed=seed, text_input=side)
            texts = inputs(one, part(hook, 0.0, 0.1))
            run = running.run(learner(one, texts), running.unkept(one), part(hook, 0.1, 1.0))
            rows = texts.divided.rows(TEST)
            logs, _, _ = predict(run.network(one), texts.ids[rows])
            known = np.asarray(logs.argmax(axis=1) == texts.divided.label[rows])
            accuracy[seed, i], stopped[seed, i] = known.mean(), bool(run.stopped)
            if not seed:
                right.append(known)
            ratio += len(rows) / len(texts.divided.rows(TRAINED)) / (2 * S)
    return Rivals(accuracy, np.stack(right), ratio, stopped)
