"""A game on points of a plane as a learner: what `core.learning.running` calls."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from core.adversarial.duel import TERMS, Batch, Duel, Inputs, movers
from core.adversarial.health import ailment
from core.adversarial.networks import Players, begin
from core.adversarial.plane import draw as draw_points
from core.adversarial.scores import reference, score
from core.adversarial.snapshots import Snapshot, Trained, noise
from core.adversarial.specs import Gan
from core.learning.history import History
from core.learning.learner import Learner
from core.learning.saving import weights
from core.messages import Message
from core.progress import OnStep


def learner(spec: Gan) -> Learner[Snapshot, Trained]:
    """The learner of a spec."""
    real = draw_points(spec.plane, spec.plane.points, 0)
    fixed, (compared, known) = jnp.asarray(noise(spec)), reference(spec.plane)

    def shown(epoch: int, players: Players, averaged: Players | None = None) -> Snapshot:
        points = np.asarray(_generated(players, fixed))
        return Snapshot(epoch, weights(players), points, score(points, compared, known))

    def init(on_step: OnStep) -> tuple[Players, Trained]:
        players = begin(spec)
        return players, Trained(History.empty(TERMS), (shown(0, players),), real=real)

    def draw(epoch: int) -> Batch:
        rng = np.random.default_rng((spec.gan_seed, epoch))
        shape = (spec.gan_updates, spec.gan_batch)
        return Batch(
            movers(spec, epoch),
            rng.integers(0, len(real), shape, np.int32),
            rng.standard_normal((*shape, spec.noise), np.float32),
            rng.random((*shape, 1), np.float32),
        )

    def ill(epoch: int, players: Players, shot: Snapshot, parts: np.ndarray) -> Message | None:
        return ailment(spec, epoch, players, shot, parts)

    return Learner(
        terms=TERMS,
        static=spec.game,
        step=Duel(),
        init=init,
        learns=lambda players: True,
        data=lambda run: Inputs(
            jnp.asarray(run.real), *map(np.float32, (spec.penalty, spec.slope, spec.momentum))
        ),
        draw=draw,
        total=lambda parts: float(parts[:2].sum() / max(parts[4:].sum(), 1e-12)),
        shown=shown,
        ailment=ill,
    )


@jax.jit
def _generated(players: Players, z: Array) -> Array:
    return players.generate(z)
