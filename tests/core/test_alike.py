"""Near-duplicates and what leaks from one split into another, against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from core.errors import SpecError
from core.lengths import directions, lengths
from core.spaces import alike, doubt
from core.spaces.alike import alike_pairs
from core.vectors.search.graph import neighbours_among

F32 = NDArray[np.float32]
K = 10


def unit(V: NDArray[np.floating]) -> F32:
    V = np.asarray(V, np.float32)
    return directions(V, lengths(V))


def test_duplicates_are_the_connected_pairs_above_the_threshold() -> None:
    rng = np.random.default_rng(1)
    V = rng.normal(size=(60, 5)).astype(np.float32)
    V[10:22] = V[9]  # more copies than a list holds
    V[30] = V[31] + 1e-3
    X = unit(V)
    near = neighbours_among(X, K)
    result = doubt.duplicates(alike_pairs(X, near, 0.99))
    # brute force: repeated union of all pairs
    group = np.arange(60)
    for i in range(60):
        for j in range(60):
            if i != j and X[i] @ X[j] >= 0.99:
                group[group == group[j]] = group[i]
    same = group[:, None] == group[None, :]
    found = (result.group[:, None] == result.group[None, :]) & (result.group >= 0)[:, None]
    np.fill_diagonal(found, True)
    np.testing.assert_array_equal(found, same)
    assert result.sizes.tolist() == [13, 2]
    assert np.flatnonzero(result.exact).tolist() == list(range(9, 22))


def test_leakage_is_the_second_splits_near_duplicates() -> None:
    rng = np.random.default_rng(2)
    V = rng.normal(size=(90, 6)).astype(np.float32)
    split = np.repeat([0, 1, 2], 30).astype(np.int32)
    V[40:45] = V[3:8] + 1e-3  # five of split 1 leak from split 0
    V[70] = V[4] + 1e-3
    X = unit(V)
    result = doubt.leakage(alike_pairs(X, neighbours_among(X, K), 0.99), split, 0, 1)
    assert dict(zip(result.items.tolist(), result.twin.tolist(), strict=True)) == {
        40 + i: 3 + i for i in range(5)
    }
    assert result.share == pytest.approx(5 / 30)
    assert result.low <= result.null <= result.high


@pytest.mark.parametrize("k", [1, 4, 20])
@pytest.mark.parametrize("least", [0.7, 0.95, 1.0])
def test_alike_rows_do_not_depend_on_the_length_of_lists(k: int, least: float) -> None:
    """Rows with many near-duplicates of their own split, copies among them, leak all the same."""
    rng = np.random.default_rng(3)
    V = rng.normal(size=(6, 4))[rng.integers(6, size=150)] + 0.2 * rng.normal(size=(150, 4))
    V[20:60] = V[19]  # copies on both sides, more than any list holds
    V[100:104] = V[99]
    X, split = unit(V), rng.integers(0, 3, 150).astype(np.int32)
    pairs = alike_pairs(X, neighbours_among(X, k), least)
    cosine = np.minimum(X @ X.T, 1).astype(np.float64)
    close = cosine >= least - 1e-6
    groups = doubt.duplicates(pairs).group
    component = connected_components(csr_array(close))[1]
    same = component[:, None] == component[None, :]
    alone = same.sum(axis=1) == 1
    np.testing.assert_array_equal(groups < 0, alone)
    np.testing.assert_array_equal((groups[:, None] == groups)[~alone][:, ~alone],
                                  same[~alone][:, ~alone])  # fmt: skip
    result = doubt.leakage(pairs, split, 0, 1)
    other = np.where(close & (split == 0), cosine, -1)
    expected = np.flatnonzero((split == 1) & (other > 0).any(axis=1))
    assert sorted(result.items) == expected.tolist() and len(expected) > 5
    assert (split[result.twin] == 0).all()
    np.testing.assert_allclose(result.cosine, other[result.items].max(axis=1), atol=1e-6)
    np.testing.assert_allclose(result.cosine, cosine[result.items, result.twin], atol=1e-6)
    assert (np.diff(result.cosine) <= 0).all() and result.low <= result.null <= result.high


def test_too_many_alike_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    X = unit(np.random.default_rng(4).normal(size=(80, 3)) + 4)
    near = neighbours_among(X, 5)
    for limit in ("MOST_COMPARED", "MOST_PAIRS"):
        with monkeypatch.context() as patch:
            patch.setattr(alike, limit, 50)
            with pytest.raises(SpecError, match="too many pairs") as refused:
                alike_pairs(X, near, 0.9)
            assert refused.value.field == "alike"
