"""Words discovered in the People's Daily: agreement with the hand, speed, and what they are for.

Agreement is that of the half which no threshold is tuned on. The plain version is the same method,
n-grams and their entropies by dictionaries and the best cut by lists, on a part of the text. With
VECTORSCOPE_TEXTS_LISTS, a folder that holds wordsim-240-zh.txt and wordsim-297-zh.txt, the same
vectors are scored by tokeniser; with zh-wikipedia-articles.txt.xz in it, the unigram model learns
from that raw text, its characters simplified, and is judged on the same half.
"""

from __future__ import annotations

import lzma
import math
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.words import shown
from core.counts.specs import Counts
from core.segmentation.grams import autonomy, count_grams
from core.segmentation.methods import branching
from core.segmentation.scoring import agree
from core.segmentation.specs import METHODS, Discovery
from core.segmentation.unigram import by_unigram, learn
from core.text.discovery import Discovered, Spelling, spelling
from core.text.hanzi import simplified
from core.text.judging import found, halves, judged
from core.text.letters import letters_of, numbered
from core.text.specs import Corpus, Source, Text
from core.text.vocabulary import vocabulary
from core.vectors.evaluate.lists import read_list
from core.vectors.evaluate.scores import similarity
from core.vectors.models.fitting import fit
from core.vectors.models.model import space
from core.vectors.specs import PpmiSvd

SPACED = Source("peoples-daily")
JOINED = SPACED.replace(joined=True)
CHARACTERS = 45_000_000  # of Wikipedia that are read: all of the file
PART = 200_000  # letters of which the plain version is timed
RARE = -30.0


def table() -> list[dict[str, Any]]:
    """Agreement by method, speed, scores by tokeniser."""
    rows = [agreement(method) for method in METHODS]
    rows.append(speed(spelling(JOINED)))
    if folder := os.environ.get("VECTORSCOPE_TEXTS_LISTS"):
        rows += list(by_tokeniser(Path(folder)))
        if (articles := Path(folder) / "zh-wikipedia-articles.txt.xz").is_file():
            rows.append(from_wikipedia(articles))
    return rows


def agreement(method: str) -> dict[str, Any]:
    """One method at its defaults."""
    spec = Discovered(JOINED, Discovery(found_by=method))
    result, words = judged(spec), found(spec)
    return {
        "name": method,
        "precision": result.precision,
        "recall": result.recall,
        "F1": result.f1,
        "words": len(words.words),
        "bits before": words.steps[0].bits,
        "bits after": words.steps[-1].bits,
    }


def from_wikipedia(articles: Path) -> dict[str, Any]:
    """The unigram model of other text, which nobody segmented."""
    with lzma.open(articles, "rt", encoding="utf-8") as lines:
        letters = letters_of(simplified(lines.read(CHARACTERS))).codes
    alphabet = np.unique(letters)[1:]
    codes, how = numbered(letters, alphabet), Discovery(found_by="unigram", longest_word=4)
    grams = count_grams(codes, len(alphabet) + 1, how.longest_word)
    gold = spelling(JOINED)
    half = halves(gold)[1]
    written = np.append(np.uint32(0), gold.alphabet)[gold.codes[half]]
    same = numbered(written, alphabet)
    cut = by_unigram(learn(codes, grams, how), grams, how).begins(same)
    result = agree(same, gold.gold[half], cut)
    return {
        "name": f"unigram of {grams.letters:,} letters of Wikipedia",
        "precision": result.precision,
        "recall": result.recall,
        "F1": result.f1,
    }


def speed(text: Spelling) -> dict[str, Any]:
    """Branching entropy, compiled and plain: from letters to cuts, and that both cut alike."""
    codes = text.codes[:PART]
    kinds, how = len(text.alphabet) + 1, Discovery()
    compiled_cut(codes[:100], kinds, how)  # compiles it
    began = time.perf_counter()
    quick_cut = compiled_cut(codes, kinds, how)
    compiled = time.perf_counter() - began
    began = time.perf_counter()
    plain_cut = plain(codes.tolist(), how)
    slow = time.perf_counter() - began
    return {
        "name": f"speed, {len(codes):,} letters",
        "compiled_s": compiled,
        "plain_s": slow,
        "ratio": slow / compiled,
        "cut alike": float((np.array(plain_cut) == quick_cut).mean()),
    }


def compiled_cut(codes: np.ndarray, kinds: int, how: Discovery) -> np.ndarray:
    """Branching entropy as the product does it."""
    codes = np.append(codes, np.int32(0))
    grams = count_grams(codes, kinds, how.longest_word)
    cut = branching(grams, autonomy(grams, how.longest_word), how)
    return cut.begins(codes)[:-1]


def plain(codes: list[int], how: Discovery) -> list[bool]:
    """Branching entropy with dictionaries."""
    starts = [0, *(i + 1 for i, code in enumerate(codes) if not code)]
    phrases = [tuple(codes[a : b - 1]) for a, b in pairwise([*starts, len(codes) + 1])]
    counts: Counter[tuple[int, ...]] = Counter()
    for phrase in phrases:
        for n in range(1, how.longest_word + 2):
            counts.update(phrase[i : i + n] for i in range(len(phrase) - n + 1))
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
    begins: list[bool] = []
    for phrase in phrases:
        begins += [*_best(phrase, worth, how.longest_word), False]
    return begins[: len(codes)]


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


def by_tokeniser(folder: Path) -> Iterator[dict[str, Any]]:
    """The same vectors of the same text, cut in four ways, against people."""
    texts = {
        "by hand": Text(SPACED, tokeniser="whitespace"),
        "jieba": Text(JOINED, tokeniser="chinese"),
        "discovered": Text(JOINED, tokeniser="discovered"),
        "characters": Text(JOINED, tokeniser="characters"),
    }
    for name, text in texts.items():
        corpus = Corpus(text, min_count=5)
        spec = PpmiSvd().replace(**dict(Counts(corpus, window=5).leaves()))
        model, words = fit(spec), vocabulary(corpus)
        row: dict[str, Any] = {"name": f"tokeniser {name}", "words": len(words.words)}
        for file in ("wordsim-240-zh.txt", "wordsim-297-zh.txt"):
            pairs = read_list(folder / file, file, "pairs").pairs
            judged_pairs = [pair for pair in pairs if pair.a != pair.b]
            score = similarity(space(model), words, judged_pairs, file)
            row[file.removesuffix("-zh.txt")] = shown(score)
        yield row
