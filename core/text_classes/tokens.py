"""Texts as lists of tokens: all characters, punctuation among them, or words.

What is cut is the beginning of a text, of as many characters for every method.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.text import tokenisers
from core.text.specs import Text
from core.text_classes.specs import LabelledTexts, Reading
from core.text_classes.texts import classified

SPACE = re.compile(r"\s+")
SHORT = 128  # characters that are folded at least
KEPT = 20_000_000  # characters of all texts that are kept folded, at most
SAMPLE = 200  # texts by which the rule for words is chosen


def beginning(text: str, characters: int) -> str:
    """The first characters, widths and cases folded, every run of spaces one space.

    >>> beginning("Ｇood\\n\\n  morning", 8)
    'good mor'
    """
    ample = 4 * characters + 100  # folding can shorten a text, and long ones cost time
    folded = unicodedata.normalize("NFKC", text[:ample]).lower()
    return SPACE.sub(" ", folded).strip()[:characters]


def characters(spec: Reading) -> list[str]:
    """The beginning of each text: a string is a list of characters."""
    texts, most = classified(spec.labelled).texts, spec.read_characters
    longest = max(1 << (most - 1).bit_length(), SHORT)
    if len(texts) * longest > KEPT:
        return [beginning(text, most) for text in texts]
    return [text[:most] for text in _folded(spec.labelled, longest)]


@lru_cache(maxsize=1)  # a slider moves where a text is cut, and to fold it takes longer
def _folded(spec: LabelledTexts, most: int) -> list[str]:
    return [beginning(text, most) for text in classified(spec).texts]


def word_rule(spec: Reading) -> Text:
    """How these texts are cut into words: by a dictionary where they are Chinese."""
    sample = "\n".join(classified(spec.labelled).texts[:SAMPLE])
    return Text(tokeniser=tokenisers.suggest_tokeniser(sample))


def spans(text: str, text_input: str, rule: Text) -> list[tuple[int, int]]:
    """[start, end) of each token of a text that `beginning` has made."""
    if text_input != "words":
        return [(i, i + 1) for i in range(len(text))]
    return tokenisers.spans(text, rule)
