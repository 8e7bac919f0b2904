"""How words are discovered in a text that sets none apart."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec

METHODS = ("branching", "unigram", "cohesion", "entropy")
THRESHOLDS = {
    "branching": ("cut_cost", "longest_word"),
    "unigram": ("further_cost", "length_power", "list_price", "longest_word"),
    "cohesion": ("cohesion_2", "cohesion_3", "cohesion_4", "least_count"),
    "entropy": ("joining_pmi", "least_count"),
}
WIDEST = 4
"""Letters of the longest n-gram that cohesion holds together."""


@dataclass(frozen=True)
class Discovery(Spec):
    """The method, and its thresholds; those of other methods do nothing."""

    found_by: str = specs.choice(
        "branching",
        METHODS,
        "Branching entropy: a word is where what comes before and after it is hard to guess; the "
        "best cut of each phrase is looked for. Unigram: words have probabilities, learned from "
        "all cuts of the text at once; long words are made dear, and words that do not pay for "
        "their place in the list are dropped. Cohesion: letters stay together where an n-gram is "
        "much more frequent than its parts would have it. Minimum entropy: letters are joined "
        "where that lowers the bits a letter takes.",
    )
    cut_cost: float = specs.number(
        1.5,
        -4.0,
        8.0,
        "What each further word costs, in nats. More makes words longer.",
    )
    longest_word: int = specs.integer(
        6, 2, 16, "Longer words are not looked for, in letters; a number counts as one letter."
    )
    further_cost: float = specs.number(
        0.0,
        -4.0,
        8.0,
        "What each further word costs a cut, in nats; more makes words longer. It changes no "
        "probability, so that nothing is learned anew.",
    )
    length_power: float = specs.number(
        2.0,
        1.0,
        3.0,
        "A word of n letters costs n to this power, in nats, besides its probability. More makes "
        "words shorter.",
    )
    list_price: float = specs.number(
        0.3,
        0.0,
        5.0,
        "A word is listed only if it saves more than this many times the nats that spell it. 1 is "
        "the description length of list and text together.",
    )
    cohesion_2: float = specs.number(
        2.0, -2.0, 12.0, "Two letters stay together from this log cohesion on, in nats."
    )
    cohesion_3: float = specs.number(
        4.0, -2.0, 14.0, "Three letters stay together from this log cohesion on, in nats."
    )
    cohesion_4: float = specs.number(
        6.0, -2.0, 16.0, "Four letters stay together from this log cohesion on, in nats."
    )
    joining_pmi: float = specs.number(
        1.0,
        -1.0,
        8.0,
        "Neighbouring letters are joined above this PMI, in nats. Joining can lower the bits a "
        "letter takes above 1 only.",
    )
    least_count: int = specs.integer(
        8,
        2,
        1000,
        "Words met fewer times are not kept. The program of the source keeps those met 32 times, "
        "in a text many times as long as the samples.",
    )

    @property
    def basis(self) -> Discovery:
        """The same without the thresholds that its method does not have."""
        own = {name: self.leaf(name) for name in THRESHOLDS[self.found_by]}
        return Discovery(found_by=self.found_by, **own)


@dataclass(frozen=True)
class TemplateRules(Spec):
    """Which words make a template, such as “from … to …”."""

    template_window: int = specs.integer(
        5, 2, 10, "How many words further on a word of a template may stand from the one before."
    )
    template_pmi: float = specs.number(
        2.0,
        0.0,
        8.0,
        "Words are joined above this PMI, in nats. Joining can lower the bits a letter takes above "
        "1 only.",
    )
    template_count: int = specs.integer(12, 2, 1000, "Templates met fewer times are not kept.")
    template_freedom: float = specs.number(
        2.0,
        0.0,
        8.0,
        "Least entropy of what fills a place, in nats: 0 keeps places that hold the same words "
        "each time, which are part of a phrase.",
    )
