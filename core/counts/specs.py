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
    """Windowed co-occurrence: n(w, c) sums a weight over every meeting of w with context c."""

    corpus: Corpus = specs.nested(Corpus)
    window: int = specs.integer(5, 1, 20, "how many tokens away a context may be, L")
    weighting: str = specs.choice(
        "harmonic",
        WEIGHTINGS,
        "weight at distance d: flat 1, harmonic 1/d (GloVe), "
        "linear (L−d+1)/L (word2vec's dynamic window in expectation)",
    )
    side: str = specs.choice("both", SIDES, "contexts before the word, after it, or both")
    boundary: str = specs.choice("paragraph", BOUNDARIES, "what no window reaches across")
    keep_gaps: bool = specs.flag(
        False,
        "dropped words keep their place, so that windows do not widen (“clean”); "
        "otherwise they are removed before windowing (“dirty”)",
    )
    subsample: float = specs.number(
        0.0,
        0.0,
        0.01,
        "t: a word of frequency f counts with weight min(1, √(t/f)), in expectation; 0 is off",
    )
