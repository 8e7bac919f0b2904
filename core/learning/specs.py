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
        "constant",
        SCHEDULES,
        "The learning rate stays constant, falls along a cosine, or falls in steps.",
    )
    warmup_epochs: int = specs.integer(
        0, 0, 200, "Epochs over which the learning rate first rises from 0 to its value."
    )
    decay_epochs: int = specs.integer(
        60, 1, 2000, "Epochs of the cosine's fall, or between two steps."
    )
    decay_factor: float = specs.number(
        0.1,
        0.001,
        1.0,
        "The share of the learning rate at the end of the cosine, or left by each step.",
    )
    clip_norm: float = specs.number(
        0.0,
        0.0,
        1e4,
        "Gradients whose norm over all weights is larger are scaled down to it; 0 turns this off.",
    )
    ema_decay: float = specs.number(
        0.0,
        0.0,
        0.9999,
        "d of the moving average of the weights, a ← d a + (1 − d) w after each step; 0 "
        "turns it off.",
    )
    evaluate_every: int = specs.integer(
        0, 0, 200, "Epochs between two evaluations on held-out items; at 0 no items are held out."
    )
    held_out: float = specs.number(
        0.1,
        0.01,
        0.5,
        "The share of the items that is held out for evaluation and never trained on.",
    )
    watched: str = specs.choice(
        "loss",
        WATCHED,
        "The loss that decides which epoch is best: on the training items, on held-out "
        "items, or on held-out items with the averaged weights.",
    )
    patience: int = specs.integer(
        0, 0, 500, "The run stops after so many epochs without a new best; 0 turns this off."
    )
    keep_best: bool = specs.flag(False, "The result is the best epoch rather than the last.")

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
