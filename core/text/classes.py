"""The classes of all characters, as tables by code point that compiled code looks up."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata

import numpy as np

JOINERS = "\u200c\u200d"  # zero-width: they shape letters inside words of Persian and Hindi
MARKED = (range(0x20000), range(0xE0100, 0xE01F0))  # where combining marks are
CODE_POINTS = 0x110000
FOLDED = 0x20000  # beyond, no letter has two cases
# (first, last, end): last to end are unassigned or private planes, one character like another
ALIKE_FROM = ((0, 0x40000, 0xE0000), (0xE0000, 0xF0000, CODE_POINTS))


@functools.cache
def class_table(kinds: tuple[tuple[str, int], ...]) -> np.ndarray:
    """The class of every code point: (0x110000,) uint8.

    kinds: a pattern of one character, and the bits that its characters have.
    """
    all_characters = (
        np.arange(CODE_POINTS, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    )
    classes = np.zeros(CODE_POINTS, np.uint8)
    for pattern, kind in kinds:
        characters = re.compile(f"{pattern}+")
        for first, last, end in ALIKE_FROM:
            for match in characters.finditer(all_characters, first, last + 1):
                classes[match.start() : match.end()] |= kind
            classes[last:end] = classes[last]
    return classes


@functools.cache
def lower_table() -> np.ndarray:
    """Every code point folded to lower case, where that is one character: (0x110000,) uint32."""
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    for code in range(FOLDED):
        if len(lower := chr(code).lower()) == 1:
            table[code] = ord(lower)
    return table


@functools.cache
def marks_of_words() -> str:
    """Combining marks and joiners, as ranges of a character class: in words, but not in \\w."""
    every = itertools.chain.from_iterable(MARKED)
    codes = [code for code in every if unicodedata.category(chr(code))[0] == "M"]
    ranges = itertools.groupby(enumerate(codes), lambda pair: pair[1] - pair[0])
    bounds = [[code for _, code in group] for _, group in ranges]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in bounds) + JOINERS
