"""Words discovered in the People's Daily: agreement with the hand, speed, and what they are for.

Agreement is that of the half which no threshold is tuned on. The plain version is the same method,
in dictionaries and lists (`benchmarks.plain_texts`), on a part of the text. With
VECTORSCOPE_TEXTS_LISTS, a folder that holds wordsim-240-zh.txt and wordsim-297-zh.txt, the same
vectors are scored by tokeniser; with zh-wikipedia-articles.txt.xz in it, the unigram model learns
from that raw text, its characters simplified, and is judged on the same half.
"""

from __future__ import annotations

import lzma
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plain_texts import PLAIN
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


def table() -> list[dict[str, Any]]:
    """Agreement by method, speed, scores by tokeniser."""
    rows = [agreement(method) for method in METHODS]
    rows += [speed(spelling(JOINED), method) for method in PLAIN]
    rows.append(recut(spelling(JOINED)))
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


def speed(text: Spelling, method: str) -> dict[str, Any]:
    """A method compiled and plain: from letters to cuts, and that both cut alike."""
    codes = np.append(text.codes[:PART], np.int32(0))
    kinds, how = len(text.alphabet) + 1, Discovery(found_by=method)
    compiled_cut(codes[-100:], kinds, how)  # compiles it
    began = time.perf_counter()
    quick_cut = compiled_cut(codes, kinds, how)
    compiled = time.perf_counter() - began
    began = time.perf_counter()
    plain_cut = PLAIN[method](codes.tolist(), how)
    slow = time.perf_counter() - began
    return {
        "name": f"speed, {method}, {len(codes):,} letters",
        "compiled_s": compiled,
        "plain_s": slow,
        "ratio": slow / compiled,
        "cut alike": float((np.array(plain_cut) == quick_cut).mean()),
    }


def recut(text: Spelling) -> dict[str, Any]:
    """A slider of the unigram model moved: the passage of 100,000 letters cut anew."""
    how = Discovery(found_by="unigram")
    grams = count_grams(text.codes, len(text.alphabet) + 1, how.longest_word)
    model, times = learn(text.codes, grams, how), []
    for cost in np.linspace(-2, 4, 40):
        began = time.perf_counter()
        moved = how.replace(further_cost=float(cost))
        by_unigram(model, grams, moved).begins(text.codes[:100_000])
        times.append(time.perf_counter() - began)
    return {
        "name": "unigram, cut anew at another cost, 100,000 letters",
        "p95_s": float(np.quantile(times, 0.95)),
        "limit": 0.1,
    }


def compiled_cut(codes: np.ndarray, kinds: int, how: Discovery) -> np.ndarray:
    """The cut as the product makes it."""
    grams = count_grams(codes, kinds, how.longest_word)
    if how.found_by == "unigram":
        return by_unigram(learn(codes, grams, how), grams, how).begins(codes)
    cut = branching(grams, autonomy(grams, how.longest_word), how)
    return cut.begins(codes)


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
