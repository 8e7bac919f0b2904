"""An autoencoder with codes as a learner: the functions that `core.learning.running` calls."""

from __future__ import annotations

import math
import warnings
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import random

from core.errors import SpecError
from core.items.data import Loaded
from core.items.split import Split, split
from core.learning.descent import Descent
from core.learning.health import finite
from core.learning.history import History
from core.learning.learner import HeldOut, Learner, held_out
from core.messages import Message, message
from core.progress import OnStep, report
from core.quantised.loss import Terms, Weights, measured, objective, recipe_of
from core.quantised.networks import Network, build, places, restore
from core.quantised.snapshots import Snapshot, Trained, decode, raw, settle, snapshot
from core.quantised.specs import Codes
from core.quantised.step import Batch, Quantising
from core.threads import one_thread

FAST = "rbg"  # random numbers whose code compiles quickly
CLUSTERED = 4096  # z that k-means starts the codes from
POOR = 1.5  # times as far off as the mean item is: a run that learns is nearer after an epoch
COPIED, SAME = 32, 1e-6  # items that are copied; between copies
ASTRAY = 1e6  # times as far off as the mean item is: no run is seen to come back from there


def learner(spec: Codes, data: Loaded) -> Learner[Snapshot, Trained]:
    """The learner of a spec on these items. Raises SpecError where they are too few for K."""
    parted = _parted(spec, len(data.x))
    recipe = recipe_of(spec, len(parted.trained))
    grid = places(spec, data.shape)
    G, K = math.prod(grid), spec.size
    _check(spec, len(parted.trained) * G)
    constant = float(data.x.var(axis=0, dtype=np.float64).sum())
    tends = recipe.averaged or recipe.revived
    chosen = np.float32(spec.codebook_weight), np.float32(spec.average_decay)
    numbers = Weights(*chosen, np.int32(spec.revive_after))

    def init(on_step: OnStep) -> tuple[Network, Trained]:
        report(on_step, 0.0, message("starting the codebook"))
        network = start(spec, data.take(parted.trained))
        average = network if spec.callbacks.ema_decay else None
        first = snapshot(spec, 0, network, data.x, average)
        history = History.empty(Terms._fields)
        return network, Trained(history, (first,), shape=data.shape, places=grid)

    def draw(epoch: int) -> Batch:
        """The epoch's batches, whole ones only: the few items left over wait for another epoch."""
        rng = np.random.default_rng((spec.code_seed, epoch))
        n = len(parted.trained)
        steps = n // recipe.batch
        order = parted.trained[rng.permutation(n)[: steps * recipe.batch]]
        spare = rng.integers(0, 2**31 - 1, (steps, K if tends else 1))
        return Batch(order.astype(np.int32).reshape(steps, recipe.batch), spare.astype(np.int32))

    def total(parts: np.ndarray) -> float:
        beta = 0.0 if recipe.averaged else spec.codebook_weight
        return float(parts[0] + beta * parts[1] + spec.commitment * parts[2])

    def ill(epoch: int, network: Network, shot: Snapshot, parts: np.ndarray) -> Message | None:
        why = ailment(spec, epoch, parts, shot, constant)
        if why is None and float(parts[0]) > POOR * constant and spec.size > 1:
            why = dead(spec, epoch, restore(spec, data.shape, shot.weights), shot.codes)
        return why

    descent = Descent.of(objective, spec.callbacks)  # type: ignore[arg-type]  # parts, and seen
    return Learner(
        terms=Terms._fields,
        static=recipe,
        step=Quantising(descent, tends),
        init=init,
        learns=lambda network: learnt(spec, network),
        data=lambda _: (jnp.asarray(data.x), numbers),
        draw=draw,
        total=total,
        shown=lambda epoch, net, averaged: snapshot(spec, epoch, net, data.x, averaged),
        ailment=ill,
        held_out=_held_out(recipe, parted.held_out),
    )


