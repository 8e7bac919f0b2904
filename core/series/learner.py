"""The network as a learner of `core.learning`, and what is stored of its epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, random

from core.items.split import split as held_apart
from core.learning.descent import Descent
from core.learning.health import while_finite
from core.learning.history import History
from core.learning.learner import HeldOut, Learner, Run, held_out
from core.learning.saving import weights
from core.progress import OnStep
from core.series.losses import cross_entropy, f1_loss, soft_f1
from core.series.networks import SeriesClassifier, build, read, restore
from core.series.scores import I64, confusion
from core.series.specs import SeriesNet, Steered
from core.series.splitting import Split

TERMS = ("loss", "cross-entropy", "soft macro-F1")
WATCHED = 1000  # series trained on that are classified after each epoch


@dataclass(frozen=True)
class Epoch:
    """A stored epoch: the weights, the answers to the test series (m,), and confusions (C, C).

    trained: of up to 1,000 series that were trained on; tested: of all test series.
    """

    epoch: int
    weights: tuple[np.ndarray, ...]
    said: np.ndarray
    trained: I64
    tested: I64
    averaged: tuple[np.ndarray, ...] = ()


@dataclass(frozen=True)
class Trained(Run[Epoch]):
    """A run. C: how many classes its network tells apart."""

    C: int = 0

    def network(self, spec: SeriesNet, at: int | None = None) -> SeriesClassifier:
        """The network of a stored epoch, by its place among them; of the result, if none."""
        stored = self.result if at is None else self.snapshots[at]
        return restore(spec, self.C, stored.weights)


class Inputs(NamedTuple):
    """x: (n, L) float32; own: (n,) the class of each."""

    x: Array
    own: Array


class Recipe(NamedTuple):
    """What determines the compiled step: the form of the loss of F1, and the noise added."""

    form: str
    noise: float


class Batch(NamedTuple):
    """rows: (batch,) of the inputs; key: (2,) uint32, from which the added noise follows."""

    rows: Any
    key: Any


def learner(spec: SeriesNet, parted: Split) -> Learner[Epoch, Trained]:
    """The learner of a spec on these series."""
    C, x = len(parted.series.classes), parted.x
    rows, aside = parted.trained, np.zeros(0, np.int64)
    if spec.callbacks.evaluate_every:
        within = held_apart(len(rows), spec.callbacks.held_out, spec.parting.series_seed)
        rows, aside = rows[within.trained], rows[within.held_out]
    batch = min(spec.net_batch, len(rows))
    steps = len(rows) // batch
    own = parted.series.label
    watched = rows[np.linspace(0, len(rows) - 1, min(len(rows), WATCHED)).astype(int)]

    def init(on_step: OnStep) -> tuple[SeriesClassifier, Trained]:
        network = build(spec, C, random.fold_in(random.key(spec.parting.series_seed), 0))
        average = network if spec.callbacks.ema_decay else None
        return network, Trained(History.empty(TERMS), (shown(0, network, average),), C=C)

    def draw(epoch: int) -> Batch:
        """The epoch's batches, whole ones only: the series left over wait for another epoch."""
        rng = np.random.default_rng((spec.parting.series_seed, epoch))
        order = rows[rng.permutation(len(rows))[: steps * batch]].astype(np.int32)
        keys = rng.integers(0, 2**32, (steps, 2), dtype=np.uint32)
        return Batch(order.reshape(steps, batch), keys)

    def shown(epoch: int, network: SeriesClassifier, averaged: Any) -> Epoch:
        answers = read(network, x[parted.tested])[1].argmax(axis=1).astype(np.int16)
        again = read(network, x[watched])[1].argmax(axis=1)
        average = () if averaged is None else weights(averaged)
        return Epoch(
            epoch, weights(network), answers, confusion(own[watched], again, C),
            confusion(own[parted.tested], answers, C), average,
        )  # fmt: skip

    return Learner(
        terms=TERMS,
        static=Recipe(spec.f1_form, spec.added_noise),
        step=Descent.of(objective, spec.callbacks),
        init=init,
        learns=lambda network: jax.tree.map(eqx.is_array, network),
        data=lambda _: Inputs(jnp.asarray(x), jnp.asarray(own)),
        draw=draw,
        total=lambda parts: float(parts[0]),
        shown=shown,
        ailment=while_finite(spec),
        held_out=_held_out(spec, aside, batch),
    )


def objective(
    recipe: Recipe, network: SeriesClassifier, inputs: Inputs, batch: Batch, now: Steered
) -> tuple[Array, Array]:
    """(loss, parts (3,)) of a batch: (1 − soft) × cross-entropy + soft × the loss of F1."""
    own, x = inputs.own[batch.rows], inputs.x[batch.rows]
    if recipe.noise:
        x = x + recipe.noise * random.normal(random.wrap_key_data(batch.key), x.shape)
    logits = network(x)
    probabilities = jax.nn.softmax(logits)
    cross = cross_entropy(logits, own)
    loss = (1 - now.soft) * cross + now.soft * f1_loss(recipe.form, probabilities, own)
    return loss, jnp.stack([loss, cross, soft_f1(probabilities, own).mean()])


def _held_out(spec: SeriesNet, rows: np.ndarray, batch: int) -> HeldOut | None:
    """The loss of training series that were put aside; the test series decide nothing."""
    if not len(rows):
        return None

    def batches(order: np.ndarray) -> Batch:
        return Batch(order, np.zeros((len(order), 2), np.uint32))

    return held_out(rows, batch, batches, Recipe(spec.f1_form, 0.0), objective)
