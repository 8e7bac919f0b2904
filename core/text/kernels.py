"""Compiled: cut UTF-8 bytes into tokens and number their spellings, in one pass.

Does what the patterns of `core.text.tokenisers` do, character class by
character class, without an object for each token.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

LETTER, MARK, APOSTROPHE, INSIDE_NUMBER = 1, 2, 4, 8
WORDS, CHARACTERS = 0, 1
APART, INSIDE, CLOSER = 0, 1, 2
EMPTY = np.int32(-1)
SPARE = 8  # bytes that must follow the text
u = np.uint64  # indices: signed ones would be checked for being negative
PRIME = u(0x9E3779B97F4A7C15)
LONG = u(1 << 63)


def _load(typingctx: Any, utf8: Any, i: Any) -> Any:
    """The eight bytes from i on as one number: one instruction."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, args[0])
        place = builder.gep(view.data, [args[1]])
        return builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()), align=1)

    return types.uint64(utf8, i), codegen


_eight: Any = intrinsic(_load)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def number(
    utf8: Any,
    places: Any,
    classes: Any,
    kinds: Any,
    rule: int,
    slots: Any,
    spellings: Any,
    ends: Any,
    arena: Any,
    at: Any,
    ids: Any,
    sizes: Any,
) -> bool:
    """Number the tokens of a piece of text, block by block.

    utf8: (B + SPARE,) uint8, valid UTF-8; places: (K + 1,) uint64, where its
    blocks begin, and B; classes: (0x110000,) uint8, LETTER | MARK | APOSTROPHE |
    INSIDE_NUMBER of each code point; kinds: (256,) uint8, what a byte alone
    tells: APART from tokens, INSIDE of one, or that a CLOSER look is needed;
    rule: WORDS, a letter and the letters and marks after it, including an
    apostrophe between letters and a comma or point between digits, or
    CHARACTERS, a letter and the marks after it.

    The spellings so far are an open hash table: slots (a power of two,)
    int32, EMPTY or a spelling's number; spellings (R, 2) uint64, its key and
    its count; ends (R + 1,) uint64 where each ends in `arena` (A,)
    uint8, ends[0] being 0. Keys of up to seven bytes are those bytes and their
    number, so that equal keys mean equal spellings; others are hashes.

    Writes ids (≥ B,) uint32 and sizes (K,) int64, tokens of each block.
    at: (5,) uint64 is the current position: block, byte, tokens, spellings, and
    how many of these are in the slots. Returns False when the table or the arena
    must grow before it can go on, True at the end.
    """
    k, i, n, known = at[0], at[1], at[2], at[3]
    mask, shift = u(len(slots) - 1), u(64)
    while mask >> (u(64) - shift):
        shift -= u(1)
    for t in range(at[4], known):
        slot = _slot(spellings[u(t), 0], shift)
        while slots[slot] != EMPTY:
            slot = (slot + u(1)) & mask
        slots[slot] = t
    full = False
    while k < u(len(sizes)) and not full:
        stop, before = places[k + u(1)], n
        i = max(i, places[k])
        while True:
            while i < stop and kinds[utf8[i]] == APART:
                i += u(1)
            if i >= stop:
                break
            start = i
            if kinds[utf8[i]] == CLOSER:
                c, width = _character(utf8, i)
                i += width
                if not classes[c] & LETTER:
                    continue
            while True:
                while i < stop and kinds[utf8[i]] == INSIDE:
                    i += u(1)
                if i >= stop or kinds[utf8[i]] == APART:
                    break
                c, width = _character(utf8, i)
                if classes[c] & APOSTROPHE and rule == WORDS and i + width < stop:
                    c, more = _character(utf8, i + width)
                    if not classes[c] & LETTER:
                        break
                    i += width + more
                elif classes[c] & INSIDE_NUMBER and rule == WORDS:
                    if i + width >= stop:
                        break
                    if not (_digit(utf8[i - u(1)]) and _digit(utf8[i + width])):
                        break
                    i += width
                elif classes[c] & MARK or (classes[c] & LETTER and rule == WORDS):
                    i += width
                else:
                    break
            size = i - start
            if size < u(8):
                low = (u(1) << (size << u(3))) - u(1)
                key = _eight(utf8, start) & low | size << u(56)
            else:
                key, j = size, start
                while j + u(8) < i:
                    key = (key ^ _eight(utf8, j)) * PRIME
                    key ^= key >> u(32)
                    j += u(8)
                key = (key ^ _eight(utf8, i - u(8))) * PRIME | LONG
            slot = _slot(key, shift)
            while True:
                t = slots[slot]
                if t == EMPTY:
                    break
                if spellings[u(t), 0] == key and (
                    size < u(8) or _same(utf8, start, size, arena, ends[u(t)], ends[u(t) + u(1)])
                ):
                    break
                slot = (slot + u(1)) & mask
            if t == EMPTY:
                low = ends[known]
                if known == u(len(spellings)) or low + size > u(len(arena)):
                    i, full = start, True
                    break
                for j in range(size):
                    arena[low + j] = utf8[start + j]
                ends[known + u(1)] = low + size
                spellings[known, 0] = key
                slots[slot] = known
                t = slots[slot]
                known += u(1)
            spellings[u(t), 1] += u(1)
            ids[n] = t
            n += u(1)
        sizes[k] += n - before
        if not full:
            k += u(1)
    at[0], at[1], at[2], at[3], at[4] = k, i, n, known, known
    return not full


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _slot(key: Any, shift: Any) -> Any:
    """Where the search for a key begins."""
    return (key ^ key >> u(29)) * PRIME >> shift


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _digit(byte: Any) -> bool:
    """Whether a byte is one of 0 to 9."""
    return bool(u(0x30) <= byte <= u(0x39))


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _character(utf8: Any, i: Any) -> Any:
    """(code point, bytes) of the character at i."""
    b = u(utf8[i])
    if b < u(0x80):
        return b, u(1)
    second = u(utf8[i + u(1)]) & u(0x3F)
    if b < u(0xE0):
        return (b & u(0x1F)) << u(6) | second, u(2)
    third = u(utf8[i + u(2)]) & u(0x3F)
    if b < u(0xF0):
        return (b & u(0x0F)) << u(12) | second << u(6) | third, u(3)
    fourth = u(utf8[i + u(3)]) & u(0x3F)
    return (b & u(0x07)) << u(18) | second << u(12) | third << u(6) | fourth, u(4)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _same(utf8: Any, start: Any, size: Any, arena: Any, low: Any, high: Any) -> bool:
    """Whether a token of eight bytes or more is the one in the arena."""
    if high - low != size:
        return False
    j, last = u(0), size - u(8)
    while j < last:
        if _eight(utf8, start + j) != _eight(arena, low + j):
            return False
        j += u(8)
    return bool(_eight(utf8, start + last) == _eight(arena, low + last))
