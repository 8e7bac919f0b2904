"""The words that are kept: the most frequent types, each met often enough."""

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

ALIKE = 0.6  # difflib's ratio from which two spellings are near
CANDIDATES = 200


@dataclass(frozen=True)
class Vocabulary:
    """V words, the most frequent first: word i is the type with id i.

    counts: (V,) int64; tokens: how many tokens are kept, of `all_tokens`;
    dropped_types and dropped_tokens are those met too rarely, or beyond the
    size limit. lowercase, simplified: how the words were folded, and what is
    looked up is too.
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
        """Types that were met and are not kept."""
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

        Typed as in the text: in any case where the corpus folds case, in traditional
        or simplified characters where it simplifies them.
        """
        typed = word.strip()
        for spelling in (typed, typed.replace("’", "'")):
            known = self.index.get(self.folded(spelling))
            if known is not None:
                return known
        raise UnknownWord(typed, self.near(typed))

    def folded(self, word: str) -> str:
        """A word as the vocabulary spells it, whether it holds it or not."""
        word = simplified(word) if self.simplified else word
        return word.lower() if self.lowercase else word

    def near(self, word: str, n: int = 6) -> tuple[str, ...]:
        """At most n words spelled like `word`, best first: other cases, then small slips.

        Comparing with every word would take seconds: only words of about the
        same length that share most letters are compared in full.
        """
        folded = self.folded(word.strip()).casefold()
        if not folded:
            return ()
        same = [self.words[i] for i in self._by_case.get(folded, ())]
        room = max(1, len(folded) // 3)
        pairs = _pairs(folded)
        shared = [
            (len(pairs & _pairs(other)), -i)
            for i, other in enumerate(self._folded)
            if abs(len(other) - len(folded)) <= room
            and (other[0] == folded[0] or other[-1] == folded[-1])
        ]
        best = sorted((pair for pair in shared if pair[0]), reverse=True)[:CANDIDATES]
        alike = difflib.get_close_matches(
            folded, dict.fromkeys(self._folded[-i] for _, i in best), n, ALIKE
        )
        found = same + [self.words[i] for other in alike for i in self._by_case[other]]
        return tuple(dict.fromkeys(found))[:n]

    @cached_property
    def _folded(self) -> list[str]:
        return [word.casefold() for word in self.words]

    @cached_property
    def _by_case(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, word in enumerate(self._folded):
            found.setdefault(word, []).append(i)
        return found


def frequent(
    corpus: Corpus, types: list[str], counts: np.ndarray, all_tokens: int, all_types: int
) -> Vocabulary:
    """The vocabulary of types in order of frequency, of which those met too rarely may be absent.

    Raises SpecError when fewer than two words are left.
    """
    # counts fall, so the words met often enough are a prefix of the types
    often = int(np.searchsorted(-counts, -corpus.min_count, side="right"))
    size = min(often, corpus.max_words)
    if size < 2:
        no, one = "no word occurs {n:,} time or more", "only 1 word occurs {n:,} time or more"
        if corpus.min_count > 1:
            no, one = "no word occurs {n:,} times or more", "only 1 word occurs {n:,} times or more"
        lower, longer = message("lower the minimum count"), message("choose a longer text")
        raise SpecError(
            message(
                "At `min_count={n}` {found}, and at least 2 are needed; {remedy}.",
                n=corpus.min_count,
                found=message(one if size else no, n=corpus.min_count),
                remedy=lower if corpus.min_count > 1 else longer,
            ),
            "min_count",
        )
    kept = np.array(counts[:size])
    return Vocabulary(
        types[:size],
        kept,
        int(kept.sum()),
        all_tokens,
        all_types,
        corpus.text.lowercase,
        tokenisers.converts(corpus.text),
    )


def _pairs(word: str) -> set[str]:
    """Letters and neighbouring letters; the letters for the sake of words of one or two."""
    return {word[i : i + 2] for i in range(len(word))}.union(word)
