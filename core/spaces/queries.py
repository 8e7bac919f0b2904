"""A text or a vector that is not in the table: its nearest rows, and its place on a map.

The map stays as it is. On a PCA map the query is projected on the two components. On any other it
lies at the mean of the places of its k nearest rows, weighted as UMAP weighs the edges of a row
that it adds (McInnes, Healy & Melville 2018).

A text is embedded as the rows were, with what was learned of them: by TF-IDF with the rows' word
frequencies, and folded into their SVD (Deerwester et al. 1990); by SIF less the rows' common
direction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs, uploads
from core.cache import cached
from core.errors import QueryError, SourceError
from core.items.collection import table_of
from core.items.values import texts
from core.items.vectors import parsed
from core.layouts import reference
from core.lengths import directions, lengths
from core.maps.drawing import principal_axes
from core.messages import message
from core.progress import OnStep, part, run_on
from core.spaces import texts as embedding
from core.spaces.places import place, settled_place
from core.spaces.rows import rows_of, true_neighbours, vectors_of
from core.spaces.specs import Place, Space
from core.specs import Spec
from core.vectors.search.exact import top_k

F32 = NDArray[np.float32]
LONGEST = 7_500  # characters of a query that a link holds
PASTED = 200_000  # of one that is kept beside the links
KEPT = re.compile("kept:([0-9a-f]{64})")


@dataclass(frozen=True)
class Asked(Spec):
    """A text or a vector, beside the rows of a space and on their map."""

    place: Place = specs.nested(Place)
    asked: str = specs.text("", LONGEST, "A text; or a vector, as numbers in brackets.")
    asked_k: int = specs.integer(15, 2, 50, "k: how many nearest rows are listed and place it.")


@dataclass(frozen=True, eq=False)
class Answer:
    """near: (k,) the nearest rows, as places among those with a vector; cosines: (k,); weights:
    (k,) with which their places are averaged, none on a PCA map; xy: (2,) where the query lies."""

    near: NDArray[np.int64]
    cosines: F32
    weights: F32
    xy: F32


@cached
def ask(spec: Asked, on_step: OnStep = run_on) -> Answer:
    """Place a query. Raises QueryError where it has no known word, or another length."""
    where = settled_place(spec.place, on_step)
    rows = rows_of(where.space, part(on_step, 0.0, 0.3))
    placed = place(where, part(on_step, 0.3, 0.6))
    q = vector_of(where.space, spec.asked, part(on_step, 0.6, 1.0))
    q = directions(q[None], lengths(q[None]))[0]
    near, cosines = top_k(rows.X, q, min(spec.asked_k, len(rows)))
    if where.layout == "pca":
        mean, axes, _ = principal_axes(rows.X)
        return Answer(near, cosines, np.zeros(0, np.float32), ((q - mean) @ axes).astype("f4"))
    there = np.isfinite(placed.xy[near]).all(axis=1)
    if not there.any():
        raise QueryError(message("None of the nearest rows has a place on the map."))
    weights = np.where(there, edge_weights(1 - cosines), 0).astype(np.float32)
    weights /= weights.sum()
    xy = weights[there] @ placed.xy[near][there]
    return Answer(near, cosines, weights, xy.astype(np.float32))


@dataclass(frozen=True, eq=False)
class Transformed:
    """xy: (2,) where umap-learn's `transform` puts a query; ours, theirs: the shares of its k true
    nearest rows that are its k nearest on the map, where our placing and theirs put it."""

    xy: F32
    ours: float
    theirs: float


@cached
def transformed(spec: Asked, on_step: OnStep = run_on) -> Transformed:
    """The same query placed by umap-learn, on the same UMAP map. Raises QueryError on others."""
    where = settled_place(spec.place, on_step)
    if where.layout != "umap":
        raise QueryError(message("umap-learn places queries on maps by UMAP; choose UMAP."))
    answer = ask(spec, part(on_step, 0.0, 0.3))
    rows = rows_of(where.space)
    xy = place(where).xy
    q = vector_of(where.space, spec.asked)
    q = directions(q[None], lengths(q[None]))
    k = min(where.map_near, len(rows) - 1)
    every = true_neighbours(where.space, k - 1, part(on_step, 0.3, 0.5))
    near, cosines = top_k(rows.X, q[0], k)
    apart = np.maximum(1 - cosines, 0).astype(np.float32)
    there = reference.transform(
        rows.X, every.rows, np.maximum(1 - every.cosines, 0), xy, q,
        near[None].astype(np.int32), apart[None], where.min_dist, where.map_seed,
        part(on_step, 0.5, 1.0),
    )[0]  # fmt: skip
    return Transformed(there, _stay(answer.near, answer.xy, xy), _stay(answer.near, there, xy))


def _stay(near: NDArray[np.int64], at: F32, xy: F32) -> float:
    """The share of some rows (k,) that are among the k of a map nearest to a place (2,)."""
    drawn = np.argsort(np.square(xy - at).sum(axis=1), kind="stable")[: len(near)]
    return float(np.isin(near, drawn).mean())


def kept(asked: str) -> str:
    """A query as its setting holds it: one too long for a link is stored, under its SHA-256.

    Raises SourceError on a full disk.
    """
    asked = asked.strip()
    if len(asked) <= LONGEST:
        return asked
    return f"kept:{uploads.keep('query', asked.encode())}"


def _whole(asked: str) -> str:
    stored = KEPT.fullmatch(asked)
    if stored is None:
        return asked
    try:
        return uploads.path("query", stored[1]).read_text(encoding="utf-8")
    except SourceError as error:
        raise QueryError(message("This query is not stored here; paste it again.")) from error


def vector_of(space: Space, asked: str, on_step: OnStep = run_on) -> F32:
    """The vector (d,) of a text or of numbers in brackets, `kept` or not. Raises QueryError."""
    asked = _whole(asked)
    d = rows_of(space).V.shape[1]
    numbers = parsed(asked) if asked.strip()[:1] in ("[", "(") else None
    if numbers is not None:
        vector = np.asarray(numbers, np.float32)
        if vector.shape != (d,):
            template = "The vector has {n:,} numbers; those of the rows have {d:,}."
            raise QueryError(message(template, n=vector.size, d=d))
        if not (np.isfinite(vector).all() and vector.any()):
            raise QueryError(message("The vector must be of finite numbers, not all of them 0."))
        return vector
    if not space.from_text:
        raise QueryError(
            message(
                "These vectors were given with the table: how a text would get one is not known. "
                "Give a vector of {d:,} numbers in brackets, or let the texts be embedded here.",
                d=d,
            )
        )
    given = vectors_of(space, on_step)
    every = texts(table_of(space.collection), space.text_column).to_pylist()
    X = np.zeros((len(every), d), np.float32)  # a text without a known word has zeros
    X[given.rows] = given.matrix
    vector = embedding.folded(every, X, asked, space, on_step)
    if not vector.any():
        raise QueryError(message("None of the words of the query is known."))
    return vector


def edge_weights(distances: F32) -> F32:
    """The weights of UMAP's edges to neighbours at these distances (k,), nearest first."""
    from core.layouts.kernels import memberships

    weights = np.empty((1, len(distances)), np.float32)
    apart = np.maximum(distances, 0)[None].astype(np.float32)
    memberships(np.ascontiguousarray(apart), float(np.log2(len(distances) + 1)), weights)
    return weights[0]
