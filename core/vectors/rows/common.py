"""What the rows of word-vector models share."""

from __future__ import annotations

from typing import Any

from core.kinds import SECONDS, Control, Kind
from core.messages import message
from core.specs import Spec
from core.vectors.evaluate.benchmarks import ANALOGY_SETS, PAIR_SETS

OVERLAP = "overlap@10"
OBJECTIVES = (*PAIR_SETS, *ANALOGY_SETS, OVERLAP, SECONDS)
JUDGED = {"objectives": "WordSim-353, seconds"}
DIM = Control("dim", message("Dimension d"), high=300, log=True)


def row(spec: type[Spec], **rest: Any) -> Kind:
    """A row, judged by the lists that all word vectors are judged by."""
    return Kind(class_name=spec.__name__, load_spec=lambda: spec, objectives=OBJECTIVES, **rest)
