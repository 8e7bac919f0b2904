"""Tokens as numbers of their spellings, chunk by chunk of a text."""

from __future__ import annotations

import functools
import itertools
import re
from typing import Protocol

import numpy as np

from core.text import kernels, tokenisers
from core.text.specs import Text

ROOM = 1 << 14  # spellings
LONGEST = 1 << 13  # bytes; no token is longer than a block
CODE_POINTS = 0x110000
# (first, last, end): last to end are unassigned or private planes, one character like another
ALIKE_FROM = ((0, 0x40000, 0xE0000), (0xE0000, 0xF0000, CODE_POINTS))


class Numbering(Protocol):
    """Numbers spellings in order of appearance, the same ones in every chunk."""

    @property
    def known(self) -> int:
        """How many spellings there are so far."""

    def encode(self, utf8: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Numbers (N,) uint32 of a chunk's tokens, and the tokens in each block (K,) int64."""

    def spellings(self) -> list[str]:
        """The spellings, by number."""

    def counts(self) -> np.ndarray:
        """How often each occurs: int64."""


def numbering(text: Text) -> Numbering:
    """The numbering of a text's tokens, before `normalise`."""
    return ByDictionary(text) if text.tokeniser == "chinese" else ByCharacter(text)


class ByCharacter:
    """For rules that depend only on the class of each character: compiled."""

    def __init__(self, text: Text) -> None:
        self.classes = _classes(tuple(tokenisers.character_classes(text)))
        self.rule = kernels.CHARACTERS if text.tokeniser == "characters" else kernels.WORDS
        # beyond ASCII, one byte says little of its character
        self.kinds = np.full(256, kernels.CLOSER, np.uint8)
        self.kinds[:128][self.classes[:128] == 0] = kernels.APART
        if self.rule == kernels.WORDS:
            self.kinds[:128][self.classes[:128] == kernels.LETTER] = kernels.INSIDE
        self.known = 0  # spellings
        self.slots = np.full(4 * ROOM, kernels.EMPTY, np.int32)
        self.table = np.zeros((ROOM, 2), np.uint64)
        self.ends = np.zeros(ROOM + 1, np.uint64)
        self.arena = np.zeros(16 * ROOM, np.uint8)
        self.scratch = np.empty(0, np.uint32)

    def encode(self, utf8: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `Numbering` says."""
        # a copy: one compiled signature serves mapped, read-only and plain arrays
        data = np.zeros(len(utf8) + kernels.SPARE, np.uint8)
        data[: len(utf8)] = utf8
        if len(self.scratch) < len(utf8):
            self.scratch = np.empty(len(utf8), np.uint32)
        bounds, sizes = np.append(places, len(utf8)).astype(np.uint64), np.zeros_like(places)
        at = np.array([0, 0, 0, self.known, self.known], np.uint64)
        while not kernels.number(
            *(data, bounds, self.classes, self.kinds, self.rule),
            *(self.slots, self.table, self.ends, self.arena, at, self.scratch, sizes),
        ):
            self._grow(at)
        self.known = int(at[3])
        return self.scratch[: int(at[2])].copy(), sizes

    def spellings(self) -> list[str]:
        """As `Numbering` says."""
        import pyarrow as pa  # a stored result does not need it

        buffers = [None, pa.py_buffer(self.ends), pa.py_buffer(self.arena)]
        names: list[str] = pa.Array.from_buffers(pa.large_string(), self.known, buffers).to_pylist()
        return names

    def counts(self) -> np.ndarray:
        """As `Numbering` says."""
        return self.table[: self.known, 1].astype(np.int64)

    def _grow(self, at: np.ndarray) -> None:
        """Make room for the longest token, and for more spellings; most slots stay empty."""
        self.arena = np.append(self.arena, np.zeros(len(self.arena) + LONGEST, np.uint8))
        if (known := int(at[3])) == len(self.table):
            self.table = np.append(self.table, np.zeros_like(self.table), axis=0)
            self.ends = np.append(self.ends, np.zeros(known, np.uint64))
            self.slots = np.full(8 * known, kernels.EMPTY, np.int32)
            at[4] = 0


class ByDictionary:
    """For Chinese words, which jieba segments one by one."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.numbers: dict[str, int] = {}
        self.frequencies = np.zeros(ROOM, np.int64)

    @property
    def known(self) -> int:
        """As `Numbering` says."""
        return len(self.numbers)

    def encode(self, utf8: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `Numbering` says."""
        data = utf8.tobytes()
        bounds = [*places.tolist(), len(data)]
        ids: list[int] = []
        sizes: list[int] = []
        numbers = self.numbers
        for start, end in itertools.pairwise(bounds):
            tokens = tokenisers.raw_tokens(data[start:end].decode(), self.text)
            ids += [numbers.setdefault(token, len(numbers)) for token in tokens]
            sizes.append(len(tokens))
        if len(numbers) > len(self.frequencies):
            self.frequencies = np.append(self.frequencies, np.zeros(len(numbers), np.int64))
        chunk_ids = np.array(ids, np.uint32)
        np.add.at(self.frequencies, chunk_ids, 1)
        return chunk_ids, np.array(sizes, np.int64)

    def spellings(self) -> list[str]:
        """As `Numbering` says."""
        return list(self.numbers)

    def counts(self) -> np.ndarray:
        """As `Numbering` says."""
        return self.frequencies[: len(self.numbers)]


@functools.cache
def _classes(kinds: tuple[tuple[str, str], ...]) -> np.ndarray:
    """The class of every code point, from the parts of the pattern: (0x110000,) uint8."""
    all_characters = (
        np.arange(CODE_POINTS, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    )
    classes = np.zeros(CODE_POINTS, np.uint8)
    for pattern, kind in kinds:
        characters = re.compile(f"{pattern}+")
        for first, last, end in ALIKE_FROM:
            for match in characters.finditer(all_characters, first, last + 1):
                classes[match.start() : match.end()] |= getattr(kernels, kind)
            classes[last:end] = classes[last]
    return classes
