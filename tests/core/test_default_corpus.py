"""What the app shows first: the real sample of Wikipedia, under the default settings."""

from __future__ import annotations

import pytest

from core.counts import Counts, count
from core.text import Corpus, tokenise, vocabulary
from core.vectors import PpmiSvd, Query, nearest, vectors

# Chosen by eye: words whose place among the nearest needs no argument.
SENSIBLE = {
    "music": {"poetry", "folk", "dance", "painting", "instrumental", "songs"},
    "army": {"force", "forces", "troops", "howe", "british"},
    "philosophy": {"ethics", "metaphysics", "epistemology", "aesthetics", "philosophical"},
    "acid": {"acetic", "acids", "sulfuric", "citric", "hydrochloric", "phosphoric"},
    "north": {"south", "east", "west", "coast", "southwest"},
    "greek": {"etruscan", "latin", "ancient", "arabic", "greeks"},
    "wheat": {"maize", "tobacco", "sugar", "corn", "vegetables"},
}


@pytest.mark.parametrize("word", SENSIBLE)
def test_nearest_words_make_sense(word: str) -> None:
    words = [near for near, _ in nearest(PpmiSvd(), Query(word, k=10))]
    assert len(words) == 10 and word not in words
    assert not (missing := SENSIBLE[word] - set(words)), f"{missing} not among {words}"


def test_north_is_nearest_to_the_other_quarters() -> None:
    neighbours = nearest(PpmiSvd(), Query("north", k=3))
    assert {word for word, _ in neighbours} == {"south", "east", "west"}
    scores = [score for _, score in neighbours]
    assert scores == sorted(scores, reverse=True) and scores[0] > 0.5


def test_first_order_words_stand_beside_it() -> None:
    """The companions of a word, not what could replace it."""
    neighbours = [word for word, _ in nearest(PpmiSvd(), Query("acid", similarity="pmi", k=10))]
    assert {"conjugate", "sulfuric"} & set(neighbours), neighbours


def test_sizes_are_plausible() -> None:
    words = vocabulary(Corpus())
    assert len(tokenise(Corpus().text).document_starts) in range(100, 108)
    assert 400_000 < words.all_tokens < 500_000
    assert 30_000 < words.all_types < 45_000
    assert 8_000 < len(words.words) < 10_000
    assert words.words[0] == "the" and 0.04 < words.counts[0] / words.all_tokens < 0.09
    assert (words.counts >= 5).all()


def test_counts_and_vectors_are_of_that_size() -> None:
    words, counts, model = vocabulary(Corpus()), count(Counts()), vectors(PpmiSvd())
    assert counts.size == len(words.words) == len(model.word)
    assert model.word.shape[1] == 100
    assert counts.matrix.nnz > 1_000_000
    assert 0.1 < model.explained[-1] < 0.9
