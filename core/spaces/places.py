"""The rows of a space in the plane, and how many of their true neighbours stay near."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import budget
from core.cache import cached
from core.errors import SourceError
from core.items.collection import Table, table_of
from core.items.values import categories, numbers
from core.maps.drawing import draw
from core.maps.hubs import occurrence
from core.maps.trust import nearest_on_map
from core.messages import message
from core.progress import OnStep, part, run_on
from core.spaces.rows import EXACT, encoded_for, rows_of, settled, true_neighbours
from core.spaces.specs import Kept, Place
from core.vectors.search.graph import Nearest, overlap

F32 = NDArray[np.float32]
DESCENT = 2_000  # bytes of a row that NN-descent holds beside its vector, about


@dataclass(frozen=True, eq=False)
class Placed:
    """rows: (m,) of the table, xy: (m, 2) where they are; share: (2,) of the variance, for PCA."""

    rows: NDArray[np.int64]
    xy: F32
    share: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """true: (m, k) the nearest rows, as places among the m; kept: (m,) the share of them that is
    near on the map, too; occurrence: (m,) in how many lists of k each row is; recall: the share
    of the exact neighbours that are in `true`, below 1 where so many rows were searched in part."""

    true: NDArray[np.int32]
    cosines: F32
    kept: F32
    occurrence: NDArray[np.int64]
    recall: float = 1.0


@cached
def place(spec: Place, on_step: OnStep = run_on) -> Placed:
    """A place for each row with a vector; for given places, for each row that has one, too.

    Raises SourceError where no places are given, SpecError where the rows are too few.
    """
    spec = settled_place(spec, on_step)
    space = rows_of(spec.space, part(on_step, 0.0, 0.1))
    on_step = part(on_step, 0.1, 1.0)
    if spec.layout == "given":
        return _given(spec, space.rows, on_step)

    def find(k: int, step: OnStep) -> Nearest:
        return true_neighbours(spec.space, k, step)

    labels = None
    if spec.told_column:
        labels = categories(table_of(spec.space.collection), spec.told_column).codes[space.rows]
    return Placed(space.rows, *draw(space.X, find, spec.layout, spec, "layout", on_step, labels))


def _memory(spec: Kept) -> float:
    """Bytes that finding the neighbours takes: the vectors and their directions; where there are
    too many rows for exact ones, both once more in a process of their own, and its lists."""
    space = spec.place.space
    table = table_of(space.collection)
    n, d = len(table), table.dims.get(space.embedding, encoded_for(space).text_dim)
    return float(n * (8 * d + 12 * spec.kept_k) + (n * (8 * d + DESCENT) if n > EXACT else 0))


@budget.needs(_memory)
@cached
def judge(spec: Kept, on_step: OnStep = run_on) -> Judged:
    """The true neighbours of each row on a map, and what share of them is near there.

    Rows without a given place keep none. Raises SpecError where k is too large.
    """
    placed = place(spec.place, part(on_step, 0.0, 0.6))
    near = true_neighbours(spec.place.space, spec.kept_k, part(on_step, 0.6, 1.0))
    there = np.isfinite(placed.xy).all(axis=1)
    kept = np.zeros(len(placed.rows), np.float32)
    if int(there.sum()) > spec.kept_k:
        drawn = np.flatnonzero(there)[nearest_on_map(placed.xy[there], spec.kept_k)]
        kept[there] = overlap(near.rows[there], drawn.astype(np.int32))
    return Judged(near.rows, near.cosines, kept, occurrence(near.rows), near.recall)


def settled_place(spec: Place, on_step: OnStep = run_on) -> Place:
    """The same map with nothing left open: see `core.spaces.rows.settled`.

    Raises SourceError where no places are given.
    """
    table = table_of(spec.space.collection, on_step)
    given = ""
    if spec.layout == "given":
        given = spec.given_places or next(iter(table.places), "")
        if not given:
            raise SourceError(
                message(
                    "“{name}” has no places in the plane; they are two columns such as x and y, "
                    "or one of pairs of numbers.",
                    name=table.spec.label,
                )
            )
    spec = dataclasses.replace(spec, space=settled(spec.space, on_step))
    return spec.replace(given_places=given, **_engine(spec))


def _engine(spec: Place) -> dict[str, str]:
    """Which program lays UMAP out, and what it is told, as far as that plays a part."""
    engine = spec.umap_engine if spec.layout == "umap" else "ours"
    return {"umap_engine": engine, "told_column": spec.told_column if engine != "ours" else ""}


def columns_of(given: str, table: Table) -> tuple[str, ...]:
    """The columns of given places: one of pairs, or two of numbers, whose names are joined."""
    return (given,) if given in table.dims else tuple(given.split(", ", 1))


def _given(spec: Place, rows: NDArray[np.int64], on_step: OnStep) -> Placed:
    """The places that the table gives; NaN where it gives none."""
    table = table_of(spec.space.collection, on_step)
    columns = columns_of(spec.given_places, table)
    if len(columns) == 2:
        xy = np.stack([numbers(table, column) for column in columns], axis=1)[rows]
        return Placed(rows, xy.astype(np.float32), np.zeros(0))
    given = table.vectors(columns[0], on_step)
    every = np.full((len(table), 2), np.nan, np.float32)
    every[given.rows] = given.matrix
    return Placed(rows, every[rows], np.zeros(0))
