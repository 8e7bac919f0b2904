"""Training: an epoch is one compiled call; a run can be stopped, steered and taken up again.

A run after 12 epochs *is* the result of the spec with `vae_epochs=12`: pausing
is asking for fewer epochs, resuming for more, and nothing is computed twice.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array, lax

from core.cache import cached, folder
from core.items.data import Loaded, load
from core.items.shape import Shape
from core.latent import starts
from core.latent.health import ailment, constant_loss
from core.latent.loss import Draws, Recipe, Terms, draws, learnt, pull, recipe, terms
from core.latent.networks import Network, restore, weights
from core.latent.specs import Vae
from core.messages import message
from core.progress import OnStep, report, run_on

SHOWN = 5000  # items whose latents are kept for every stored epoch
KEPT_RUNS = 4  # that can be taken up again without training anew
ENCODED_AT_ONCE = 500


@dataclass(frozen=True)
class Snapshot:
    """A stored epoch: the weights, and what they make of the first items.

    mean, logvar: (n', d) of p(z|x); responsibility: (n', K), p(y|z) at the mean.
    """

    epoch: int
    weights: tuple[np.ndarray, ...]
    mean: np.ndarray
    logvar: np.ndarray
    responsibility: np.ndarray

    @property
    def cluster(self) -> np.ndarray:
        return self.responsibility.argmax(axis=1)


@dataclass(frozen=True)
class Trained:
    """A run: losses (E, 4) by epoch, in the order of `loss.Terms`, and the stored epochs.

    `target`: (n,) the clusters of the graph it was guided by, or (0,). `stopped` says why it
    ended early, if it did. `seconds` is training without reading, starting and compiling.
    """

    shape: Shape
    losses: np.ndarray
    snapshots: tuple[Snapshot, ...]
    target: np.ndarray
    stopped: str
    seconds: float
    device: str

    @property
    def epoch(self) -> int:
        return self.snapshots[-1].epoch

    def network(self, spec: Vae, at: int = -1) -> Network:
        """The network of a stored epoch, by its place among them."""
        return restore(spec, self.shape, self.snapshots[at].weights)


@dataclass(frozen=True)
class _State:
    """All that is needed to go on."""

    spec: Vae
    network: Network
    optimiser: Any
    so_far: Trained


_states: OrderedDict[str, _State] = OrderedDict()
_lock = threading.Lock()
_adam = optax.scale_by_adam()


def is_stored(epoch: int) -> bool:
    """Whether an epoch is kept: all at first, then ever fewer, whatever the run's length."""
    step = 1 if epoch <= 20 else 2 if epoch <= 60 else 5 if epoch <= 200 else 20
    return epoch % step == 0


@cached
def fit(spec: Vae, on_step: OnStep = run_on) -> Trained:
    """Train a model. A run that diverges or dies ends with its last good epoch, and says so.

    Raises SourceError for items that cannot be used, SpecError for K above n.
    """
    return train(spec, load(spec.items), on_step)


def train(spec: Vae, data: Loaded, on_step: OnStep = run_on) -> Trained:
    """`fit`, of items at hand. After each epoch it reports, and keeps what it has (`so_far`)."""
    _keep_compiled()
    state = _resumable(spec) or _begin(spec, data, on_step)
    result = state.so_far
    how = recipe(spec, data.picture, len(data.x))
    x, target = jnp.asarray(data.x), _targets(result.target, spec.components, len(data.x))
    constant, taken = constant_loss(spec, data.x), result.seconds
    while result.epoch < spec.vae_epochs and not result.stopped:
        epoch = result.epoch + 1
        rate, precision = spec.at(epoch)
        said = message("epoch {epoch} of {n}", epoch=epoch, n=spec.vae_epochs)
        report(on_step, result.epoch / spec.vae_epochs, said if result.epoch else "compiling")
        started = time.perf_counter()
        order, drawn = _chance(spec, how, len(x), epoch)
        network, optimiser, losses = _epoch(
            state.network, state.optimiser, how, x, target, order, drawn,
            np.float32(rate), np.float32(precision), np.float32(pull(spec, data.x.shape[1])),
        )  # fmt: skip
        parts = np.asarray(losses)
        if epoch > 1:  # the first call compiles
            taken += time.perf_counter() - started
        shot = snapshot(epoch, network, data.x)
        ill = ailment(spec, epoch, network, shot.mean, parts, constant)
        if ill is not None:
            result = replace(result, stopped=ill)
            state = _remember(replace(state, spec=spec, so_far=result))
            break
        snapshots = result.snapshots
        if not is_stored(snapshots[-1].epoch):
            snapshots = snapshots[:-1]  # the newest was kept only because it was
        result = replace(
            result,
            losses=np.concatenate([result.losses, parts[None]]),
            snapshots=(*snapshots, shot),
            seconds=taken,
        )
        state = _remember(_State(spec, network, optimiser, result))
    return result


def advance(spec: Vae, on_step: OnStep = run_on) -> Trained:
    """`fit` without keeping the result: for a run that is stepped through."""
    return train(spec, load(spec.items), on_step)


def so_far(spec: Vae) -> Trained | None:
    """What there is of this run, however little, while it runs or waits."""
    state = _resumable(spec)
    return state.so_far if state else None


def forget(spec: Vae) -> None:
    """Let go of a run that was cancelled."""
    with _lock:
        _states.pop(run_key(spec), None)


