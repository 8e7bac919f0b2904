"""AAE and ALI as learners: in each update a step of D, then one of encoder and generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from core import budget
from core.adversarial.inference_specs import Balanced, Inference
from core.adversarial.shots import Coded, Shot, compared, dead, measured, variance
from core.adversarial.triad import Triad, begin, coder_loss, judge_loss, penalised, restore
from core.cache import cached
from core.items.data import Loaded, load
from core.learning import memory, running
from core.learning.descent import Now
from core.learning.health import finite
from core.learning.history import History
from core.learning.learner import Learner
from core.learning.specs import Callbacks
from core.messages import Message, message
from core.progress import OnStep, run_on

TERMS = ("D", "E and G against D", "squared error", "D's gradient")
ASTRAY = 1e4  # times the variance of an item: losses and errors of a game stay of its order


class Game(NamedTuple):
    """What determines the code that is compiled: the model, and whether D's gradient costs."""

    model: str
    penalised: bool


class Inputs(NamedTuple):
    """What every update reads: items x (n, D), and the weight of D's gradient."""

    x: Array
    penalty: np.floating


class Batch(NamedTuple):
    """rows: (B,) items; z: (B, d)."""

    rows: Any
    z: Any


class State(NamedTuple):
    """triad: all networks; the moments of Adam of encoder and generator, and of D."""

    triad: Triad
    adam_coder: Any
    adam_judge: Any


@dataclass(frozen=True)
class Match:
    """A step of Adam of D, then of encoder and generator, who see the new D (`learner.Step`)."""

    momentum: float

    @property
    def adam(self) -> optax.GradientTransformation:
        """What makes a step of a gradient."""
        return optax.scale_by_adam(self.momentum)

    def init(self, learnt: Triad) -> State:
        """The state before the first update."""
        judge, coder = _parted(learnt)
        return State(learnt, self.adam.init(coder), self.adam.init(judge))

    def __call__(
        self, static: Game, data: Inputs, rest: Any, state: State, batch: Batch, now: Now
    ) -> tuple[State, Array]:
        """(the state after an update, its parts in the order of `TERMS`)."""
        x, z, at, model = data.x[batch.rows], batch.z, now.setting, static.model
        judge, coder = _parted(state.triad)

        def of_judge(judge: Any) -> tuple[Array, tuple[Array, Array]]:
            triad = eqx.combine(judge, coder)
            if not static.penalised:
                loss = judge_loss(model, triad, x, z)
                return loss, (loss, jnp.zeros(()))
            loss, steep = penalised(model, triad, x, z)
            return loss + data.penalty * steep, (loss, steep)

        (_, (value, steep)), gradient = jax.value_and_grad(of_judge, has_aux=True)(judge)
        update, adam_judge = self.adam.update(gradient, state.adam_judge)
        judge = _moved(judge, update, now.rate / at.rate * at.rate_judge)

        def of_coder(coder: Any) -> tuple[Array, Array]:
            return coder_loss(model, eqx.combine(judge, coder), x, z, at.code_weight)

        (_, parts), gradient = jax.value_and_grad(of_coder, has_aux=True)(coder)
        update, adam_coder = self.adam.update(gradient, state.adam_coder)
        coder = _moved(coder, update, now.rate)
        triad = eqx.combine(judge, coder)
        return State(triad, adam_coder, adam_judge), jnp.stack([value, *parts, steep])

    def learnt(self, state: State) -> Triad:
        """All networks."""
        return state.triad

    def averaged(self, state: State, callbacks: Callbacks) -> None:
        """No weights are averaged."""


@dataclass(frozen=True)
class Inferred(Coded):
    """A run of an AAE or ALI."""

    def coder(self, spec: Inference, at: int | None = None) -> Triad:
        """The networks of a stored epoch, by its place among them; of the newest, if none."""
        shot = self.result if at is None else self.snapshots[at]
        return restore(spec, self.shape, shot.weights)


def noise(spec: Inference, n: int, seed: int = 0) -> np.ndarray:
    """n places z ~ N(0, I), (n, d), the same at every epoch."""
    rng = np.random.default_rng((spec.inference_seed, seed, 1))
    return rng.standard_normal((n, spec.inference_latent), np.float32)


