r"""O-GAN: a discriminator that encodes (Su 2019, arXiv 1903.01931; bojone/o-gan).

With m the mean of E's numbers, x̄ = sg[G(z)] and real items the low score, one loss of both:

$$[m(x) - m(\bar x)] + [m(G(z)) - m(\bar x)] - \lambda\rho(z, E(G(z)))
+ \frac{(m(x) - m(\bar x))^2}{4\,\mathrm{mean}\,(x-\bar x)^2}$$

In the second bracket E's gradients cancel, so that only G learns from it; the last term bounds
the slope of m (as in GAN-QP).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from core import budget
from core.adversarial.coder import Coder, begin, restore, rho
from core.adversarial.shots import Coded, Shot, compared, dead, measured, variance
from core.adversarial.specs import Guided, OGan
from core.cache import cached
from core.items.data import Loaded, load
from core.learning import memory, running
from core.learning.descent import Descent
from core.learning.health import diverged, finite
from core.learning.history import History
from core.learning.learner import Learner
from core.messages import Message, message
from core.progress import OnStep, run_on

TERMS = ("m(x) − m(G(z))", "ρ(z, E(G(z)))", "quadratic term", "minimised")
ASTRAY = 1e4  # of the loss: that of a new game is below 1


class Batch(NamedTuple):
    """rows: (B,) items; z: (B, d)."""

    rows: Any
    z: Any


@dataclass(frozen=True)
class Orthogonal(Coded):
    """A run of an O-GAN."""

    def coder(self, spec: OGan, at: int | None = None) -> Coder:
        """The networks of a stored epoch, by its place among them; of the newest, if none."""
        shot = self.result if at is None else self.snapshots[at]
        return restore(spec, self.shape, shot.weights)


def objective(
    static: None, coder: Coder, x: Array, batch: Batch, now: Guided
) -> tuple[Array, Array]:
    """The loss of a batch, and its parts in the order of `TERMS`."""
    real, fake = x[batch.rows], coder.generate(batch.z)
    still, held = lax.stop_gradient((fake, coder.encoder))
    of_real, code = coder.encoder(real), coder.encoder(still)  # E learns from these,
    passed = held(fake)  # and G from the same numbers: apart, they take fewer products
    gap, climb = (of_real - code).mean(axis=-1), (passed - lax.stop_gradient(code)).mean(axis=-1)
    alike = rho(batch.z, code)
    guided = rho(batch.z, passed) - lax.stop_gradient(alike)  # 0, with the gradient of ρ for G
    distance = 4 * ((real - still) ** 2).mean(axis=-1) + 1e-8
    bound = gap**2 / distance
    loss = (gap + climb - now.rho_weight * (alike + guided) + bound).mean()
    return loss, jnp.stack([gap.mean(), alike.mean(), bound.mean(), loss])


def noise(spec: OGan, n: int, seed: int = 0) -> np.ndarray:
    """n places z ~ N(0, I), (n, d), the same at every epoch."""
    rng = np.random.default_rng((spec.ogan_seed, seed, 1))
    return rng.standard_normal((n, spec.ogan_latent), np.float32)


def learner(spec: OGan, data: Loaded) -> Learner[Shot, Orthogonal]:
    """The learner of a spec on these items."""
    x = jnp.asarray(data.x)
    z = jnp.asarray(noise(spec, compared(data.x)))

    def shown(epoch: int, coder: Coder, averaged: Coder | None = None) -> Shot:
        return measured(epoch, coder, data.x, z)

    def init(on_step: OnStep) -> tuple[Coder, Orthogonal]:
        coder = begin(spec, data.shape)
        first, history = shown(0, coder), History.empty(TERMS)
        return coder, Orthogonal(history, (first,), shape=data.shape, variance=variance(data.x))

    def draw(epoch: int) -> Batch:
        rng = np.random.default_rng((spec.ogan_seed, epoch))
        shape = (spec.ogan_updates, spec.ogan_batch)
        rows = rng.integers(0, len(data.x), shape, np.int32)
        return Batch(rows, rng.standard_normal((*shape, spec.ogan_latent), np.float32))

    def ill(epoch: int, coder: Coder, shot: Shot, parts: np.ndarray) -> Message | None:
        return _ailment(spec, epoch, coder, parts, z)

    return Learner(
        terms=TERMS,
        static=None,
        step=Descent(objective, momentum=spec.ogan_momentum),
        init=init,
        learns=lambda coder: True,
        data=lambda run: x,
        draw=draw,
        total=lambda parts: float(parts[3]),
        shown=shown,
        ailment=ill,
    )


def _ailment(spec: OGan, epoch: int, coder: Coder, parts: np.ndarray, z: Array) -> Message | None:
    rate = spec.at(epoch).rate
    if not finite(coder, parts):
        return diverged(epoch, rate)
    if abs(float(parts[3])) > ASTRAY:
        return message(
            "Diverged in epoch {epoch}: the loss is {loss:.1e}, and of the order of 1 while a game "
            "goes on (learning rate {rate:g}). Epoch {kept} is kept; lower the learning rate and "
            "train again.",
            epoch=epoch, loss=float(parts[3]), rate=rate, kept=epoch - 1,
        )  # fmt: skip
    return dead(coder, z, epoch, rate)


@budget.needs(memory.of_training)
@cached
def fit_items(spec: OGan, on_step: OnStep = run_on) -> Orthogonal:
    """Train an O-GAN. A run that diverges ends with its last good epoch; `stopped` says why.

    Raises SourceError for items that cannot be used.
    """
    return advance_items(spec, on_step)


def advance_items(spec: OGan, on_step: OnStep = run_on) -> Orthogonal:
    """`fit_items` without keeping the result: for a run that is stepped through."""
    return running.run(learner(spec, load(spec.items)), spec, on_step)


def so_far(spec: OGan) -> Orthogonal | None:
    """What there is of this run, however little, while it runs or waits."""
    return cast("Orthogonal | None", running.so_far(spec))