def snapshot(epoch: int, network: Network, x: np.ndarray) -> Snapshot:
    """What a network makes of the first items."""
    return Snapshot(epoch, weights(network), *encode(network, x[:SHOWN]))


def encode(network: Network, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and ln variance of p(z|x) (n, d), and p(y|z) at the mean (n, K)."""
    parts = [
        _encode(network, jnp.asarray(x[start : start + ENCODED_AT_ONCE]))
        for start in range(0, len(x), ENCODED_AT_ONCE)
    ]
    mean, logvar, log_r = (np.concatenate([np.asarray(p[i]) for p in parts]) for i in range(3))
    return mean, logvar, np.exp(log_r)


@cache
def _keep_compiled() -> None:
    """Compiled epochs are kept beside the results: the next start of the program finds them."""
    setting: Any = jax.config.update
    setting("jax_compilation_cache_dir", str(folder() / "compiled"))
    setting("jax_persistent_cache_min_compile_time_secs", 0.3)


@eqx.filter_jit
def _encode(network: Network, x: Array) -> tuple[Array, Array, Array]:
    mean, logvar = jax.vmap(network.posterior)(x)
    return mean, logvar, jax.vmap(network.log_responsibility)(mean)


@eqx.filter_jit
def _epoch(
    network: Network,
    optimiser: Any,
    how: Recipe,
    x: Array,
    target: Array,
    order: np.ndarray,
    drawn: Draws,
    rate: np.floating,
    precision: np.floating,
    guide: np.floating,
) -> tuple[Network, Any, Array]:
    """One pass over the items in this order (steps, batch), with Adam; mean of the parts, (4,).

    What is random comes from outside: drawn in here, it would take as long as a layer.
    """
    arrays, static = eqx.partition(network, learnt(network, how.model))

    def loss(arrays: Any, rows: Array, drawn: Draws) -> tuple[Array, Array]:
        net = eqx.combine(arrays, static)

        def of(x: Array, target: Array, drawn: Draws) -> Terms:
            return terms(net, how, x, target, drawn, jnp.asarray(precision))

        parts = jax.vmap(of)(x[rows], target[rows], drawn)
        means = jnp.stack([part.mean() for part in parts])
        return means[:3].sum() + guide * means[3], means

    def step(carry: tuple[Any, Any], now: tuple[Array, Draws]) -> tuple[tuple[Any, Any], Array]:
        arrays, optimiser = carry
        (_, parts), gradient = jax.value_and_grad(loss, has_aux=True)(arrays, *now)
        update, optimiser = _adam.update(gradient, optimiser)
        arrays = jax.tree.map(lambda a, u: a - rate * u, arrays, update)
        return (arrays, optimiser), parts

    (arrays, optimiser), parts = lax.scan(step, (arrays, optimiser), (jnp.asarray(order), drawn))
    return eqx.combine(arrays, static), optimiser, parts.mean(axis=0)


def _chance(spec: Vae, how: Recipe, n: int, epoch: int) -> tuple[np.ndarray, Draws]:
    """All that is random in an epoch: the order of the items, (steps, batch), and the draws.

    Whole batches only: the last few items of the order wait for another epoch.
    """
    rng = np.random.default_rng((spec.vae_seed, epoch))
    steps = n // how.batch
    order = rng.permutation(n)[: steps * how.batch].astype(np.int32).reshape(steps, how.batch)
    return order, draws(rng, how, order.shape, spec.latent)


def _begin(spec: Vae, data: Loaded, on_step: OnStep) -> _State:
    """Epoch 0: the network as it starts."""
    network, target = starts.begin(spec, data, on_step)
    optimiser = _adam.init(eqx.filter(network, learnt(network, spec.latent_model)))
    device = jax.devices()[0]
    result = Trained(
        data.shape,
        np.zeros((0, len(Terms._fields)), np.float32),
        (snapshot(0, network, data.x),),
        target,
        "",
        0.0,
        "CPU" if device.platform == "cpu" else f"{device.device_kind} ({device.platform})",
    )
    return _remember(_State(spec, network, optimiser, result))


def _targets(cluster: np.ndarray, K: int, n: int) -> Array:
    """The clusters as rows of an identity matrix; (n, 1) where the run is not guided."""
    return jnp.eye(K)[cluster] if len(cluster) else jnp.zeros((n, 1))


def run_key(spec: Vae) -> str:
    """What two specs share whose runs begin alike: all but their length and steering."""
    return spec.replace(vae_epochs=1, changes="").key


def _remember(state: _State) -> _State:
    with _lock:
        key = run_key(state.spec)
        _states[key] = state
        _states.move_to_end(key)
        while len(_states) > KEPT_RUNS:
            _states.popitem(last=False)
    return state


def _resumable(spec: Vae) -> _State | None:
    """The state this run can go on from: one not beyond it, steered alike up to there."""
    with _lock:
        state = _states.get(run_key(spec))
    if state is None or state.so_far.epoch > spec.vae_epochs:
        return None
    epochs = range(1, state.so_far.epoch + 1)
    if any(state.spec.at(epoch) != spec.at(epoch) for epoch in epochs):
        return None
    after = state.so_far.epoch + 1
    if state.so_far.stopped and spec.at(after) != state.spec.at(after):  # steered out of it
        return replace(state, so_far=replace(state.so_far, stopped=""))
    return state
