"""Tokens as numbers of their spellings, chunk by chunk of a text."""

from __future__ import annotations

import itertools
from typing import Protocol

import numpy as np

from core.text import kernels, tokenisers
from core.text.classes import class_table
from core.text.specs import Text

ROOM = 1 << 14  # spellings
LONGEST = 1 << 13  # bytes; no token is longer than a block


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
    if text.tokeniser == "discovered":
        return ByDiscovery(text)
    return ByDictionary(text) if text.tokeniser == "chinese" else ByCharacter(text)


class ByCharacter:
    """For rules that depend only on the class of each character: compiled."""

    def __init__(self, text: Text) -> None:
        kinds = tokenisers.character_classes(text)
        self.classes = class_table(tuple((rule, getattr(kernels, kind)) for rule, kind in kinds))
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
        numbers = self.numbers
        ids, sizes = self._tokens(utf8, places)
        if len(numbers) > len(self.frequencies):
            self.frequencies = np.append(self.frequencies, np.zeros(len(numbers), np.int64))
        chunk_ids = np.array(ids, np.uint32)
        np.add.at(self.frequencies, chunk_ids, 1)
        return chunk_ids, np.array(sizes, np.int64)

    def _tokens(self, utf8: np.ndarray, places: np.ndarray) -> tuple[list[int], list[int]]:
        """Numbers of a chunk's tokens, and how many each block has."""
        data = utf8.tobytes()
        ids: list[int] = []
        sizes: list[int] = []
        numbers = self.numbers
        for start, end in itertools.pairwise([*places.tolist(), len(data)]):
            tokens = tokenisers.raw_tokens(data[start:end].decode(), self.text)
            ids += [numbers.setdefault(token, len(numbers)) for token in tokens]
            sizes.append(len(tokens))
        return ids, sizes

    def spellings(self) -> list[str]:
        """As `Numbering` says."""
        return list(self.numbers)

    def counts(self) -> np.ndarray:
        """As `Numbering` says."""
        return self.frequencies[: len(self.numbers)]


class ByDiscovery(ByDictionary):
    """For words discovered in the text: a chunk is cut as a whole, its blocks being phrases."""

    def _tokens(self, utf8: np.ndarray, places: np.ndarray) -> tuple[list[int], list[int]]:
        data = utf8.tobytes().decode()
        begun = np.cumsum((utf8 & 0xC0) != 0x80)  # characters that begin up to each byte
        blocks = begun[places] - 1
        spans = tokenisers.discovered_spans(data, self.text, blocks)
        numbers = self.numbers
        ids = [numbers.setdefault(data[start:end], len(numbers)) for start, end in spans]
        first = np.array([start for start, _ in spans], np.int64)
        bounds = np.append(np.searchsorted(first, blocks), len(spans))
        return ids, np.diff(bounds).tolist()
