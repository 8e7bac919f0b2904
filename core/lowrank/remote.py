"""The largest singular triples of a matrix whose rows lie in blocks on the workers of a cluster.

The method is that of `core.lowrank.truncated`. A product with a block of vectors is
done where the rows are: the vectors go out, and what comes back is added on the way by
a tree of fixed shape, so that equal blocks give equal bits. Only the orthonormalisation,
which needs all vectors at once, is done here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from core.cluster import FAN, Cluster
from core.lowrank import truncated
from core.lowrank.truncated import STAGE, TOLERANCE, Products, Svd, Tick
from core.progress import OnStep, report, run_on

F32 = NDArray[np.float32]
COLUMNS = 64  # sent at once


@dataclass(frozen=True)
class Rows:
    """Sparse rows as the compiled product takes them: CSR, indices unsigned."""

    indices: NDArray[np.uint32]
    data: F32
    indptr: NDArray[np.uint32]

    @classmethod
    def of(cls, A: csr_array) -> Rows:
        """The rows of a sparse matrix."""
        indices, indptr = (np.asarray(part).astype(np.uint32) for part in (A.indices, A.indptr))
        return cls(indices, np.asarray(A.data), indptr)

    def times(self, X: F32) -> F32:
        """A·X, in the thread of the task."""
        from core.lowrank.kernels import rows_times  # compiled: see `core.counts.kernels`

        m = len(self.indptr) - 1
        Y = np.empty((m, X.shape[1]), np.float32)
        rows_times(self.indices, self.data, self.indptr, np.ascontiguousarray(X), Y, 0, m)
        return Y


@dataclass(frozen=True)
class Block:
    """Some rows of a matrix, as they are and transposed."""

    rows: Rows
    columns: Rows


def truncated_svd(
    on: Cluster,
    blocks: list[Any],
    bounds: NDArray[np.int64],
    rank: int,
    *,
    tol: float = TOLERANCE,
    seed: int = 0,
    on_step: OnStep = run_on,
) -> Svd:
    """As `core.lowrank.truncated.truncated_svd`, of a square matrix (n, n).

    blocks: futures of CSR float32 arrays; block r holds the rows bounds[r] to bounds[r + 1].
    """
    n = int(bounds[-1])
    truncated.check_rank(rank, n, n)
    report(on_step, 0.0, STAGE)
    if truncated.is_small(rank, n, n):
        whole = vstack(on.gather(blocks, on_step, STAGE), format="csr")
        return truncated.truncated_svd(whole, rank, tol=tol, seed=seed, on_step=on_step)
    energy = math.fsum(on.map(_energy, blocks, on_step, STAGE))
    if not math.isfinite(energy):
        raise ValueError("the matrix holds numbers that are not finite")
    if energy == 0:
        eye = np.eye(n, rank, dtype=np.float32)
        return Svd(eye, np.zeros(rank), eye.T, 0.0, 0.0, "zero matrix")
    ready = [on.submit(_prepared, block) for block in blocks]
    U, s, V, residual, method = truncated.krylov(
        _products(on, ready, bounds), n, rank, tol, seed, on_step
    )
    U, V = truncated.signed(U, V)
    report(on_step, 1.0, STAGE)
    method = f"{method}, {len(blocks)} blocks of rows on {on.address}"
    return Svd(U, s, np.ascontiguousarray(V.T), energy, residual, method)


def _products(on: Cluster, blocks: list[Any], bounds: NDArray[np.int64]) -> Products:
    def collected(futures: list[Any], tick: Tick) -> list[Any]:
        def on_step(fraction: float, metrics: Mapping[str, Any]) -> bool:
            tick()
            return False

        return on.gather(futures, on_step, STAGE)

    def summed(futures: list[Any], tick: Tick) -> F32:
        while len(futures) > 1:
            futures = [
                on.submit(_added, *futures[i : i + FAN], priority=1)
                for i in range(0, len(futures), FAN)
            ]
        total: F32 = np.array(collected(futures, tick)[0])
        return total

    def by_columns(one: Any, X: F32, tick: Tick) -> F32:
        parts = [one(X[:, i : i + COLUMNS], tick) for i in range(0, X.shape[1], COLUMNS)]
        return np.concatenate(parts, axis=1)

    def gram(X: F32, tick: Tick) -> F32:
        sent = on.submit(_same, np.ascontiguousarray(X))
        return summed([on.submit(_gram, block, sent) for block in blocks], tick)

    def forward(X: F32, tick: Tick) -> F32:
        sent = on.submit(_same, np.ascontiguousarray(X))
        return np.concatenate(
            collected([on.submit(_forward, block, sent) for block in blocks], tick)
        )

    def back(Y: F32, tick: Tick) -> F32:
        pieces = (np.ascontiguousarray(Y[low:high]) for low, high in pairwise(bounds))
        return summed([on.submit(_back, *one) for one in zip(blocks, pieces, strict=True)], tick)

    return Products(
        gram,
        lambda X, tick: by_columns(forward, X, tick),
        lambda Y, tick: by_columns(back, Y, tick),
    )


def _prepared(block: csr_array) -> Block:
    return Block(Rows.of(block), Rows.of(csr_array(block.T.tocsr())))


def _energy(block: csr_array) -> float:
    data = np.asarray(block.data)
    return float(np.einsum("i,i->", data, data, dtype=np.float64))


def _gram(block: Block, X: F32) -> F32:
    return _back(block, _forward(block, X))


def _forward(block: Block, X: F32) -> F32:
    return block.rows.times(X)


def _back(block: Block, Y: F32) -> F32:
    return block.columns.times(Y)


def _added(*parts: F32) -> F32:
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


def _same(value: Any) -> Any:
    return value
