"""A small transformer over the places of a grid: all at once, or one place after the other."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array, random

HEADS, BLOCKS = 4, 2


class Block(eqx.Module):
    """Masked attention, then a dense layer, each beside what it reads."""

    before: eqx.nn.LayerNorm
    mixing: eqx.nn.Linear
    out: eqx.nn.Linear
    between: eqx.nn.LayerNorm
    wide: eqx.nn.Linear
    narrow: eqx.nn.Linear

    def __init__(self, w: int, key: Array) -> None:
        keys = random.split(key, 4)
        self.before, self.between = eqx.nn.LayerNorm(w), eqx.nn.LayerNorm(w)
        self.mixing = eqx.nn.Linear(w, 3 * w, key=keys[0])
        self.out = eqx.nn.Linear(w, w, key=keys[1])
        self.wide = eqx.nn.Linear(w, 2 * w, key=keys[2])
        self.narrow = eqx.nn.Linear(2 * w, w, key=keys[3])

    def __call__(self, h: Array) -> Array:
        """(G, w) → (G, w); a place sees itself and those before it."""
        G, w = h.shape
        parts = jax.vmap(self._mixed)(h)
        q, k, v = (a.reshape(G, HEADS, -1).transpose(1, 0, 2) for a in jnp.split(parts, 3, axis=1))
        scores = q @ k.transpose(0, 2, 1) / (w // HEADS) ** 0.5
        seen = jnp.tril(jnp.ones((G, G), bool))
        mixed = jax.nn.softmax(jnp.where(seen, scores, -jnp.inf), axis=-1) @ v
        return jax.vmap(self._passed)(h, mixed.transpose(1, 0, 2).reshape(G, w))

    def next(self, h: Array, place: Array, memory: Array) -> tuple[Array, Array]:
        """One place of `__call__`, (w,), and the memory with its key and value.

        memory: (G, 2 w), keys and values of the places before it.
        """
        w = len(h)
        parts = self._mixed(h)
        memory = memory.at[place].set(parts[w:])
        k, v = (a.reshape(-1, HEADS, w // HEADS) for a in jnp.split(memory, 2, axis=1))
        scores = jnp.einsum("hd,ghd->hg", parts[:w].reshape(HEADS, -1), k) / (w // HEADS) ** 0.5
        seen = jnp.arange(len(memory)) <= place
        share = jax.nn.softmax(jnp.where(seen, scores, -jnp.inf), axis=-1)
        return self._passed(h, jnp.einsum("hg,ghd->hd", share, v).reshape(w)), memory

    def _mixed(self, h: Array) -> Array:
        """Query, key and value of a place, (w,) → (3 w,)."""
        return self.mixing(self.before(h))

    def _passed(self, h: Array, mixed: Array) -> Array:
        """A place with what it attended to, (w,) each, through the dense layer."""
        h = h + self.out(mixed)
        return h + self.narrow(jax.nn.gelu(self.wide(self.between(h))))


class Network(eqx.Module):
    """ln p(code at each place | the codes before it), up to a constant: (G,) → (G, K)."""

    tokens: Array
    positions: Array
    blocks: list[Block]
    last: eqx.nn.LayerNorm
    head: eqx.nn.Linear

    def __init__(self, K: int, G: int, w: int, key: Array) -> None:
        keys = random.split(key, BLOCKS + 3)
        self.tokens = 0.1 * random.normal(keys[0], (K + 1, w))  # the last one begins a grid
        self.positions = 0.1 * random.normal(keys[1], (G, w))
        self.blocks = [Block(w, one) for one in keys[3:]]
        self.last = eqx.nn.LayerNorm(w)
        self.head = eqx.nn.Linear(w, K, key=keys[2])

    def __call__(self, codes: Array) -> Array:
        """codes (G,) → (G, K)."""
        begin = jnp.full(1, len(self.tokens) - 1, codes.dtype)
        h = self.tokens[jnp.concatenate([begin, codes[:-1]])] + self.positions
        for block in self.blocks:
            h = block(h)
        return jax.vmap(self._logits)(h)

    def next(self, before: Array, place: Array, memory: list[Array]) -> tuple[Array, list[Array]]:
        """The row of one place, (K,), from the code before it, K at the first; and the memory.

        Not computed anew for every place: that would be G times the work.
        """
        h, after = self.tokens[before] + self.positions[place], []
        for block, past in zip(self.blocks, memory, strict=True):
            h, past = block.next(h, place, past)
            after.append(past)
        return self._logits(h), after

    def memory(self, n: int) -> list[Array]:
        """What n grids remember before their first place, (n, G, 2 w) a block."""
        G, w = self.positions.shape
        return [jnp.zeros((n, G, 2 * w)) for _ in self.blocks]

    def _logits(self, h: Array) -> Array:
        return self.head(self.last(h))
