"""Keywords of a text: the words that predict the others best. (Su 2017, kexue.fm)

log p(s|w) = Σ_k log p(w_k|w)     from a skip-gram model with hierarchical softmax
⟨Σ_k v_k, v_w⟩                    from vectors whose inner product is PMI
tf(w) · log(D / df(w))            TF-IDF, for comparison; D documents, df of them with w
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import QueryError
from core.messages import message
from core.text import tokenisers
from core.text.specs import Corpus, Text
from core.text.tokens import tokenise
from core.text.typical import content_of
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors.models.model import Model, Space
from core.vectors.models.word2vec import path_log_probability

MOST_WORDS = 400


@dataclass(frozen=True)
class Keywords:
    """Words of the text, the most telling first, by one definition."""

    rule: str
    ids: NDArray[np.int64]
    scores: NDArray[np.float64]


def found_in(text: str, words: Vocabulary, cut: Text) -> tuple[Mapping[int, int], int]:
    """(id → how often, for the words of the vocabulary; how many tokens it does not hold).

    Raises QueryError where fewer than two words are known, or there are too many.
    """
    counts: Counter[int] = Counter()
    unknown = 0
    for token in tokenisers.split(text, cut):
        i = words.index.get(token, words.index.get(words.folded(token).lower(), -1))
        if i < 0:
            unknown += 1
        else:
            counts[i] += 1
    if len(counts) < 2:
        raise QueryError(
            message(
                "Only {n} words of the text are in the model's vocabulary; paste a "
                "longer text, or choose a model of its language.",
                n=len(counts),
            )
        )
    if len(counts) > MOST_WORDS:
        raise QueryError(
            message(
                "The text has {n:,} different words; shorten it to {most:,}.",
                n=len(counts),
                most=MOST_WORDS,
            )
        )
    return counts, unknown


def without_common(counts: Mapping[int, int], words: Vocabulary) -> Mapping[int, int]:
    """The counts of `found_in` without the words that every text of the language has.

    All of them where fewer than two are left, or the language is not known.
    """
    kept = {
        i: n
        for (i, n), good in zip(
            counts.items(), content_of(words.words, [words.words[i] for i in counts]), strict=True
        )
        if good
    }
    return kept if len(kept) > 1 else counts


def by_tree(model: Model, counts: Mapping[int, int]) -> Keywords:
    """log p(s|w), the text's mean log probability given w in nats a word, for each w of the text.

    Raises QueryError for a model without a hierarchical softmax.
    """
    if model.tree is None:
        raise QueryError(
            message("Only a skip-gram model with hierarchical softmax gives log p(w_k|w).")
        )
    ids = np.fromiter(counts, np.int64, len(counts))
    times = np.fromiter(counts.values(), np.float64, len(counts))
    h = model.word[ids].astype(np.float64)
    n = len(ids)
    centres, contexts = np.repeat(np.arange(n), n), np.tile(ids, n)
    log_p = path_log_probability(h[centres], contexts, model.tree).reshape(n, n)
    return _ordered("log p(s|w)", ids, log_p @ times / times.sum())


def by_sum(space: Space, counts: Mapping[int, int]) -> Keywords:
    """⟨Σ_k v_k, v_w⟩ over the words of the text, divided by their number."""
    ids = np.fromiter(counts, np.int64, len(counts))
    times = np.fromiter(counts.values(), np.float64, len(counts))
    rows = space.word[ids].astype(np.float64)
    return _ordered("⟨Σv, v⟩", ids, rows @ (times @ rows) / times.sum())


@dataclass(frozen=True)
class Pieces:
    """What TF-IDF counts as documents: `starts` (D,) tokens, each the first of one.

    paragraphs: whether they are paragraphs, as the text is one document.
    """

    starts: NDArray[np.int64]
    paragraphs: bool


def pieces_of(corpus: Corpus) -> Pieces:
    """The documents of a corpus; its paragraphs where it is one document.

    Raises QueryError for a text without either: then no word is rarer than another.
    """
    tokens = tokenise(corpus.text)
    paragraphs = len(tokens.document_starts) < 2
    starts = tokens.paragraph_starts if paragraphs else tokens.document_starts
    if len(starts) < 2:
        raise QueryError(
            message(
                "The text is one document without a blank line, and TF-IDF compares documents: "
                "separate them by blank lines, or give a zip of files or a table with one a row."
            )
        )
    return Pieces(starts, paragraphs)


def by_tfidf(corpus: Corpus, words: Vocabulary, counts: Mapping[int, int]) -> Keywords:
    """tf · log(D / df), over the documents of the vocabulary's corpus, as `pieces_of` has them.

    Raises QueryError where there is one only.
    """
    starts = pieces_of(corpus).starts
    ids = np.fromiter(counts, np.int64, len(counts))
    times = np.fromiter(counts.values(), np.float64, len(counts))
    tokens, names = tokenise(corpus.text), vocabulary(corpus)
    D = len(starts)
    numbers = np.array([names.index.get(words.words[i], -1) for i in ids])
    place = np.searchsorted(starts, np.arange(len(tokens.ids)), side="right")
    token_ids = np.asarray(tokens.ids)
    df = np.array([max(len(np.unique(place[token_ids == n])), 1) if n >= 0 else 1 for n in numbers])
    return _ordered("TF-IDF", ids, times * np.log(D / df))


def _ordered(rule: str, ids: NDArray[np.int64], scores: NDArray[np.float64]) -> Keywords:
    order = np.lexsort((ids, -scores))
    return Keywords(rule, ids[order], scores[order])
