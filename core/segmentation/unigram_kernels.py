"""Compiled: expected counts of words over all cuts of a text, and what a word's parts cost."""

from __future__ import annotations

import numpy as np
from numba import njit

from core.segmentation.kernels import child


@njit(cache=True, nogil=True)
def expect(codes, keys, nodes, weights, longest, expected):
    """Add how often each word is expected in the text; returns the log weight of all its cuts.

    A cut is as probable as the product of its words' weights. codes: (N,) int32, breaks 0, the
    last one a break, all letters known; weights: (M,) float64 by node, 0 where it is no word,
    above 0 for letters; expected: (M,) float64. Two walks over each phrase: backwards, the weight
    of all cuts from letter i on over that from i + 1 on, which never leaves the range of floats;
    forwards, how probable it is that a word begins at i.
    """
    log_weight, start = 0.0, 0
    longest_phrase = 0
    for i in range(len(codes)):
        if codes[i] == 0:
            longest_phrase = max(longest_phrase, i - start)
            start = i + 1
    ratio = np.ones(longest_phrase + 1)
    begins = np.zeros(longest_phrase + 1)
    found = np.zeros((longest_phrase + 1, longest), np.int32)
    start = 0
    for end in range(len(codes)):
        if codes[end] != 0:
            continue
        size = end - start
        for i in range(size - 1, -1, -1):
            v, total, rest = codes[start + i], 0.0, 1.0
            found[i] = -1
            for n in range(min(longest, size - i)):
                if n:
                    v = child(keys, nodes, v, codes[start + i + n])
                    if v < 0:
                        break
                    rest /= ratio[i + n]
                found[i, n] = v
                total += weights[v] * rest
            ratio[i] = total
            log_weight += np.log(total)
        begins[: size + 1] = 0.0
        begins[0] = 1.0
        for i in range(size):
            rest = begins[i]
            for n in range(min(longest, size - i)):
                v = found[i, n]
                if v < 0:
                    break
                rest /= ratio[i + n]
                share = rest * weights[v]
                expected[v] += share
                begins[i + n + 1] += share
        start = end + 1
    return log_weight


@njit(cache=True, nogil=True)
def in_parts(parents, codes, lengths, rows, keys, nodes, scores, best):
    """Write the highest sum of scores of each of these nodes when cut into two words or more."""
    for r in range(len(rows)):
        size = lengths[rows[r]]
        word = np.empty(size, np.int32)
        v = rows[r]
        for i in range(size - 1, -1, -1):
            word[i] = codes[v]
            v = parents[v]
        sums = np.full(size + 1, -np.inf)
        sums[0] = 0.0
        for i in range(size):
            v, n = word[i], 1
            while True:
                if n < size:
                    sums[i + n] = max(sums[i + n], sums[i] + scores[v])
                if i + n >= size:
                    break
                v = child(keys, nodes, v, word[i + n])
                if v < 0:
                    break
                n += 1
        best[r] = sums[size]
