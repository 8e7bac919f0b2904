"""The vocabulary: the most frequent types, each with a minimum count."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.errors import SpecError, UnknownWord
from core.messages import message
from core.text import tokenisers
from core.text.hanzi import simplified
from core.text.specs import Corpus

APOSTROPHES = "'’"  # straight, curly: one and the same when words are looked up
ALIKE = 0.6  # difflib's ratio from which two spellings are near
CANDIDATES = 200


@dataclass(frozen=True)
class Vocabulary:
    """V words, the most frequent first: word i is the type with id i.

    counts: (V,) int64; tokens: how many tokens are kept, of `all_tokens`;
    dropped_types and dropped_tokens are those below the minimum count, or beyond
    the size limit. lowercase, simplified: how the words were folded, as are the
    words looked up.
    """

    words: list[str]
    counts: np.ndarray
    tokens: int
    all_tokens: int
    all_types: int
    lowercase: bool
    simplified: bool = False

    @property
    def dropped_types(self) -> int:
        """Types of the text that are not in the vocabulary."""
        return self.all_types - len(self.words)

    @property
    def dropped_tokens(self) -> int:
        """Tokens whose type is not kept."""
        return self.all_tokens - self.tokens

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of each word."""
        return {word: i for i, word in enumerate(self.words)}

    def find(self, word: str) -> int:
        """The number of a word. Raises UnknownWord with near spellings.

        Any case matches where the corpus folds case, and traditional or simplified
        characters where it simplifies them.
        """
        typed = word.strip()
        for spelling in (typed, straight(typed), curly(typed)):
            known = self.index.get(self.folded(spelling))
            if known is not None:
                return known
        raise UnknownWord(typed, self.near(typed))

    def folded(self, word: str) -> str:
        """A word as the vocabulary spells it, whether it holds it or not."""
        word = simplified(word) if self.simplified else word
        return word.lower() if self.lowercase else word

    def near(self, word: str, n: int = 6) -> tuple[str, ...]:
        """At most n words spelled like `word`, best first: other cases, then small typos.

        Comparing with every word would take seconds: only words of about the
        same length that share most letters are compared in full.
        """
        folded = self.folded(word.strip()).casefold()
        if not folded:
            return ()
        same = [self.words[i] for i in self._by_case.get(folded, ())]
        slack = max(1, len(folded) // 3)
        pairs = _pairs(folded)
        shared = [
            (len(pairs & _pairs(other)), -i)
            for i, other in enumerate(self._folded)
            if abs(len(other) - len(folded)) <= slack
            and (other[0] == folded[0] or other[-1] == folded[-1])
        ]
        best = sorted((pair for pair in shared if pair[0]), reverse=True)[:CANDIDATES]
        alike = difflib.get_close_matches(
            folded, dict.fromkeys(self._folded[-i] for _, i in best), n, ALIKE
        )
        near_words = same + [self.words[i] for other in alike for i in self._by_case[other]]
        return tuple(dict.fromkeys(near_words))[:n]

    @cached_property
    def _folded(self) -> list[str]:
        return [word.casefold() for word in self.words]

    @cached_property
    def _by_case(self) -> dict[str, list[int]]:
        numbers: dict[str, list[int]] = {}
        for i, word in enumerate(self._folded):
            numbers.setdefault(word, []).append(i)
        return numbers


def straight(word: str) -> str:
    """A word with straight apostrophes."""
    return word.replace(APOSTROPHES[1], APOSTROPHES[0])


def curly(word: str) -> str:
    """A word with curly apostrophes."""
    return word.replace(APOSTROPHES[0], APOSTROPHES[1])


def frequent(
    corpus: Corpus, types: list[str], counts: np.ndarray, all_tokens: int, all_types: int
) -> Vocabulary:
    """The vocabulary of types in order of frequency, of which too rare ones may be absent.

    Raises SpecError when fewer than two words are left.
    """
    # counts fall, so the frequent types are a prefix
    frequent_types = int(np.searchsorted(-counts, -corpus.min_count, side="right"))
    size = min(frequent_types, corpus.max_words)
    if size < 2:
        none, one = "no word occurs {n:,} time or more", "only 1 word occurs {n:,} time or more"
        if corpus.min_count > 1:
            none, one = (
                "no word occurs {n:,} times or more",
                "only 1 word occurs {n:,} times or more",
            )
        lower, longer = message("lower the minimum count"), message("choose a longer text")
        raise SpecError(
            message(
                "At `min_count={n}` {found}, and at least 2 are needed; {remedy}.",
                n=corpus.min_count,
                found=message(one if size else none, n=corpus.min_count),
                remedy=lower if corpus.min_count > 1 else longer,
            ),
            "min_count",
        )
    kept_counts = np.array(counts[:size])
    return Vocabulary(
        types[:size],
        kept_counts,
        int(kept_counts.sum()),
        all_tokens,
        all_types,
        corpus.text.lowercase,
        tokenisers.converts(corpus.text),
    )


def _pairs(word: str) -> set[str]:
    """Letters and pairs of adjacent letters; single letters matter for words of one or two."""
    return {word[i : i + 2] for i in range(len(word))}.union(word)
