"""Words that a text is about, to begin with: what a page shows of a text nobody asked it about.

Against a text of the same language, by the log-likelihood ratio (Dunning 1993, Accurate methods
for the statistics of surprise and coincidence): for a word met a times among N tokens here and b
times among M there, with E the expectations,

    G² = 2 (a ln a/E_a + b ln b/E_b),  E_a = N (a + b)/(N + M),  E_b = M (a + b)/(N + M).

A word that the whole text uses alike, such as "says" in news, tells its manner, not its matter: a
word counts for the lesser of this G² and of that over parts of the text, which grows as it is
crowded in some of them. Where no text of its language is at hand, the parts alone decide, for
function words are everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.progress import OnStep, report, run_on
from core.text.specs import Corpus, Source, Text
from core.text.tokens import tokenise
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary

REFERENCES = {
    "en": Corpus(Text(Source("wikipedia-sample"))),
    "zh": Corpus(Text(Source("peoples-daily"), tokeniser="whitespace")),
}
MOST, FEWEST = 24, 8
COMMON = 200  # most frequent words of a language, which say nothing of a text
LONGEST = 60  # characters: what is longer is no word to begin with
LOOKED_AT = 2_000  # most frequent words of the text
PARTS = 50
SHARED = 0.5  # of a language's 40 most frequent words: a text that has fewer is in another one
HAN = "\u4e00", "\u9fff"


@cached
def typical(corpus: Corpus, on_step: OnStep = run_on) -> tuple[str, ...]:
    """Up to 24 words that a corpus is about, the most telling first; at least two.

    Where fewer than 8 stand out, the most frequent others follow.

    Raises SpecError where fewer than two words are kept.
    """
    words = vocabulary(corpus, on_step)
    report(on_step, 0.5, "words of the text")
    language = language_of(words.words)
    reference = vocabulary(REFERENCES[language]) if language else None
    same = bool(language) and corpus.text.origin.source == REFERENCES[language].text.origin.source
    n = min(len(words.words), LOOKED_AT)
    scores = crowded = _crowded(corpus, n)
    if reference is not None and not same:
        scores = _against(words, reference, n)
    fit = content(words.words[:n], reference)
    order = np.lexsort((-scores, -np.maximum(np.minimum(scores, crowded), 0)))
    best = [int(i) for i in order if fit[i] and scores[i] > 0][:MOST]
    others = (i for i in range(n) if i not in best)  # by frequency
    rest = sorted(others, key=lambda i: len(words.words[i]) > LONGEST)
    filled = [*best, *islice(rest, max(FEWEST - len(best), 0))]
    return tuple(words.words[i] for i in filled)


def content_words(words: Vocabulary, most: int = MOST) -> list[str]:
    """The first words of a list that are no function words, for vectors without a text."""
    first = words.words[:LOOKED_AT]
    fit = content_of(words.words, first)
    chosen = [word for word, good in zip(first, fit, strict=True) if good]
    return (chosen or first)[:most]


def function_words(words: Sequence[str]) -> list[int]:
    """Places, among the 2,000 first of a list by frequency, of words that stand for no text.

    Function words, numbers and single letters: they name nothing on a map of words.
    """
    first = words[:LOOKED_AT]
    return [i for i, fit in enumerate(content_of(words, first)) if not fit]


def content_of(words: Sequence[str], chosen: Sequence[str]) -> list[bool]:
    """Which chosen words are no function words of the language of `words`, most frequent first."""
    language = language_of(words)
    return content(chosen, vocabulary(REFERENCES[language]) if language else None)


def language_of(words: Sequence[str]) -> str:
    """The language of words, most frequent first: a key of `REFERENCES`, "" for another one."""
    first = words[:COMMON]
    han = sum(any(HAN[0] <= c <= HAN[1] for c in word) for word in first)
    if 2 * han > len(first):
        return "zh"
    common = vocabulary(REFERENCES["en"]).words[:40]
    known = set(map(str.lower, words[: 10 * COMMON]))
    enough = min(SHARED, len(words) / 400)  # a short text cannot have them all
    return "en" if sum(word in known for word in common) >= enough * len(common) else ""


def content(words: Sequence[str], reference: Vocabulary | None) -> list[bool]:
    """Which words may stand for a text: of letters, neither short nor endless, not common."""
    common = set(reference.words[:COMMON]) if reference is not None else set[str]()
    return [
        word.isalpha()
        and (2 if HAN[0] <= word[0] <= HAN[1] else 3) <= len(word) <= LONGEST
        and word.lower() not in common
        for word in words
    ]


def _against(words: Vocabulary, reference: Vocabulary, n: int) -> NDArray[np.float64]:
    """G² of the n first words, negative where they are rarer than in the reference."""
    a = np.asarray(words.counts[:n], np.float64)
    known = reference.index
    b = np.array(
        [reference.counts[known[w]] if w in known else 0 for w in map(str.lower, words.words[:n])],
        np.float64,
    )
    N, M = float(words.all_tokens), float(reference.all_tokens)
    expected = N * (a + b) / (N + M)
    g2 = 2 * (_times_log(a, expected) + _times_log(b, a + b - expected))
    return np.where(a > expected, g2, -1.0)


def _crowded(corpus: Corpus, n: int) -> NDArray[np.float64]:
    """G² of the n first words over equal parts of the text, less its mean by chance."""
    ids = np.asarray(tokenise(corpus.text).ids)
    parts = min(PARTS, max(len(ids) // 20, 1))
    place = np.arange(len(ids)) * parts // max(len(ids), 1)
    kept = ids < n
    counts = np.zeros((n, parts))
    np.add.at(counts, (ids[kept], place[kept]), 1)
    expected = counts.sum(axis=1, keepdims=True) / parts
    return np.asarray(2 * _times_log(counts, expected).sum(axis=1) - (parts - 1), np.float64)


def _times_log(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """observed · ln(observed/expected), 0 where nothing was observed."""
    ratio = np.divide(observed, expected, out=np.ones_like(observed), where=observed > 0)
    return np.asarray(observed * np.log(ratio), np.float64)
