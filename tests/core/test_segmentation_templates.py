"""Templates against a slow search by the definition, and a text in which one was planted."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from core.segmentation import templates as search
from core.segmentation.specs import Discovery, TemplateRules
from core.segmentation.templates import APART, MOSTLY, NEXT, find
from core.text.discovery import Discovered
from core.text.specs import Source
from core.text.templates import Templated, numbered, templates

RULES = TemplateRules(
    template_window=3, template_pmi=0.1, template_count=3, template_freedom=0.5
)  # fmt: skip
Key = tuple[tuple[int, ...], tuple[int, ...]]


def text(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    words = rng.choice(5, 240, p=[0.4, 0.2, 0.2, 0.1, 0.1])
    for start in range(0, 220, 20):  # "3 … 5 6" with anything between
        words[start], words[start + 2], words[start + 3] = 3, 5, 6
    words[rng.choice(240, 3)] = 5
    return words, np.arange(240) // 12


def occurrences(
    words: np.ndarray, phrases: np.ndarray, key: Key, window: int
) -> list[tuple[int, ...]]:
    """Every chain of places with these words, each where the rules let it be."""
    chains = [(i,) for i in range(len(words)) if words[i] == key[0][0]]
    for word, follow in zip(key[0][1:], key[1], strict=True):
        gaps = [1] if follow == NEXT else range(2, window + 1)
        chains = [
            (*chain, chain[-1] + gap)
            for chain in chains
            for gap in gaps
            if chain[-1] + gap < len(words)
            and words[chain[-1] + gap] == word
            and phrases[chain[-1] + gap] == phrases[chain[0]]
        ]
    return chains


def slow(words: np.ndarray, phrases: np.ndarray, rules: TemplateRules) -> dict[Key, float]:
    """PMI of all templates up to four words by the definition, those in phrases among them."""
    N, single, window = len(words), Counter(words.tolist()), rules.template_window
    reach = {
        follow: sum(
            i + gap < N and phrases[i] == phrases[i + gap]
            for i in range(N)
            for gap in ([1] if follow == NEXT else range(2, window + 1))
        )
        for follow in (NEXT, APART)
    }
    ways = {NEXT: 1, APART: window - 1}
    levels: dict[Key, float] = {}
    counts = {
        ((a,), ()): n for a, n in single.items()
    }  # fmt: skip
    for size in (2, 3, 4):
        for every in itertools.product(range(7), repeat=size):
            for follows in itertools.product((NEXT, APART), repeat=size - 1):
                key = every, follows
                front, back = (every[:-1], follows[:-1]), (every[1:], follows[1:])
                if size > 2 and not {front, back} <= set(levels):
                    continue
                if size > 2 and ((every[-2:], follows[-1:]) not in levels):
                    continue
                n = len(occurrences(words, phrases, key, window))
                if n < rules.template_count:
                    continue
                if size == 2:
                    [follow] = follows
                    p = single[every[0]] * single[every[1]] / N**2
                    pmi = joined = math.log(n / reach[follow] / p)
                else:
                    joined = min(
                        math.log(n * N / (counts[front] * single[every[-1]] * ways[follows[-1]])),
                        math.log(n * N / (counts[back] * single[every[0]] * ways[follows[0]])),
                    )
                    pmi = min(joined, levels[front], levels[back])
                if joined > rules.template_pmi:
                    levels[key], counts[key] = pmi, n
    return levels


def free(words: np.ndarray, chains: list[tuple[int, ...]], follows: tuple[int, ...]) -> float:
    entropies = []
    for place, follow in enumerate(follows):
        if follow == APART:
            fillings = Counter(tuple(words[c[place] + 1 : c[place + 1]]) for c in chains)
            shares = [n / len(chains) for n in fillings.values()]
            entropies.append(-sum(share * math.log(share) for share in shares))
    return min(entropies, default=-1.0)


@pytest.mark.parametrize("seed", [0, 1])
def test_all_are_found_as_a_slow_search_has_them(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOSTLY", 2.0)  # parts of longer ones, too
    words, phrases = text(seed)
    expected = {}
    for key, pmi in slow(words, phrases, RULES).items():
        chains = occurrences(words, phrases, key, RULES.template_window)
        freedom = free(words, chains, key[1])
        if freedom >= RULES.template_freedom:
            expected[key] = len(chains), pmi, freedom
    made = find(words, phrases, RULES)
    assert len(expected) > 5 and any(len(every) > 2 for every, _ in expected)
    assert {(one.words, one.follows) for one in made} == set(expected)
    for one in made:
        count, pmi, freedom = expected[one.words, one.follows]
        assert one.count == count and one.pmi == pytest.approx(pmi)
        assert one.freedom == pytest.approx(freedom)
        assert one.gain == pytest.approx(count / len(words) * (pmi - 1))
        start, end = one.at
        assert (words[start], words[end]) == (one.words[0], one.words[-1])
    assert [one.gain for one in made] == sorted((one.gain for one in made), reverse=True)


def test_parts_of_a_longer_one_are_left_out() -> None:
    words, phrases = text(0)
    whole, every = find(words, phrases, RULES), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MOSTLY", 2.0)
        every = find(words, phrases, RULES)
    dropped = {(one.words, one.follows) for one in every} - {
        (one.words, one.follows) for one in whole
    }
    assert ((3, 5), (APART,)) in dropped and ((3, 5, 6), (APART, NEXT)) not in dropped
    most = {(one.words, one.follows): one.count for one in every}
    assert most[(3, 5, 6), (APART, NEXT)] >= MOSTLY * most[(3, 5), (APART,)]


@pytest.mark.parametrize("words", [[], [0], [0, 0], [0, 1]])
def test_texts_without_any(words: list[int]) -> None:
    assert find(np.array(words, np.int64), np.zeros(len(words), np.int64), RULES) == []


def test_words_are_numbered_by_their_letters() -> None:
    codes = np.array([1, 2, 1, 2, 3, 0, 1, 2, 2, 3, 1], np.int32)
    starts, ends = np.array([0, 2, 6, 8, 10]), np.array([2, 5, 8, 10, 11])
    spelled = [tuple(codes[a:b]) for a, b in zip(starts, ends, strict=True)]
    numbers = numbered(codes, starts, ends)
    assert sorted(set(numbers)) == list(range(4))
    for i, j in itertools.combinations(range(5), 2):
        assert (numbers[i] == numbers[j]) == (spelled[i] == spelled[j])


def test_templates_of_the_peoples_daily() -> None:
    result = templates(Templated(Discovered(Source("peoples-daily", joined=True), Discovery())))
    assert {"从 … 到", "解决 … 问题", "在 … 中"} <= set(result.names)
    i = result.names.index("解决 … 问题")
    assert result.counts[i] > 100 and result.looked_at == result.words
    assert result.examples[i].startswith("解决") and result.examples[i].endswith("问题")
    assert sum(n for _, n in result.fillings[i]) <= result.counts[i]
