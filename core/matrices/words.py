"""Which words lose their neighbours as the rank falls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.cache import cached
from core.errors import SpecError
from core.lengths import inverse
from core.lowrank.bases import F64, Ints, grid, is_sparse
from core.matrices.curves import decompose
from core.matrices.loading import load
from core.matrices.specs import Curves
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.threads import one_thread

NEAREST = 10
MOST_WORDS = 500
POINTS = 12


@dataclass(frozen=True)
class Neighbourhoods:
    """How many of a word's ten nearest (by cosine, in the whole matrix) the SVD of a rank keeps.

    ranks: (G,); words: (W,) row numbers, the most frequent ones; kept: (G, W), shares 0…1.
    """

    ranks: Ints
    words: Ints
    names: tuple[str, ...]
    kept: F64

    @property
    def mean(self) -> F64:
        """Overlap@10 of each rank: (G,)."""
        return self.kept.mean(axis=1)

    def worst(self, rank: int, count: int = 10) -> list[tuple[str, float]]:
        """(word, share kept), lowest first, at the highest rank of the grid up to `rank`.

        Below the first rank of the grid: at the first.
        """
        at = max(int(np.searchsorted(self.ranks, rank, side="right")) - 1, 0)
        order = np.argsort(self.kept[at], kind="stable")[:count]
        return [(self.names[i], float(self.kept[at, i])) for i in order]


@cached
def neighbourhoods(spec: Curves, on_step: OnStep = run_on) -> Neighbourhoods:
    """Overlap@10 of a word matrix with its own truncated SVD, for up to 500 words and 12 ranks.

    Raises SpecError where the rows are not words.
    """
    loaded = load(spec.matrix, on_step)
    if not loaded.rows:
        raise SpecError(
            message("The rows of this matrix have no names; choose a word matrix."), "kind"
        )
    basic = Curves(spec.matrix, highest=spec.highest)
    decomposition = decompose(basic, part(on_step, 0.0, 0.5))
    size = min(MOST_WORDS, len(loaded.rows))
    ranks = grid(len(decomposition.s), POINTS)
    shares = np.empty((len(ranks), size))
    with one_thread():
        reference = _nearest(_scaled(loaded.values), size)
        W = decomposition.U * decomposition.s
        for i, r in enumerate(ranks):
            report(on_step, 0.5 + 0.5 * i / len(ranks), "neighbours at lower ranks")
            nearest = _nearest(_scaled(W[:, :r]), size)
            pairs = zip(nearest, reference, strict=True)
            shares[i] = [len(np.intersect1d(a, b)) / max(len(b), 1) for a, b in pairs]
    return Neighbourhoods(ranks, np.arange(size), loaded.rows[:size], shares)


def _scaled(M: Any) -> Any:
    """Rows scaled to length 1 (rows of zeros stay)."""
    if is_sparse(M):
        norms = np.sqrt(np.asarray(M.multiply(M).sum(axis=1)).ravel())
        scale = inverse(norms, 0).astype(np.float64)
        scaled = M.copy()
        scaled.data = scaled.data * np.repeat(scale, np.diff(scaled.indptr))
        return scaled
    return M * inverse(np.linalg.norm(M, axis=1), 0)[:, None]


def _nearest(rows: Any, size: int) -> Ints:
    """The ten nearest other rows of each of the first `size` rows: (size, ≤ 10)."""
    scores = rows[:size] @ rows.T
    scores = scores.toarray() if is_sparse(scores) else np.array(scores)
    scores[np.arange(size), np.arange(size)] = -np.inf
    k = min(NEAREST, scores.shape[1] - 1)
    return np.argpartition(-scores, max(k - 1, 0), axis=1)[:, :k]
