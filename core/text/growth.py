"""The growth of the number of types with the number of tokens (Heaps' law)."""

from __future__ import annotations

import numpy as np

from core.text.tokens import Tokens

CHUNK = 1 << 22


def growth(tokens: Tokens, points: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """The number of types among the first n tokens, for about `points` values of n.

    Returns n (P,) and the number of types (P,), int64, P ≤ points; both end with
    those of the whole text.
    """
    n = len(tokens.ids)
    first = np.full(len(tokens.types), n, np.int64)
    for start in range(0, n, CHUNK):
        # assigned backwards, the first occurrence within the chunk is what remains
        seen = np.asarray(tokens.ids[start : start + CHUNK])[::-1]
        first_in_chunk = np.full(len(first), n, np.int64)
        first_in_chunk[seen] = np.arange(start + len(seen) - 1, start - 1, -1)
        np.minimum(first, first_in_chunk, out=first)
    first.sort()
    sizes = np.unique(np.linspace(1, n, min(points, n)).astype(np.int64))
    return sizes, np.searchsorted(first, sizes, side="left").astype(np.int64)
