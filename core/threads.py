"""One thread for BLAS and LAPACK while other computations run beside them.

OpenBLAS spins while its threads wait for each other. On a busy machine that
costs ten times the arithmetic (pivoted QR of 1500 × 1000 on two shared cores:
2.4 CPU seconds with two threads, 0.2 with one), so what runs in the background
keeps to one. Large products are shared among threads that do not spin (`by_rows`).
"""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

Matrix = NDArray[Any]
Multiply = Callable[[Matrix, Matrix], Matrix]
THREADS = min(8, os.cpu_count() or 1)
SHARES = 8  # of a product, on any machine: shares of another size may round differently

_lock = threading.Lock()
_inside = 0
_usual: dict[str, int] = {}  # by BLAS library, the most threads that it was ever seen to use


@contextmanager
def one_thread() -> Iterator[None]:
    """BLAS uses one thread inside; the setting returns when the last block is left.

    The setting belongs to the process, so blocks that overlap are counted. Others limit it, too:
    scikit-learn's k-means, which is called within this for that reason, puts back what it met.
    """
    global _inside
    with _lock:
        if _inside == 0:
            for library in _libraries():
                _usual[library.filepath] = max(library.num_threads, _usual.get(library.filepath, 1))
                _set(library, 1)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                for library in _libraries():
                    _set(library, _usual.get(library.filepath, library.num_threads))


def _set(library: Any, threads: int) -> None:
    """Set how many threads a library uses.

    threadpoolctl lets one thread of Python do so, the first, until it says that it is done; here
    another one may leave the last block than entered the first.
    """
    done = getattr(library, "clear_controlling_thread", lambda force: None)
    done(force=True)
    library.set_num_threads(threads)
    done(force=True)


def _libraries() -> list[Any]:
    """The BLAS libraries that are loaded: NumPy's, and after its import SciPy's own."""
    return _looked_up(hasattr(sys.modules.get("scipy.linalg"), "svd"))


@functools.cache
def _looked_up(scipy: bool) -> list[Any]:
    """Looking them up takes a while; `scipy`: whether SciPy's must be among them."""
    return list(ThreadpoolController().select(user_api="blas").lib_controllers)


def by_rows(pool: Executor) -> Multiply:
    """The product (m, k) of dense (m, n) and (n, k), the rows shared among the threads of a pool.

    Within `one_thread` it has the same bits for any number of them: the shares are the same.
    """

    def multiply(A: Matrix, B: Matrix) -> Matrix:
        product = np.empty((len(A), B.shape[1]), np.result_type(A, B))
        bounds = np.linspace(0, len(A), SHARES + 1).astype(int)
        shares = [
            pool.submit(np.matmul, A[low:high], B, product[low:high])
            for low, high in pairwise(bounds)
        ]
        for share in shares:
            share.result()
        return product

    return multiply
