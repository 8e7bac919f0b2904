"""The step of two players: which of them moves is part of the batch, so one step serves both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array, lax

from core.adversarial.losses import departure, fooled, gradient_penalty, judged
from core.adversarial.networks import Players
from core.adversarial.specs import Gan, Steered
from core.learning.descent import Now
from core.learning.specs import Callbacks

REST, D, G, G_ANEW = range(4)
"""Who moves in an update: nobody, D, G, or G after G_o has become the G of now."""
TERMS = ("D", "G", "‖G(z) − G_o(z)‖²", "gradient penalty", "D's updates", "G's updates")


class Inputs(NamedTuple):
    """What every update reads. real: (n, 2) points; then numbers of the spec."""

    real: Array
    penalty: np.floating
    slope: np.floating
    momentum: np.floating


class Batch(NamedTuple):
    """One update. mover: who moves; rows: (B,) real points; z: (B, d); between: (B, 1) in [0, 1],
    where on the way from a generated to a real point the gradient of D is penalised.
    """

    mover: Any
    rows: Any
    z: Any
    between: Any


class State(NamedTuple):
    """players; the moments of Adam of G and of D; old: the weights of G_o."""

    players: Players
    adam_g: Any
    adam_d: Any
    old: Any


def movers(spec: Gan, epoch: int) -> np.ndarray:
    """Who moves in each update of an epoch, (gan_updates,) int32.

    A round is `d_updates` of D, then `g_updates` of G; rounds go on across epochs. G_o is
    refreshed at the first update of G in every `held`-th round. One player alone moves once.
    """
    now = spec.at(epoch)
    updates = np.arange(spec.gan_updates)
    if now.only:
        alone = D if now.only == 1 else G
        return np.where(updates == 0, alone, REST).astype(np.int32)
    d, g = int(now.d_updates), int(now.g_updates)
    rounds, place = np.divmod((epoch - 1) * spec.gan_updates + updates, d + g)
    anew = (place == d) & (rounds % spec.held == 0)
    return np.select([place < d, anew], [D, G_ANEW], G).astype(np.int32)


@dataclass(frozen=True)
class Duel:
    """A step of Adam for the player whose turn it is (`core.learning.learner.Step`)."""

    def init(self, learnt: Players) -> State:
        """The state before the first update: G_o is G."""
        adam = optax.scale_by_adam()
        return State(
            learnt, adam.init(learnt.generator), adam.init(learnt.discriminator), learnt.generator
        )

    def __call__(
        self, static: str, data: Inputs, rest: Any, state: State, batch: Batch, now: Now
    ) -> tuple[State, Array]:
        """(the state after an update, its parts in the order of `TERMS`, 0 where not concerned).

        `static` is the game.
        """
        real, at = data.real[batch.rows], now.setting

        def nobody(state: State) -> tuple[State, Array]:
            return state, jnp.zeros(len(TERMS))

        def of_d(state: State) -> tuple[State, Array]:
            return _improve_d(static, data, state, real, batch, now.rate)

        def of_g(state: State) -> tuple[State, Array]:
            return _improve_g(static, data, state, batch, now.rate / at.rate * at.rate_g, at)

        def of_g_anew(state: State) -> tuple[State, Array]:
            return of_g(state._replace(old=state.players.generator))

        return lax.switch(batch.mover, (nobody, of_d, of_g, of_g_anew), state)

    def learnt(self, state: State) -> Players:
        """Both networks."""
        return state.players

    def averaged(self, state: State, callbacks: Callbacks) -> None:
        """No weights are averaged."""


def _improve_d(
    game: str, data: Inputs, state: State, real: Array, batch: Batch, rate: Array
) -> tuple[State, Array]:
    players = state.players
    fake = players.generate(batch.z)

    def loss(discriminator: Any) -> tuple[Array, Array]:
        judge = Players(players.generator, discriminator)
        value = judged(game, judge.logit(real), judge.logit(fake))
        paid = jnp.zeros(())
        if game == "wgan-gp":
            middle = batch.between * real + (1 - batch.between) * fake
            paid = gradient_penalty(judge, middle, data.slope)
        parts = jnp.stack([value, 0.0, 0.0, paid, 1.0, 0.0])
        return value + data.penalty * paid, parts

    (_, parts), gradient = jax.value_and_grad(loss, has_aux=True)(players.discriminator)
    update, adam = optax.scale_by_adam(data.momentum).update(gradient, state.adam_d)
    better = _moved(players.discriminator, update, rate)
    return state._replace(players=Players(players.generator, better), adam_d=adam), parts


def _improve_g(
    game: str, data: Inputs, state: State, batch: Batch, rate: Array, at: Steered
) -> tuple[State, Array]:
    players = state.players
    before = state.old(batch.z)

    def loss(generator: Any) -> tuple[Array, Array]:
        points = generator(batch.z)
        value = fooled(game, players.logit(points))
        away = departure(points, before)
        parts = jnp.stack([0.0, value, away, 0.0, 0.0, 1.0])
        return value + at.anchor * away, parts

    (_, parts), gradient = jax.value_and_grad(loss, has_aux=True)(players.generator)
    update, adam = optax.scale_by_adam(data.momentum).update(gradient, state.adam_g)
    better = _moved(players.generator, update, rate)
    return state._replace(players=Players(better, players.discriminator), adam_g=adam), parts


def _moved(weights: Any, update: Any, rate: Array) -> Any:
    return jax.tree.map(lambda w, u: w - rate * u, weights, update)
