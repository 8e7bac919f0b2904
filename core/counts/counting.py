"""Windowed co-occurrence counts as one exact sparse matrix.

n(w, c) = (1/unit) Σ over positions p of w, Σ over distances d ≤ L, weight(d)·[token p±d is c]

Weights are whole multiples of 1/unit (1/d becomes (lcm(1..L)/d)/lcm), so the
sums are integers: exact, and the same for any number and order of threads.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from core.counts.specs import Counts
from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, report, run_on
from core.results import frozen
from core.text.words import Vocabulary

CHUNK_CELLS = 1_000_000  # a chunk of rows is bounded by this many cells, or is one row
THREADS = os.cpu_count() or 1


@dataclass(frozen=True)
class Cooccurrence:
    """The counts of a corpus and their margins.

    matrix: (V, V) CSR of unsigned integers, n(w, c)·unit before subsampling;
    keep: (V,) the weight of each word under subsampling (ones when it is off).
    The weighted count is n(w, c) = keep_w · matrix[w, c]/unit · keep_c. symmetric: contexts were
    counted on both sides, so that n(w, c) = n(c, w).
    """

    matrix: Any
    unit: int
    keep: np.ndarray
    symmetric: bool = False

    @property
    def size(self) -> int:
        """The number of words."""
        return int(self.matrix.shape[0])

    @cached_property
    def row_sums(self) -> np.ndarray:
        """n(w, ·): (V,) float64."""
        from core.counts import kernels

        sums, matrix = np.empty(self.size), self.matrix
        kernels.row_sums(matrix.indptr, matrix.indices, matrix.data, self.keep, sums)
        return frozen(sums * self.keep / self.unit)

    @cached_property
    def column_sums(self) -> np.ndarray:
        """n(·, c): (V,) float64."""
        if self.symmetric:
            return self.row_sums
        sums = np.asarray(self.matrix.T @ self.keep)
        return frozen(sums * self.keep / self.unit)

    @cached_property
    def total(self) -> float:
        """N: the sum of all cells."""
        return float(self.row_sums.sum())

    def row(self, w: int) -> np.ndarray:
        """n(w, c) for every c: (V,) float64."""
        lo, hi = self.matrix.indptr[w], self.matrix.indptr[w + 1]
        dense = np.zeros(self.size)
        dense[self.matrix.indices[lo:hi]] = self.matrix.data[lo:hi]
        return dense * self.keep * (self.keep[w] / self.unit)

    def block(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """n(w, c) for the given words: (len(rows), len(columns)) float64."""
        return np.stack([self.row(w)[columns] for w in rows]) if len(rows) else np.zeros((0, 0))


def count_words(
    spec: Counts, ids: np.ndarray, starts: np.ndarray, words: Vocabulary, on_step: OnStep = run_on
) -> Cooccurrence:
    """The counts of tokens (N,), numbers of words or beyond, in segments that begin at `starts`."""
    integers, unit = weights(spec.window, spec.weighting)
    none = integers[:0]
    matrix = count_ids(
        ids,
        starts,
        len(words.words),
        before=none if spec.side == "right" else integers,
        after=none if spec.side == "left" else integers,
        keep_gaps=spec.keep_gaps,
        on_step=on_step,
    )
    keep = keep_weights(words.counts, words.all_tokens, spec.subsample)
    counts = Cooccurrence(matrix, unit, keep, spec.side == "both")
    _ = counts.total  # its margins are stored with it, so that no picture imports compiled code
    return counts


def no_meetings(spec: Counts, size: int) -> SourceError:
    """The error for a text in which no two words share a window."""
    return SourceError(
        message(
            "No two of the {n:,} kept words stand within {window} tokens of each other inside one "
            "{boundary}; lower the minimum count, widen the window or choose a larger boundary.",
            n=size,
            window=spec.window,
            boundary=message(spec.boundary),
        )
    )


def weights(window: int, weighting: str) -> tuple[np.ndarray, int]:
    """Integer weights at distances 1..L, (L,) uint64, in multiples of 1/unit, and the unit.

    flat: 1; harmonic: 1/d (GloVe, arXiv D14-1162); linear: (L−d+1)/L (word2vec's
    random window in expectation).
    """
    distance = np.arange(1, window + 1)
    if weighting == "harmonic":
        unit = math.lcm(*range(1, window + 1))
        return (unit // distance).astype(np.uint64), unit
    if weighting == "linear":
        return (window - distance + 1).astype(np.uint64), window
    return np.ones(window, np.uint64), 1


def keep_weights(counts: np.ndarray, tokens: int, threshold: float) -> np.ndarray:
    """The expected share of each word that subsampling keeps: min(1, √(t/f)), (V,) float64.

    f is the word's share of all tokens; t = 0 keeps everything. (Mikolov et al.
    2013, arXiv 1310.4546, equation 5.) Used as a weight instead of drawn at random,
    it is deterministic, and dropped tokens keep their positions.
    """
    if threshold == 0.0:
        return np.ones(len(counts))
    return np.minimum(1.0, np.sqrt(threshold * tokens / counts))


def count_ids(
    ids: np.ndarray,
    starts: np.ndarray,
    size: int,
    *,
    before: np.ndarray,
    after: np.ndarray,
    keep_gaps: bool = False,
    threads: int = THREADS,
    on_step: OnStep = run_on,
) -> csr_array:
    """Co-occurrence counts of integer tokens.

    ids: (N,) unsigned; ids ≥ size are dropped words. starts: (S,) where each
    segment begins, increasing; no window reaches across. before, after: (L,)
    integer weights at distance 1.. on either side, empty for a side not counted.
    Returns a (size, size) CSR with sorted columns of uint32, or uint64 where a
    sum could overflow.
    """
    from core.counts import kernels  # compiled: see there

    window = max(len(before), len(after))
    id_type = np.uint16 if size < 2**16 - 1 else np.uint32
    padded = np.empty(len(ids) + window * (len(starts) + 1), id_type)
    frequency = np.zeros(size, np.int64)
    starts = np.asarray(starts, np.int64)
    padded_size = kernels.pad(ids, starts, size, window, keep_gaps, padded, frequency)
    padded = padded[:padded_size]
    report(on_step, 0.05, "counting")

    pointers = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int64)
    positions = np.empty(pointers[-1], np.uint32 if padded_size < 2**32 else np.uint64)
    kernels.list_positions(padded, size, pointers, positions)
    report(on_step, 0.1, "counting")

    largest = int(frequency.max(initial=0)) * int(before.sum() + after.sum())
    sum_type = np.uint32 if largest < 2**32 else np.uint64
    bounds = np.minimum(frequency * (len(before) + len(after)), size)
    chunks = list(_chunks(bounds))
    # Workers write into a few buffers that stay in the cache and are reused; the result
    # has room for the worst case, but only the part that is written takes memory.
    room = max((int(bounds[first:last].sum()) for first, last in chunks), default=0)
    free = [(np.empty(room, np.int32), np.empty(room, sum_type)) for _ in range(threads + 1)]
    before, after = before.astype(sum_type), after.astype(sum_type)

    def rows(first: int, last: int, indices: np.ndarray, data: np.ndarray) -> np.ndarray:
        ends = np.empty(last - first, np.int64)
        sums = np.zeros(size + 1, sum_type)
        kernels.count_rows(
            padded, positions, pointers, first, last, before, after, sums, indices, data, ends
        )
        return ends

    indices, data = (np.empty(int(bounds.sum()), kind) for kind in (np.int32, sum_type))
    indptr = np.zeros(size + 1, np.int64)
    filled = 0
    with ThreadPoolExecutor(threads) as pool:
        running: deque[Any] = deque()
        waiting = iter(chunks)
        while True:
            while free and (chunk := next(waiting, None)):
                buffers = free.pop()
                running.append((chunk, buffers, pool.submit(rows, *chunk, *buffers)))
            if not running:
                break
            (first, last), buffers, future = running.popleft()
            ends = future.result()
            cells = int(ends[-1])
            indices[filled : filled + cells] = buffers[0][:cells]
            data[filled : filled + cells] = buffers[1][:cells]
            free.append(buffers)
            indptr[first + 1 : last + 1] = filled + ends
            filled += cells
            report(on_step, 0.1 + 0.9 * last / size, "counting")
    return square(data[:filled], indices[:filled], indptr, size)


def square(data: np.ndarray, indices: np.ndarray, indptr: np.ndarray, size: int) -> csr_array:
    """A square CSR of these very arrays: scipy's constructor would copy views of larger ones."""
    matrix: Any = csr_array((size, size), dtype=data.dtype)
    matrix.data, matrix.indices = data, indices
    matrix.indptr = indptr.astype(np.int32) if len(data) < 2**31 else indptr
    matrix.has_sorted_indices = True
    return matrix


def _chunks(bounds: np.ndarray) -> Iterator[tuple[int, int]]:
    """Consecutive ranges of rows, each with room for at most CHUNK_CELLS cells or a single row."""
    filled = np.cumsum(bounds)
    first = 0
    while first < len(bounds):
        start = filled[first - 1] if first else 0
        last = int(np.searchsorted(filled, start + CHUNK_CELLS, side="right"))
        last = max(last, first + 1)
        yield first, last
        first = last
