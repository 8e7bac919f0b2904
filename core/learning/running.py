"""The one loop: an epoch is one compiled call; a run can be stopped, steered and resumed.

A run after 12 epochs *is* the result of the spec with 12 epochs: pausing is asking for fewer
epochs, resuming for more, and nothing is computed twice.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from core.cache import folder
from core.learning.descent import Now
from core.learning.history import best, is_over
from core.learning.learner import HeldOut, Learner, R, S, Trainable
from core.learning.schedules import rates
from core.learning.specs import Callbacks
from core.messages import Message, message
from core.progress import OnStep, report, run_on

KEPT_RUNS = 4  # kept in memory, to be resumed without training again


@dataclass(frozen=True)
class _State:
    """All that is needed to resume a run. `rest`: weights that are not learnt."""

    spec: Any
    state: Any
    rest: Any
    so_far: Any


_states: OrderedDict[str, _State] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Unkept:
    """A run that is not kept to be resumed: one of many, or one that no page shows.

    Kept under their own keys, the runs of a comparison would push out those paused on a page.
    """

    epochs: int
    at: Callable[[int], Any]
    callbacks: Callbacks = field(default_factory=Callbacks)
    run_key: str = ""


def unkept(spec: Trainable) -> Unkept:
    """The same run, not kept."""
    return Unkept(spec.epochs, spec.at, spec.callbacks)


def run(learner: Learner[S, R], spec: Trainable, on_step: OnStep = run_on) -> R:
    """Train. Each epoch is reported, and the run so far is kept (`so_far`).

    A run that diverges or collapses ends with its last good epoch; `stopped` says why.
    """
    return _run(learner, spec, on_step).so_far


def learn(learner: Learner[S, R], spec: Trainable, on_step: OnStep = run_on) -> Any:
    """Train as `run` does, but return the network itself instead of its stored epochs."""
    state = _run(learner, spec, on_step)
    return eqx.combine(learner.step.learnt(state.state), state.rest)


def _run(learner: Learner[S, R], spec: Trainable, on_step: OnStep) -> _State:
    keep_compiled()
    now = _resumable(spec) or _begin(learner, spec, on_step)
    data = learner.data(now.so_far)
    while _goes_on(now.so_far, spec):
        result = now.so_far
        report(
            on_step,
            result.epoch / spec.epochs,
            learner.stage(result.epoch + 1, spec.epochs),
            history=result.history.curve,
        )
        now = _remember(_after(learner, spec, data, now))
    return now


def _goes_on(result: Any, spec: Trainable) -> bool:
    return result.epoch < spec.epochs and not result.stopped and not result.ended


def _after(learner: Learner[S, R], spec: Trainable, data: Any, before: _State) -> _State:
    """The state after one more epoch, or the same one, stopped."""
    result, rest, callbacks = before.so_far, before.rest, spec.callbacks
    epoch, setting = result.epoch + 1, spec.at(result.epoch + 1)
    started = time.perf_counter()
    batches = learner.draw(epoch)
    rate = rates(callbacks, setting.rate, epoch, len(jax.tree.leaves(batches)[0]))
    now = Now(
        rate,
        type(setting)(*map(np.float32, setting)),
        np.float32(callbacks.clip_norm),
        np.float32(callbacks.ema_decay),
    )
    state, losses = _epoch(learner.step, learner.static, data, rest, before.state, batches, now)
    parts = np.asarray(losses)
    seconds = result.seconds
    if epoch > 1:  # the first call compiles
        seconds += time.perf_counter() - started
    network = eqx.combine(learner.step.learnt(state), rest)
    average = learner.step.averaged(state, callbacks)
    averaged = None if average is None else eqx.combine(average, rest)
    shot = learner.shown(epoch, network, averaged)
    ill = learner.ailment(epoch, network, shot, parts)
    if ill is not None:
        return replace(before, spec=spec, so_far=replace(result, stopped=ill))
    history = result.history.longer(parts, learner.total(parts), float(rate[-1]))
    if learner.held_out is not None and epoch % callbacks.evaluate_every == 0:
        held, at = learner.held_out, now.setting
        raw = learner.total(evaluate(held, data, network, at))
        of_average = np.nan
        if averaged is not None:
            of_average = learner.total(evaluate(held, data, averaged, at))
        history = history.measured(epoch, raw, of_average)
    top = best(history, callbacks)
    kept = top if callbacks.keep_best and top else epoch
    stays = (epoch, kept)
    snapshots = [s for s in result.snapshots if learner.keeps(s.epoch) or s.epoch in stays]
    result = replace(
        result,
        history=history,
        snapshots=(*snapshots, shot),
        best=top,
        kept=kept,
        seconds=seconds,
        ended=_ended(epoch, top) if is_over(history, callbacks) else "",
    )
    return _State(spec, state, rest, result)


def _ended(epoch: int, top: int) -> Message:
    return message(
        "Ended after epoch {epoch}: the watched loss has not fallen since epoch {best}.",
        epoch=epoch,
        best=top,
    )


@eqx.filter_jit
def _epoch(
    step: Any, static: Any, data: Any, rest: Any, state: Any, batches: Any, now: Now
) -> tuple[Any, Array]:
    """All steps of an epoch; the mean of the parts of the loss, (T,).

    What is random comes from outside: drawn in here, it would take as long as a layer.
    """

    def one(state: Any, inputs: tuple[Any, Array]) -> tuple[Any, Array]:
        batch, rate = inputs
        return step(static, data, rest, state, batch, now._replace(rate=rate))

    state, parts = lax.scan(one, state, (jax.tree.map(jnp.asarray, batches), now.rate))
    return state, parts.mean(axis=0)


def evaluate(held: HeldOut, data: Any, network: Any, setting: Any) -> np.ndarray:
    """Parts of the loss of the held-out items, (T,)."""

    def of(batches: Any) -> np.ndarray:
        return np.asarray(_evaluated(held.loss, held.static, data, network, batches, setting))

    if held.smaller is None:
        return of(held.batches)
    parts: np.ndarray = (1 - held.share) * of(held.batches) + held.share * of(held.smaller)
    return parts


@eqx.filter_jit
def _evaluated(
    loss: Any, static: Any, data: Any, network: Any, batches: Any, setting: Any
) -> Array:
    def one(batch: Any) -> Array:
        return loss(static, network, data, batch, setting)[1]

    return lax.map(one, jax.tree.map(jnp.asarray, batches)).mean(axis=0)


def _begin(learner: Learner[S, R], spec: Trainable, on_step: OnStep) -> _State:
    """Epoch 0: the network as it starts."""
    network, result = learner.init(on_step)
    learnt, rest = eqx.partition(network, learner.learns(network))
    result = replace(result, device=_device())
    return _remember(_State(spec, learner.step.init(learnt), rest, result))


def _device() -> str:
    device = jax.devices()[0]
    if device.platform == "cpu":
        return "CPU"
    return f"{device.device_kind} ({device.platform})"


@cache
def keep_compiled() -> None:
    """Compiled epochs are kept beside the results: the next start of the program finds them."""
    setting: Any = jax.config.update
    setting("jax_compilation_cache_dir", str(folder() / "compiled"))
    setting("jax_persistent_cache_min_compile_time_secs", 0.3)


def so_far(spec: Trainable) -> Any:
    """The run as far as it has got, while it runs or is paused; None where it has not begun."""
    state = _resumable(spec)
    return state.so_far if state else None


def forget(spec: Trainable) -> None:
    """Drop the state of a run that was cancelled."""
    with _lock:
        _states.pop(spec.run_key, None)


def _remember(state: _State) -> _State:
    key = state.spec.run_key
    if key:
        with _lock:
            _states[key] = state
            _states.move_to_end(key)
            while len(_states) > KEPT_RUNS:
                _states.popitem(last=False)
    return state


def _resumable(spec: Trainable) -> _State | None:
    """The state to resume from: not beyond this spec's last epoch, and steered alike until then."""
    with _lock:
        state = _states.get(spec.run_key)
    if state is None or state.so_far.epoch > spec.epochs:
        return None
    epochs = range(1, state.so_far.epoch + 1)
    if any(state.spec.at(epoch) != spec.at(epoch) for epoch in epochs):
        return None
    after = state.so_far.epoch + 1
    if state.so_far.stopped and spec.at(after) != state.spec.at(after):  # steered out of it
        return replace(state, so_far=replace(state.so_far, stopped=""))
    return state
