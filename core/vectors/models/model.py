"""What every trained or loaded model is: words, their vectors, and how it came about."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.errors import QueryError
from core.lengths import lengths, moderated
from core.messages import message
from core.text.words import Vocabulary
from core.vectors.models.row_names import RowNames

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
NONE = np.zeros((0, 0), np.float32)
FLAT = np.zeros(0, np.float32)
NO_ROWS = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Tree:
    """The Huffman tree of a hierarchical softmax.

    theta: (V − 1, d) one vector an inner node; the path to word w is
    points[starts[w]:starts[w + 1]] with turns codes[…] of 0 or 1.
    """

    theta: F32
    points: NDArray[np.int32]
    codes: NDArray[np.uint8]
    starts: I64


@dataclass(frozen=True, eq=False)
class Model:
    """A model of V words. Parts it does not have are empty.

    word, context: (V, d) float32; word_bias, context_bias: (V,) float32;
    counts: (V,) int64, zeros where unknown; history: (E, 3) step, loss on what was
    trained on, loss on what was held out (NaN where there is none); optimum: the
    least possible loss, where that is known; lowercase, simplified: how its words were folded;
    rows: (V,) where the words are names of a collection's rows, the numbers of these, ascending.
    """

    words: list[str]
    counts: I64
    word: F32
    context: F32 = field(default_factory=lambda: NONE)
    word_bias: F32 = field(default_factory=lambda: FLAT)
    context_bias: F32 = field(default_factory=lambda: FLAT)
    tree: Tree | None = None
    history: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 3)))
    optimum: float = math.nan
    seconds: float = 0.0
    lowercase: bool = False
    simplified: bool = False
    rows: I64 = field(default_factory=lambda: NO_ROWS)

    @property
    def of_items(self) -> bool:
        """Whether its words are names of a collection's rows."""
        return bool(self.rows.size)

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self.word.shape[1])

    @property
    def vocabulary(self) -> Vocabulary:
        """The words as a vocabulary, to find them in, whatever text they come from."""
        return _vocabulary(self)


@dataclass(frozen=True, eq=False)
class Space:
    """One vector a word: word (V, d) and norms (V,), float32, read-only."""

    word: F32
    norms: F32


@lru_cache(maxsize=6)
def space(model: Model, part: str = "word") -> Space:
    """The vectors meant by `part`: word, context, sum, concatenated.

    Every computation with a model's vectors begins here. Raises QueryError where the model has
    no such part, and where some of its numbers are not finite; numbers so large or small that
    their products are not are all multiplied by a power of two.
    """
    if part != "word" and not model.context.size:
        raise QueryError(message("This model has no context vectors; choose its word vectors."))
    if part == "word":
        rows = np.ascontiguousarray(model.word)
    elif part == "context":
        rows = np.ascontiguousarray(model.context)
    elif part == "sum":
        rows = model.word + model.context
    else:
        rows = np.concatenate([model.word, model.context], axis=1)
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if len(bad):
        raise QueryError(
            message(
                "{n:,} of the {all:,} vectors hold numbers that are not finite, the first that of "
                "“{word}”. Nothing can be computed with them: delete the model, and train or load "
                "it again.",
                n=len(bad),
                all=len(rows),
                word=model.words[bad[0]],
            )
        )
    rows, _ = moderated(rows)
    norms = lengths(rows)
    rows.flags.writeable = norms.flags.writeable = False
    return Space(rows, norms)


@lru_cache(maxsize=6)
def _vocabulary(model: Model) -> Vocabulary:
    if model.of_items:
        return RowNames.of(model.words, model.rows)
    tokens = int(model.counts.sum())
    return Vocabulary(
        model.words, model.counts, tokens, tokens, len(model.words), model.lowercase,
        model.simplified,
    )  # fmt: skip
