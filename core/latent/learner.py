"""The VAE as a learner: the functions that the loop of `core.learning.running` calls."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from core.items.data import Loaded
from core.items.split import Split, split
from core.latent import starts
from core.latent.health import ailment, constant_loss
from core.latent.loss import Draws, Recipe, Terms, draws, guide_weight, learnt, recipe_of, terms
from core.latent.networks import Network
from core.latent.snapshots import Snapshot, Trained, snapshot
from core.latent.specs import Steered, Vae
from core.learning.descent import Descent
from core.learning.history import History
from core.learning.learner import HeldOut, Learner
from core.messages import Message
from core.progress import OnStep

MEASURED_AT_ONCE = 250  # held-out items


class Inputs(NamedTuple):
    """The data that every step reads. x: (n, D); target: (n, K) or (n, 1); guide: its weight."""

    x: Array
    target: Array
    guide: np.floating


class Batch(NamedTuple):
    """rows: (batch,) indices of items; drawn: the random numbers of each item."""

    rows: Any
    drawn: Draws


def learner(spec: Vae, data: Loaded) -> Learner[Snapshot, Trained]:
    """The learner of a spec on these items."""
    parted = _parted(spec, len(data.x))
    recipe = recipe_of(spec, data.picture, len(parted.trained))
    constant, guide = constant_loss(spec, data.x), guide_weight(spec, data.x.shape[1])

    def init(on_step: OnStep) -> tuple[Network, Trained]:
        some = data.take(parted.trained) if len(parted.held_out) else data
        network, of_some = starts.begin(spec, some, on_step)
        target = of_some
        if len(of_some) and len(parted.held_out):
            target = np.full(len(data.x), -1, np.int64)
            target[parted.trained] = of_some
        history = History.empty(Terms._fields)
        average = network if spec.callbacks.ema_decay else None
        first = snapshot(0, network, data.x, average)
        return network, Trained(history, (first,), shape=data.shape, target=target)

    def inputs(run: Trained) -> Inputs:
        target = _targets(run.target, spec.components, len(data.x))
        return Inputs(jnp.asarray(data.x), target, np.float32(guide))

    def draw(epoch: int) -> Batch:
        """The epoch's batches, whole ones only: the few items left over wait for another epoch."""
        rng = np.random.default_rng((spec.vae_seed, epoch))
        n = len(parted.trained)
        steps = n // recipe.batch
        order = parted.trained[rng.permutation(n)[: steps * recipe.batch]]
        order = order.astype(np.int32).reshape(steps, recipe.batch)
        return Batch(order, draws(rng, recipe, order.shape, spec.latent))

    def total(parts: np.ndarray) -> float:
        return float(parts[:3].sum() + guide * parts[3])

    def shown(epoch: int, network: Network, averaged: Network | None) -> Snapshot:
        return snapshot(epoch, network, data.x, averaged)

    def ill(epoch: int, network: Network, shot: Snapshot, parts: np.ndarray) -> Message | None:
        return ailment(spec, epoch, network, shot.mean, parts, constant)

    return Learner(
        terms=Terms._fields,
        static=recipe,
        step=Descent.of(objective, spec.callbacks),
        init=init,
        learns=lambda network: learnt(network, spec.latent_model),
        data=inputs,
        draw=draw,
        total=total,
        shown=shown,
        ailment=ill,
        held_out=_held_out(spec, recipe, parted.held_out),
    )


def objective(
    recipe: Recipe, network: Network, inputs: Inputs, batch: Batch, now: Steered
) -> tuple[Array, Array]:
    """The loss of a batch, nats an item, and its parts (4,), in the order of `Terms`."""

    def of(x: Array, target: Array, drawn: Draws) -> Terms:
        return terms(network, recipe, x, target, drawn, jnp.asarray(now.precision))

    rows = batch.rows
    parts = jax.vmap(of)(inputs.x[rows], inputs.target[rows], batch.drawn)
    means = jnp.stack([part.mean() for part in parts])
    return means[:3].sum() + inputs.guide * means[3], means


def _parted(spec: Vae, n: int) -> Split:
    """The training and held-out items; without an evaluation, all are trained on."""
    callbacks = spec.callbacks
    return split(n, callbacks.held_out if callbacks.evaluate_every else 0.0, spec.vae_seed)


def _held_out(spec: Vae, recipe: Recipe, rows: np.ndarray) -> HeldOut | None:
    """The bound of the held-out items, the same noise each time; the graph guides none of them."""
    if not len(rows):
        return None
    count = -(-len(rows) // MEASURED_AT_ONCE)
    batch = len(rows) // count
    unguided = recipe._replace(guided=False, batch=batch)
    rng = np.random.default_rng((spec.vae_seed, 0))
    order = rows[: count * batch].astype(np.int32).reshape(count, batch)
    drawn = draws(rng, unguided, order.shape, spec.latent)
    return HeldOut(Batch(order, drawn), unguided, objective)


def _targets(cluster: np.ndarray, K: int, n: int) -> Array:
    """The clusters as rows of an identity matrix; (n, 1) where the run is not guided."""
    return jnp.eye(K)[cluster] if len(cluster) else jnp.zeros((n, 1))
