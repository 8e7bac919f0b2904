"""What a page states of its doubt, and a simulation that tells how often it is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

RUNS = 400
HOLDS, ERRS = 0.95, 0.05
Trial = Callable[[np.random.Generator], bool]


@dataclass(frozen=True)
class Statement:
    """level: how often the page says that the outcome of a trial is true; `make` prepares it.

    quick: whether sixty trials take a moment, so that the tests make them.
    """

    page: str
    what: str
    level: float
    make: Callable[[], Trial]
    runs: int = RUNS
    quick: bool = True

    def measured(self, runs: int = 0) -> float:
        """How often it was, in so many runs."""
        rng, trial = np.random.default_rng(0), self.make()
        return float(np.mean([trial(rng) for _ in range(runs or self.runs)]))

    def error(self, runs: int = 0) -> float:
        """Two standard errors of that, were the level true."""
        return float(2 * np.sqrt(self.level * (1 - self.level) / (runs or self.runs)))

    def over(self, share: float) -> float:
        """How much more is claimed than a measured share bears out."""
        return self.level - share if self.level > 0.5 else share - self.level
