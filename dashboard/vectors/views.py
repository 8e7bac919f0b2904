"""Settings of the pages on models that are not a model's own."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec
from core.vectors.specs import Shelved

PASSAGE = (
    "The government of the republic was formed after the war. The president appoints the prime "
    "minister, and the parliament passes laws. Its army and its currency are its own, while "
    "trade and agriculture depend on the rivers and the sea."
)


@dataclass(frozen=True)
class ExplainView(Spec):
    """Which model is explained, and how far its vectors are moved."""

    shelved: Shelved = specs.nested(Shelved)
    moved: float = specs.number(
        1.0,
        0.0,
        20.0,
        "The vector a, added to all others, has equal entries and this length, in mean norms.",
    )
    freedom_model: str = specs.text("", 40, "the GloVe model to move, if none is in use")
    freedom_word: str = specs.text("", 200, "the word whose neighbours are followed")


@dataclass(frozen=True)
class AnalogyView(Spec):
    """The analogy to solve."""

    shelved: Shelved = specs.nested(Shelved)
    first: str = specs.text("france", 200, "a: the word that")
    second: str = specs.text("french", 200, "b: belongs to this one as")
    third: str = specs.text("germany", 200, "c: this one to the answer")
    without: bool = specs.flag(True, "leave the three words out of the answers")


@dataclass(frozen=True)
class KeywordView(Spec):
    """The text whose keywords are sought."""

    shelved: Shelved = specs.nested(Shelved)
    passage: str = specs.text(PASSAGE, 5000, "the text")
    common_words: bool = specs.flag(
        False, "Words that every text of the language has, such as “and”, are keywords, too."
    )
    tree_model: str = specs.text("", 40, "the model with hierarchical softmax")
