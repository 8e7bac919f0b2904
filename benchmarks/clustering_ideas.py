"""Ideas by which a clustering VAE might beat the graph that guides it: what `TRIED` is made of.

Dense layers, no label used, the constants of an idea fixed before it was run. Accuracy and NMI of
the graph's clusters and of the model's, on the same items; how many items the model moved to
another cluster than the graph's, and how many of them rightly and wrongly, by their labels.
MNIST: see `benchmarks.mnist`. One training of 10 000 pictures takes minutes.

    python3 -m benchmarks.clustering_ideas digits|mnist SEEDS [idea …]
"""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array, lax, random
from scipy.optimize import linear_sum_assignment

from benchmarks.mnist import mnist
from core.items.data import Loaded, load
from core.items.specs import Items
from core.latent import graph
from core.latent.judgement import judge
from core.latent.loss import Draws, draws, guide_weight, learnt, recipe_of, terms
from core.latent.networks import Network, build, from_mean_grey
from core.latent.snapshots import encode
from core.latent.specs import Vae
from core.latent.tried import IDEAS

EPOCHS = {"digits": Vae().vae_epochs, "mnist": 30}
SURE = 0.9
TURN, SCALE, MOVE = 0.26, 0.1, 1 / 16  # radians; share; share of the side, either way


class Drawn(eqx.Module):
    """All that is random in a step: of the loss, of the turned pictures, and a neighbour each."""

    loss: Draws
    keys: Array
    mates: Any


def main(name: str, seeds: int, ideas: list[str]) -> None:
    """Run the ideas, seed by seed, and print a line for each."""
    data = load(mnist(10_000) if name == "mnist" else Items())
    for seed in range(seeds):
        near, _ = graph.neighbours(data.x, data.picture, graph.NEIGHBOURS)
        own = graph.clusters(data.x, data.picture, 10, seed)
        for idea in ideas or [idea for idea in IDEAS if idea != "graph"]:
            started = time.perf_counter()
            spec = Vae(vae_seed=seed, layer_kind="dense", vae_epochs=EPOCHS[name])
            clusters = run(idea, spec, data, own, near).argmax(axis=1)
            took = time.perf_counter() - started
            print(f"{name}, seed {seed}, {took:.0f} s, {idea}: {compared(data, own, clusters)}",
                  flush=True)  # fmt: skip


def run(idea: str, spec: Vae, data: Loaded, own: np.ndarray, near: np.ndarray) -> np.ndarray:
    """p(y|x) of all items (n, K). own: (n,) the graph's clusters; near: (n, k) neighbours."""
    target = np.eye(spec.components)[own]
    if idea != "crossed":
        return train(idea, spec, data, target, near, np.ones(len(own)))
    half = np.random.default_rng((spec.vae_seed, 5)).permutation(len(own)) % 2
    judged = np.zeros(target.shape)
    for h in (0, 1):
        weight = 2.0 * (half != h)
        judged[half == h] = train("guided", spec, data, target, near, weight)[half == h]
    sure = judged.max(axis=1) > SURE
    target = np.eye(spec.components)[np.where(sure, judged.argmax(axis=1), own)]
    return train("guided", spec, data, target, near, np.ones(len(own)))


