"""Words by a unigram model: every cut of the text counts, and words must be worth listing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.progress import OnStep, report, run_on
from core.segmentation.grams import Grams
from core.segmentation.methods import RARE, Cutter, single_letters
from core.segmentation.specs import Discovery

ROUNDS, FREE = 8, 3  # of expectation and maximisation; those before words are dropped
LETTER = 0.1  # times that each letter counts besides: it may have to stand alone


@dataclass(frozen=True)
class Unigram:
    """Words and what they cost.

    rows: (W,) int64, n-grams that are words; log_p: (W,) float64, nats; nats: (ROUNDS,) what a
    letter cost in each round, length and all; listed: (ROUNDS,) int64, words after each.
    """

    rows: np.ndarray
    log_p: np.ndarray
    nats: np.ndarray
    listed: np.ndarray


def learn(codes: np.ndarray, grams: Grams, how: Discovery, on_step: OnStep = run_on) -> Unigram:
    """Find the probabilities of words by expectation and maximisation, and drop words.

    A cut into words w has the weight Π p(w) exp(−|w|^power); without the second factor the most
    probable cut joins whatever was met twice (Liang & Klein 2009, "Online EM for Unsupervised
    Models"). After the first rounds a word is dropped whose count, times what its best parts cost
    more, is below `list_price` times the nats that spell it. At a price of 1 and a power of 0
    that is a two-part description length. codes: (N,) int32, those that `grams` were counted in.
    """
    from core.segmentation import unigram_kernels as kernels

    letters = single_letters(grams)
    listed = (grams.lengths <= how.longest_word) & (grams.counts > 0)
    listed[0] = False
    burden, spelling = lengthening(grams, how), spelled(grams, letters)
    expected, trie = grams.counts.astype(float), grams.trie
    nats, sizes = [], []
    log_p = _log_p(expected, listed, letters)
    for turn in range(ROUNDS):
        report(on_step, turn / ROUNDS, "weighing all cuts")
        expected = np.zeros(len(log_p))
        weight = kernels.expect(
            codes, trie.keys, trie.nodes, np.exp(log_p - burden), how.longest_word, expected
        )
        log_p = _log_p(expected, listed, letters)
        if turn >= FREE:
            rows = np.flatnonzero(listed & (grams.lengths > 1))
            scores, parts = log_p - burden, np.empty(len(rows))
            kernels.in_parts(
                *(grams.parents, grams.codes, grams.lengths, rows),
                *(trie.keys, trie.nodes, scores, parts),
            )
            used = np.isfinite(scores[rows])
            saved = expected[rows] * np.where(used, scores[rows] - parts, 0.0)
            listed[rows[~used | (saved < how.list_price * spelling[rows])]] = False
            log_p = _log_p(expected, listed, letters)
        nats.append(-weight / grams.letters)
        sizes.append(int(listed.sum()))
    rows = np.flatnonzero(np.isfinite(log_p))
    return Unigram(rows, log_p[rows], np.array(nats), np.array(sizes))


def by_unigram(model: Unigram, grams: Grams, how: Discovery) -> Cutter:
    """Cut where Σ (log p(w) − |w|^power − cost) is highest."""
    scores = np.full(len(grams.counts), -np.inf)
    scores[model.rows] = model.log_p
    scores -= lengthening(grams, how) + how.further_cost
    letters = single_letters(grams)
    scores[1:letters] = np.maximum(scores[1:letters], RARE)
    return Cutter(grams.trie, scores, letters, how.longest_word)


def lengthening(grams: Grams, how: Discovery) -> np.ndarray:
    """What each n-gram costs by its length, in nats: (M,) float64."""
    return np.asarray(grams.lengths.astype(float) ** how.length_power)


def spelled(grams: Grams, letters: int) -> np.ndarray:
    """Nats that spell each n-gram, its letters drawn as in the text: (M,) float64."""
    with np.errstate(divide="ignore"):
        alone = -np.log(grams.counts[:letters] / max(grams.letters, 1))
    nats = alone[grams.codes]
    for length in range(2, int(grams.lengths.max(initial=1)) + 1):
        rows = np.flatnonzero(grams.lengths == length)
        nats[rows] += nats[grams.parents[rows]]
    return np.asarray(nats)


def _log_p(expected: np.ndarray, listed: np.ndarray, letters: int) -> np.ndarray:
    counts = np.where(listed, expected, 0.0)
    counts[1:letters] += LETTER
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(counts / counts.sum()))