@one_thread()
def start(spec: Codes, data: Loaded) -> Network:
    """The network before the first epoch; its codes by k-means on its z, if wanted."""
    network = build(spec, data.shape, random.key(spec.code_seed, impl=FAST))
    if spec.quantiser == "fsq" or not spec.kmeans_start:
        return network
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    rng = np.random.default_rng((spec.code_seed, 0))
    some = data.x[rng.permutation(len(data.x))[:CLUSTERED]]
    z = raw(network, some)
    settled = settle(spec, network, z)
    z = (z - np.asarray(settled.centre)) / np.asarray(settled.scale)
    z = z.reshape(-1, spec.dimension)
    if len(z) > (most := max(CLUSTERED, spec.size)):
        z = z[rng.permutation(len(z))[:most]]
    # Fewer distinct z than codes is no matter: it is a start.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    centres = KMeans(spec.size, n_init=1, random_state=spec.code_seed).fit(z).cluster_centers_
    return eqx.tree_at(lambda n: n.book, network, jnp.asarray(centres, jnp.float32))


def learnt(spec: Codes, network: Network) -> Any:
    """For each weight whether it is learnt: not SimVQ's frozen codes, not the normalisation."""

    def fixed(n: Network) -> list[Any]:
        return [n.centre, n.scale, *([n.book] if spec.quantiser in ("simvq", "fsq") else [])]

    every = jax.tree.map(eqx.is_array, network)
    return eqx.tree_at(fixed, every, replace_fn=lambda _: False)


def ailment(
    spec: Codes, epoch: int, parts: np.ndarray, shot: Snapshot, constant: float
) -> Message | None:
    """What stops a run after this epoch, with the remedy, or None. constant: Σ var of the items."""
    rate, commitment = spec.at(epoch)
    values = {"epoch": epoch, "rate": rate, "commitment": commitment, "kept": epoch - 1}
    if not finite(parts, shot.weights):
        return message(
            "Diverged in epoch {epoch}: the loss is no longer a number (learning rate {rate:g}, "
            "γ = {commitment:g}). Epoch {kept} is kept; lower the learning rate and train again.",
            **values,
        )
    if (times := float(parts[0]) / constant) > ASTRAY:
        return message(
            "Diverged in epoch {epoch}: the reconstruction error is {times:.1e} times that of "
            "always giving the mean item (learning rate {rate:g}, γ = {commitment:g}). Epoch "
            "{kept} is kept; lower the learning rate and train again.",
            times=times,
            **values,
        )
    return None


def dead(spec: Codes, epoch: int, network: Network, codes: np.ndarray) -> Message | None:
    """Why a run cannot go on whose copies are all the same, or None. codes: (n, G) of items."""
    copies = decode(spec, network, codes[:COPIED])
    if len(copies) < 2 or float(np.ptp(copies, axis=0).max()) >= SAME:
        return None
    rate, commitment = spec.at(epoch)
    return message(
        "Dead in epoch {epoch}: all items have one and the same copy, worse than the mean item "
        "(learning rate {rate:g}, γ = {commitment:g}). Epoch {kept} is kept; lower the learning "
        "rate and train again.",
        epoch=epoch,
        rate=rate,
        commitment=commitment,
        kept=epoch - 1,
    )


def _check(spec: Codes, vectors: int) -> None:
    if spec.quantiser != "fsq" and spec.size > vectors:
        raise SpecError(
            message(
                "`codebook={K}` is above the {n:,} vectors that the items become; choose 1 to "
                "{n:,}.",
                K=spec.size,
                n=vectors,
            ),
            "codebook",
        )


def _parted(spec: Codes, n: int) -> Split:
    """The training and held-out items; without an evaluation, all are trained on."""
    callbacks = spec.callbacks
    return split(n, callbacks.held_out if callbacks.evaluate_every else 0.0, spec.code_seed)


def _held_out(recipe: Any, rows: np.ndarray) -> HeldOut | None:
    """The loss of all held-out items, in batches of the training's size or a little less."""
    if not len(rows):
        return None

    def batches(order: np.ndarray) -> Batch:
        return Batch(order, np.zeros((len(order), 1), np.int32))

    return held_out(rows, recipe.batch, batches, recipe, measured)
