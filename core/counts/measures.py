"""The settings of association: the measure computed from the counts.

Separate from the settings of counting, so that a new measure leaves stored counts valid.
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
    """PMI and its variants: how much more often two words co-occur than by chance."""

    counts: Counts = specs.nested(Counts)
    measure: str = specs.choice(
        "pmi",
        MEASURES,
        r"PMI $=\log\frac{n(w,c)}{\mathbb{E}\,n(w,c)}$ in nats. PPMI: its positive "
        r"part. NPMI: divided by $-\log p(w,c)$, so that 1 means “only ever together”.",
    )
    shift: float = specs.number(
        1.0,
        1.0,
        50.0,
        "log k is subtracted from PMI; k is SGNS's number of negative samples. Raising "
        "it keeps only stronger associations.",
    )
    smoothing: float = specs.number(
        1.0,
        0.0,
        1.0,
        "Context counts are raised to α before the expectation is taken. Below 1, rare "
        "contexts lose the advantage that PMI gives them; 0.75 is usual.",
    )
