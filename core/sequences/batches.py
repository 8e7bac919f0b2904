"""Batches of texts of about one length, so that little of what a network reads is padding."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from core.sequences.padding import I32, PADDING

SORTED = 16  # batches whose texts are sorted by length together


def prefixes(T: int) -> tuple[int, ...]:
    """How many first tokens a batch is cut to: the least of these that holds its longest text.

    Code is compiled for each, so there are few of them.

    >>> prefixes(200)
    (25, 50, 75, 100, 150, 200)
    """
    return tuple(sorted({-(-T * eighths // 8) for eighths in (1, 2, 3, 4, 6, 8)}))


def lengths(ids: I32) -> I32:
    """The tokens of each padded row (n, T), (n,)."""
    return (ids != PADDING).sum(axis=1, dtype=np.int32)


def batched(
    order: I32, length: I32, batch: int, T: int, rng: np.random.Generator
) -> tuple[I32, I32]:
    """Rows in random order (steps · batch,) → batches (steps, batch), and the place (steps,) in
    `prefixes(T)` of what each is cut to. length: (n,) of all rows.

    Only `SORTED` batches at a time are sorted, and the batches are shuffled again: what shares a
    batch differs from epoch to epoch.
    """
    pools = [
        pool[np.argsort(length[pool], kind="stable")]
        for pool in np.split(order, range(SORTED * batch, len(order), SORTED * batch))
    ]
    rows = np.concatenate(pools).reshape(-1, batch)
    rows = rows[rng.permutation(len(rows))]
    place = np.searchsorted(prefixes(T), length[rows].max(axis=1, initial=0))
    return rows.astype(np.int32), place.astype(np.int32)


def cut(read: Callable[[Array], Array], ids: Array, place: Array) -> Array:
    """What `read` makes of padded rows (n, T) cut to their first `prefixes(T)[place]` tokens.

    Equal to read(ids) where padding makes no difference and no row is longer.
    """
    parts = [lambda ids, t=t: read(ids[:, :t]) for t in prefixes(ids.shape[1])]
    return lax.switch(jnp.asarray(place), parts, ids)
