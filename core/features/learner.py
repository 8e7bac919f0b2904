"""Deep InfoMax as a learner: the functions that `core.learning.running` calls."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import random

from core.errors import SourceError, SpecError
from core.features.loss import Batch, Terms, deals, objective, recipe_of
from core.features.networks import Network, build, plan_of
from core.features.snapshots import Snapshot, Trained, parted, snapshot
from core.features.specs import InfoMax
from core.items.data import Loaded
from core.learning.descent import Descent
from core.learning.health import diverged, finite
from core.learning.history import History
from core.learning.learner import Learner
from core.messages import Message, message
from core.progress import OnStep

FAST = "rbg"  # random numbers whose code compiles quickly
ASTRAY = 1e3  # nats: a critic that tells nothing has 1.39
SAME = 1e-6  # between the codes of items: those of a new network differ by 0.1
LEAST = 2  # items to train on: of one there is no other to deal it


def learner(spec: InfoMax, data: Loaded) -> Learner[Snapshot, Trained]:
    """The learner of a spec on these items. Raises CoreError where no pair of them can be told."""
    split = parted(spec, len(data.x))
    rows = split.trained
    _check(spec, data, rows)
    batch = min(spec.info_batch, len(rows))
    recipe = recipe_of(spec, data.axes)

    def shown(epoch: int, network: Network, averaged: Network | None = None) -> Snapshot:
        return snapshot(spec, epoch, network, data.x, rows)

    def init(on_step: OnStep) -> tuple[Network, Trained]:
        network = start(spec, data)
        history = History.empty(Terms._fields)
        return network, Trained(history, (shown(0, network),), shape=data.shape)

    def draw(epoch: int) -> Batch:
        """The epoch's batches, whole ones only: the few items left over wait for another epoch."""
        rng = np.random.default_rng((spec.info_seed, epoch))
        steps = len(rows) // batch
        order = rows[rng.permutation(len(rows))[: steps * batch]]
        noise = rng.standard_normal((steps, batch, spec.info_latent), np.float32)
        dealt = deals(rng, steps, batch, spec.info_negatives)
        corners = None
        if recipe.moved:
            shape = (steps, batch, len(data.axes))
            corners = rng.integers(0, 2 * recipe.moved + 1, shape, np.int32)
        return Batch(order.astype(np.int32).reshape(steps, batch), noise, dealt, corners)

    def ill(epoch: int, network: Network, shot: Snapshot, parts: np.ndarray) -> Message | None:
        return ailment(spec, epoch, parts, shot)

    return Learner(
        terms=Terms._fields,
        static=recipe,
        step=Descent.of(objective, spec.callbacks),
        init=init,
        learns=learnt,
        data=lambda _: jnp.asarray(data.x),
        draw=draw,
        total=lambda parts: float(
            parts @ (spec.global_weight, spec.local_weight, spec.prior_weight)
        ),
        shown=shown,
        ailment=ill,
    )


def start(spec: InfoMax, data: Loaded) -> Network:
    """The network before the first epoch."""
    key = random.key(spec.info_seed, impl=FAST)
    network: Network = eqx.filter_jit(build)(plan_of(spec), data.shape, key)
    return network


def learnt(network: Network) -> Any:
    """For each weight whether it is learnt: not the normalisation's."""
    every = jax.tree.map(eqx.is_array, network)
    return eqx.tree_at(lambda n: (n.centre, n.scale), every, replace_fn=lambda _: False)


def ailment(spec: InfoMax, epoch: int, parts: np.ndarray, shot: Snapshot) -> Message | None:
    """What stops a run after this epoch, with the remedy, or None."""
    values = {"epoch": epoch, "rate": spec.at(epoch).rate, "kept": epoch - 1}
    if not finite(parts, shot.mean, shot.logvar, shot.weights):
        return diverged(epoch, spec.at(epoch).rate)
    if (worst := float(parts.max())) > ASTRAY:
        return message(
            "Diverged in epoch {epoch}: a part of the loss is {worst:.1e} nats, and 1.39 of a "
            "critic that tells nothing (learning rate {rate:g}). Epoch {kept} is kept; lower the "
            "learning rate and train again.",
            worst=worst,
            **values,
        )
    if float(np.ptp(shot.mean, axis=0).max()) < SAME:
        return message(
            "Dead in epoch {epoch}: every item has the same z (learning rate {rate:g}). Epoch "
            "{kept} is kept; lower the learning rate or γ and train again.",
            **values,
        )
    return None


def _check(spec: InfoMax, data: Loaded, rows: np.ndarray) -> None:
    if len(rows) < LEAST:
        raise SpecError(
            message(
                "`kept_back={share:g}` leaves {n} item to train on; at least {least} are needed, "
                "for each is told from others. Hold out less, or give more items.",
                share=spec.kept_back,
                n=len(rows),
                least=LEAST,
            ),
            "kept_back",
        )
    if not np.ptp(data.x[rows], axis=0).any():
        raise SourceError(
            message(
                "All {n:,} items to train on are the same: there is nothing that z could tell "
                "apart. Give items that differ.",
                n=len(rows),
            )
        )
