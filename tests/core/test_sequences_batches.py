"""Batches by length: nothing is lost, nothing is read otherwise, and less of it is padding."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sequences.batches import SORTED, batched, cut, lengths, prefixes
from core.text_classes.networks import Convolution, Lstm


def padded(n: int, T: int, seed: int) -> np.ndarray:
    """Rows of random lengths, most of them short."""
    rng = np.random.default_rng(seed)
    length = np.minimum(rng.geometric(min(1.0, 3 / T), n), T)
    return np.where(np.arange(T) < length[:, None], rng.integers(2, 9, (n, T)), 0).astype(np.int32)


@given(st.integers(1, 9), st.integers(1, 40), st.integers(1, 50), st.integers(0, 99))
def test_each_row_once_in_a_batch_that_holds_it(steps: int, batch: int, T: int, seed: int) -> None:
    ids = padded(steps * batch + 3, T, seed)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(ids))[: steps * batch].astype(np.int32)
    rows, place = batched(order, lengths(ids), batch, T, rng)
    assert rows.shape == (steps, batch) and sorted(rows.ravel()) == sorted(order)
    for some, p in zip(rows, place, strict=True):
        longest = int((ids[some] != 0).sum(axis=1).max())
        assert prefixes(T)[p] == min(t for t in prefixes(T) if t >= longest)


def test_most_of_the_padding_is_left_out() -> None:
    ids = padded(SORTED * 64, 200, 0)
    order = np.arange(len(ids), dtype=np.int32)
    _, place = batched(order, lengths(ids), 64, 200, np.random.default_rng(0))
    read = np.array(prefixes(200))[place].mean()
    assert lengths(ids).mean() <= read < 0.55 * 200


@pytest.mark.parametrize("body", ["convolution", "lstm"])
def test_a_cut_changes_neither_features_nor_gradients(body: str) -> None:
    """Float for float but for the order of sums."""
    ids = padded(12, 40, 1)
    ids[:, 15:] = 0
    key = jax.random.key(0)
    embedding = jax.random.normal(key, (9, 6))
    network = Lstm(6, 5, key) if body == "lstm" else Convolution(6, 5, 3, key)

    def features(embedding: jax.Array, rows: jax.Array) -> jax.Array:
        real = rows != 0
        return network(embedding[rows] * real[..., None], real)

    def shortened(embedding: jax.Array, place: int) -> jax.Array:
        return cut(lambda rows: features(embedding, rows), jnp.asarray(ids), jnp.asarray(place))

    place = next(p for p, t in enumerate(prefixes(40)) if t >= 15)
    assert place < len(prefixes(40)) - 1
    np.testing.assert_allclose(
        shortened(embedding, place), features(embedding, jnp.asarray(ids)), atol=1e-6
    )
    ours = jax.grad(lambda e: (shortened(e, place) ** 2).sum())(embedding)
    whole = jax.grad(lambda e: (features(e, jnp.asarray(ids)) ** 2).sum())(embedding)
    np.testing.assert_allclose(ours, whole, atol=1e-5)
