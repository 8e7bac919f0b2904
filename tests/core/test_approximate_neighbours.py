"""Neighbours of very many rows: the recall is measured, and what falls short is not used."""

from __future__ import annotations

import numpy as np
import pytest

from core.cache import folder
from core.errors import Cancelled
from core.progress import OnStep
from core.vectors.search import approximate
from core.vectors.search.approximate import approximate_neighbours
from core.vectors.search.descent import descended
from core.vectors.search.graph import neighbours_among


def rows(n: int) -> np.ndarray:
    X = np.random.default_rng(0).normal(size=(n, 12)).astype(np.float32)
    return X / np.linalg.norm(X, axis=1, keepdims=True)


def test_a_poor_search_gives_way_to_an_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    X, tried = rows(80), []

    def poor(X: np.ndarray, k: int, more: int, on_step: OnStep) -> np.ndarray:
        tried.append(more)
        return np.tile(np.arange(k, dtype=np.int32), (len(X), 1))

    monkeypatch.setattr(approximate, "_descended", poor)
    near = approximate_neighbours(X, 5)
    assert tried == list(approximate.WIDER) and near.recall == 1.0
    np.testing.assert_array_equal(near.rows, neighbours_among(X, 5).rows)


def test_the_recall_and_the_cosines_are_those_of_the_rows_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    X = rows(300)
    exact = neighbours_among(X, 20)
    wrong = exact.rows.copy()
    wrong[::50, -1] = exact.rows[::50, 0]  # a repeated one: the last is missing in 6 of 300 rows
    monkeypatch.setattr(approximate, "_descended", lambda *_: wrong)
    near = approximate_neighbours(X, 20)
    assert 0.95 < near.recall <= 1.0
    np.testing.assert_allclose(near.cosines[:, :-1], exact.cosines[:, :-1], atol=1e-6)


def test_a_stopped_search_leaves_nothing_behind() -> None:
    with pytest.raises(Cancelled):
        descended(rows(50), 5, lambda *_: True)
    assert not list(folder().glob("descent-*"))


@pytest.mark.slow  # compiles for half a minute
def test_most_of_the_exact_neighbours_are_found() -> None:
    X = rows(3_000)
    near, exact = approximate_neighbours(X, 10), neighbours_among(X, 10)
    share = np.mean([len(set(a) & set(b)) for a, b in zip(near.rows, exact.rows, strict=True)]) / 10
    assert share > 0.95 and abs(near.recall - share) < 0.03
    assert (near.rows != np.arange(3_000)[:, None]).all()
    np.testing.assert_allclose(near.cosines[:, 0], exact.cosines[:, 0], atol=0.02)
