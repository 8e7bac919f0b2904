"""The words that a heatmap shows: typed, a band of frequencies, or the partners of a word."""

from __future__ import annotations

import re

import numpy as np

from core.counts import association
from core.counts.counting import Cooccurrence
from core.counts.measures import Association
from core.errors import UnknownWord
from core.text.words import Vocabulary

SEPARATORS = re.compile(r"(?:[\s;，；、]|,(?!(?<=\d,)\d{3}\b))+")  # 1,000 is one word


def typed(words: Vocabulary, listed: str) -> tuple[np.ndarray, list[UnknownWord]]:
    """Ids of the words of a list separated by spaces, commas or lines: ((n,) int64, unknown).

    Each word counts once; those outside the vocabulary are returned as errors
    with their near spellings.
    """
    ids: dict[int, None] = {}
    unknown: dict[str, UnknownWord] = {}
    for word in filter(None, SEPARATORS.split(listed)):
        try:
            ids[words.find(word)] = None
        except UnknownWord as error:
            unknown[word] = error
    return np.array(list(ids), np.int64), list(unknown.values())


def band(words: Vocabulary, first: int, size: int) -> np.ndarray:
    """Ids of `size` words from frequency rank `first` on (1 is the most frequent)."""
    last = min(first - 1 + size, len(words.words))
    return np.arange(max(last - size, 0), last)


def partners(
    spec: Association,
    counts: Cooccurrence,
    word: int,
    size: int,
    least_expected: float,
    least_g2: float,
) -> np.ndarray:
    """Ids of the contexts with the highest association with a word, best first.

    Only pairs that co-occur more often than by chance and with enough evidence
    (`Block.weak`) count; ties go to the more frequent word.
    """
    block = association.row(spec, counts, word)
    value = np.where(block.weak(least_expected, least_g2)[0], -np.inf, block.value[0])
    value = np.where(block.pmi[0] > 0, value, -np.inf)
    order = np.argsort(-value, kind="stable")[:size]
    return order[np.isfinite(value[order])]
