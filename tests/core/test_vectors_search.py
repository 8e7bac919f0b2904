"""Exact search against sorting everything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core.vectors.search.exact as search
from core.vectors.search.exact import top_k, top_k_batch


def brute(scores: np.ndarray, k: int, exclude: tuple[int, ...] = ()) -> np.ndarray:
    fine = [i for i in range(len(scores)) if scores[i] > -np.inf and i not in exclude]
    return np.array(sorted(fine, key=lambda i: (-scores[i], i))[:k], dtype=np.int64)


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 3000),
    d=st.integers(1, 40),
    k=st.integers(0, 700),
    seed=st.integers(0, 99),
    exclude=st.sets(st.integers(0, 2999), max_size=4),
    weighted=st.booleans(),
)
def test_the_best_are_found_ties_by_id(n, d, k, seed, exclude, weighted):
    rng = np.random.default_rng(seed)
    # small whole numbers: sums are exact and ties abound
    V = rng.integers(-2, 3, (n, d)).astype(np.float32)
    q = rng.integers(-2, 3, d).astype(np.float32)
    scale = rng.integers(1, 3, n).astype(np.float32) if weighted else None
    bias = rng.integers(-2, 3, n).astype(np.float32) if weighted else None
    out = tuple(i for i in exclude if i < n)
    scores = V @ q * (scale if weighted else 1) + (bias if weighted else 0)
    ids, best = top_k(V, q, k, scale=scale, bias=bias, exclude=out)
    np.testing.assert_array_equal(ids, brute(scores, k, out))
    np.testing.assert_array_equal(best, scores[ids])
    assert ids.dtype == np.int64 and best.dtype == np.float32
    batch, several = top_k_batch(V, q[None], k, scale=scale, bias=bias)
    expected = brute(scores, k)
    np.testing.assert_array_equal(batch[0], expected)
    np.testing.assert_array_equal(several[0], scores[expected])


def test_nan_and_minus_infinity_are_never_near():
    V = np.ones((6, 3), np.float32)
    V[1], V[3], V[4] = np.nan, -np.inf, np.inf
    ids, scores = top_k(V, np.ones(3), 10)
    assert ids.tolist() == [4, 0, 2, 5] and scores[0] == np.inf
    assert top_k_batch(V, np.ones((1, 3), np.float32), 10)[0].tolist() == [[4, 0, 2, 5, -1, -1]]
    assert top_k(np.full((600, 3), np.nan, np.float32), np.ones(3), 600)[0].size == 0


@pytest.mark.parametrize("n", [999, 1024, 5001])
def test_a_second_thread_changes_no_bit(n, monkeypatch):
    rng = np.random.default_rng(n)
    V, q = rng.standard_normal((n, 37), dtype=np.float32), rng.standard_normal(37)
    V[n // 2 :] = V[: n - n // 2]  # ties across the seam
    alone = top_k(V, q, 40)
    monkeypatch.setattr(search, "SPLIT", 0)
    monkeypatch.setattr(search, "THREADS", 2)
    both = top_k(V, q, 40)
    assert alone[0].tobytes() == both[0].tobytes() and alone[1].tobytes() == both[1].tobytes()


def test_read_only_and_strided_vectors_are_taken():
    V = np.random.default_rng(0).standard_normal((50, 8), dtype=np.float32)
    expected = top_k(V, V[3], 5)[0]
    V.flags.writeable = False
    np.testing.assert_array_equal(top_k(V, V[3], 5)[0], expected)
    np.testing.assert_array_equal(top_k(np.asfortranarray(V), V[3], 5)[0], expected)


def test_a_batch_leaves_each_query_itself_out():
    V = np.random.default_rng(0).standard_normal((5000, 20), dtype=np.float32)
    chosen = np.arange(0, 5000, 9)
    ids, _ = top_k_batch(V, V[chosen], 10, skip=chosen)
    for row, i in zip(ids[:40], chosen[:40], strict=True):
        np.testing.assert_array_equal(row, top_k(V, V[i], 10, exclude=[i])[0])


def test_shapes_that_do_not_fit_are_a_bug():
    V = np.ones((4, 3), np.float32)
    with pytest.raises(ValueError, match="does not fit"):
        top_k(V, np.ones(2), 1)
    with pytest.raises(ValueError, match="do not fit"):
        top_k(V, np.ones(3), 1, scale=np.ones(5, np.float32))
