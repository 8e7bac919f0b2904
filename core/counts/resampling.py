"""Counts of a text whose documents were resampled: the bootstrap of a corpus.

From the D documents of a text, D are drawn with replacement and counted as if they were
the text. (Efron 1979; of corpora, Antoniak & Mimno 2018, Q18-1008.) The words and their
numbers stay those of the whole text; a word that was not drawn has no counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.counts.counting import Cooccurrence, count_words
from core.counts.specs import Counts
from core.messages import Message, message
from core.progress import OnStep, run_on
from core.text.tokens import Tokens, segments, tokenise
from core.text.vocabulary import vocabulary

FEWEST = 50  # pieces: from fewer, a draw says little
PIECE = 1000  # tokens, where a text is not divided
HALVES = 20_000  # the seed by which a text is halved; no draw has it


def pieces(tokens: Tokens) -> tuple[Message, NDArray[np.int64]]:
    """The unit that is drawn, and the token each begins with: the coarsest with 50 units."""
    for name in ("documents", "paragraphs", "lines"):
        starts: NDArray[np.int64] = getattr(tokens, f"{name[:-1]}_starts")
        if len(starts) >= FEWEST:
            return message(name), starts
    stretches = np.arange(0, len(tokens.ids), PIECE, dtype=np.int64)
    return message("stretches of {n:,} words", n=PIECE), stretches


def resampled(
    spec: Counts, draw: int, on_step: OnStep = run_on, half: int | None = None
) -> Cooccurrence:
    """The counts of the `draw`-th bootstrap of the text; equal draws give equal counts.

    half: 0 or 1, of one of two disjoint halves of the text; then draw 0 is that half itself.
    """
    tokens, words = tokenise(spec.corpus.text, on_step), vocabulary(spec.corpus, on_step)
    _, starts = pieces(tokens)
    chosen = _chosen(len(starts), draw, half)
    ids, breaks = drawn(tokens.ids, starts, segments(tokens, spec.boundary), chosen)
    return count_words(spec, ids, breaks, words, on_step)


def _chosen(n: int, draw: int, half: int | None) -> NDArray[np.int64]:
    """Which of n pieces are counted, some of them several times."""
    if half is None:
        rows = np.arange(n)
    else:
        rows = np.sort(np.random.default_rng(HALVES).permutation(n)[half::2])
        if draw == 0:
            return rows
    return np.sort(rows[np.random.default_rng(draw).integers(0, len(rows), len(rows))])


def drawn(
    ids: NDArray[np.uint32],
    starts: NDArray[np.int64],
    breaks: NDArray[np.int64],
    chosen: NDArray[np.int64],
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The chosen pieces (C,) one after the other: their ids, and where their segments begin.

    ids: (N,); starts: (D,) of the pieces; breaks: (S,) of the segments that windows stay in.
    A piece is a segment of its own, too.
    """
    ends = np.append(starts[1:], len(ids))
    sizes = (ends - starts)[chosen]
    offset = np.cumsum(sizes) - sizes
    place = np.arange(int(sizes.sum())) + np.repeat(starts[chosen] - offset, sizes)
    is_break = np.zeros(len(ids), bool)
    is_break[breaks[breaks < len(ids)]] = True
    is_break[starts] = True
    return ids[place], np.flatnonzero(is_break[place]).astype(np.int64)
