"""How the number of types grows with the number of tokens (Heaps' law)."""

from __future__ import annotations

import numpy as np

from core.text.tokens import Tokens

CHUNK = 1 << 22


def growth(tokens: Tokens, points: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Types met within the first n tokens, at about `points` places of the text.

    Returns tokens_seen (P,) and types_seen (P,), int64, P ≤ points; both end
    with the whole text's.
    """
    n = len(tokens.ids)
    first = np.full(len(tokens.types), n, np.int64)
    for start in range(0, n, CHUNK):
        # assigned backwards, the first occurrence within the chunk is what remains
        seen = np.asarray(tokens.ids[start : start + CHUNK])[::-1]
        here = np.full(len(first), n, np.int64)
        here[seen] = np.arange(start + len(seen) - 1, start - 1, -1)
        np.minimum(first, here, out=first)
    first.sort()
    at = np.unique(np.linspace(1, n, min(points, n)).astype(np.int64))
    return at, np.searchsorted(first, at, side="left").astype(np.int64)
