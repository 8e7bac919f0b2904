"""The three methods as cuts, and the words that a cut makes of a text."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.progress import OnStep, report, run_on
from core.segmentation.grams import Grams, Trie, cohesions, empty_trie
from core.segmentation.specs import WIDEST, Discovery

THREADS = os.cpu_count() or 1
PART = 50_000  # letters that are worth a thread
RARE = -30.0  # of a letter met once, or never: a cut needs it where nothing else fits


@dataclass(frozen=True)
class Cutter:
    """What cuts letters into words: a trie, and a score for each word in it.

    scores: (M,) float64, −inf where a node is no word; letters: nodes that are single letters,
    and the break; longest: letters of the longest word.
    """

    trie: Trie
    scores: np.ndarray
    letters: int
    longest: int

    def begins(self, codes: np.ndarray, walks: np.ndarray | None = None) -> np.ndarray:
        """Where words begin: (N,) bool. codes: (N,) int32, breaks 0, unknown letters above all;
        walks: of these letters by `walked` in this trie, where they are known."""
        from core.segmentation import kernels  # compiled: see `core.counts.kernels`

        trie = self.trie

        def cut(part: slice) -> np.ndarray:
            if walks is not None:
                return kernels.best_path_along(codes[part], walks[part], self.scores, RARE)
            return kernels.best_path(
                *(codes[part], trie.keys, trie.nodes, self.scores, self.letters, RARE, self.longest)
            )

        with ThreadPoolExecutor(THREADS) as pool:
            return np.concatenate(list(pool.map(cut, _parted(codes))))


def walked(codes: np.ndarray, trie: Trie, letters: int, longest: int) -> np.ndarray:
    """The nodes of all n-grams of a text: (N, longest) int32, at each letter those of 1, 2, …
    letters that begin there, −1 after them. letters, longest: as of a `Cutter`."""
    from core.segmentation import kernels

    walks = np.empty((len(codes), longest), np.int32)
    kernels.walk(codes, 0, len(codes), trie.keys, trie.nodes, letters, longest, walks)
    walks.flags.writeable = False
    return walks


def _parted(codes: np.ndarray) -> list[slice]:
    """Parts for each thread, which begin at breaks: no word goes over one."""
    breaks = np.flatnonzero(codes == 0)
    parts = max(min(THREADS, len(codes) // PART), 1) if len(breaks) else 1
    wanted = np.arange(1, parts) * len(codes) // parts
    places = breaks[np.minimum(np.searchsorted(breaks, wanted), len(breaks) - 1)]
    return [slice(a, b) for a, b in pairwise([0, *places.tolist(), len(codes)])]


@dataclass(frozen=True)
class Spelled:
    """W words as letters: word i is letters[bounds[i]:bounds[i + 1]]; counts: (W,) int64."""

    letters: np.ndarray
    bounds: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Step:
    """A stage on the way: how many words a cut of the text has then, and the bits of a letter."""

    name: str
    words: int
    bits: float


@dataclass(frozen=True)
class Lexicon:
    """Words with counts, the trie they make, and the two stages on the way to them.

    ends: (W,) int64, the node each ends at; nodes: how many the trie has.
    """

    words: Spelled
    ends: np.ndarray
    nodes: int
    trie: Trie
    joined: Spelled
    frequent: Spelled


def branching(grams: Grams, values: np.ndarray, how: Discovery) -> Cutter:
    """Cut where the sum over words of length × autonomy − cost is highest.

    values: (M,) float64, `core.segmentation.grams.autonomy` up to `how.longest_word`. The cost of
    a word is ours. Source: Magistry & Sagot (2012).
    """
    scores = values * grams.lengths - how.cut_cost
    letters = np.flatnonzero(grams.lengths == 1)
    scores[letters] = np.maximum(scores[letters], RARE)
    return Cutter(grams.trie, scores, single_letters(grams), how.longest_word)


def cohesive(codes: np.ndarray, grams: Grams, how: Discovery, on_step: OnStep = run_on) -> Lexicon:
    """The words that cohesion finds.

    Letters stay together wherever an n-gram of 2 to 4 of them reaches its threshold; strings that
    are too rare are dropped, and those that do not hold together: `core.segmentation.kernels.hold`.
    Source: spaces.ac.cn/archives/6920 and its program, bojone/word-discovery.
    """
    from core.segmentation import kernels

    thresholds = np.array([0, np.inf, how.cohesion_2, how.cohesion_3, how.cohesion_4])
    kept = cohesions(grams, WIDEST) >= thresholds[np.minimum(grams.lengths, WIDEST)]
    kept &= (grams.lengths <= WIDEST) & (grams.counts >= how.least_count)
    report(on_step, 0.2, "joining letters")
    trie = grams.trie
    joined = spell(codes, kernels.join(codes, trie.keys, trie.nodes, kept, WIDEST))
    frequent = _rows(joined, np.flatnonzero(joined.counts >= how.least_count))
    holding = np.zeros(len(frequent.counts), bool)
    kernels.hold(*(frequent.letters, frequent.bounds, trie.keys, trie.nodes, kept, WIDEST, holding))
    return _lexicon(grams, joined, frequent, _rows(frequent, np.flatnonzero(holding)))


def entropic(codes: np.ndarray, grams: Grams, how: Discovery, on_step: OnStep = run_on) -> Lexicon:
    """The words that minimum entropy finds.

    Letters are joined where PMI is above the threshold; strings that are too rare are dropped;
    then, longest first, those that their parts explain: `core.segmentation.kernels.prune`.
    Source: spaces.ac.cn/archives/5476 and its program, bojone/nlp-zero.
    """
    from core.segmentation import kernels

    kept = (grams.lengths == 2) & (cohesions(grams, 2) > how.joining_pmi)
    report(on_step, 0.2, "joining letters")
    trie = grams.trie
    joined = spell(codes, kernels.join(codes, trie.keys, trie.nodes, kept, 2))
    frequent = _rows(joined, np.flatnonzero(joined.counts >= how.least_count))
    report(on_step, 0.6, "dropping words that their parts explain")
    letters = single_letters(grams)
    trie, ends, nodes = _planted(frequent, letters)
    counts = _by_node(frequent.counts, ends, nodes, letters)
    remaining = np.ones(len(ends), bool)
    order = np.argsort(-np.diff(frequent.bounds), kind="stable")
    kernels.prune(
        *(frequent.letters, frequent.bounds, order, frequent.counts.astype(float), ends, counts),
        *(trie.keys, trie.nodes, remaining),
    )
    pruned = Spelled(frequent.letters, frequent.bounds, counts[ends].astype(np.int64))
    return _lexicon(grams, joined, frequent, _rows(pruned, np.flatnonzero(remaining)))


def by_lexicon(lexicon: Lexicon, letters: int) -> Cutter:
    """Cut into the most probable words of a lexicon. letters: as of a `Cutter`."""
    words = lexicon.words
    counts = _by_node(words.counts, lexicon.ends, lexicon.nodes, letters)
    with np.errstate(divide="ignore"):
        scores = np.log(counts / max(words.counts.sum(), 1))
    return Cutter(lexicon.trie, scores, letters, int(np.diff(words.bounds).max(initial=1)))


def steps_of(grams: Grams, cut: Spelled) -> list[Step]:
    """Letters, and the words of a cut: what bits a letter takes before and after."""
    return [_letter_step(grams), _step("cut", cut)]


def spell(codes: np.ndarray, begins: np.ndarray) -> Spelled:
    """The distinct words of a cut, the most frequent first, equal ones in order of appearance."""
    from core.segmentation import kernels

    most = int(np.count_nonzero(begins))
    slots = np.full(1 << int(2 * most + 1).bit_length(), -1, np.int32)
    hashes = np.empty(most, np.uint64)
    starts, sizes, counts = (np.empty(most, np.int64) for _ in range(3))
    n = kernels.tally(codes, begins, slots, hashes, starts, sizes, counts)
    order = np.argsort(-counts[:n], kind="stable")
    return _spelled(codes, starts[order], sizes[order], counts[order])


def bits(counts: np.ndarray, sizes: np.ndarray) -> float:
    """Bits a letter takes when words are coded by their frequency: H(words) / mean length.

    counts, sizes: (W,), of the words, and their letters. Source: spaces.ac.cn/archives/5476.

    >>> bits(np.array([2, 2]), np.array([1, 3]))
    0.5
    """
    used = counts > 0
    p = counts[used] / counts.sum()
    return float(-(p * np.log2(p)).sum() / (p * sizes[used]).sum())


def lexicon_steps(codes: np.ndarray, grams: Grams, lexicon: Lexicon) -> list[Step]:
    """The bits of a letter on the way to a lexicon: of the text, cut by each of its stages."""
    letters = single_letters(grams)
    steps = [_letter_step(grams), _step("joined", lexicon.joined)]
    for name, stage in (("frequent", lexicon.frequent), ("kept", lexicon.words)):
        cut = by_lexicon(_lexicon(grams, lexicon.joined, lexicon.frequent, stage), letters)
        steps.append(_step(name, spell(codes, cut.begins(codes))))
    return steps


def _lexicon(grams: Grams, joined: Spelled, frequent: Spelled, words: Spelled) -> Lexicon:
    trie, ends, nodes = _planted(words, single_letters(grams))
    return Lexicon(words, ends, nodes, trie, joined, frequent)


def _planted(words: Spelled, letters: int) -> tuple[Trie, np.ndarray, int]:
    """(trie of the words, the node each ends at, how many nodes there are)."""
    from core.segmentation import kernels

    trie = empty_trie(letters + len(words.letters))
    ends = np.zeros(len(words.counts), np.int64)
    nodes = kernels.grow(words.letters, words.bounds, letters, trie.keys, trie.nodes, ends)
    return trie, ends, nodes


def single_letters(grams: Grams) -> int:
    """Nodes that are single letters, and the break."""
    return int(np.count_nonzero(grams.lengths == 1))


def _letter_step(grams: Grams) -> Step:
    counts = grams.counts[1 : single_letters(grams)]
    return Step("letters", len(counts), bits(counts, np.ones(len(counts))))


def _step(name: str, words: Spelled) -> Step:
    return Step(name, len(words.counts), bits(words.counts, np.diff(words.bounds)))


def _by_node(counts: np.ndarray, ends: np.ndarray, nodes: int, letters: int) -> np.ndarray:
    """Counts by node; letters that are no words have 1, as a cut needs them."""
    values = np.zeros(max(nodes, letters))
    values[1:letters] = 1.0
    values[ends] = np.maximum(counts, values[ends])
    return values


def _rows(words: Spelled, rows: np.ndarray) -> Spelled:
    sizes = np.diff(words.bounds)
    return _spelled(words.letters, words.bounds[rows], sizes[rows], words.counts[rows])


def _spelled(
    codes: np.ndarray, starts: np.ndarray, sizes: np.ndarray, counts: np.ndarray
) -> Spelled:
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    at = np.repeat(starts - bounds[:-1], sizes) + np.arange(bounds[-1])
    return Spelled(np.asarray(codes)[at].astype(np.int32), bounds, counts.astype(np.int64))
