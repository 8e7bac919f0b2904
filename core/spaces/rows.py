"""The rows of a space and their vectors: the one place that maps, neighbours and doubt ask."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SourceError, SpecError
from core.items.collection import Table, Vectors, embedded, table_of
from core.items.collection_specs import Embedding
from core.items.values import texts
from core.items.vectors import EMPTY
from core.lengths import directions, lengths
from core.messages import message
from core.progress import OnStep, part, run_on
from core.results import frozen
from core.spaces import texts as embedding
from core.spaces.specs import NearRows, Space
from core.vectors.search.approximate import approximate_neighbours
from core.vectors.search.exact import top_k
from core.vectors.search.graph import Nearest, neighbours_among, stored_length
from core.vectors.specs import PpmiSvd, rank_for

F32 = NDArray[np.float32]
LEAST = 5  # rows with a vector, below which nothing is near or far
SHUFFLE_SEED = 0
EXACT = 100_000  # rows up to which neighbours are exact


@dataclass(frozen=True, eq=False)
class Rows:
    """m rows of a table with a vector: their numbers (m,), vectors V (m, d), V/‖v‖ as X (m, d)."""

    rows: NDArray[np.int64]
    V: F32
    X: F32

    def __len__(self) -> int:
        return len(self.rows)

    def of_table(self, row: int) -> int:
        """The place of a row of the table among these, −1 where it has no vector."""
        place = int(np.searchsorted(self.rows, row))
        return place if place < len(self.rows) and self.rows[place] == row else -1


def text_column(spec: Space, table: Table) -> str:
    """The column whose texts give the vectors; nothing where the table's own vectors do.

    Raises SourceError where there are neither vectors nor texts.
    """
    if not spec.from_text and (spec.embedding or table.names("embedding")):
        return ""
    if spec.text_column:
        return spec.text_column
    columns = table.names("text")
    if not columns:
        raise SourceError(
            message(
                "“{name}” has neither vectors nor texts to make them of, nor three columns of "
                "numbers. On the page Collection, in the tab Columns, a column can be made a "
                "vector or a text.",
                name=table.spec.label,
            )
        )
    return columns[0]


def vectors_of(spec: Space, on_step: OnStep = run_on) -> Vectors:
    """The vectors of a space as given or embedded, never shuffled. Raises SourceError."""
    spec = settled(spec, on_step)
    if not spec.from_text:
        return embedded(Embedding(spec.collection, spec.embedding), on_step)
    return embedded_texts(spec.replace(rows_shuffled=False), on_step)


def settled(spec: Space, on_step: OnStep = run_on) -> Space:
    """The same vectors with nothing left open: the column is named, the roles, which have played
    their part, are gone (but for those that choose the numbers of vectors), and what plays none
    is at its default, so that equal vectors have equal specs. Raises SourceError where there are
    neither vectors nor texts."""
    table = table_of(spec.collection, on_step)
    column = text_column(spec, table)
    if column:
        spec = spec.replace(roles="", embedding="", from_text=True, text_column=column)
        by_words = spec.embedder in ("sif", "sum")
        return dataclasses.replace(
            spec,
            word_vectors=spec.word_vectors if by_words else PpmiSvd(),
            encoder=spec.encoder if spec.embedder == "encoder" else "",
        )
    column = spec.embedding or table.names("embedding")[0]
    return Space(table.home(column), column, rows_shuffled=spec.rows_shuffled)


def embedded_texts(spec: Space, on_step: OnStep = run_on) -> Vectors:
    """The vectors of a column of texts; rows without a known word have none.

    Those of TF-IDF are the beginnings of longer ones: one SVD serves a range of dimensions.
    """
    whole = encoded_for(spec)
    vectors = encoded_texts(whole, on_step)
    return vectors if whole == spec else _beginnings(spec)


def encoded_for(spec: Space) -> Space:
    """The settings of the vectors that those of a column of texts are cut from."""
    if spec.embedder != "tf-idf":
        return spec
    return spec.replace(text_dim=rank_for(spec.text_dim))


@cached
def encoded_texts(spec: Space, on_step: OnStep = run_on) -> Vectors:
    """The same, computed at just these settings."""
    values = texts(table_of(spec.collection, on_step), spec.text_column).to_pylist()
    return _with_vectors(embedding.vectors(values, spec, on_step))


@lru_cache(maxsize=1)
def _beginnings(spec: Space) -> Vectors:
    whole = encoded_texts(encoded_for(spec))
    shorter = whole.matrix[:, : spec.text_dim]  # of few texts all have fewer dimensions
    matrix = np.zeros((len(whole.rows) + len(whole.missing), shorter.shape[1]), np.float32)
    matrix[whole.rows] = shorter
    return _with_vectors(matrix)


def _with_vectors(matrix: F32) -> Vectors:
    """The rows of an (n, d) matrix that are not zero."""
    fine = matrix.any(axis=1)
    missing = np.flatnonzero(~fine)
    why = np.full(len(missing), EMPTY, np.int8)
    return frozen(Vectors(np.ascontiguousarray(matrix[fine]), np.flatnonzero(fine), missing, why))


def rows_of(spec: Space, on_step: OnStep = run_on) -> Rows:
    """The rows with a vector. Raises SourceError where they are few or all the same."""
    vectors_of(spec, on_step)  # reports and can be cancelled; below it is looked up
    return _rows(spec)


@lru_cache(maxsize=2)
def _rows(spec: Space) -> Rows:
    given = vectors_of(spec)
    if len(given.rows) < LEAST:
        raise SourceError(
            message(
                "Rows of “{name}” with a vector: {n}. At least {least} are needed.",
                n=len(given.rows),
                name=spec.collection.label,
                least=LEAST,
            )
        )
    V = given.matrix
    if not np.ptp(V, axis=0).any():
        raise SourceError(
            message(
                "All {n:,} vectors of “{name}” are the same: none is nearer than another.",
                n=len(V),
                name=spec.collection.label,
            )
        )
    if spec.rows_shuffled:
        V = np.random.default_rng(SHUFFLE_SEED).permuted(V, axis=0)
    X = directions(V, lengths(V))
    X.flags.writeable = False
    return Rows(given.rows, V, X)


def true_neighbours(spec: Space, k: int, on_step: OnStep = run_on) -> Nearest:
    """The k nearest neighbours of every row, nearest first, as places among `rows_of(spec)`.

    Exact up to 100 000 rows; above that found by NN-descent, with their recall. Searched once for
    a whole range of k. Raises SpecError where k is too large.
    """
    m = len(rows_of(spec, on_step))
    if k >= m:
        raise SpecError(
            message(
                "{k} neighbours are more than the {n:,} rows have; choose ≤ {most}.",
                k=k,
                n=m,
                most=m - 1,
            )
        )
    nearest = nearest_of_all(NearRows(spec, stored_length(k)), on_step)
    rows, cosines = nearest.rows[:, :k], nearest.cosines[:, :k]
    return Nearest(np.ascontiguousarray(rows), np.ascontiguousarray(cosines), nearest.recall)


def neighbours_of(spec: Space, row: int, k: int) -> tuple[NDArray[np.int64], F32]:
    """The k nearest rows of one row and their cosines (k,), exact, however many rows there are.

    row and what comes back are places among `rows_of(spec)`; ties go to the lower one.
    """
    X = rows_of(spec).X
    return top_k(X, X[row], k, exclude=[row])


@cached
def nearest_of_all(spec: NearRows, on_step: OnStep = run_on) -> Nearest:
    """The `near_k` nearest neighbours of every row, or all others where they are fewer."""
    X = rows_of(spec.space, part(on_step, 0.0, 0.2)).X
    search = neighbours_among if len(X) <= EXACT else approximate_neighbours
    return search(X, min(spec.near_k, len(X) - 1), part(on_step, 0.2, 1.0))
