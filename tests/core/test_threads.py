"""BLAS keeps to one thread where others work beside it, and large products are shared."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from core import threads
from core.threads import by_rows, one_thread


def blas_threads() -> set[int]:
    return {lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def two_usually(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two threads, whatever the environment of the tests says."""
    monkeypatch.setattr(threads, "_usual", {})
    with threadpool_limits(2, user_api="blas"):
        yield


def test_the_setting_returns_when_the_last_block_is_left() -> None:
    with one_thread():
        with one_thread():
            assert blas_threads() == {1}
        assert blas_threads() == {1}
    assert blas_threads() == {2}


def test_another_thread_may_leave_last() -> None:
    entered, leave = threading.Event(), threading.Event()

    def first() -> None:
        with one_thread():
            entered.set()
            leave.wait()

    thread = threading.Thread(target=first)
    thread.start()
    entered.wait()
    with one_thread():
        leave.set()
        thread.join()
        assert blas_threads() == {1}
    assert blas_threads() == {2}


def test_a_failure_inside_restores_the_setting() -> None:
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert blas_threads() == {2}


def test_what_others_put_back_in_between_does_not_stay() -> None:
    """As scikit-learn's k-means does: it puts back one thread that it met in a block."""
    with one_thread():
        between = threadpool_limits(1, user_api="blas")
    between.restore_original_limits()
    assert blas_threads() == {1}
    with one_thread():
        pass
    assert blas_threads() == {2}


@given(st.integers(1, 70), st.integers(1, 40), st.integers(1, 40))
def test_shared_products_are_those_of_blas(m: int, n: int, k: int) -> None:
    rng = np.random.default_rng(m)
    A, B = rng.standard_normal((n, m)).T, rng.standard_normal((n, k))
    with ThreadPoolExecutor(2) as pool:
        np.testing.assert_allclose(by_rows(pool)(A, B), A @ B, atol=1e-12)
