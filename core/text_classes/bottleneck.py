"""The information bottleneck: what z tells of a text against what it is worth, over λ.

The loss is E[−ln p(y|z)] + λ KL(p(z|x) ‖ N(0, 1)), and I(X; Z) ≤ E KL(p(z|x) ‖ N(0, 1)) (Alemi et
al. 2017; kexue.fm/archives/6181). To tell C equally common classes ln C nats are enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.intervals import Interval
from core.learning import running
from core.progress import OnStep, part, run_on
from core.specs import Spec
from core.text_classes.comparison import accuracy, ahead
from core.text_classes.division import TEST, TRAINED
from core.text_classes.inputs import inputs
from core.text_classes.learner import learner
from core.text_classes.networks import predict
from core.text_classes.specs import TextClasses

LAMBDAS = (1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
MOST_TRAINED = 2000  # of the texts trained on, those that are looked at


@dataclass(frozen=True)
class Narrowing(Spec):
    """The same training at each λ, and without a bottleneck."""

    classes: TextClasses = specs.nested(TextClasses)


def narrowing_of(spec: TextClasses) -> Narrowing:
    """The narrowing of a training, whatever its own λ is."""
    return Narrowing(spec.replace(bottleneck=0.0, class_changes=""))


@dataclass(frozen=True)
class Narrowed:
    """By λ of LAMBDAS: bound (L, 2) nats and share right (L, 2), of texts trained on and tested;
    right: (L, n) bool, of each text tested. plain, plain_right: the same without a bottleneck,
    (2,) and (n,). entropy: of the labels tested, nats."""

    bound: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    right: NDArray[np.bool_]
    plain: NDArray[np.float64]
    plain_right: NDArray[np.bool_]
    entropy: float

    def nearest(self, value: float) -> int:
        """The place of the λ nearest to a value, on a logarithmic scale."""
        logs = np.log(LAMBDAS)
        return int(np.abs(logs - math.log(max(value, LAMBDAS[0]))).argmin())

    def share(self, place: int) -> Interval:
        """The accuracy on the texts tested, with its interval."""
        return accuracy(self.right[place])

    def ahead(self, place: int) -> Interval:
        """How much better it is than no bottleneck, text by text."""
        return ahead(self.right[place], self.plain_right)


@cached
def narrow(spec: Narrowing, on_step: OnStep = run_on) -> Narrowed:
    """Train at each λ, and once without. A run that diverged counts with its last good epoch."""
    texts = inputs(spec.classes, part(on_step, 0.0, 0.1))
    divided = texts.divided
    tested, trained = divided.rows(TEST), divided.rows(TRAINED)[:MOST_TRAINED]
    bounds, shares, right = [], [], []
    tried = (0.0, *LAMBDAS)
    for i, value in enumerate(tried):
        a, b = (0.1 + 0.9 * k / len(tried) for k in (i, i + 1))
        hook = part(on_step, a, b, "λ = {value:g}: {stage}", value=value)
        one = spec.classes.replace(bottleneck=value)
        network = running.run(learner(one, texts), running.unkept(one), hook).network(one)
        sides = [predict(network, texts.ids[rows]) for rows in (trained, tested)]
        known = [
            logs.argmax(axis=1) == divided.label[rows]
            for (logs, _, _), rows in zip(sides, (trained, tested), strict=True)
        ]
        bounds.append([float(side[2].mean()) for side in sides])
        shares.append([float(k.mean()) for k in known])
        right.append(known[1])
    common = np.bincount(divided.label[tested]) / len(tested)
    return Narrowed(
        np.array(bounds[1:]), np.array(shares[1:]), np.stack(right[1:]), np.array(shares[0]),
        right[0], float(-(common[common > 0] * np.log(common[common > 0])).sum()),
    )  # fmt: skip
