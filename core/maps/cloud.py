"""The words of a map and their vectors: the one place where vectors are taken from a model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.cache import OnStep, cached, report, run_on
from core.errors import SpecError
from core.maps.specs import Cloud, Near
from core.text.vocabulary import Vocabulary, vocabulary
from core.vectors.factorised import vectors

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
SHUFFLE_SEED = 0
LISTS = (20, 50, 100, 200, 400)  # lengths of stored lists: shorter ones are their beginnings
ROWS = 1024  # rows of neighbours between two reports


@dataclass(frozen=True, eq=False)
class Points:
    """N words: their numbers in the vocabulary (N,), vectors V (N, d), and V/‖v‖ as X (N, d)."""

    ids: I64
    V: F32
    X: F32
    norms: F32


@dataclass(frozen=True, eq=False)
class Nearest:
    """The k nearest others of each of N words: rows (N, k) of the cloud, cosines (N, k)."""

    rows: NDArray[np.int32]
    cosines: F32


def words_of(spec: Cloud, on_step: OnStep = run_on) -> Vocabulary:
    """The vocabulary that `Points.ids` are numbers of."""
    return vocabulary(spec.vectors.association.counts.corpus, on_step)


def points(spec: Cloud, on_step: OnStep = run_on) -> Points:
    """The most frequent words that have a vector at all. Raises SpecError where they are few."""
    vectors(spec.vectors, on_step)  # reports and can be cancelled; below it is looked up
    return _points(spec)


@lru_cache(maxsize=4)
def _points(spec: Cloud) -> Points:
    made = vectors(spec.vectors)
    ids = np.flatnonzero(made.norms > 0)[: spec.map_words]
    if len(ids) < 20:
        raise SpecError(
            f"Only {len(ids)} words have a vector; a map needs 20. Lower `min_count`, or choose "
            "a longer text.",
            "min_count",
        )
    V = made.word[ids]
    if spec.shuffled:
        V = np.random.default_rng(SHUFFLE_SEED).permuted(V, axis=0)
    norms = np.sqrt(np.einsum("ij,ij->i", V, V))
    X = np.asarray(V / np.where(norms > 0, norms, 1)[:, None], np.float32)
    for array in (ids, V, X, norms):
        array.flags.writeable = False
    return Points(ids, V, X, norms)


def true_neighbours(cloud: Cloud, k: int, on_step: OnStep = run_on) -> Nearest:
    """The k exact neighbours of every word, nearest first. Raises SpecError where k is too large.

    Searched once for a whole range of k: the map and its trust share a list.
    """
    N = len(points(cloud, on_step).ids)
    if k >= N:
        raise SpecError(f"`k={k}` is not below the {N:,} words on the map; choose ≤ {N - 1}.")
    found = nearest_of_all(Near(cloud, next(most for most in LISTS if most >= k)), on_step)
    return Nearest(
        np.ascontiguousarray(found.rows[:, :k]), np.ascontiguousarray(found.cosines[:, :k])
    )


@cached
def nearest_of_all(spec: Near, on_step: OnStep = run_on) -> Nearest:
    """The `near_k` exact neighbours of every word, or all others where they are fewer."""
    X = points(spec.cloud, on_step).X
    return neighbours_among(X, min(spec.near_k, len(X) - 1), on_step)


def neighbours_among(X: F32, k: int, on_step: OnStep = run_on) -> Nearest:
    """The k nearest others by inner product of each row of X (N, d), ties to the lower row."""
    from core.vectors.search import top_k_batch

    N = len(X)
    rows, cosines = np.empty((N, k), np.int32), np.empty((N, k), np.float32)
    for top in range(0, N, ROWS):
        report(on_step, top / N, "finding the true neighbours")
        part = slice(top, min(top + ROWS, N))
        rows[part], cosines[part] = top_k_batch(X, X[part], k, skip=np.arange(N)[part])
    return Nearest(rows, np.clip(cosines, -1, 1))
