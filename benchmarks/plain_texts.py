"""Word discovery in plain Python: dictionaries and lists, that compiled code is timed against."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from core.segmentation.specs import Discovery
from core.segmentation.unigram import FREE, LETTER, ROUNDS

RARE = -30.0
Gram = tuple[int, ...]


def phrases_of(codes: list[int]) -> list[Gram]:
    """The stretches between breaks, which end the list, too."""
    breaks = [-1, *(i for i, code in enumerate(codes) if not code)]
    return [tuple(codes[a + 1 : b]) for a, b in pairwise(breaks)]


def counted(phrases: list[Gram], longest: int) -> Counter[Gram]:
    """How often each n-gram of up to so many letters was met."""
    counts: Counter[Gram] = Counter()
    for phrase in phrases:
        for n in range(1, longest + 1):
            counts.update(phrase[i : i + n] for i in range(len(phrase) - n + 1))
    return counts


def branching(codes: list[int], how: Discovery) -> list[bool]:
    """Branching entropy with dictionaries."""
    phrases = phrases_of(codes)
    counts = counted(phrases, how.longest_word + 1)
    after: dict[tuple[int, ...], float] = defaultdict(float)
    before: dict[tuple[int, ...], float] = defaultdict(float)
    for gram, n in counts.items():
        after[gram[:-1]] += n * math.log(n)
        before[gram[1:]] += n * math.log(n)
    scores: dict[tuple[int, ...], float] = defaultdict(float)
    for length in range(1, how.longest_word + 1):
        rows = [gram for gram, n in counts.items() if len(gram) == length and n > 1]
        weights = [counts[gram] ** 0.25 for gram in rows]
        for inside, inner in ((after, slice(0, -1)), (before, slice(1, None))):

            def entropy(gram: tuple[int, ...], inside: dict[Any, float] = inside) -> float:
                return math.log(counts[gram]) - inside[gram] / counts[gram]

            gains = [entropy(g) - (entropy(g[inner]) if length > 1 else 0.0) for g in rows]
            mean = sum(g * w for g, w in zip(gains, weights, strict=True)) / (sum(weights) or 1.0)
            for gram, gain in zip(rows, gains, strict=True):
                scores[gram] += gain - mean
    worth = {gram: len(gram) * value - how.cut_cost for gram, value in scores.items()}
    return cuts(phrases, worth, how.longest_word)


def _best(phrase: tuple[int, ...], worth: dict[tuple[int, ...], float], longest: int) -> list[bool]:
    best, back = [0.0], [0]
    for end in range(1, len(phrase) + 1):
        options = []
        for n in range(1, min(longest, end) + 1):
            word = phrase[end - n : end]
            score = worth.get(word, RARE if n == 1 else -math.inf)
            options.append((best[end - n] + (max(score, RARE) if n == 1 else score), n))
        score, size = max(options)
        best.append(score)
        back.append(size)
    begins, end = [False] * len(phrase), len(phrase)
    while end:
        end -= back[end]
        begins[end] = True
    return begins


def unigram(codes: list[int], how: Discovery) -> list[bool]:
    """All cuts weighed by expectation and maximisation, as `core.segmentation.unigram` does."""
    phrases, longest = phrases_of(codes), how.longest_word
    counts = counted(phrases, longest)
    total = sum(n for gram, n in counts.items() if len(gram) == 1)
    burden = {gram: len(gram) ** how.length_power for gram in counts}
    alone = {gram[0]: math.log(total / n) for gram, n in counts.items() if len(gram) == 1}
    listed = {gram for gram, n in counts.items() if len(gram) == 1 or n > 1}
    log_p = _log_p(counts, listed)
    for turn in range(ROUNDS):
        weights = {gram: math.exp(log_p[gram] - burden[gram]) for gram in log_p}
        expected = _expected(phrases, weights, longest)
        log_p = _log_p(expected, listed)
        if turn >= FREE:
            scores = {gram: log_p[gram] - burden[gram] for gram in log_p}
            for gram in [gram for gram in listed if len(gram) > 1]:
                price = how.list_price * sum(alone[letter] for letter in gram)
                if gram not in scores or (
                    expected[gram] * (scores[gram] - _parts(gram, scores)) < price
                ):
                    listed.discard(gram)
            log_p = _log_p(expected, listed)
    worth = {gram: log_p[gram] - burden[gram] - how.further_cost for gram in log_p}
    return cuts(phrases, worth, longest)


def cuts(phrases: list[Gram], worth: dict[Gram, float], longest: int) -> list[bool]:
    """Where words begin in the best cut of each phrase, breaks included."""
    begins: list[bool] = []
    for phrase in phrases:
        begins += [*_best(phrase, worth, longest), False]
    return begins


def _log_p(expected: dict[Gram, float] | Counter[Gram], listed: set[Gram]) -> dict[Gram, float]:
    kept = {gram: expected.get(gram, 0.0) + LETTER * (len(gram) == 1) for gram in listed}
    whole = sum(kept.values())
    return {gram: math.log(n / whole) for gram, n in kept.items() if n > 0}


def _expected(phrases: list[Gram], weights: dict[Gram, float], longest: int) -> dict[Gram, float]:
    """How often each word is expected over all cuts, by two walks over each phrase."""
    expected: dict[Gram, float] = defaultdict(float)
    for phrase in phrases:
        size = len(phrase)
        ratio = [1.0] * (size + 1)
        for i in range(size - 1, -1, -1):
            whole, rest = 0.0, 1.0
            for n in range(1, min(longest, size - i) + 1):
                if n > 1:
                    rest /= ratio[i + n - 1]
                whole += weights.get(phrase[i : i + n], 0.0) * rest
            ratio[i] = whole
        begins = [1.0] + [0.0] * size
        for i in range(size):
            rest = begins[i]
            for n in range(1, min(longest, size - i) + 1):
                rest /= ratio[i + n - 1]
                word = phrase[i : i + n]
                if (share := rest * weights.get(word, 0.0)) > 0:
                    expected[word] += share
                    begins[i + n] += share
    return expected


def _parts(word: Gram, scores: dict[Gram, float]) -> float:
    """The highest sum of scores of a word cut in two or more."""
    sums = [0.0] + [-math.inf] * len(word)
    for i in range(len(word)):
        for end in range(i + 1, len(word) + 1):
            if end - i < len(word) and word[i:end] in scores:
                sums[end] = max(sums[end], sums[i] + scores[word[i:end]])
    return sums[-1]


PLAIN: dict[str, Any] = {"branching": branching, "unigram": unigram}
