"""BLAS keeps to one thread where others work beside it, and large products are shared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from core.threads import by_rows, one_thread


def blas_threads() -> set[int]:
    return {lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"}


def test_the_setting_returns_when_the_last_block_is_left() -> None:
    with threadpool_limits(2, user_api="blas"):
        one, other = one_thread(), one_thread()
        with one:
            with other:
                assert blas_threads() == {1}
            assert blas_threads() == {1}
        assert blas_threads() == {2}


def test_a_failure_inside_restores_the_setting() -> None:
    with threadpool_limits(2, user_api="blas"):
        with pytest.raises(KeyError), one_thread():
            raise KeyError
        assert blas_threads() == {2}


@given(st.integers(1, 70), st.integers(1, 40), st.integers(1, 40))
def test_shared_products_are_those_of_blas(m: int, n: int, k: int) -> None:
    rng = np.random.default_rng(m)
    A, B = rng.standard_normal((n, m)).T, rng.standard_normal((n, k))
    with ThreadPoolExecutor(2) as pool:
        np.testing.assert_allclose(by_rows(pool)(A, B), A @ B, atol=1e-12)
