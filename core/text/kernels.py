"""Compiled: cut UTF-8 bytes into tokens and number their spellings, in one pass.

Does what the patterns of `core.text.tokenisers` do, character class by
character class, without an object for each token.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

LETTER, MARK, APOSTROPHE = 1, 2, 4
WORDS, CHARACTERS = 0, 1
FNV_BASIS = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)
EMPTY = np.int64(-1)
BITS, SHIFT = np.int64(32), np.uint64(33)
NUMBER = np.int64(0xFFFFFFFF)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def number(
    utf8: Any,
    places: Any,
    classes: Any,
    rule: int,
    slots: Any,
    hashes: Any,
    ends: Any,
    arena: Any,
    at: Any,
    ids: Any,
    sizes: Any,
) -> bool:
    """Number the tokens of a piece of text, block by block.

    utf8: (B,) uint8, valid UTF-8; places: (K,) int64, where its blocks begin;
    classes: (0x110000,) uint8, LETTER | MARK | APOSTROPHE of each code point;
    rule: WORDS, a letter and the letters and marks behind it, an apostrophe
    between letters included, or CHARACTERS, a letter and the marks behind it.

    The spellings met so far are an open hash table: slots (a power of two,)
    int64, EMPTY or the high bits of the hash and the spelling's number; hashes
    (R,) uint64, FNV-1a; ends (R + 1,) int64 where each ends in `arena` (A,)
    uint8, ends[0] being 0.

    Writes ids (≥ B,) uint32 and sizes (K,) int64, tokens of each block.
    at: (4,) int64 is where it stands: block, byte, tokens, spellings.
    Returns False when the table or the arena must be made larger before it
    can go on, True at the end.
    """
    k, i, n, known = at
    mask = len(slots) - 1
    while k < len(places):
        stop = places[k + 1] if k + 1 < len(places) else len(utf8)
        i = max(i, places[k])
        while i < stop:
            c, width = _character(utf8, i)
            if not classes[c] & LETTER:
                i += width
                continue
            end, hash_ = _token_end(utf8, i, i + width, stop, classes, rule)
            slot = np.int64(hash_ & np.uint64(mask))
            tag = np.int64(hash_ >> SHIFT)
            entry = slots[slot]
            while entry != EMPTY:
                t = entry & NUMBER
                if entry >> BITS == tag and _same(utf8, i, end, arena, ends[t], ends[t + 1]):
                    break
                slot = (slot + 1) & mask
                entry = slots[slot]
            if entry == EMPTY:
                low, high = ends[known], ends[known] + end - i
                if known == len(hashes) or high > len(arena):
                    at[0], at[1], at[2], at[3] = k, i, n, known
                    return False
                for j in range(end - i):
                    arena[low + j] = utf8[i + j]
                ends[known + 1] = high
                hashes[known] = hash_
                entry = tag << BITS | known
                slots[slot] = entry
                known += 1
            ids[n] = entry & NUMBER
            sizes[k] += 1
            n += 1
            i = end
        k += 1
    at[0], at[1], at[2], at[3] = k, i, n, known
    return True


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def fill(slots: Any, hashes: Any, known: int) -> None:
    """Enter the first `known` spellings into an empty table."""
    mask = len(slots) - 1
    for t in range(known):
        slot = np.int64(hashes[t] & np.uint64(mask))
        while slots[slot] != EMPTY:
            slot = (slot + 1) & mask
        slots[slot] = np.int64(hashes[t] >> SHIFT) << BITS | t


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _token_end(utf8: Any, start: int, i: int, stop: int, classes: Any, rule: int) -> Any:
    """(end, hash) of the token at `start` whose first letter ends at i."""
    hash_ = FNV_BASIS
    for j in range(start, i):
        hash_ = (hash_ ^ np.uint64(utf8[j])) * FNV_PRIME
    while i < stop:
        c, width = _character(utf8, i)
        kind = classes[c]
        before = i
        if kind & MARK or (kind & LETTER and rule == WORDS):
            i += width
        elif kind & APOSTROPHE and rule == WORDS and i + width < stop:
            c, more = _character(utf8, i + width)
            if not classes[c] & LETTER:
                break
            i += width + more
        else:
            break
        for j in range(before, i):
            hash_ = (hash_ ^ np.uint64(utf8[j])) * FNV_PRIME
    return i, hash_ ^ hash_ >> np.uint64(29)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _character(utf8: Any, i: int) -> Any:
    """(code point, bytes) of the character at i."""
    b = np.int64(utf8[i])
    if b < 0x80:
        return b, 1
    if b < 0xE0:
        return (b & 0x1F) << 6 | (utf8[i + 1] & 0x3F), 2
    if b < 0xF0:
        return (b & 0x0F) << 12 | np.int64(utf8[i + 1] & 0x3F) << 6 | (utf8[i + 2] & 0x3F), 3
    high = (b & 0x07) << 18 | np.int64(utf8[i + 1] & 0x3F) << 12
    return high | np.int64(utf8[i + 2] & 0x3F) << 6 | (utf8[i + 3] & 0x3F), 4


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _same(utf8: Any, start: int, stop: int, arena: Any, low: int, high: int) -> bool:
    if stop - start != high - low:
        return False
    for j in range(stop - start):  # noqa: SIM110
        if utf8[start + j] != arena[low + j]:
            return False
    return True
