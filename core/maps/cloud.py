"""The words of a map and their vectors: the one place that reads a model's vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SpecError
from core.lengths import directions, lengths
from core.maps.specs import Cloud, Near
from core.messages import message
from core.progress import OnStep, run_on
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors.models.factorised import vectors
from core.vectors.models.model import space
from core.vectors.search.graph import Nearest, neighbours_among, stored_length
from core.vectors.search.neighbours import Rows
from core.vectors.specs import Shelved
from core.vectors.store import shelf

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
SHUFFLE_SEED = 0


@dataclass(frozen=True, eq=False)
class Points:
    """N words: their numbers in the vocabulary (N,), vectors V (N, d), and V/‖v‖ as X (N, d)."""

    ids: I64
    V: F32
    X: F32
    norms: F32


def words_of(spec: Cloud, on_step: OnStep = run_on) -> Vocabulary:
    """The vocabulary that `Points.ids` are numbers of."""
    if isinstance(spec.vectors, Shelved):
        return shelf.load(spec.vectors.model).vocabulary
    return vocabulary(spec.vectors.association.counts.corpus, on_step)


def rows_of(spec: Cloud, on_step: OnStep = run_on) -> Rows:
    """One vector for each word of that vocabulary. Raises QueryError for a model that is gone."""
    if isinstance(spec.vectors, Shelved):
        return space(shelf.load(spec.vectors.model), spec.vectors.part)
    return vectors(spec.vectors, on_step)


def points(spec: Cloud, on_step: OnStep = run_on) -> Points:
    """The most frequent words that have a vector at all. Raises SpecError where they are few."""
    rows_of(spec, on_step)  # reports and can be cancelled; below it is looked up
    return _points(spec)


@lru_cache(maxsize=4)
def _points(spec: Cloud) -> Points:
    model_rows = rows_of(spec)
    ids = np.flatnonzero(model_rows.norms > 0)[: spec.map_words]
    if len(ids) < 20:
        raise SpecError(
            message(
                "Only {n} words have a vector; a map needs 20. Lower `min_count`, or choose "
                "a longer text or another model.",
                n=len(ids),
            ),
            "min_count",
        )
    V = model_rows.word[ids]
    if spec.shuffled:
        V = np.random.default_rng(SHUFFLE_SEED).permuted(V, axis=0)
    norms = lengths(V)
    X = directions(V, norms)
    for array in (ids, V, X, norms):
        array.flags.writeable = False
    return Points(ids, V, X, norms)


def true_neighbours(cloud: Cloud, k: int, on_step: OnStep = run_on) -> Nearest:
    """The k exact neighbours of every word, nearest first. Raises SpecError where k is too large.

    Searched once for a whole range of k: the map and its trust share a list.
    """
    N = len(points(cloud, on_step).ids)
    if k >= N:
        template = "`k={k}` is not below the {n:,} words on the map; choose ≤ {most}."
        raise SpecError(message(template, k=k, n=N, most=N - 1))
    nearest = nearest_of_all(Near(cloud, stored_length(k)), on_step)
    return Nearest(
        np.ascontiguousarray(nearest.rows[:, :k]), np.ascontiguousarray(nearest.cosines[:, :k])
    )


def nearest_to_mean(X: F32, rows: Sequence[int] | I64, k: int = 10) -> tuple[I64, F32]:
    """The k rows of X (N, d) nearest the mean of some of them, and their cosines; these left out.

    X: unit vectors; rows: at least one.
    """
    from core.vectors.search.exact import top_k

    mean = X[np.asarray(rows)].mean(axis=0)
    length = float(np.linalg.norm(mean))
    return top_k(X, mean / length if length else mean, k, exclude=[int(i) for i in rows])


@cached
def nearest_of_all(spec: Near, on_step: OnStep = run_on) -> Nearest:
    """The `near_k` exact neighbours of every word, or all others where they are fewer."""
    X = points(spec.cloud, on_step).X
    return neighbours_among(X, min(spec.near_k, len(X) - 1), on_step)
