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
SHARES = 8  # of a product, on any machine: BLAS rounds smaller ones otherwise

_lock = threading.Lock()
_inside = 0
_limit: Any = None


@contextmanager
def one_thread() -> Iterator[None]:
    """BLAS uses one thread inside; the setting returns when the last block is left.

    The setting belongs to the process, so blocks that overlap are counted.
    """
    global _inside, _limit
    with _lock:
        if _inside == 0:
            _limit = _controller("scipy.linalg" in sys.modules).limit(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _limit.restore_original_limits()


@functools.cache
def _controller(scipy: bool) -> ThreadpoolController:
    """The BLAS libraries that are loaded: NumPy's, and from its import on SciPy's own.

    Looking them up takes a while.
    """
    return ThreadpoolController()


def by_rows(pool: Executor) -> Multiply:
    """The product of dense matrices, the first one's rows shared among the threads of a pool.

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
