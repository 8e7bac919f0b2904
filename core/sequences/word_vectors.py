"""Word vectors of tokens in lists, by the models of `core.vectors`: what sentences add up.

They see the same texts as the encoder: those that are trained on, and no others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.counts.counting import Cooccurrence, count_ids, weights
from core.counts.measures import Association
from core.counts.ppmi import positive_pmi
from core.lowrank.truncated import truncated_svd
from core.progress import OnStep, run_on
from core.sequences.padding import FIRST, Tokens
from core.vectors.models.simpler_glove import of_counts

F32 = NDArray[np.float32]
WINDOW = 5
DIM = 100
SMALL_TEXT = {"x_max": 10.0, "epochs": 25, "dim": 50}
"""Of the simpler GloVe: few pairs of a text this small meet a hundred times."""


def counts(texts: Sequence[Sequence[str]], tokens: Tokens) -> Cooccurrence:
    """How often tokens meet within WINDOW, 1/d by distance, never across texts."""
    size = len(tokens.words)
    numbers = [[tokens.index.get(t, FIRST + size) - FIRST for t in text] for text in texts]
    lengths = np.array([len(text) for text in numbers], np.int64)
    ids = np.array([i for text in numbers for i in text], np.uint32)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])[lengths > 0]
    near, unit = weights(WINDOW, "harmonic")
    matrix = count_ids(ids, starts, size, before=near, after=near)
    return Cooccurrence(matrix, unit, np.ones(size))


def ppmi_svd(met: Cooccurrence, on_step: OnStep = run_on) -> F32:
    """(V, d) U √Σ of the PPMI matrix, d = DIM or fewer."""
    matrix = positive_pmi(Association(measure="ppmi"), met)
    svd = truncated_svd(matrix, max(min(DIM, met.size // 2), 1), on_step=on_step)
    return np.asarray(svd.U * np.sqrt(svd.s), np.float32)


def simpler_glove(met: Cooccurrence, seed: int, on_step: OnStep = run_on) -> F32:
    """(V, d) of the simpler GloVe: ⟨v_i, v_j⟩ near the PMI; zeros where no two words met."""
    return of_counts(met, on_step, seed=seed, **SMALL_TEXT)
