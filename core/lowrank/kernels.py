"""Sparse matrix times a few dense columns: the core of every large factorisation.

The product is computed row by row, each row's terms in their stored order, so
the result does not depend on how many threads share the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from itertools import pairwise

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray
from scipy.sparse import csr_array

F32 = NDArray[np.float32]
U32 = NDArray[np.uint32]

# cached matrices are read-only; a signature that says so takes writeable ones too
_ids = types.Array(types.uint32, 1, "C", readonly=True)
_values = types.Array(types.float32, 1, "C", readonly=True)
_block = types.Array(types.float32, 2, "C", readonly=True)


@numba.njit(
    types.void(_ids, _values, _ids, _block, types.float32[:, ::1], types.uint64, types.uint64),
    nogil=True,
    cache=True,
    fastmath={"contract"},
)
def rows_times(indices: U32, data: F32, indptr: U32, X: F32, Y: F32, first: int, last: int) -> None:
    """Rows first…last of Y = A·X, for A (m, n) in CSR, X (n, b) and Y (m, b).

    Eight non-zeros are read at a time, so that a row of Y is read and written
    once for eight rows of X. Indices are unsigned: with signed ones the
    compiler keeps Python's wrap-around and the loops do not vectorise.
    """
    one, eight = np.uint64(1), np.uint64(8)
    b = X.shape[1]
    for i in range(first, last):
        y = Y[i]
        for c in range(b):
            y[c] = np.float32(0)
        j = indices[indptr[i] : indptr[i + one]]
        a = data[indptr[i] : indptr[i + one]]
        nnz = np.uint64(j.size)
        whole = nnz - nnz % eight
        for t in range(np.uint64(0), whole, eight):
            t1 = t + one
            t2, t3 = t1 + one, t1 + one + one
            t4, t5, t6, t7 = t2 + t2 - t, t3 + t2 - t, t3 + t3 - t, t3 + t3 - t + one
            a0, a1, a2, a3 = a[t], a[t1], a[t2], a[t3]
            a4, a5, a6, a7 = a[t4], a[t5], a[t6], a[t7]
            x0, x1, x2, x3 = X[j[t]], X[j[t1]], X[j[t2]], X[j[t3]]
            x4, x5, x6, x7 = X[j[t4]], X[j[t5]], X[j[t6]], X[j[t7]]
            for c in range(b):
                y[c] += ((a0 * x0[c] + a1 * x1[c]) + (a2 * x2[c] + a3 * x3[c])) + (
                    (a4 * x4[c] + a5 * x5[c]) + (a6 * x6[c] + a7 * x7[c])
                )
        for t in range(whole, nnz):
            x = X[j[t]]
            for c in range(b):
                y[c] += a[t] * x[c]


def product(A: csr_array, pool: Executor, threads: int) -> Callable[[F32], F32]:
    """The function X (n, b) ↦ A·X (m, b), its rows shared among threads by non-zeros."""
    indices = np.asarray(A.indices).astype(np.uint32, copy=False)
    indptr = np.asarray(A.indptr).astype(np.uint32)
    data = np.asarray(A.data)
    m = int(A.shape[0])
    shares = np.linspace(0, A.nnz, threads + 1)[1:-1]
    bounds = [0, *np.searchsorted(indptr, shares).tolist(), m]

    def multiply(X: F32) -> F32:
        X = np.ascontiguousarray(X)
        Y = np.empty((m, X.shape[1]), np.float32)
        jobs = [
            pool.submit(rows_times, indices, data, indptr, X, Y, low, high)
            for low, high in pairwise(bounds)
        ]
        for job in jobs:
            job.result()
        return Y

    return multiply
