"""What the inner products of a model should equal, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.counts.counting import Cooccurrence

F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Target:
    """Of each pair that met, its count and what its inner product should be.

    label: the target as a formula; counts: those the model was trained on, or those its
    training amounts to in expectation; rows, columns: (R,) int; met: (R,) float64 weighted
    counts; values: (R,) float64, nats; noise: (V,) k P(c) of SGNS, None where its loss is not
    what is minimised.
    """

    label: str
    counts: Cooccurrence
    rows: NDArray[Any]
    columns: NDArray[Any]
    met: F64
    values: F64
    noise: F64 | None = None


def pairs_met(counts: Cooccurrence) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[Any]]:
    """Every pair that met and its weighted count: rows, columns (R,) int32, X (R,) float64."""
    matrix: Any = counts.matrix
    rows = np.repeat(np.arange(counts.size, dtype=np.int32), np.diff(matrix.indptr))
    columns = matrix.indices.astype(np.int32)
    X = matrix.data.astype(np.float64) / counts.unit
    X *= counts.keep[rows]
    X *= counts.keep[columns]
    return rows, columns, X


def pmi_target(counts: Cooccurrence) -> Target:
    """PMI of all pairs of two different words that met."""
    rows, columns, met = pairs_met(counts)
    kept = rows != columns
    rows, columns, met = rows[kept], columns[kept], met[kept]
    with np.errstate(divide="ignore"):
        margins = np.log(counts.row_sums), np.log(counts.column_sums)
    pmi = np.log(met) + np.log(counts.total) - margins[0][rows] - margins[1][columns]
    return Target("PMI", counts, rows, columns, met, pmi)
