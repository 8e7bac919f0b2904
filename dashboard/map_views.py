"""What the map page shows of a map."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec

COLOURS = (
    "trust", "trustworthiness", "continuity", "cluster", "frequency", "norm", "hubness",
)  # fmt: skip


@dataclass(frozen=True)
class MapView(Spec):
    """How the words of a map are coloured, and which of them are looked at."""

    map_colour: str = specs.choice("trust", COLOURS, "what the colour of a word means")
    map_word: str = specs.text("", 200, "the word whose true neighbours are joined to it")
    lasso: str = specs.text("", 4_000, "words drawn around, separated by spaces")
