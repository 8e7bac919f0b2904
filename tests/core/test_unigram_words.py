"""The unigram model of words: against sums over every cut, and what is dropped by hand."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest

from core.segmentation.grams import Grams, count_grams
from core.segmentation.methods import RARE
from core.segmentation.specs import Discovery
from core.segmentation.unigram import FREE, LETTER, ROUNDS, by_unigram, learn

RNG = np.random.default_rng(8)
TEXT = [
    "".join(RNG.choice(["ab", "abc", "cad", "e", "fade"], RNG.integers(1, 4))) for _ in range(40)
]
ALPHABET = "abcdef"
CODES = np.array([0 if c == "." else ALPHABET.index(c) + 1 for c in ".".join(TEXT) + "."], np.int32)
HOW = Discovery(found_by="unigram", longest_word=4)


@pytest.fixture(scope="module")
def grams() -> Grams:
    return count_grams(CODES, len(ALPHABET) + 1, 4)


def names(grams: Grams) -> dict[str, int]:
    """The node of each n-gram of up to four letters."""
    spelled = [""]
    for parent, code in zip(grams.parents[1:], grams.codes[1:], strict=True):
        spelled.append((spelled[parent] if parent > 0 else "") + ALPHABET[code - 1])
    return {name: node for node, name in enumerate(spelled) if 0 < len(name) <= 4}


def cuts(line: str) -> list[list[str]]:
    """Every cut of a line."""
    inner = range(1, len(line))
    places = [at for n in range(len(line)) for at in combinations(inner, n)]
    return [[line[a:b] for a, b in pairwise((0, *at, len(line)))] for at in places]


def probabilities(counts: Counter[str], listed: set[str]) -> dict[str, float]:
    values = {w: float(counts[w]) for w in listed}
    for letter in ALPHABET:
        values[letter] = values.get(letter, 0.0) + LETTER
    total = sum(values.values())
    return {w: n / total for w, n in values.items() if n > 0}


def by_hand(listed: set[str], counts: Counter[str], price: float) -> dict[str, float]:
    """The same by listing all cuts of each line."""
    letters = Counter("".join(TEXT))
    p = probabilities(counts, listed)
    for turn in range(ROUNDS):
        expected: Counter[str] = Counter()
        for line in TEXT:
            usable = [cut for cut in cuts(line) if all(word in p for word in cut)]
            weights = [math.prod(p[w] * math.exp(-(len(w) ** 2)) for w in cut) for cut in usable]
            for cut, weight in zip(usable, weights, strict=True):
                for word in cut:
                    expected[word] += weight / sum(weights)
        p = probabilities(expected, listed)
        if turn < FREE:
            continue
        dropped = set()
        for word in listed:
            if len(word) < 2:
                continue
            if word not in p:
                dropped.add(word)
                continue
            nats = -sum(math.log(letters[c] / sum(letters.values())) for c in word)
            parts = max(
                sum(math.log(p[w]) - len(w) ** 2 for w in cut)
                for cut in cuts(word)
                if len(cut) > 1 and all(w in p for w in cut)
            )
            if expected[word] * (math.log(p[word]) - len(word) ** 2 - parts) < price * nats:
                dropped.add(word)
        listed = listed - dropped
        p = probabilities(expected, listed)
    return p


@pytest.mark.parametrize("price", [0.0, 0.5])
def test_probabilities_are_those_over_all_cuts(grams: Grams, price: float) -> None:
    nodes = names(grams)
    counts = Counter({word: int(grams.counts[node]) for word, node in nodes.items()})
    wanted = by_hand(set(nodes), counts, price)
    model = learn(CODES, grams, HOW.replace(list_price=price))
    spelled = {node: word for word, node in nodes.items()}
    got = {spelled[row]: math.exp(p) for row, p in zip(model.rows, model.log_p, strict=True)}
    assert set(got) == set(wanted) and len(got) < len(nodes)
    assert got == pytest.approx(wanted, rel=1e-6)


def test_each_round_costs_less_until_words_are_dropped(grams: Grams) -> None:
    model = learn(CODES, grams, HOW)
    assert (np.diff(model.nats[: FREE + 1]) < 1e-3).all()  # LETTER is no part of the likelihood
    assert (np.diff(model.listed) <= 0).all() and model.listed[-1] < model.listed[0]


def test_cuts_have_the_highest_score_of_all(grams: Grams) -> None:
    how = HOW.replace(further_cost=0.7)
    model = learn(CODES, grams, how)
    spelled = {node: word for word, node in names(grams).items()}
    score = dict.fromkeys(ALPHABET, RARE) | {
        spelled[row]: p - len(spelled[row]) ** 2 - 0.7
        for row, p in zip(model.rows, model.log_p, strict=True)
    }
    begins, at = by_unigram(model, grams, how).begins(CODES), 0
    for line in TEXT:
        starts = [*np.flatnonzero(begins[at : at + len(line)]).tolist(), len(line)]
        own = sum(score[line[a:b]] for a, b in pairwise(starts))
        best = max(sum(score[w] for w in cut) for cut in cuts(line) if all(w in score for w in cut))
        assert own == pytest.approx(best)
        at += len(line) + 1


def test_a_phrase_of_thousands_of_letters_stays_a_number() -> None:
    codes = np.append(RNG.integers(1, 5, 20_000), 0).astype(np.int32)
    grams = count_grams(codes, 5, 3)
    model = learn(codes, grams, HOW.replace(longest_word=3))
    assert np.isfinite(model.nats).all() and np.isfinite(model.log_p).all()
