"""The settings of counting."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec
from core.text.specs import Corpus

WEIGHTINGS = ("flat", "harmonic", "linear")
SIDES = ("both", "left", "right")
BOUNDARIES = ("paragraph", "line", "document", "none")


@dataclass(frozen=True)
class Counts(Spec):
    """Windowed co-occurrence: n(w, c) sums a weight over every co-occurrence of w and c."""

    corpus: Corpus = specs.nested(Corpus)
    window: int = specs.integer(
        5,
        1,
        20,
        "A context stands at most this far away. Small windows find words of the same "
        "kind, large ones words of the same topic.",
    )
    weighting: str = specs.choice(
        "harmonic",
        WEIGHTINGS,
        "flat: $1$. 1/d: harmonic, as in GloVe. linear: $(L-d+1)/L$, word2vec's random "
        "window in expectation.",
    )
    side: str = specs.choice("both", SIDES, "Contexts before the word, after it, or both.")
    boundary: str = specs.choice(
        "paragraph",
        BOUNDARIES,
        "Text on the two sides of such a boundary is never counted as meeting.",
    )
    keep_gaps: bool = specs.flag(
        False,
        "On (“clean”): words dropped by the minimum count still take up room in the "
        "window. Off (“dirty”): they are removed first, so windows reach further.",
    )
    subsample: float = specs.number(
        0.0,
        0.0,
        0.01,
        "A word of relative frequency f counts with weight min(1, √(t/f)): word2vec's "
        "subsampling, in expectation. Lower t quietens frequent words.",
    )
