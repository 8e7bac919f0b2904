"""A prior over grids of codes: each code given those before it, by masked attention."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, random

from core import specs
from core.cache import cached
from core.errors import SpecError
from core.items.split import split
from core.learning.descent import Descent
from core.learning.history import History
from core.learning.learner import Learner, Run, Setting
from core.learning.running import Unkept, learn
from core.learning.saving import filled, weights
from core.messages import message
from core.progress import OnStep, part, run_on
from core.quantised.attention import HEADS, Network
from core.quantised.learner import FAST
from core.quantised.specs import Codes
from core.quantised.training import fit
from core.specs import Spec

HELD_OUT = 0.1
FEWEST = 10  # items: one of them is held out
AT_ONCE = 256  # items whose likelihood is computed at once


@dataclass(frozen=True)
class CodePrior(Spec):
    """A small transformer over the codes of a trained autoencoder, place after place."""

    codes: Codes = specs.nested(Codes)
    prior_epochs: int = specs.integer(30, 1, 500, "passes over the grids of codes")
    prior_width: int = specs.integer(64, 8, 256, "numbers at each place of the prior")
    prior_rate: float = specs.number(0.002, 1e-5, 1.0, "learning rate of Adam")


@dataclass(frozen=True)
class Prior:
    """A trained prior. frequencies: (G, K), how often each code stands at each place.

    Bits an item, of grids that the prior did not see: bits, by the prior; independent, by the
    frequencies of each place alone; fixed, G log₂ K.
    """

    weights: tuple[np.ndarray, ...]
    frequencies: np.ndarray
    bits: float
    independent: float
    fixed: float


class _Mark(NamedTuple):
    """No epoch is looked at, and so nothing kept but its number."""

    epoch: int


@cached
def fit_prior(spec: CodePrior, on_step: OnStep = run_on) -> Prior:
    """Train the prior on the codes that the trained autoencoder gives to its items.

    A tenth of the grids is held out. Raises what `training.fit` raises, and SpecError where there
    are fewer than `FEWEST` items.
    """
    trained = fit(spec.codes, part(on_step, 0.0, 0.5))
    codes, K = trained.result.codes.astype(np.int32), spec.codes.size
    return learn_prior(spec, codes, K, part(on_step, 0.5, 1.0))


def learn_prior(spec: CodePrior, codes: np.ndarray, K: int, on_step: OnStep = run_on) -> Prior:
    """`fit_prior` of codes at hand, (n, G) int32."""
    n, G = codes.shape
    if n < FEWEST:
        raise SpecError(
            message(
                "The prior holds out a tenth of the items, and there are {n}; give it {fewest} or "
                "more.",
                n=n,
                fewest=FEWEST,
            ),
            "most",
        )
    parted = split(n, HELD_OUT, spec.codes.code_seed)
    seen, unseen = codes[parted.trained], codes[parted.held_out]
    batch = min(64, len(seen))
    steps = len(seen) // batch

    def draw(epoch: int) -> np.ndarray:
        rng = np.random.default_rng((spec.codes.code_seed, epoch))
        return rng.permutation(len(seen))[: steps * batch].astype(np.int32).reshape(steps, batch)

    key = random.key(spec.codes.code_seed, impl=FAST)
    learner: Learner[_Mark, Run[_Mark]] = Learner(
        terms=("prior",),
        static=(),
        step=Descent(_loss),
        init=lambda _: (
            _built(K, G, spec.prior_width - spec.prior_width % HEADS, key),
            Run(History.empty(("prior",)), (_Mark(0),)),
        ),
        learns=lambda network: jax.tree.map(eqx.is_array, network),
        data=lambda _: jnp.asarray(seen),
        draw=draw,
        total=lambda parts: float(parts[0]),
        shown=lambda epoch, network, averaged: _Mark(epoch),
        ailment=lambda *_: None,
        keeps=lambda epoch: False,
    )
    training = Unkept(spec.prior_epochs, lambda _: Setting(spec.prior_rate))
    network = learn(learner, training, on_step)
    frequencies = np.stack([np.bincount(column, minlength=K) for column in seen.T])
    smooth = (frequencies + 0.5) / (len(seen) + 0.5 * K)
    independent = -np.log2(smooth[np.arange(G), unseen]).sum(axis=1).mean()
    return Prior(
        weights(network),
        frequencies,
        bits_of(network, unseen),
        float(independent),
        float(G * np.log2(K)),
    )


def restored(spec: CodePrior, prior: Prior) -> Network:
    """The network of a trained prior."""
    G, K = prior.frequencies.shape
    skeleton = _skeleton(K, G, spec.prior_width - spec.prior_width % HEADS)
    network: Network = filled(skeleton, prior.weights)
    return network


@lru_cache(maxsize=8)
def _skeleton(K: int, G: int, width: int) -> Any:
    """A network of shapes only."""
    return eqx.filter_eval_shape(Network, K, G, width, random.key(0))


def bits_of(network: Network, codes: np.ndarray) -> float:
    """Mean −log₂ p of grids (n, G), bits an item."""
    sums = [
        np.asarray(_nats(network, jnp.asarray(codes[start : start + AT_ONCE])))
        for start in range(0, len(codes), AT_ONCE)
    ]
    return float(np.concatenate(sums).mean() / np.log(2))


def sampled(network: Network, G: int, n: int, temperature: float, draw: int) -> np.ndarray:
    """n grids of codes drawn place after place, (n, G) int32, p to the power 1/temperature."""
    noise = np.random.default_rng(draw).gumbel(size=(G, n, len(network.tokens) - 1))
    return np.asarray(_sampled(network, jnp.asarray(noise, jnp.float32), np.float32(temperature)))


def independent(prior: Prior, n: int, draw: int) -> np.ndarray:
    """n grids whose codes are drawn each for itself, by the frequencies of its place: (n, G)."""
    rng = np.random.default_rng((draw, 1))
    share = prior.frequencies / prior.frequencies.sum(axis=1, keepdims=True)
    columns = [rng.choice(len(row), size=n, p=row) for row in share]
    return np.stack(columns, axis=1).astype(np.int32)


def nearest_items(samples: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The real item nearest to each sample, and its squared distance: samples (m, D), x (n, D)."""
    squares = (x**2).sum(axis=1) - 2 * samples @ x.T + (samples**2).sum(axis=1)[:, None]
    items = squares.argmin(axis=1)
    return items, np.maximum(squares[np.arange(len(items)), items], 0)


