"""The network of text classes as a learner of `core.learning`, and what is stored of its epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, random

from core.learning.descent import Descent
from core.learning.health import while_finite
from core.learning.history import History
from core.learning.learner import HeldOut, Learner, Run, held_out
from core.learning.saving import weights
from core.progress import OnStep
from core.sequences.batches import batched, cut, lengths, prefixes
from core.sequences.losses import cross_entropies
from core.sequences.padding import PADDING, UNKNOWN
from core.text_classes.division import TRAINED, WATCHED
from core.text_classes.inputs import Inputs
from core.text_classes.networks import BOTTLENECK_DIM, Network, build, predict, restore
from core.text_classes.specs import Steered, TextClasses

TERMS = ("loss", "cross-entropy", "bound")
SPARE = 512
"""Numbers of tokens come in multiples of this: divisions by other seeds share compiled code."""


@dataclass(frozen=True)
class Epoch:
    """A stored epoch: the weights, and of up to 600 texts trained on and of those watched (2,) the
    accuracy, the cross-entropy and the bound on what z tells of a text, nats (NaN without z)."""

    epoch: int
    weights: tuple[np.ndarray, ...]
    accuracy: np.ndarray
    cross_entropy: np.ndarray
    bound: np.ndarray
    averaged: tuple[np.ndarray, ...] = ()


@dataclass(frozen=True)
class Trained(Run[Epoch]):
    """A run. V, C: how many numbers of tokens and classes its network is for."""

    V: int = 0
    C: int = 0

    def network(self, spec: TextClasses, at: int | None = None) -> Network:
        """The network of a stored epoch, by its place among them; of the result, if none."""
        stored = self.result if at is None else self.snapshots[at]
        return restore(spec, self.V, self.C, stored.weights)


class Recipe(NamedTuple):
    """What determines the compiled step: the texts in a batch, the shares left out, and z."""

    batch: int
    dropped: float
    hidden: float
    narrow: bool


class Data(NamedTuple):
    """ids: (n, T) int32, padded; own: (n,) the class of each text."""

    ids: Array
    own: Array


class Batch(NamedTuple):
    """rows: (batch,) of the data; hidden: (batch, T) bool, tokens that are not shown; kept:
    (batch, F) bool, what stays of the last layer; noise: (batch, z) of N(0, 1), of length 0
    without a bottleneck; prefix: the place in `prefixes(T)` of how many tokens are read."""

    rows: Any
    hidden: Any
    kept: Any
    noise: Any
    prefix: Any


def learner(spec: TextClasses, inputs: Inputs) -> Learner[Epoch, Trained]:
    """The learner of a spec on these texts."""
    divided = inputs.divided
    rows = divided.rows(TRAINED)
    recipe = Recipe(
        min(spec.class_batch, len(rows)), spec.dropped, spec.hidden_tokens, spec.bottleneck > 0
    )
    V, C = -(-inputs.tokens.size // SPARE) * SPARE, len(divided.names)
    steps = len(rows) // recipe.batch
    F, z, T = spec.body_dim, BOTTLENECK_DIM if recipe.narrow else 0, inputs.ids.shape[1]
    watched, length = [_some(rows), divided.rows(WATCHED)], lengths(inputs.ids)

    def init(on_step: OnStep) -> tuple[Network, Trained]:
        key = random.fold_in(random.key(spec.division.division_seed), 0)
        network = build(spec, V, C, key)
        average = network if spec.callbacks.ema_decay else None
        return network, Trained(History.empty(TERMS), (shown(0, network, average),), V=V, C=C)

    def draw(epoch: int) -> Batch:
        """The epoch's batches, whole ones only: the texts left over wait for another epoch."""
        rng = np.random.default_rng((spec.division.division_seed, epoch))
        order = rows[rng.permutation(len(rows))[: steps * recipe.batch]].astype(np.int32)
        order, prefix = batched(order, length, recipe.batch, T, rng)
        hidden = rng.random((steps, recipe.batch, T), np.float32) < recipe.hidden
        kept = rng.random((steps, recipe.batch, F), np.float32) >= recipe.dropped
        noise = rng.standard_normal((steps, recipe.batch, z), np.float32)
        return Batch(order, hidden, kept, noise, prefix)

    def shown(epoch: int, network: Network, averaged: Network | None) -> Epoch:
        values = np.full((3, 2), np.nan)
        logs, _, bounds = predict(network, inputs.ids[np.concatenate(watched)])
        first = 0
        for i, some in enumerate(watched):
            part = slice(first, first := first + len(some))
            if len(some):
                own = divided.label[some]
                values[0, i] = (logs[part].argmax(axis=1) == own).mean()
                values[1, i] = -logs[part][np.arange(len(some)), own].mean()
                values[2, i] = bounds[part].mean() if recipe.narrow else np.nan
        average = () if averaged is None else weights(averaged)
        return Epoch(epoch, weights(network), values[0], values[1], values[2], average)

    return Learner(
        terms=TERMS,
        static=recipe,
        step=Descent.of(objective, spec.callbacks),
        init=init,
        learns=lambda network: jax.tree.map(eqx.is_array, network),
        data=lambda _: Data(jnp.asarray(inputs.ids), jnp.asarray(divided.label)),
        draw=draw,
        total=lambda parts: float(parts[0]),
        shown=shown,
        ailment=while_finite(spec),
        held_out=_held_out(spec, divided.rows(WATCHED), recipe, T),
    )


def objective(
    recipe: Recipe, network: Network, data: Data, batch: Batch, now: Steered
) -> tuple[Array, Array]:
    """The mean over texts of cross-entropy + λ KL(p(z|x) ‖ N(0, 1)), nats, and its parts (3,)."""
    ids = data.ids[batch.rows]
    if recipe.hidden:
        ids = jnp.where(batch.hidden & (ids != PADDING), UNKNOWN, ids)
    features = cut(network.features, ids, batch.prefix)
    if recipe.dropped:
        features = features * batch.kept / (1 - recipe.dropped)
    read = network.read(features, batch.noise if recipe.narrow else None)
    entropy, bound = cross_entropies(read.logits, data.own[batch.rows]).mean(), read.bound.mean()
    loss = entropy + now.bottleneck * bound if recipe.narrow else entropy
    return loss, jnp.stack([loss, entropy, bound])


def _held_out(spec: TextClasses, rows: np.ndarray, recipe: Recipe, T: int) -> HeldOut | None:
    """The loss of the watched texts, nothing left out and no noise."""
    if not spec.callbacks.evaluate_every or not len(rows):
        return None

    def batches(order: np.ndarray) -> Batch:
        z = BOTTLENECK_DIM if recipe.narrow else 0
        return Batch(
            order, np.zeros((*order.shape, T), bool),
            np.ones((*order.shape, spec.body_dim), bool),
            np.zeros((*order.shape, z), np.float32),
            np.full(order.shape[:-1], len(prefixes(T)) - 1, np.int32),
        )  # fmt: skip

    return held_out(
        rows, recipe.batch, batches, recipe._replace(dropped=0.0, hidden=0.0), objective
    )


def _some(rows: np.ndarray) -> np.ndarray:
    """At most as many of the rows as are watched, spread evenly."""
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), 600)).astype(int)]
