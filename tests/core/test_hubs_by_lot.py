"""Hubs that there would be if neighbours were drawn by lot: against drawing them."""

from __future__ import annotations

import numpy as np
import pytest

from core.spaces.lots import hubs_by_lot


@pytest.mark.parametrize(("m", "k"), [(60, 5), (200, 10)])
def test_as_many_as_when_they_are_drawn(m: int, k: int) -> None:
    limit, expected = hubs_by_lot(m, k)
    rng = np.random.default_rng(0)
    beyond = []
    for _ in range(1000):
        keys = rng.random((m, m))
        np.fill_diagonal(keys, 2.0)  # no row is its own neighbour
        times = np.bincount(np.argpartition(keys, k, axis=1)[:, :k].ravel(), minlength=m)
        beyond.append(int((times > limit).sum()))
    error = np.std(beyond) / np.sqrt(len(beyond))
    assert abs(np.mean(beyond) - expected) < 4 * error
    assert 0 < expected <= 1


def test_the_limit_is_the_lowest_beyond_which_at_most_one_is_expected() -> None:
    from scipy.stats import binom

    for m, k in ((24, 3), (150, 10), (5000, 20)):
        limit, expected = hubs_by_lot(m, k)
        assert expected <= 1 < m * binom.sf(limit - 1, m - 1, k / (m - 1))


def test_everybody_is_everybodys_neighbour() -> None:
    assert hubs_by_lot(6, 5) == (5, 0.0)
