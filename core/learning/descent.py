"""A gradient step of Adam, with the callbacks that act on a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np
import optax
from jax import Array

from core.learning.specs import Callbacks


class State(NamedTuple):
    """learnt: the weights; adam: their moments; average: sum of their moving average, or None."""

    learnt: Any
    adam: Any
    average: Any


class Now(NamedTuple):
    """The hyperparameters of one step: learning rate, its epoch's setting, and the callbacks'."""

    rate: Any
    setting: Any
    clip_norm: Any
    ema_decay: Any


@dataclass(frozen=True)
class Descent:
    """loss(static, network, data, batch, setting) → the loss that is minimised, and its parts (T,).

    clipped: gradients g longer than c = `clip_norm` become c g/‖g‖, ‖·‖ over all weights.
    averaged: a ← d a + (1 − d) w after each step from a = 0, with d = `ema_decay`; a/(1 − dᵗ)
    after t steps is the average. momentum: β₁ of Adam.
    """

    loss: Callable[..., tuple[Array, Array]]
    clipped: bool = False
    averaging: bool = False
    momentum: float = 0.9

    @property
    def adam(self) -> optax.GradientTransformation:
        """What makes a step of a gradient."""
        return optax.scale_by_adam(self.momentum)

    @classmethod
    def of(cls, loss: Callable[..., tuple[Array, Array]], callbacks: Callbacks) -> Descent:
        """The step for a loss with these callbacks."""
        return cls(loss, callbacks.clip_norm > 0, callbacks.ema_decay > 0)

    def init(self, learnt: Any) -> State:
        """The state before the first step."""
        average = optax.ema(0.0).init(learnt) if self.averaging else None
        return State(learnt, self.adam.init(learnt), average)

    def __call__(
        self, static: Any, data: Any, rest: Any, state: State, batch: Any, now: Now
    ) -> tuple[State, Array]:
        """The state after one batch, and the parts of its loss."""

        def loss(learnt: Any) -> tuple[Array, Array]:
            return self.loss(static, eqx.combine(learnt, rest), data, batch, now.setting)

        (_, parts), gradient = jax.value_and_grad(loss, has_aux=True)(state.learnt)
        if self.clipped:
            clip = optax.clip_by_global_norm(now.clip_norm)
            gradient, _ = clip.update(gradient, optax.EmptyState())
        update, adam = self.adam.update(gradient, state.adam)
        learnt = jax.tree.map(lambda a, u: a - now.rate * u, state.learnt, update)
        average = state.average
        if self.averaging:
            _, average = optax.ema(now.ema_decay).update(learnt, average)
        return State(learnt, adam, average), parts

    def learnt(self, state: State) -> Any:
        """The learnt weights of a state."""
        return state.learnt

    def averaged(self, state: State, callbacks: Callbacks) -> Any:
        """The averaged weights; before the first step, the weights."""
        if not self.averaging:
            return None
        steps = int(state.average.count)
        if not steps:
            return state.learnt
        correction = np.float32(1 - callbacks.ema_decay**steps)
        return jax.tree.map(lambda a: a / correction, state.average.ema)
