"""Tokens to the numbers of their spellings, chunk by chunk of a text."""

from __future__ import annotations

import functools
import itertools
import re
from typing import Protocol

import numpy as np
import pyarrow as pa

from core.text import kernels, tokenisers
from core.text.specs import Text

ROOM = 1 << 14  # spellings
LONGEST = 1 << 13  # bytes; no token is longer than a block
CODE_POINTS = 0x110000


class Numbering(Protocol):
    """Numbers spellings in order of appearance, the same ones in every chunk."""

    def encode(self, utf8: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Numbers (N,) uint32 of a chunk's tokens, and the tokens in each block (K,) int64."""

    def spellings(self) -> list[str]:
        """The spellings, by number."""


def numbering(text: Text) -> Numbering:
    """What numbers the tokens of a text, `normalise` not applied."""
    return ByDictionary(text) if text.tokeniser == "chinese" else ByCharacter(text)


class ByCharacter:
    """For rules that only look at the class of each character: compiled."""

    def __init__(self, text: Text) -> None:
        self.classes = _classes(tuple(tokenisers.character_classes(text)))
        self.rule = kernels.CHARACTERS if text.tokeniser == "characters" else kernels.WORDS
        self.known = 0
        self.slots = np.full(4 * ROOM, kernels.EMPTY, np.int64)
        self.hashes = np.zeros(ROOM, np.uint64)
        self.ends = np.zeros(ROOM + 1, np.int64)
        self.arena = np.zeros(16 * ROOM, np.uint8)

    def encode(self, utf8: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # a copy: one compiled signature serves mapped, read-only and plain arrays
        data = np.array(utf8, np.uint8, subok=False)
        ids, sizes = np.empty(len(data), np.uint32), np.zeros(len(places), np.int64)
        at = np.array([0, 0, 0, self.known])
        while not kernels.number(
            data, places, self.classes, self.rule, *self._table(), at, ids, sizes
        ):
            self._grow(int(at[3]))
        self.known = int(at[3])
        return ids[: at[2]].copy(), sizes

    def spellings(self) -> list[str]:
        buffers = [None, pa.py_buffer(self.ends), pa.py_buffer(self.arena)]
        names: list[str] = pa.Array.from_buffers(pa.large_string(), self.known, buffers).to_pylist()
        return names

    def _table(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        return self.slots, self.hashes, self.ends, self.arena

    def _grow(self, known: int) -> None:
        """Make room for the longest token, and for more spellings; most slots stay empty."""
        self.arena = np.append(self.arena, np.zeros(len(self.arena) + LONGEST, np.uint8))
        if known == len(self.hashes):
            self.hashes = np.append(self.hashes, np.zeros(known, np.uint64))
            self.ends = np.append(self.ends, np.zeros(known, np.int64))
            self.slots = np.full(8 * known, kernels.EMPTY, np.int64)
            kernels.fill(self.slots, self.hashes, known)


class ByDictionary:
    """For Chinese words, which jieba finds one by one."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.numbers: dict[str, int] = {}

    def encode(self, utf8: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        data = utf8.tobytes()
        bounds = [*places.tolist(), len(data)]
        ids: list[int] = []
        sizes: list[int] = []
        numbers = self.numbers
        for start, end in itertools.pairwise(bounds):
            tokens = tokenisers.raw_tokens(data[start:end].decode(), self.text)
            ids += [numbers.setdefault(token, len(numbers)) for token in tokens]
            sizes.append(len(tokens))
        return np.array(ids, np.uint32), np.array(sizes, np.int64)

    def spellings(self) -> list[str]:
        return list(self.numbers)


@functools.cache
def _classes(kinds: tuple[tuple[str, str], ...]) -> np.ndarray:
    """The class of every code point, read off the pattern's own parts: (0x110000,) uint8."""
    every = "".join(map(chr, range(CODE_POINTS)))
    classes = np.zeros(CODE_POINTS, np.uint8)
    for pattern, kind in kinds:
        for match in re.finditer(f"{pattern}+", every):
            classes[match.start() : match.end()] |= getattr(kernels, kind)
    return classes
