"""The settings of association: which measure is made of the counts.

Apart from the settings of counting, so that a further measure leaves the counts as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.counts.specs import Counts
from core.specs import Spec

MEASURES = ("pmi", "ppmi", "npmi")
SHIFTED = ("pmi", "ppmi")  # those that log k is subtracted from


@dataclass(frozen=True)
class Association(Spec):
    """PMI and its variants: how much more often two words meet than by chance."""

    counts: Counts = specs.nested(Counts)
    measure: str = specs.choice(
        "pmi",
        MEASURES,
        "pmi: log observed/expected; ppmi: its positive part; npmi: divided by −log p(w,c)",
    )
    shift: float = specs.number(1.0, 1.0, 50.0, "k: log k is subtracted (SGNS's negative samples)")
    smoothing: float = specs.number(
        1.0, 0.0, 1.0, "α: context counts are raised to it before the expectation is taken"
    )
