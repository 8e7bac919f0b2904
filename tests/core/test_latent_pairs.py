"""Two runs compared, against brute force, pair counting and SciPy."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ortho_group

from core.errors import SpecError
from core.latent import Items, Vae, fit
from core.latent.pairs import RunPair, compare, pair_spread
from core.latent.snapshots import Snapshot

SMALL = Vae(Items(most=120), clusters=3, latent=3, width=16, vae_epochs=2, vae_batch=40)


def snapshot(cluster: np.ndarray, K: int, mean: np.ndarray | None = None) -> Snapshot:
    mean = np.random.default_rng(0).normal(size=(len(cluster), 2)) if mean is None else mean
    return Snapshot(1, (), mean, np.zeros_like(mean), np.eye(K)[cluster])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10_000))
def test_matching_is_the_best_there_is(A: int, B: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(A, size=25), rng.integers(B, size=25)
    comparison = compare(snapshot(a, A), snapshot(b, B))
    table = [[int(((a == i) & (b == j)).sum()) for j in range(B)] for i in range(A)]
    assert comparison.table.tolist() == table
    n = max(A, B)
    square = np.zeros((n, n))
    square[:A, :B] = table
    best = max(sum(square[i, p[i]] for i in range(n)) for p in permutations(range(n)))
    assert comparison.matched == pytest.approx(best / 25)
    there = comparison.match[comparison.match >= 0]
    assert len(set(there)) == len(there), "one to one"
    assert sum(table[i][k] for i, k in enumerate(comparison.match) if k >= 0) == best
    assert len(set(comparison.renamed)) == B, "no two clusters of B have one name"
    assert all(comparison.renamed[k] == i for i, k in enumerate(comparison.match) if k >= 0)


def test_ari_counts_pairs() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.integers(3, size=40), rng.integers(4, size=40)
    comparison = compare(snapshot(a, 3), snapshot(b, 4))
    pairs = list(combinations(range(40), 2))
    both = sum(a[i] == a[j] and b[i] == b[j] for i, j in pairs)
    one, two = (sum(x[i] == x[j] for i, j in pairs) for x in (a, b))
    expected = one * two / len(pairs)
    assert comparison.ari == pytest.approx((both - expected) / ((one + two) / 2 - expected))
    swapped = compare(snapshot(b, 4), snapshot(a, 3))
    assert swapped.numbers[:3] == pytest.approx(comparison.numbers[:3]), (
        "agreement has no direction"
    )


def test_renaming_clusters_changes_nothing() -> None:
    rng = np.random.default_rng(4)
    a = rng.integers(5, size=60)
    comparison = compare(snapshot(a, 5), snapshot(np.array([3, 0, 4, 1, 2])[a], 5))
    assert comparison.numbers[:3] == (1.0, pytest.approx(1.0), pytest.approx(1.0))
    assert comparison.match.tolist() == [3, 0, 4, 1, 2]


def test_an_empty_cluster_is_nobodys_partner() -> None:
    comparison = compare(snapshot(np.array([0, 0, 1, 1]), 3), snapshot(np.array([1, 1, 0, 0]), 3))
    assert comparison.match.tolist() == [1, 0, -1] and comparison.renamed.tolist() == [1, 0, 3]


def test_moved_turned_and_scaled_codes_are_the_same() -> None:
    rng = np.random.default_rng(6)
    A = rng.normal(size=(40, 5))
    B = 3 * A @ ortho_group.rvs(5, random_state=1) + rng.normal(size=5)
    comparison = compare(snapshot(np.zeros(40, int), 1, A), snapshot(np.zeros(40, int), 1, B))
    np.testing.assert_allclose(comparison.aligned, A, atol=1e-9)
    assert comparison.residual < 1e-9 and comparison.scale == pytest.approx(1 / 3)
    assert comparison.chance > 0.5, "shuffled items do not fit"


def test_codes_that_are_nearly_the_same_lie_over_nothing() -> None:
    rng = np.random.default_rng(8)
    A, B = rng.normal(size=(9, 2)), 1 + 1e-9 * rng.normal(size=(9, 2))
    comparison = compare(snapshot(np.zeros(9, int), 1, A), snapshot(np.zeros(9, int), 1, B))
    assert comparison.residual == 1 and comparison.scale == 0
    np.testing.assert_allclose(comparison.aligned, np.tile(A.mean(axis=0), (9, 1)))


def test_spread_holds_each_pair() -> None:
    spec = RunPair(SMALL, SMALL.replace(vae_seed=1, start="published"), 2)
    spread = pair_spread(spec)
    for i in range(2):
        ends = [fit(s.replace(vae_seed=s.vae_seed + i)) for s in (spec.first, spec.second)]
        expected = compare(*(e.snapshots[-1] for e in ends)).numbers
        np.testing.assert_allclose(spread[i], expected, rtol=1e-5)


def test_other_items_cannot_be_compared() -> None:
    with pytest.raises(SpecError, match="same items"):
        RunPair(SMALL, SMALL.replace(most=100))
