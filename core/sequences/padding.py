"""Tokens as padded rows of numbers, the input of every encoder of sequences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

I32 = NDArray[np.int32]
PADDING, UNKNOWN, FIRST = 0, 1, 2
"""The numbers of no token, of a token outside the vocabulary, and of the first one in it."""


@dataclass(frozen=True)
class Tokens:
    """The tokens that have numbers, the most frequent first: token i has the number i + FIRST."""

    words: list[str]

    @property
    def size(self) -> int:
        """How many numbers there are, those of padding and of unknown tokens among them."""
        return len(self.words) + FIRST

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of each token."""
        return {word: i for i, word in enumerate(self.words, start=FIRST)}

    def padded(self, texts: Sequence[Sequence[str]], longest: int) -> I32:
        """The first tokens of each text, (n, longest), padded behind.

        >>> Tokens(["a", "b"]).padded([["b", "x"], ["a"]], 3).tolist()
        [[3, 1, 0], [2, 0, 0]]
        """
        rows = np.zeros((len(texts), longest), np.int32)
        for row, tokens in zip(rows, texts, strict=True):
            numbers = [self.index.get(token, UNKNOWN) for token in tokens[:longest]]
            row[: len(numbers)] = numbers
        return rows


def frequent(texts: Iterable[Sequence[str]], rarest: int) -> Tokens:
    """The tokens that occur at least `rarest` times, the most frequent first, then by alphabet."""
    counts = Counter(token for tokens in texts for token in tokens)
    kept = [(-count, token) for token, count in counts.items() if count >= rarest]
    return Tokens([token for _, token in sorted(kept)])
