"""The PPMI matrix on the workers of a cluster, as blocks of rows, where the counts are."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from core.cluster import Cluster
from core.counts.counting import keep_weights, weights
from core.counts.measures import Association
from core.counts.ppmi import log_margins, positive, share
from core.counts.spread import Rows, cells_of, counted
from core.progress import OnStep, part, run_on
from core.text.vocabulary import vocabulary


def associated(on: Cluster, spec: Association, on_step: OnStep = run_on) -> Rows:
    """The PPMI matrix of `core.counts.associate`, left on the workers in blocks of rows."""
    rows = counted(on, spec.counts, part(on_step, 0.0, 0.9))
    words = vocabulary(spec.counts.corpus)
    keep = keep_weights(words.counts, words.all_tokens, spec.counts.subsample)
    _, unit = weights(spec.counts.window, spec.counts.weighting)
    parts = [keep[low:high] for low, high in pairwise(rows.bounds)]
    sums = on.gather(
        [on.submit(margins, block, part, keep)
         for block, part in zip(rows.futures, parts, strict=True)],
        on_step, "PPMI", (0.9, 0.95),
    )  # fmt: skip
    row_sums = np.concatenate([row for row, _ in sums]) * keep / unit
    column_sums = sum(column for _, column in sums) * keep / unit
    row_log, column_log = log_margins(row_sums, share(column_sums, spec.smoothing), keep, unit)
    futures = [
        on.submit(positive, block, row_log[low:high], column_log, spec.shift)
        for block, (low, high) in zip(rows.futures, pairwise(rows.bounds), strict=True)
    ]
    cells = on.gather([on.submit(cells_of, one) for one in futures], on_step, "PPMI", (0.95, 1.0))
    return Rows(futures, rows.bounds, sum(cells))


def margins(block: csr_array, part: np.ndarray, keep: np.ndarray) -> tuple[Any, Any]:
    """The sums of a block's rows and of its columns, before `keep` and the unit are applied."""
    return block @ keep, block.T @ part