def train(
    idea: str, spec: Vae, data: Loaded, target: np.ndarray, near: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Train with Adam, and return p(y|x). target: (n, K); weight: (n,) of each item's guide."""
    x, n, E = jnp.asarray(data.x), len(data.x), spec.vae_epochs
    recipe = recipe_of(spec, data.picture, n)
    whole = guide_weight(spec, x.shape[1])
    network = build(spec, data.shape, random.fold_in(random.key(spec.vae_seed), 0))
    network = from_mean_grey(network, data.x)
    weights, rest = eqx.partition(network, learnt(network, spec.latent_model))
    adam = optax.adam(spec.vae_rate)
    state = adam.init(weights)

    def item(
        net: Network, x: Array, t: Array, w: Array, drawn: Drawn, mate: Array, now: Any
    ) -> Any:
        guide, other = now
        parts = terms(net, recipe, x, t, drawn.loss, jnp.float32(spec.precision))
        loss = parts.reconstruction + parts.kl_z + parts.kl_y + guide * w * parts.guide
        if idea in ("consistent", "pairs"):
            r = jnp.exp(net.log_responsibility(net.posterior(x)[0]))
            if idea == "pairs":
                of_mate = net.log_responsibility(net.posterior(mate)[0])
                return loss - other * jnp.log(jnp.sum(r * jnp.exp(of_mate)) + 1e-6)
            r = lax.stop_gradient(r)
            seen = net.posterior(warped(x, data.picture, drawn.keys))[0]
            loss -= other * (r.max() > SURE) * jnp.sum(r * net.log_responsibility(seen))
        return loss

    def of_batch(weights: Any, rows: Array, drawn: Drawn, t: Array, w: Array, now: Any) -> Array:
        net = eqx.combine(weights, rest)
        each = jax.vmap(partial(item, net), in_axes=(0, 0, 0, 0, 0, None))
        losses: Array = each(x[rows], t[rows], w[rows], drawn, x[drawn.mates], now)
        return losses.mean()

    @eqx.filter_jit
    def epoch(carry: Any, order: Array, drawn: Drawn, t: Array, w: Array, now: Any) -> Any:
        def step(carry: Any, batch: Any) -> tuple[Any, None]:
            weights, state = carry
            gradient = jax.grad(of_batch)(weights, *batch, t, w, now)
            update, state = adam.update(gradient, state)
            return (optax.apply_updates(weights, update), state), None

        return lax.scan(step, carry, (order, drawn))[0]

    for e in range(1, E + 1):
        rng = np.random.default_rng((spec.vae_seed, e))
        steps = n // recipe.batch
        order = rng.permutation(n)[: steps * recipe.batch].reshape(steps, -1)
        keys = random.split(random.fold_in(random.key(spec.vae_seed + 77), e), order.shape)
        mates = near[order, rng.integers(0, near.shape[1], order.shape)]
        drawn = Drawn(draws(rng, recipe, order.shape, spec.latent), keys, jnp.asarray(mates))
        fades = idea in ("faded", "consistent", "pairs")
        guide = whole * float(np.clip((2 * E / 3 - e) / (E / 3), 0, 1)) if fades else whole
        other = whole * float(np.clip(e / (E / 3), 0, 1))
        now = jnp.float32(guide), jnp.float32(other)
        of_items = jnp.asarray(target, jnp.float32), jnp.asarray(weight, jnp.float32)
        weights, state = epoch((weights, state), jnp.asarray(order), drawn, *of_items, now)
        if idea == "reassigned" and e >= E // 3 and e % 5 == 0:
            r = encode(eqx.combine(weights, rest), data.x)[2]
            sure = r.max(axis=1, keepdims=True) > SURE
            target = np.where(sure, np.eye(spec.components)[r.argmax(axis=1)], target)
    return encode(eqx.combine(weights, rest), data.x)[2]


def warped(x: Array, picture: tuple[int, ...], key: Array) -> Array:
    """The picture x (D,), turned, scaled and moved a little."""
    h, w = picture
    of_turn, of_scale, of_move = random.split(key, 3)
    turn = random.uniform(of_turn, minval=-TURN, maxval=TURN)
    scale = 1 + random.uniform(of_scale, minval=-SCALE, maxval=SCALE)
    move = random.uniform(of_move, (2,), minval=-MOVE, maxval=MOVE) * h
    rows, columns = jnp.mgrid[:h, :w]
    y, z = (rows - (h - 1) / 2) / scale, (columns - (w - 1) / 2) / scale
    c, s = jnp.cos(turn), jnp.sin(turn)
    places = [c * y - s * z + (h - 1) / 2 + move[0], s * y + c * z + (w - 1) / 2 + move[1]]
    seen: Array = jax.scipy.ndimage.map_coordinates(x.reshape(h, w), places, 1)
    return seen.reshape(-1)


def compared(data: Loaded, own: np.ndarray, clusters: np.ndarray) -> str:
    """The graph's clusters and the model's, by the labels."""
    before, after = (judge(c, data.labels, 10) for c in (own, clusters))
    met = np.zeros((10, 10), int)
    np.add.at(met, (own, clusters), 1)
    moved = linear_sum_assignment(-met)[1][own] != clusters
    was, now = before.match[own] == data.labels, after.match[clusters] == data.labels
    return (
        f"graph {before.accuracy:.4f} / {before.nmi:.4f}, model {after.accuracy:.4f} / "
        f"{after.nmi:.4f}; moved {moved.sum()}, {(now & ~was)[moved].sum()} of them rightly, "
        f"{(was & ~now)[moved].sum()} wrongly"
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
