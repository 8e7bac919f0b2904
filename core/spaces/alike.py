"""All pairs of rows that are nearly the same, though lists of neighbours hold k each.

A list whose last cosine is below the bound holds all that is above it. So a pair is missed only
where the lists of both are full of rows above the bound, and those rows are compared with each
other. Rows with the very same vector count once: a thousand copies are one row here.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from core.errors import SpecError
from core.messages import message
from core.progress import OnStep, report, run_on
from core.threads import THREADS, by_rows, one_thread
from core.vectors.search.graph import Nearest

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
ROUNDING = 1e-6  # of a cosine in float32
MOST_COMPARED = 30_000  # rows compared with each other, in some ten seconds
MOST_PAIRS = 20_000_000  # that are kept, of some 16 bytes each
BLOCK = 512  # rows compared at once


@dataclass(frozen=True, eq=False)
class AlikePairs:
    """first: (m,) the first row with the very same vector as each; copies: (m,) how many have it;
    cosines: (m, m) between such first rows of at least the bound, and 1 on their diagonal."""

    first: I64
    copies: I64
    cosines: csr_array


def alike_pairs(X: F32, near: Nearest, least: float, on_step: OnStep = run_on) -> AlikePairs:
    """The pairs of rows of X (m, d), of length 1, whose cosine is at least `least`.

    Raises SpecError where they are too many.
    """
    m, k = near.rows.shape
    first, copies = _copies(X)
    own = first == np.arange(m)
    alike = (near.cosines >= least - ROUNDING) & own[:, None]
    a, b = np.repeat(np.arange(m), k)[alike.ravel()], first[near.rows[alike]]
    full = np.flatnonzero(alike[:, -1])
    if len(full) > MOST_COMPARED:
        raise _too_many(least, len(full), k)
    left, right, cosines = [a, b], [b, a], [near.cosines[alike]] * 2
    with ThreadPoolExecutor(THREADS) as pool, one_thread():
        multiply, vectors, pairs = by_rows(pool), X[full], len(a)
        for top in range(0, len(full), BLOCK):
            report(on_step, top / len(full), "comparing rows with many near-duplicates")
            product = multiply(vectors[top : top + BLOCK], vectors.T)
            row, column = np.nonzero(product >= least - ROUNDING)
            left.append(full[top + row])
            right.append(full[column])
            cosines.append(product[row, column])
            pairs += len(row)
            if pairs > MOST_PAIRS:
                raise _too_many(least, len(full), k)
    diagonal = np.flatnonzero(own)
    rows = np.concatenate([*left, diagonal])
    columns = np.concatenate([*right, diagonal])
    values = np.minimum(np.concatenate([*cosines, np.ones(len(diagonal), np.float32)]), 1)
    order = np.lexsort((values, columns, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    last = np.append((np.diff(rows) != 0) | (np.diff(columns) != 0), True)
    matrix = coo_array((values[last], (rows[last], columns[last])), shape=(m, m))
    return AlikePairs(first, copies, csr_array(matrix))


def _too_many(least: float, rows: int, k: int) -> SpecError:
    return SpecError(
        message(
            "{rows:,} rows have {k} neighbours or more of a cosine ≥ {least:g}: too many pairs to "
            "list. Choose a larger least cosine.",
            rows=rows, k=k, least=least,
        ),
        "alike",
    )  # fmt: skip


def _copies(X: F32) -> tuple[I64, I64]:
    """The first row that equals each row of X (m, d), and how many do: (m,) each."""
    whole = np.ascontiguousarray(X).view(np.dtype((np.void, X.shape[1] * X.itemsize))).ravel()
    _, first, inverse, counts = np.unique(
        whole, return_index=True, return_inverse=True, return_counts=True
    )
    return first[inverse], counts[inverse]
