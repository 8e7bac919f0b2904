"""Compiled: walks through a trie of n-grams, cuts, and counts of words.

Letters are numbers from 1; 0 is a break, which no word crosses. Node v < letters + 1 of a trie is
the letter v; every other node is reached from its parent by a letter, through an open hash table
`keys` (a power of two,) int64, −1 where empty, and `nodes` beside it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

WIDTH = 1 << 21  # more than there are code points
BLOCK = 1024  # letters whose n-grams are looked up at a time
PRIME = np.int64(-7046029254386353131)
BREAK, LETTER, DIGIT, SPACE = 0, 1, 2, 3
ZERO = ord("0")


@njit(cache=True, nogil=True)
def units(characters, classes, lower, joined, breaks, codes, starts, ends, begins):
    """Turn characters into letters, with one break between phrases.

    characters: (N,) uint32; classes: their class by code point; lower: their folded form by code
    point; joined: whether white space is nothing, else it is a break; breaks: (N,) bool, where a
    phrase begins whatever stands there. A run of digits is one letter, ZERO. Writes codes, starts
    and ends [characters) and whether white space or a break stands before. Returns their number.
    """
    n, apart, inside = 0, True, False
    for i in range(len(characters)):
        kind = classes[characters[i]]
        if breaks[i] or kind == BREAK or (kind == SPACE and not joined):
            inside = False
            apart = True
            if n and codes[n - 1]:
                codes[n], starts[n], ends[n], begins[n] = 0, i, i, False
                n += 1
            if not breaks[i] or kind in (BREAK, SPACE):
                continue
        if kind == SPACE:
            apart = True
            continue
        if kind == DIGIT and inside:
            ends[n - 1] = i + 1
            apart = False
            continue
        inside = kind == DIGIT
        codes[n] = ZERO if inside else lower[characters[i]]
        starts[n], ends[n], begins[n] = i, i + 1, apart
        apart = False
        n += 1
    return n


@njit(cache=True, nogil=True)
def child(keys, nodes, parent, code):
    """The node reached by a letter, or −1."""
    mask = len(keys) - 1
    key = np.int64(parent) * WIDTH + code
    at = (key * PRIME) >> 20 & mask
    while keys[at] >= 0:
        if keys[at] == key:
            return nodes[at]
        at = (at + 1) & mask
    return -1


@njit(cache=True, nogil=True)
def place(keys, nodes, parent, code, node):
    """Enter a node that is not there yet."""
    mask = len(keys) - 1
    key = np.int64(parent) * WIDTH + code
    at = (key * PRIME) >> 20 & mask
    while keys[at] >= 0:
        at = (at + 1) & mask
    keys[at] = key
    nodes[at] = node


@njit(cache=True, nogil=True)
def fill(parents, codes, first, keys, nodes):
    """Enter all nodes from `first` on."""
    for v in range(first, len(parents)):
        place(keys, nodes, parents[v], codes[v], v)


@njit(cache=True, nogil=True)
def find(words, bounds, keys, nodes, places):
    """Write the node of each word, −1 where it is none."""
    for w in range(len(places)):
        v = words[bounds[w]]
        for i in range(bounds[w] + 1, bounds[w + 1]):
            v = child(keys, nodes, v, words[i])
            if v < 0:
                break
        places[w] = v


@njit(cache=True, nogil=True)
def grow(words, bounds, node, keys, nodes, ends):
    """Enter words, letters of word i being words[bounds[i]:bounds[i + 1]].

    node: the first number that is free. Writes the node each word ends at; returns the next free.
    """
    for i in range(len(ends)):
        v = words[bounds[i]]
        for j in range(bounds[i] + 1, bounds[i + 1]):
            w = child(keys, nodes, v, words[j])
            if w < 0:
                w = node
                place(keys, nodes, v, words[j], w)
                node += 1
            v = w
        ends[i] = v
    return node


@njit(cache=True, nogil=True)
def weakest_split(parents, suffixes, lengths, counts, total, widest, cohesion):
    """Write log of the least P(s) / (P(s[:i]) P(s[i:])) over splits i of each n-gram s."""
    for v in range(len(counts)):
        n = lengths[v]
        if n < 2 or n > widest or counts[v] == 0:
            continue
        least = np.inf
        tail = v
        for i in range(1, n):
            tail = suffixes[tail]
            head = v
            for _ in range(n - i):
                head = parents[head]
            ratio = np.log(counts[v]) + np.log(total) - np.log(counts[head]) - np.log(counts[tail])
            least = min(least, ratio)
        cohesion[v] = least


@njit(cache=True, nogil=True)
def join(codes, keys, nodes, kept, widest):
    """Where words begin if every n-gram that is kept holds its letters together: (N,) bool."""
    begins = np.zeros(len(codes), np.bool_)
    end = 0
    for i in range(len(codes)):
        if codes[i] == 0:
            end = i + 1
            continue
        if i >= end:
            begins[i] = True
            end = i + 1
        v, n = codes[i], 1
        while n < widest and i + n < len(codes) and codes[i + n] != 0:
            v = child(keys, nodes, v, codes[i + n])
            if v < 0:
                break
            n += 1
            if kept[v] and i + n > end:
                end = i + n
    return begins


@njit(cache=True, nogil=True)
def walk(codes, first, last, keys, nodes, letters, longest, walks):
    """Write the nodes of the n-grams that begin at letters first … last − 1.

    walks: (last − first, longest) int32, of each letter the nodes of 1, 2, … letters, −1 after
    them; letters: nodes that are single letters, and the break.
    """
    for i in range(first, last):
        v, n = codes[i], 0
        if v == 0 or v >= letters:  # nodes with such numbers are longer n-grams
            v = -1
        while v >= 0:
            walks[i - first, n] = v
            n += 1
            if n >= longest or i + n >= len(codes) or codes[i + n] == 0:
                break
            v = child(keys, nodes, v, codes[i + n])
        for m in range(n, longest):
            walks[i - first, m] = -1


@njit(cache=True, nogil=True)
def best_path(codes, keys, nodes, scores, letters, unknown, longest):
    """Where the words of the cut with the highest sum of scores begin: (N,) bool.

    scores: of each node, −inf where it is no word; letters: as of `walk`; unknown: the score of
    any other letter, which is a word alone. Of equal cuts the one whose last word is longest, and
    so on backwards.
    """
    size = len(codes)
    walks = np.empty((min(BLOCK, size), longest), np.int32)
    best, back = np.full(size + 1, -np.inf), np.zeros(size + 1, np.int32)
    best[0] = 0.0
    for first in range(0, size, BLOCK):
        last = min(first + BLOCK, size)
        walk(codes, first, last, keys, nodes, letters, longest, walks)
        weigh(codes, first, last, walks, scores, unknown, best, back)
    return beginnings(codes, back)


@njit(cache=True, nogil=True)
def best_path_along(codes, walks, scores, unknown):
    """The same where the nodes are known already, walks (N, longest) of `walk`."""
    best, back = np.full(len(codes) + 1, -np.inf), np.zeros(len(codes) + 1, np.int32)
    best[0] = 0.0
    weigh(codes, 0, len(codes), walks, scores, unknown, best, back)
    return beginnings(codes, back)


@njit(cache=True, nogil=True)
def weigh(codes, first, last, walks, scores, unknown, best, back):
    """Go on with the best cuts that end at letters first + 1 … last."""
    for i in range(first, last):
        if codes[i] == 0:  # what follows is cut as if it stood alone
            best[i + 1], back[i + 1] = 0.0, 1
            continue
        if walks[i - first, 0] < 0:
            if best[i] + unknown > best[i + 1]:
                best[i + 1], back[i + 1] = best[i] + unknown, 1
            continue
        for n in range(walks.shape[1]):
            v = walks[i - first, n]
            if v < 0 or i + n >= len(codes):
                break
            score = best[i] + scores[v]
            if score > best[i + n + 1]:
                best[i + n + 1], back[i + n + 1] = score, n + 1


@njit(cache=True, nogil=True)
def beginnings(codes, back):
    """Where words begin (N,) bool; back: letters of the last word of the best cut up to each."""
    begins = np.zeros(len(codes), np.bool_)
    i = len(codes)
    while i > 0:
        i -= back[i]
        if codes[i] != 0:
            begins[i] = True
    return begins


@njit(cache=True, nogil=True)
def tally(codes, begins, slots, hashes, starts, sizes, counts):
    """Count the words of a cut; returns how many distinct ones there are.

    slots: (a power of two,) int32, all −1. Writes of each word, in order of appearance, a 64-bit
    hash, where it first begins, its letters and how often it occurs.
    """
    n, i, mask = 0, 0, np.uint64(len(slots) - 1)
    while i < len(codes):
        if codes[i] == 0:
            i += 1
            continue
        start, value = i, np.uint64(1469598103934665603)
        while i < len(codes) and codes[i] != 0 and (i == start or not begins[i]):
            value = (value ^ np.uint64(codes[i])) * np.uint64(0x9E3779B97F4A7C15)
            value ^= value >> np.uint64(29)
            i += 1
        at = value & mask
        while slots[at] >= 0 and hashes[slots[at]] != value:
            at = (at + np.uint64(1)) & mask
        if slots[at] < 0:
            slots[at] = n
            hashes[n], starts[n], sizes[n], counts[n] = value, start, i - start, 0
            n += 1
        counts[slots[at]] += 1
    return n


@njit(cache=True, nogil=True)
def hold(words, bounds, keys, nodes, kept, widest, holding):
    """Write which words hold together: all n-grams of `widest` letters in them are kept.

    A shorter word of three letters or more must be kept itself.
    """
    for w in range(len(holding)):
        low, high = bounds[w], bounds[w + 1]
        if high - low < 3:
            holding[w] = True
            continue
        width = min(widest, high - low)
        holding[w] = True
        for first in range(low, high - width + 1):
            v = words[first]
            for i in range(first + 1, first + width):
                v = child(keys, nodes, v, words[i])
                if v < 0:
                    break
            if v < 0 or not kept[v]:
                holding[w] = False
                break


@njit(cache=True, nogil=True)
def agreement(codes, gold, begins):
    """(words that are the same, words of the gold, words of the cut)."""
    same = golden = own = 0
    whole = False
    for i in range(len(codes)):
        if codes[i] == 0:
            same += whole
            whole = False
            continue
        if gold[i] and begins[i]:
            same += whole
            whole = True
        elif gold[i] != begins[i]:
            whole = False
        golden += gold[i]
        own += begins[i]
    return same + whole, golden, own


@njit(cache=True, nogil=True)
def prune(words, bounds, order, counts, ends, node_counts, keys, nodes, kept):
    """Drop words that their parts explain, in this order; the parts get their counts.

    counts: (W,) float64, of the words; ends: the nodes they end at; node_counts: (M,) float64,
    counts by node, letters that are no words having 1. A word stays where
    ln p(w) − Σ ln p(parts) ≥ |w| − 1, the parts being its most probable ones.
    """
    total = counts.sum()
    for w in order:
        low, high = bounds[w], bounds[w + 1]
        size = high - low
        if size < 2:
            continue
        best = np.full(size + 1, -np.inf)
        back = np.zeros(size + 1, np.int64)
        last = np.zeros(size + 1, np.int64)
        best[0] = 0.0
        for i in range(size):
            v, n = words[low + i], 1
            while True:
                if node_counts[v] > 0 and n < size:
                    score = best[i] + np.log(node_counts[v] / total)
                    if score > best[i + n]:
                        best[i + n], back[i + n], last[i + n] = score, n, v
                if i + n >= size:
                    break
                v = child(keys, nodes, v, words[low + i + n])
                if v < 0:
                    break
                n += 1
        if np.log(node_counts[ends[w]] / total) - best[size] >= size - 1:
            continue
        kept[w] = False
        count = node_counts[ends[w]]
        node_counts[ends[w]] = 0.0
        total -= count
        i = size
        while i > 0:
            node_counts[last[i]] += count
            total += count
            i -= back[i]
