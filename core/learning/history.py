"""The losses of a training by epoch or step, reported while it runs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from core.learning.specs import Callbacks
from core.progress import OnStep, report


@dataclass(frozen=True)
class History:
    """Losses by epoch.

    terms: names of the parts of the loss; parts: (E, T) float32, their means over an epoch;
    totals: (E,) what was minimised; rates: (E,) learning rate of the last step of each epoch;
    evaluated: (M, 3) epoch, loss of held-out items, the same with the averaged weights (NaN
    where there are none).
    """

    terms: tuple[str, ...]
    parts: np.ndarray
    totals: np.ndarray = field(default_factory=lambda: np.zeros(0))
    rates: np.ndarray = field(default_factory=lambda: np.zeros(0))
    evaluated: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))

    @classmethod
    def empty(cls, terms: tuple[str, ...]) -> History:
        """Before the first epoch."""
        return cls(terms, np.zeros((0, len(terms)), np.float32))

    def longer(self, parts: np.ndarray, total: float, rate: float) -> History:
        """The history with one more epoch."""
        return History(
            self.terms,
            np.concatenate([self.parts, parts[None]]),
            np.append(self.totals, total),
            np.append(self.rates, rate),
            self.evaluated,
        )

    def measured(self, epoch: int, held_out: float, averaged: float) -> History:
        """The history with one more evaluation of the held-out items."""
        rows = np.concatenate([self.evaluated, [[epoch, held_out, averaged]]])
        return History(self.terms, self.parts, self.totals, self.rates, rows)

    @property
    def curve(self) -> np.ndarray:
        """(E, 3): epoch, total loss, loss of held-out items, NaN where it was not measured."""
        E = len(self.totals)
        held = np.full(E, math.nan)
        epochs = self.evaluated[:, 0].astype(int)
        held[epochs - 1] = self.evaluated[:, 1]
        return np.column_stack([np.arange(1.0, E + 1), self.totals, held])

    def watched(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Epochs at which a loss of `core.learning.specs.WATCHED` is known, and its values."""
        if name == "loss":
            return np.arange(1, len(self.totals) + 1), self.totals
        column = 1 if name == "held_out" else 2
        return self.evaluated[:, 0].astype(int), self.evaluated[:, column]


def best(history: History, callbacks: Callbacks) -> int:
    """The epoch with the lowest watched loss, the first of equals; 0 where none is known."""
    epochs, values = history.watched(callbacks.watched)
    return int(epochs[np.argmin(values)]) if len(values) else 0


def is_over(history: History, callbacks: Callbacks) -> bool:
    """Whether the watched loss has not fallen for `patience` epochs."""
    epochs, _ = history.watched(callbacks.watched)
    if not callbacks.patience or not len(epochs):
        return False
    return int(epochs[-1]) - best(history, callbacks) >= callbacks.patience


class Record:
    """The losses of a training loop of its own, which `core.learning.running` does not run."""

    def __init__(self, on_step: OnStep) -> None:
        self._on_step = on_step
        self._rows: list[tuple[float, float, float]] = []

    def add(self, step: float, loss: float, held_out: float = math.nan) -> None:
        """Record the loss after a step, of the training data and of the held-out data."""
        self._rows.append((float(step), float(loss), float(held_out)))

    @property
    def curve(self) -> np.ndarray:
        """(E, 3): step, loss, held-out loss, NaN where there is none."""
        return np.array(self._rows, np.float64).reshape(-1, 3)

    @property
    def finite(self) -> bool:
        """Whether the last loss is a number."""
        return math.isfinite(self._rows[-1][1])

    def report(self, fraction: float, stage: str) -> None:
        """Report the stage and the losses so far. Raises Cancelled when the job was cancelled."""
        report(self._on_step, fraction, stage, history=self.curve)
