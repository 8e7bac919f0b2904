"""Texts as lists of tokens: all characters, punctuation among them, or words.

What is cut is the beginning of a text, of as many characters for every method.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from core import specs
from core.cache import cached
from core.progress import OnStep, report, run_on
from core.specs import Spec
from core.text import tokenisers
from core.text.specs import Text
from core.text_classes.specs import Reading
from core.text_classes.texts import classified

SPACE = re.compile(r"\s+")
SAMPLE = 200  # texts by which the rule for words is chosen


def beginning(text: str, characters: int) -> str:
    """The first characters, widths and cases folded, every run of spaces one space.

    >>> beginning("Ｇood\\n\\n  morning", 8)
    'good mor'
    """
    ample = 4 * characters + 100  # folding can shorten a text, and long ones cost time
    folded = unicodedata.normalize("NFKC", text[:ample]).lower()
    return SPACE.sub(" ", folded).strip()[:characters]


@dataclass(frozen=True)
class Words(Spec):
    """The words of all texts."""

    reading: Reading = specs.nested(Reading)


@cached
def words(spec: Words, on_step: OnStep = run_on) -> list[list[str]]:
    """The words of each text's beginning."""
    texts, rule = classified(spec.reading.labelled).texts, word_rule(spec.reading)
    cut = []
    for i, text in enumerate(texts):
        if not i % 500:
            report(on_step, i / len(texts), "cutting texts into words")
        begun = beginning(text, spec.reading.read_characters)
        cut.append(tokenisers.split(begun, rule)[: spec.reading.read_words])
    return cut


def characters(spec: Reading) -> list[str]:
    """The beginning of each text: a string is a list of characters."""
    return [beginning(text, spec.read_characters) for text in classified(spec.labelled).texts]


def word_rule(spec: Reading) -> Text:
    """How these texts are cut into words: by a dictionary where they are Chinese."""
    sample = "\n".join(classified(spec.labelled).texts[:SAMPLE])
    return Text(tokeniser=tokenisers.suggest_tokeniser(sample))


def spans(text: str, text_input: str, rule: Text) -> list[tuple[int, int]]:
    """[start, end) of each token of a text that `beginning` has made."""
    if text_input != "words":
        return [(i, i + 1) for i in range(len(text))]
    return tokenisers.spans(text, rule)
