"""The encoder of sentences as a learner of `core.learning`, and what is stored of its epochs."""

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
from core.sequences.angles import Angles, pairs
from core.sequences.losses import cross_entropies, margin_losses
from core.sequences.networks import Classifier, build, encode, restore
from core.sequences.padding import PADDING, UNKNOWN
from core.sequences.retrieval import TOP, retrieve
from core.sequences.specs import Sentences, Steered
from core.sequences.splitting import KNOWN, NEW, TRAINED, Split

WATCHED = 1000  # texts of a part whose angles and neighbours are looked at after each epoch
TERMS = ("loss",)
SPARE = 512
"""Numbers of tokens come in multiples of this: splits by other seeds then share compiled code."""


@dataclass(frozen=True)
class Epoch:
    """A stored epoch: the weights, and by part (`core.sequences.splitting.PARTS`) what they do.

    angles: between texts; found: (3, 3), the share with a mate among the nearest 1, 5, 10.
    """

    epoch: int
    weights: tuple[np.ndarray, ...]
    angles: tuple[Angles, ...]
    found: np.ndarray
    averaged: tuple[np.ndarray, ...] = ()


@dataclass(frozen=True)
class Trained(Run[Epoch]):
    """A run. V, C: how many numbers of tokens and trained groups its network is for."""

    V: int = 0
    C: int = 0

    def network(self, spec: Sentences, at: int | None = None) -> Classifier:
        """The network of a stored epoch, by its place among them; of the result, if none."""
        stored = self.result if at is None else self.snapshots[at]
        return restore(spec, self.V, self.C, stored.weights)


class Recipe(NamedTuple):
    """What determines the compiled step: the loss, the texts in a batch, the hidden share."""

    loss: str
    batch: int
    forgotten: float


class Inputs(NamedTuple):
    """ids: (n, T) int32, padded; own: (n,) the class of each text."""

    ids: Array
    own: Array


class Batch(NamedTuple):
    """rows: (batch,) of the inputs; hidden: (batch, T) bool, tokens that are not shown."""

    rows: Any
    hidden: Any


def learner(spec: Sentences, parted: Split) -> Learner[Epoch, Trained]:
    """The learner of a spec on these texts."""
    rows = parted.rows(TRAINED)
    recipe = Recipe(spec.loss, min(spec.sentence_batch, len(rows)), spec.forgotten)
    T, C = parted.ids.shape[1], parted.trained_groups
    V = -(-parted.tokens.size // SPARE) * SPARE
    steps = _steps(len(rows) // recipe.batch)
    watched = [_some(parted.rows(part)) for part in (TRAINED, KNOWN, NEW)]

    def init(on_step: OnStep) -> tuple[Classifier, Trained]:
        network = build(spec, V, C, random.fold_in(random.key(spec.parting.sentence_seed), 0))
        average = network if spec.callbacks.ema_decay else None
        return network, Trained(History.empty(TERMS), (shown(0, network, average),), V=V, C=C)

    def draw(epoch: int) -> Batch:
        """The epoch's batches, whole ones only: the texts left over wait for another epoch."""
        rng = np.random.default_rng((spec.parting.sentence_seed, epoch))
        order = rows[rng.permutation(len(rows))[: steps * recipe.batch]].astype(np.int32)
        hidden = rng.random((steps, recipe.batch, T), np.float32) < recipe.forgotten
        return Batch(order.reshape(steps, recipe.batch), hidden)

    def shown(epoch: int, network: Classifier, averaged: Classifier | None) -> Epoch:
        vectors = encode(network, parted.ids[np.concatenate(watched)])
        parts = np.split(vectors, np.cumsum([len(part) for part in watched])[:-1])
        groups = [parted.group[part] for part in watched]
        angles = tuple(pairs(v, g) for v, g in zip(parts, groups, strict=True))
        ranks = [retrieve(v, g).rank for v, g in zip(parts, groups, strict=True)]
        found = [[(r <= k).mean() if len(r) else np.nan for k in TOP] for r in ranks]
        average = () if averaged is None else weights(averaged)
        return Epoch(epoch, weights(network), angles, np.array(found), average)

    return Learner(
        terms=TERMS,
        static=recipe,
        step=Descent.of(objective, spec.callbacks),
        init=init,
        learns=lambda network: jax.tree.map(eqx.is_array, network),
        data=lambda _: Inputs(jnp.asarray(parted.ids), jnp.asarray(parted.group)),
        draw=draw,
        total=lambda parts: float(parts[0]),
        shown=shown,
        ailment=while_finite(spec),
        held_out=_held_out(spec, parted, recipe),
    )


def _steps(batches: int) -> int:
    """The steps of an epoch: of 20 batches and more a multiple of four, and so one compilation
    for splits that differ by a few texts."""
    return batches - batches % 4 if batches >= 20 else batches


def objective(
    recipe: Recipe, network: Classifier, inputs: Inputs, batch: Batch, now: Steered
) -> tuple[Array, Array]:
    """The mean loss of a batch, nats a text, and the same as its only part (1,)."""
    ids, own = inputs.ids[batch.rows], inputs.own[batch.rows]
    if recipe.forgotten:
        ids = jnp.where(batch.hidden & (ids != PADDING), UNKNOWN, ids)
    if recipe.loss == "softmax":
        losses = cross_entropies(network.logits(ids), own)
    else:
        losses = margin_losses(recipe.loss, network.cosines(ids), own, now.scale, now.margin)
    mean = losses.mean()
    return mean, mean[None]


def _held_out(spec: Sentences, parted: Split, recipe: Recipe) -> HeldOut | None:
    """The loss of the texts kept back of trained groups, nothing hidden."""
    rows = parted.rows(KNOWN)
    if not spec.callbacks.evaluate_every or not len(rows):
        return None

    def batches(order: np.ndarray) -> Batch:
        return Batch(order, np.zeros((*order.shape, parted.ids.shape[1]), bool))

    return held_out(rows, recipe.batch, batches, recipe._replace(forgotten=0.0), objective)


def _some(rows: np.ndarray) -> np.ndarray:
    """At most WATCHED of the rows, spread evenly."""
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), WATCHED)).astype(int)]
