"""From counts to association: PMI, its positive, shifted and normalised forms, and evidence.

With n the weighted counts, N their total and α the context smoothing,

    expected(w, c) = n(w,·) n(·,c)^α / Σ_c' n(·,c')^α          PMI = log n(w,c) / expected(w,c)

in nats. (Church & Hanks 1990; shift and smoothing as in Levy, Goldberg & Dagan 2015, Q15-1016.)
A pair that never occurs has no PMI: it is NaN here, never 0 and never −∞.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.counts.counting import Cooccurrence
from core.counts.measures import Association
from core.counts.ppmi import context_share


@dataclass(frozen=True)
class Block:
    """Some words against some contexts; every array is (rows, columns) float64.

    value: the chosen measure, NaN where the pair never occurs; observed: n(w, c);
    expected: the count expected by chance; pmi: unshifted, NaN where the pair never
    occurs; g2: log-likelihood ratio of the 2×2 table of the pair.
    """

    value: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    pmi: np.ndarray
    g2: np.ndarray

    @property
    def met(self) -> np.ndarray:
        """Which pairs occur: (rows, columns) bool."""
        return self.observed > 0

    def weak(self, least_expected: float, least_g2: float) -> np.ndarray:
        """Cells with too little evidence: (rows, columns) bool.

        A pair is weak when fewer than `least_expected` co-occurrences are expected
        by chance, or when G² is below `least_g2` (3.84 is the 5 % point of χ² with
        one degree of freedom).
        """
        return (self.expected < least_expected) | (self.g2 < least_g2)


def block(spec: Association, counts: Cooccurrence, rows: np.ndarray, columns: np.ndarray) -> Block:
    """The association of chosen words (ids, (R,)) with chosen contexts (ids, (C,))."""
    observed = counts.block(rows, columns)
    return _measured(spec, counts, observed, counts.row_sums[rows], columns)


def row(spec: Association, counts: Cooccurrence, word: int) -> Block:
    """The association of one word with every context: arrays of shape (1, V)."""
    everything = np.arange(counts.size)
    return _measured(spec, counts, counts.row(word)[None], counts.row_sums[[word]], everything)


def _measured(
    spec: Association,
    counts: Cooccurrence,
    observed: np.ndarray,
    row_sums: np.ndarray,
    columns: np.ndarray,
) -> Block:
    expected = np.outer(row_sums, context_share(spec, counts)[columns])
    occurs = observed > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.where(occurs, np.log(observed / expected), np.nan)
        if spec.measure == "npmi":
            surprise = -np.log(observed / counts.total)
            value = np.where(occurs & (surprise <= 0), 1.0, pmi / surprise)
        else:
            value = pmi - np.log(spec.shift)
            if spec.measure == "ppmi":
                value = np.where(occurs, np.maximum(value, 0.0), np.nan)
    g2 = log_likelihood_ratio(
        observed, row_sums[:, None], counts.column_sums[columns][None], counts.total
    )
    return Block(value, observed, expected, pmi, g2)


def log_likelihood_ratio(
    observed: np.ndarray, row_sum: np.ndarray, column_sum: np.ndarray, total: float
) -> np.ndarray:
    """G² = 2 Σ O log(O/E) over the 2×2 table (word or not) × (context or not).

    Dunning 1993, J93-1003. The counts are the weighted, unsmoothed ones; with
    weights other than 1 G² is a measure of evidence, not exactly χ².
    """
    table = (
        observed,
        row_sum - observed,
        column_sum - observed,
        total - row_sum - column_sum + observed,
    )
    margins = (
        row_sum * column_sum,
        row_sum * (total - column_sum),
        (total - row_sum) * column_sum,
        (total - row_sum) * (total - column_sum),
    )
    g2 = np.zeros(np.broadcast(*table).shape)
    for cell, margin in zip(table, margins, strict=True):
        cell = np.maximum(cell, 0.0)
        safe = np.where(margin > 0, margin, 1.0)
        g2 += cell * np.log(np.where(cell > 0, cell * total / safe, 1.0))
    return np.maximum(2.0 * g2, 0.0)
