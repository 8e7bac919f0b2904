"""Intervals at 95 %: of a share, of a difference, and of many differences at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
# The studentised range takes tenths of a second a value: few are asked for, on the safe side.
SETTINGS = (3, 4, 5, 6, 8, 10, 12, 16, 20, 30, 50, 100, 200, 500, 1000)
FREEDOMS = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 30, 60, math.inf)


@dataclass(frozen=True)
class Interval:
    """A number with its interval at 95 %; NaN where there is none. Which luck it holds, whoever
    makes it says."""

    value: float
    low: float
    high: float

    @property
    def real(self) -> bool:
        """Whether it leaves 0 out."""
        return self.low > 0 or self.high < 0


UNKNOWN = Interval(math.nan, math.nan, math.nan)


def around(value: float, half: float) -> Interval:
    """The interval that reaches as far down as up."""
    return Interval(value, value - half, value + half)


def share(value: float, variance: float, freedom: float) -> tuple[float, float]:
    """(low, high) of a share whose items hang together, from its bootstrap variance.

    Wilson's interval for n* = p(1 − p)/variance independent items: as many as would give that
    variance (Kish's effective size; Dean & Pagano 2015 compare the methods), with Student's
    quantile. Where nothing varies, or all or none of the items are hits (some draws may miss one),
    n* is freedom + 1, the number of what was drawn. NaN without a degree of freedom.
    """
    if freedom < 1 or math.isnan(value):
        return math.nan, math.nan
    spread = value * (1 - value)
    effective = spread / variance if spread > 0 and variance > 0 else freedom + 1
    square = student(freedom) ** 2 / effective
    middle = (value + square / 2) / (1 + square)
    half = math.sqrt(spread * square + square**2 / 4) / (1 + square)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def percentiles(replicates: NDArray[np.float64]) -> tuple[float, float]:
    """(low, high): the middle 95 % of bootstrap replicates (B,)."""
    low, high = np.nanpercentile(replicates, [2.5, 97.5])
    return float(low), float(high)


def combined(parts: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """(SE, degrees of freedom) of a sum of independent (variance, degrees of freedom).

    By Welch and Satterthwaite: ν = (Σ v)² / Σ v²/ν. Parts without variance do not count; with
    none left, the standard error is 0 and ν infinite.
    """
    whole = sum(variance for variance, _ in parts)
    below = sum(variance**2 / freedom for variance, freedom in parts if variance > 0)
    return math.sqrt(whole), whole**2 / below if below > 0 else math.inf


@lru_cache(maxsize=1024)
def student(freedom: float) -> float:
    """The 97.5 % point of Student's distribution."""
    from scipy.stats import t

    return float(t.ppf(0.5 + CONFIDENCE / 2, freedom))


def simultaneous(settings: int, freedom: float) -> float:
    """So many standard errors apart are two of equally good settings, anywhere among them, in 5 %.

    The studentised range over √2 (Tukey; with each pair's own error and degrees of freedom, Games
    & Howell 1976), at the next larger number of settings and the next smaller degrees of freedom
    of `SETTINGS` and `FREEDOMS`. For two settings this is Student's point.
    """
    if settings <= 2:
        return student(freedom)
    above = next((k for k in SETTINGS if k >= settings), settings)
    below = max((f for f in FREEDOMS if f <= freedom), default=freedom)
    return _studentised_range(above, below) / math.sqrt(2)


def ties(values: NDArray[np.float64], least_is_best: bool = True) -> tuple[int, list[int]]:
    """The best of several settings by its mean, and those that are no worse beyond luck.

    values: (M, S). Two settings tie where their means are less than Games and Howell's bound
    apart, 95 % over all pairs; those that cannot vary tie where they are equal.
    """
    means, S = values.mean(axis=1), values.shape[1]
    variances = values.var(axis=1, ddof=1) / S
    best = int(means.argmin() if least_is_best else means.argmax())
    tied = []
    for m in range(len(values)):
        if m == best:
            continue
        error, freedom = combined([(variances[m], S - 1), (variances[best], S - 1)])
        bound = simultaneous(len(values), freedom) * error if error else 0.0
        if abs(means[m] - means[best]) <= bound:
            tied.append(m)
    return best, tied


@lru_cache(maxsize=1024)
def _studentised_range(settings: int, freedom: float) -> float:
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(CONFIDENCE, settings, freedom))


def mean(values: NDArray[np.float64], ratio: float) -> Interval:
    """Mean and interval of (S,) values, S of 2 or more, from as many splits of the same data.

    Splits overlap, so that values vary less than those of other data would: their variance counts
    times 1/S + ratio, ratio being that of items tested to items trained on (Nadeau & Bengio 2003,
    "Inference for the generalization error"); 0 where each value has data of its own. The luck of
    split and training is covered, for these data; with a ratio, that of the data is not.
    """
    n, value = len(values), float(values.mean())
    half = student(n - 1) * float(values.std(ddof=1)) * math.sqrt(1 / n + ratio)
    return around(value, half)
