"""A learner: the pure functions of a model that the training loop calls.

As in optax and blackjax a model is `init` and `step`, not a class that trains itself. A new one
writes a loss, and gets its step from `core.learning.descent`; one with a step of its own, such as
two networks that play against each other, writes that.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from jax import Array

from core.learning.history import History
from core.learning.specs import Callbacks
from core.messages import Message, message
from core.progress import OnStep


class HasEpoch(Protocol):
    """What is stored of an epoch."""

    @property
    def epoch(self) -> int:
        """The epoch's number; 0 is before training."""


S = TypeVar("S", bound=HasEpoch)
R = TypeVar("R", bound="Run[Any]")


@dataclass(frozen=True)
class Run(Generic[S]):
    """A training so far: its history, and the stored epochs, newest last.

    stopped: why it failed, or ""; ended: why it ended before its last epoch, or ""; best: the
    epoch with the lowest watched loss, 0 before any; kept: the epoch that is the result, the
    newest unless `keep_best` is set; seconds: training time, without reading the data, starting
    and compiling.
    """

    history: History
    snapshots: tuple[S, ...]
    stopped: str = ""
    ended: str = ""
    best: int = 0
    kept: int = 0
    seconds: float = 0.0
    device: str = ""

    @property
    def epoch(self) -> int:
        """The newest epoch."""
        return self.snapshots[-1].epoch

    @property
    def place(self) -> int:
        """The index of the result among the stored epochs."""
        return [snapshot.epoch for snapshot in self.snapshots].index(self.kept)

    @property
    def result(self) -> S:
        """The stored epoch that is the result."""
        return self.snapshots[self.place]


class Setting(NamedTuple):
    """The hyperparameters of an epoch, before any schedule: the learning rate alone.

    A model with more to steer has a NamedTuple of its own that begins with `rate`.
    """

    rate: float


class Trainable(Protocol):
    """What the loop needs of a spec."""

    @property
    def epochs(self) -> int:
        """The number of epochs of the run."""

    @property
    def callbacks(self) -> Callbacks:
        """The settings of what is done beside the steps."""

    @property
    def run_key(self) -> str:
        """A key shared by specs whose runs begin alike: all settings but length and steering.

        A run with the key "" is not kept, and cannot be resumed.
        """

    def at(self, epoch: int) -> Any:
        """The `Setting` of the epoch with this number, counted from 1."""


class Step(Protocol):
    """One step of a training, and the state it starts from: a hashable value, to be compiled."""

    def init(self, learnt: Any) -> Any:
        """The state before the first step; `learnt` are the weights that are learnt."""

    def __call__(
        self, static: Any, data: Any, rest: Any, state: Any, batch: Any, now: Any
    ) -> tuple[Any, Array]:
        """(the next state, parts of the loss, (T,)). `rest` are weights that are not learnt."""

    def learnt(self, state: Any) -> Any:
        """The learnt weights in a state."""

    def averaged(self, state: Any, callbacks: Callbacks) -> Any:
        """Their moving average, or None where there is none."""


@dataclass(frozen=True)
class HeldOut:
    """How the loss of held-out items is measured: batches (steps, …), and the static part.

    smaller: more batches, (steps, …), of fewer items each; share: of all the items, those in it.
    """

    batches: Any
    static: Hashable
    loss: Callable[..., tuple[Array, Array]]
    smaller: Any = None
    share: float = 0.0


def held_out(
    rows: np.ndarray,
    most: int,
    batches: Callable[[np.ndarray], Any],
    static: Hashable,
    loss: Callable[..., tuple[Array, Array]],
) -> HeldOut:
    """All rows (n,) in the fewest batches of at most `most` items, whose sizes differ by 1 at most.

    batches: makes batches of rows, (steps, items). A last batch of what is left over could be of
    one item, whose loss would be another where it depends on the batch, as with normalised codes.
    """
    count = -(-len(rows) // most)
    size, larger = divmod(len(rows), count)
    order, cut = rows.astype(np.int32), larger * (size + 1)
    if not larger:
        return HeldOut(batches(order.reshape(count, size)), static, loss)
    of_more = batches(order[:cut].reshape(larger, size + 1))
    of_fewer = batches(order[cut:].reshape(count - larger, size))
    return HeldOut(of_more, static, loss, of_fewer, 1 - cut / len(rows))


def is_stored(epoch: int) -> bool:
    """Whether an epoch is kept: all at first, then ever fewer, whatever the run's length."""
    step = 1 if epoch <= 20 else 2 if epoch <= 60 else 5 if epoch <= 200 else 20
    return epoch % step == 0


def stage(epoch: int, epochs: int) -> Message:
    """The message shown while an epoch is trained."""
    return message("epoch {epoch} of {n}", epoch=epoch, n=epochs) if epoch > 1 else message(
        "compiling"
    )  # fmt: skip


@dataclass(frozen=True)
class Learner(Generic[S, R]):
    """static: what determines, beside the shapes of arrays, which code is compiled.

    init(on_step) → the network and the run at epoch 0. learns(network) → for each weight whether
    it is learnt. data(run) → arrays that all steps read. draw(epoch) → all that is random in an
    epoch: its batches, (steps, …). total(parts) → the loss that is minimised. shown(epoch,
    network, averaged network or None) → what is stored of an epoch. ailment(epoch, network,
    stored, parts) → why the run cannot go on, or None. keeps(epoch) → whether it stays stored.
    """

    terms: tuple[str, ...]
    static: Hashable
    step: Step
    init: Callable[[OnStep], tuple[Any, R]]
    learns: Callable[[Any], Any]
    data: Callable[[R], Any]
    draw: Callable[[int], Any]
    total: Callable[[np.ndarray], float]
    shown: Callable[[int, Any, Any], S]
    ailment: Callable[[int, Any, S, np.ndarray], Message | None]
    held_out: HeldOut | None = None
    keeps: Callable[[int], bool] = is_stored
    stage: Callable[[int, int], Message] = field(default=stage)
