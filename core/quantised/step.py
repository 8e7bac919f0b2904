"""A step of training: a gradient step, then the codebook's own: moving averages and revival."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from core.learning.descent import Descent
from core.learning.descent import State as Descended
from core.quantised.loss import Recipe, Seen, Weights

LEAST_MASS = 1e-6  # of a code's moving count: below it there is nothing to average


class Batch(NamedTuple):
    """rows: (batch,) indices of items; spare: (K,) which z a code moves to that is revived."""

    rows: Any
    spare: Any


class Book(NamedTuple):
    """What the codebook remembers. counts: (K,), sums: (K, d), moving sums of the z that chose a
    code; idle: (K,) steps since one did.
    """

    counts: Array
    sums: Array
    idle: Array


class State(NamedTuple):
    """The state of the gradient step, and that of the codebook, or None where it has none."""

    descended: Descended
    book: Book | None


@dataclass(frozen=True)
class Quantising:
    """`Descent`, and after each step the codebook's own."""

    descent: Descent
    tends: bool  # whether the codebook is averaged or revived

    def init(self, learnt: Any) -> State:
        """The state before the first step."""
        book = None
        if self.tends:
            K = len(learnt.book)
            book = Book(jnp.ones(K), learnt.book, jnp.zeros(K, jnp.int32))
        return State(self.descent.init(learnt), book)

    def __call__(
        self, static: Recipe, data: Any, rest: Any, state: State, batch: Batch, now: Any
    ) -> tuple[State, Array]:
        """The state after one batch, and the parts of its loss, (3,)."""
        aux: Any
        descended, aux = self.descent(static, data, rest, state.descended, batch, now)
        parts, seen = aux
        if state.book is None:
            return State(descended, None), parts
        codes, book = tend(static, data[1], descended.learnt.book, state.book, seen, batch.spare)
        learnt = eqx.tree_at(lambda network: network.book, descended.learnt, codes)
        return State(descended._replace(learnt=learnt), book), parts

    def learnt(self, state: State) -> Any:
        """The learnt weights of a state."""
        return state.descended.learnt

    def averaged(self, state: State, callbacks: Any) -> Any:
        """The averaged weights."""
        return self.descent.averaged(state.descended, callbacks)


def tend(
    recipe: Recipe, weights: Weights, codes: Array, book: Book, seen: Seen, spare: Array
) -> tuple[Array, Book]:
    """The codebook (K, d) after a batch.

    averaged: N ← d N + (1 − d) n and m ← d m + (1 − d) Σ z, e = m/N; a code that no z chose for so
    long that N is nearly 0 stays, and its N and m are 0. revived: a code that no z
    chose for `revive_after` steps becomes the z of this batch that `spare` names.
    """
    K = len(codes)
    count = jnp.zeros(K).at[seen.codes].add(1.0)
    counts, sums = book.counts, book.sums
    if recipe.averaged:
        of_batch = jax.ops.segment_sum(seen.z, seen.codes, num_segments=K)
        counts = weights.decay * counts + (1 - weights.decay) * count
        sums = weights.decay * sums + (1 - weights.decay) * of_batch
        has_mass = counts > LEAST_MASS
        counts = jnp.where(has_mass, counts, 0.0)
        sums = jnp.where(has_mass[:, None], sums, 0.0)
        mean = sums / jnp.where(has_mass, counts, 1.0)[:, None]
        codes = jnp.where(has_mass[:, None], mean, codes)
    idle = jnp.where(count > 0, 0, book.idle + 1)
    if recipe.revived:
        dead = idle >= weights.revive_after
        fresh = seen.z[spare % len(seen.z)]
        codes = jnp.where(dead[:, None], fresh, codes)
        sums = jnp.where(dead[:, None], fresh, sums)
        counts = jnp.where(dead, 1.0, counts)
        idle = jnp.where(dead, 0, idle)
    return codes, Book(counts, sums, idle)