def _loss(
    static: Any, network: Network, seen: Array, rows: Array, now: Setting
) -> tuple[Array, Array]:
    loss = _nats_of(network, seen[rows]).mean()
    return loss, loss[None]


def _nats_of(network: Network, codes: Array) -> Array:
    logs = jax.nn.log_softmax(jax.vmap(network)(codes), axis=-1)
    return -jnp.take_along_axis(logs, codes[..., None], axis=-1)[..., 0].sum(axis=1)


_nats = eqx.filter_jit(_nats_of)
_built = eqx.filter_jit(Network)  # as one: its random arrays, each for itself, take seconds


@eqx.filter_jit
def _sampled(network: Network, noise: Array, temperature: Any) -> Array:
    """Gumbel's noise makes the largest of logits a draw from their softmax."""
    G, n, K = noise.shape

    def one(seen: tuple[Array, Any], step: tuple[Array, Array]) -> tuple[Any, Array]:
        before, memory = seen
        place, extra = step
        logits, memory = jax.vmap(network.next, in_axes=(0, None, 0))(before, place, memory)
        drawn = jnp.argmax(logits / temperature + extra, axis=1).astype(jnp.int32)
        return (drawn, memory), drawn

    start = jnp.full(n, K, jnp.int32), network.memory(n)
    return jax.lax.scan(one, start, (jnp.arange(G), noise))[1].T
