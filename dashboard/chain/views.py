"""Settings shared by several sections: the kind of model to train, and the reruns of one."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec
from core.vectors.kinds import KINDS


@dataclass(frozen=True)
class Steady(Spec):
    """Whether the model is trained repeatedly, to see which neighbours recur."""

    steady: bool = specs.flag(
        False,
        "Trains the model again, on resampled texts or from other seeds, and "
        "writes beside each neighbour in how many of them it is among the nearest. "
        "Takes about as long as so many trainings.",
    )
    repeats: int = specs.integer(10, 2, 30, "how many times it is trained again")


@dataclass(frozen=True)
class TrainView(Spec):
    """Which model is about to be trained."""

    model_kind: str = specs.choice(
        KINDS[0].key, tuple(kind.key for kind in KINDS), "the model to train"
    )