def learner(spec: Inference, data: Loaded) -> Learner[Shot, Inferred]:
    """The learner of a spec on these items."""
    x = jnp.asarray(data.x)
    z = jnp.asarray(noise(spec, compared(data.x)))
    spread = variance(data.x)

    def shown(epoch: int, triad: Triad, averaged: Triad | None = None) -> Shot:
        return measured(epoch, triad, data.x, z)

    def init(on_step: OnStep) -> tuple[Triad, Inferred]:
        triad = begin(spec, data.shape)
        first, history = shown(0, triad), History.empty(TERMS)
        return triad, Inferred(history, (first,), shape=data.shape, variance=spread)

    def draw(epoch: int) -> Batch:
        rng = np.random.default_rng((spec.inference_seed, epoch))
        shape = (spec.inference_updates, spec.inference_batch)
        rows = rng.integers(0, len(data.x), shape, np.int32)
        return Batch(rows, rng.standard_normal((*shape, spec.inference_latent), np.float32))

    def ill(epoch: int, triad: Triad, shot: Shot, parts: np.ndarray) -> Message | None:
        far = ASTRAY * max(spread, 1.0) * data.shape.size
        return ailment(spec.at(epoch), epoch, triad, parts, far) or dead(
            triad, z, epoch, spec.at(epoch).rate
        )

    return Learner(
        terms=TERMS,
        static=Game(spec.inference_model, spec.judge_penalty > 0),
        step=Match(spec.inference_momentum),
        init=init,
        learns=lambda triad: True,
        data=lambda run: Inputs(x, np.float32(spec.judge_penalty)),
        draw=draw,
        total=lambda parts: float(parts[1] + parts[2]),
        shown=shown,
        ailment=ill,
    )


def ailment(
    at: Balanced, epoch: int, triad: Triad, parts: np.ndarray, far: float
) -> Message | None:
    """What stops a run after this epoch, with the remedy, or None. far: a loss no run has."""
    values = {"epoch": epoch, "rate": at.rate, "rate_judge": at.rate_judge, "kept": epoch - 1}
    if not finite(triad, parts):
        return message(
            "Diverged in epoch {epoch}: the losses are no longer numbers (learning rates {rate:g} "
            "of encoder and generator, {rate_judge:g} of D). Epoch {kept} is kept; lower the "
            "learning rates and train again.",
            **values,
        )
    if (largest := float(np.abs(parts).max())) > far:
        return message(
            "Diverged in epoch {epoch}: a loss is {loss:.1e}, while those of a game stay below "
            "{far:.1e} (learning rates {rate:g} of encoder and generator, {rate_judge:g} of D). "
            "Epoch {kept} is kept; lower the learning rates and train again.",
            loss=largest, far=far, **values,
        )  # fmt: skip
    return None


def _parted(triad: Triad) -> tuple[Triad, Triad]:
    """D alone, and encoder and generator alone, None in the place of the rest."""
    mask = jax.tree.map(lambda _: False, triad)
    mask = eqx.tree_at(lambda t: t.judge, mask, jax.tree.map(lambda _: True, triad.judge))
    judge, coder = eqx.partition(triad, mask)
    return judge, coder


def _moved(weights: Any, update: Any, rate: Any) -> Any:
    return jax.tree.map(lambda w, u: w - rate * u, weights, update)


@budget.needs(memory.of_training)
@cached
def fit_inference(spec: Inference, on_step: OnStep = run_on) -> Inferred:
    """Train an AAE or ALI. A run that diverges ends with its last good epoch; `stopped` says why.

    Raises SourceError for items that cannot be used.
    """
    return advance_inference(spec, on_step)


def advance_inference(spec: Inference, on_step: OnStep = run_on) -> Inferred:
    """`fit_inference` without keeping the result: for a run that is stepped through."""
    return running.run(learner(spec, load(spec.items)), spec, on_step)


def so_far(spec: Inference) -> Inferred | None:
    """What there is of this run, however little, while it runs or waits."""
    return cast("Inferred | None", running.so_far(spec))
