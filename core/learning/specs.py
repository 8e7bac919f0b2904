"""Callbacks: what is done beside the steps of a training, as settings."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.errors import SpecError
from core.messages import message
from core.specs import Spec

SCHEDULES = ("constant", "cosine", "steps")
WATCHED = ("loss", "held_out", "averaged")


@dataclass(frozen=True)
class Callbacks(Spec):
    """What is done beside the steps of a training; nothing, by default.

    The schedule multiplies the learning rate: where the rate is changed by hand while a run
    goes on, the schedule goes on too, times the new rate. Epochs of the schedule are counted from
    the first one of the run, whatever its length: a run can be paused and made longer.
    """

    rate_schedule: str = specs.choice(
        "constant", SCHEDULES, "how the learning rate falls: not, along a cosine, or in steps"
    )
    warmup_epochs: int = specs.integer(
        0, 0, 200, "epochs in which the learning rate rises from 0 to its value, before it falls"
    )
    decay_epochs: int = specs.integer(
        60, 1, 2000, "epochs that a cosine takes to fall, or between two steps"
    )
    decay_factor: float = specs.number(
        0.1, 0.001, 1.0,
        "share of the learning rate that a cosine ends at, or that each step leaves",
    )  # fmt: skip
    clip_norm: float = specs.number(
        0.0, 0.0, 1e4,
        "longest gradient, over all weights: a longer one is shortened to it; 0: any",
    )  # fmt: skip
    ema_decay: float = specs.number(
        0.0, 0.0, 0.9999,
        "d of the moving average of the weights, a ← d a + (1 − d) w after each step; 0: none",
    )  # fmt: skip
    evaluate_every: int = specs.integer(
        0, 0, 200, "epochs between two measurements of the loss on held-out items; 0: none are held"
    )
    held_out: float = specs.number(
        0.1, 0.01, 0.5, "share of the items that is never trained on, if there is an evaluation"
    )
    watched: str = specs.choice(
        "loss", WATCHED, "the loss that decides which epoch is best: of training, of held-out "
        "items, or of those with the averaged weights",
    )  # fmt: skip
    patience: int = specs.integer(
        0, 0, 500, "epochs without a new best after which the run ends; 0: it never ends early"
    )
    keep_best: bool = specs.flag(False, "the result is the best epoch, not the last one")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.watched != "loss" and not self.evaluate_every:
            raise SpecError(
                message(
                    "`watched={name}` needs an evaluation: set `evaluate_every` to 1 or more.",
                    name=self.watched,
                ),
                "watched",
            )
        if self.watched == "averaged" and not self.ema_decay:
            raise SpecError(
                message("`watched=averaged` needs averaged weights: set `ema_decay` above 0."),
                "watched",
            )
