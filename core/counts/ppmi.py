"""The whole PPMI matrix: shifted, smoothed, and sparse, as only cells above zero are stored.

The formula is that of `core.counts.association`, which has more measures for chosen words.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from core.counts.cooccurrence import count
from core.counts.counting import Cooccurrence
from core.counts.measures import Association
from core.progress import OnStep, report, run_on


def associate(spec: Association, on_step: OnStep = run_on) -> csr_array:
    """The whole shifted, smoothed PPMI matrix: (V, V) CSR float32, only cells above zero.

    max(PMI(w, c) − log k, 0), k = `spec.shift`.
    """
    counts = count(spec.counts, on_step)
    report(on_step, 0.0, "PPMI")
    return positive_pmi(spec, counts)


def positive_pmi(spec: Association, counts: Cooccurrence) -> csr_array:
    """The PPMI matrix of any counts."""
    logs = log_margins(counts.row_sums, context_share(spec, counts), counts.keep, counts.unit)
    return positive(counts.matrix, *logs, spec.shift)


def log_margins(
    row_sums: np.ndarray, context_share: np.ndarray, keep: np.ndarray, unit: int
) -> tuple[np.ndarray, np.ndarray]:
    """Row and column terms, both (V,), to subtract from the logarithm of the stored integers."""
    with np.errstate(divide="ignore"):  # a word without contexts has an empty row
        row_log = np.log(row_sums) - np.log(keep) + np.log(unit)
        return row_log, np.log(context_share) - np.log(keep)


def positive(matrix: Any, row_log: np.ndarray, column_log: np.ndarray, shift: float) -> csr_array:
    """Shifted PPMI of some rows of counts: CSR float32, only cells above zero."""
    from core.counts import kernels  # see there

    indptr = np.zeros(matrix.shape[0] + 1, np.int64)
    indices, data = np.empty(matrix.nnz, matrix.indices.dtype), np.empty(matrix.nnz, np.float32)
    cells = kernels.positive_pmi(
        matrix.indptr, matrix.indices, matrix.data, row_log, column_log, np.log(shift),
        indptr, indices, data,
    )  # fmt: skip
    indptr = indptr.astype(matrix.indptr.dtype)  # or scipy would copy the indices to its type
    ppmi = csr_array((data[:cells], indices[:cells], indptr), shape=matrix.shape)
    ppmi.has_sorted_indices = True
    return ppmi


def context_share(spec: Association, counts: Cooccurrence) -> np.ndarray:
    """n(·,c)^α / Σ n(·,c')^α: (V,)."""
    return share(counts.column_sums, spec.smoothing)


def share(column_sums: np.ndarray, smoothing: float) -> np.ndarray:
    """n(·,c)^α / Σ n(·,c')^α of the sums n(·,c): (V,)."""
    smooth = np.where(column_sums > 0, column_sums**smoothing, 0.0)
    return smooth / max(smooth.sum(), np.finfo(float).tiny)
