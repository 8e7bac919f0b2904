"""Which series are trained on, and which judge: a share of each class, drawn by the seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.progress import OnStep, run_on
from core.series.data import Series, load, scaled
from core.series.specs import SeriesParting

I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """series, and x: (n, L) the same, each of mean 0 and variance 1; trained, tested: numbers of
    the series that are trained on and that judge, ascending."""

    series: Series
    x: np.ndarray
    trained: I64
    tested: I64


@cached
def split(spec: SeriesParting, on_step: OnStep = run_on) -> Split:
    """Draw the parts: of each class the share `tested`, at least one, and at least one is left.

    No series is on both sides: equal ones were dropped when they were read. Raises SourceError.
    """
    series = load(spec.data, on_step)
    rng = np.random.default_rng((spec.series_seed, 0x7E57))
    tested: list[int] = []
    for k in range(len(series.classes)):
        members = rng.permutation(np.flatnonzero(series.label == k))
        count = min(max(round(spec.tested * len(members)), 1), len(members) - 1)
        tested += members[:count].tolist()
    out = np.zeros(len(series.x), bool)
    out[tested] = True
    return Split(series, scaled(series.x), np.flatnonzero(~out), np.flatnonzero(out))
