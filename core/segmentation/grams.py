"""The n-grams of a text: how often each occurs, and what follows and precedes it.

An n-gram that occurs once tells nothing here and is not kept; a break, at which no n-gram crosses,
counts as another letter each time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.progress import OnStep, report, run_on

LEAST = 2  # occurrences of an n-gram that is kept


@dataclass(frozen=True)
class Trie:
    """Nodes by parent and letter: see `core.segmentation.kernels`."""

    keys: np.ndarray
    nodes: np.ndarray


@dataclass(frozen=True)
class Grams:
    """M n-grams, the letters first (node 0 is the break), then by length.

    parents: (M,) int32, the n-gram without its last letter; codes: (M,) int32, that letter;
    suffixes: (M,) int32, the n-gram without its first letter; lengths, counts: (M,) int32, int64;
    left, right: (M,) float64, entropies of the letters before and after, in nats; letters: of
    the text, without breaks.
    """

    parents: np.ndarray
    codes: np.ndarray
    suffixes: np.ndarray
    lengths: np.ndarray
    counts: np.ndarray
    left: np.ndarray
    right: np.ndarray
    letters: int
    trie: Trie


def empty_trie(nodes: int) -> Trie:
    """Room for so many nodes, less than half of it used."""
    size = 1 << max(int(2 * nodes + 1).bit_length(), 4)
    return Trie(np.full(size, -1, np.int64), np.zeros(size, np.int32))


def count_grams(codes: np.ndarray, kinds: int, longest: int, on_step: OnStep = run_on) -> Grams:
    """The n-grams of up to `longest` + 1 letters, with entropies up to `longest`.

    codes: (N,) int32, letters 1 … kinds − 1 and breaks 0, the last one a break.

    >>> grams = count_grams(np.array([1, 2, 1, 2, 0], np.int32), 3, 2)
    >>> grams.counts.tolist(), grams.lengths.tolist()
    ([1, 2, 2, 2], [1, 1, 1, 2])
    """
    from core.segmentation import kernels  # compiled: see `core.counts.kernels`

    counts = [np.bincount(codes, minlength=kinds)]
    parents = [np.full(kinds, -1)]
    suffixes, lasts, first = [np.full(kinds, -1)], [np.arange(kinds)], kinds
    at = np.flatnonzero(codes)  # where n-grams begin that may go on
    ids = codes.astype(np.int64)
    for length in range(1, longest + 1):
        report(on_step, length / (longest + 1), "counting n-grams")
        at = at[codes[at + length] > 0]
        keys = ids[at] * kernels.WIDTH + codes[at + length]
        known, where, inverse, often = np.unique(
            keys, return_index=True, return_inverse=True, return_counts=True
        )
        kept = often >= LEAST
        numbers = np.where(kept, np.cumsum(kept) - 1 + first, -1)
        longer = np.full(len(codes), -1)
        longer[at] = numbers[inverse]
        parents.append(known[kept] // kernels.WIDTH)
        lasts.append(known[kept] % kernels.WIDTH)
        suffixes.append(ids[at[where[kept]] + 1])
        counts.append(often[kept])
        first += int(kept.sum())
        ids = longer
        at = at[ids[at] >= 0]
    tables = [np.concatenate(parts) for parts in (parents, lasts, suffixes, counts)]
    trie = empty_trie(len(tables[0]))
    up, last, down = (table.astype(np.int32) for table in tables[:3])
    kernels.fill(up, last, kinds, trie.keys, trie.nodes)
    lengths = np.repeat(np.arange(1, longest + 2), [len(part) for part in counts])
    left, right = (_entropy(tables[3], whole, kinds) for whole in (down, up))
    return Grams(
        up, last, down, lengths.astype(np.int32), tables[3], left, right,
        int(np.count_nonzero(codes)), trie,
    )  # fmt: skip


def _entropy(counts: np.ndarray, whole: np.ndarray, kinds: int) -> np.ndarray:
    """Entropy of the letter that makes `whole` longer; what occurs once adds 0 to Σ n log n."""
    used = np.maximum(counts, 1)
    inside = np.zeros(len(counts))
    np.add.at(inside, whole[kinds:], (counts * np.log(used))[kinds:])
    return np.asarray(np.log(used) - inside / used)


def cohesions(grams: Grams, widest: int) -> np.ndarray:
    """log of the least P(s) / (P(s[:i]) P(s[i:])) of each n-gram up to `widest`; else −inf.

    A number for each n-gram, in nats. Source: spaces.ac.cn/archives/4256.
    """
    from core.segmentation import kernels

    cohesion = np.full(len(grams.counts), -np.inf)
    kernels.weakest_split(
        *(grams.parents, grams.suffixes, grams.lengths, grams.counts, float(grams.letters)),
        *(widest, cohesion),
    )
    return cohesion


def least_gain(probability: np.ndarray, cohesion: np.ndarray) -> np.ndarray:
    """F* = p(s) (log p(s)/(p(a) p(b)) − 1) at the weakest split s = ab, in nats.

    Writing s as one word lowers the mean information of a letter by at least F* over the mean
    length of a word. Source: spaces.ac.cn/archives/5476.
    """
    return np.asarray(probability * (cohesion - 1.0))


def autonomy(grams: Grams, longest: int) -> np.ndarray:
    """How far each n-gram is a word by what stands around it, in nats; −inf beyond `longest`.

    The sum over both sides of the entropy gained by its outermost letter, less the mean gain of
    n-grams as long, weighted by the fourth root of their counts. Source: Magistry & Sagot (2012),
    "Unsupervized Word Segmentation: the case for Mandarin Chinese", whose means are unweighted.
    """
    value = np.full(len(grams.counts), -np.inf)
    for length in range(1, longest + 1):
        rows = np.flatnonzero((grams.lengths == length) & (grams.counts >= LEAST))
        rows = rows[rows > 0]
        if not len(rows):
            continue
        weights = grams.counts[rows] ** 0.25
        value[rows] = 0.0
        for entropy, inner in ((grams.right, grams.parents), (grams.left, grams.suffixes)):
            gain = entropy[rows] - (entropy[inner[rows]] if length > 1 else 0.0)
            value[rows] += gain - np.average(gain, weights=weights)
    return value
