"""Doubt of a collection, stored: what its vectors know of its labels, and which rows are odd."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.errors import SpecError
from core.items.collection import Table, table_of
from core.items.values import categories, numbers
from core.maps.trust import nearest_on_map
from core.messages import message
from core.progress import OnStep, part, run_on
from core.spaces import doubt, probes
from core.spaces.alike import alike_pairs
from core.spaces.doubt import Agreement, Duplicates, Leakage, Suspects
from core.spaces.places import place
from core.spaces.probes import Probe
from core.spaces.rows import rows_of, true_neighbours
from core.spaces.specs import Place, Space
from core.specs import Spec

PREDICTED = {"category", "number"}
"""Roles of columns that can be predicted."""


@dataclass(frozen=True)
class Labelled(Spec):
    """How far the neighbours of rows bear their label, in truth and on a map."""

    place: Place = specs.nested(Place)
    label_column: str = specs.text(
        "", 300, "The column whose labels a row is compared with its neighbours by."
    )
    doubt_k: int = specs.integer(10, 2, 50, "k: how many exact neighbours of each row are asked.")
    suspected: float = specs.number(
        0.8, 0.5, 1.0, "A label is suspected where this share of the neighbours bears one other."
    )


@dataclass(frozen=True)
class Alike(Spec):
    """Which rows are near-duplicates, and which of them cross from one split into another."""

    space: Space = specs.nested(Space)
    doubt_k: int = specs.as_in(Labelled, "doubt_k", 10)
    alike: float = specs.number(0.95, 0.5, 1.0, "Rows of at least this cosine are near-duplicates.")
    split_column: str = specs.text(
        "", 300, "The column that says which split a row belongs to, such as train and test."
    )


@dataclass(frozen=True)
class Predicted(Spec):
    """Which columns the vectors predict."""

    space: Space = specs.nested(Space)
    doubt_k: int = specs.as_in(Labelled, "doubt_k", 10)
    predicted: str = specs.text("", 4_000, "columns, as JSON: name → category or number")

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self.columns  # a link may hold anything

    @property
    def columns(self) -> dict[str, str]:
        """The role of each column that is predicted."""
        try:
            roles = json.loads(self.predicted or "{}")
        except (ValueError, RecursionError):
            roles = None
        if not (isinstance(roles, dict) and set(map(str, roles.values())) <= PREDICTED):
            template = "`predicted={value}` is no JSON of columns and roles; write one, or nothing."
            raise SpecError(message(template, value=self.predicted[:40]), "predicted")
        return dict(roles)


@dataclass(frozen=True, eq=False)
class Labels:
    """agreement, suspects: of the rows with a vector; on_map: (m,) the agreement of each with its
    neighbours on the map, NaN where it has none; mapped, mapped_mean: its mean by label, and of
    all; names: of the labels, (L,)."""

    agreement: Agreement
    suspects: Suspects
    mapped: NDArray[np.float64]
    mapped_mean: float
    names: tuple[str, ...]
    sizes: NDArray[np.int64]
    on_map: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Pairs:
    """duplicates: of the rows with a vector; leakage: from the largest split into the next, None
    without a column of splits; splits: the names of those two."""

    duplicates: Duplicates
    leakage: Leakage | None
    splits: tuple[str, ...]


@cached
def judge_labels(spec: Labelled, on_step: OnStep = run_on) -> Labels:
    """The labels of a column against neighbours. Raises SpecError where it has only one label."""
    space = spec.place.space
    rows = rows_of(space, part(on_step, 0.0, 0.1)).rows
    codes, names = coded_labels(spec)
    near = true_neighbours(space, spec.doubt_k, part(on_step, 0.1, 0.4))
    agreement = doubt.agreement(near, codes, on_step=part(on_step, 0.4, 0.7))
    xy = place(spec.place, part(on_step, 0.7, 1.0)).xy
    there = np.isfinite(xy).all(axis=1)
    on_map = np.full(len(rows), np.nan, np.float32)
    if int(there.sum()) > spec.doubt_k:
        on_map[there] = doubt.shares(nearest_on_map(xy[there], spec.doubt_k), codes[there])
    mapped, mean = doubt.means(on_map, codes, len(names))
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    suspects = doubt.suspects(near, codes, spec.suspected)
    return Labels(agreement, suspects, mapped, mean, names, sizes, on_map)


def coded_labels(spec: Labelled) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """The labels of the rows with a vector, as codes, and their names; without a column set,
    those of the first category. Raises SpecError where they are fewer than two."""
    table = table_of(spec.place.space.collection)
    column = spec.label_column or next(iter(table.names("category")), "")
    codes, names = coded(table, column, rows_of(spec.place.space).rows)
    if len(names) < 2:
        raise SpecError(
            message(
                "“{column}” has {n} label among the rows with a vector; two are needed.",
                column=column,
                n=len(names),
            ),
            "label_column",
        )
    return codes, names


@cached
def find_alike(spec: Alike, on_step: OnStep = run_on) -> Pairs:
    """Near-duplicates, and leakage between the two largest splits."""
    rows = rows_of(spec.space, part(on_step, 0.0, 0.2))
    near = true_neighbours(spec.space, spec.doubt_k, part(on_step, 0.2, 0.7))
    pairs = alike_pairs(rows.X, near, spec.alike, part(on_step, 0.7, 0.9))
    duplicates = doubt.duplicates(pairs)
    if not spec.split_column:
        return Pairs(duplicates, None, ())
    codes, names = coded(table_of(spec.space.collection), spec.split_column, rows.rows)
    if len(names) < 2:
        return Pairs(duplicates, None, names)
    leakage = doubt.leakage(pairs, codes, 0, 1, on_step=part(on_step, 0.9, 1.0))
    return Pairs(duplicates, leakage, names[:2])


@cached
def predict(spec: Predicted, on_step: OnStep = run_on) -> dict[str, tuple[Probe, Probe]]:
    """By column, how well neighbours and a linear probe predict it: (k-NN, linear)."""
    space = rows_of(spec.space, part(on_step, 0.0, 0.2))
    near = true_neighbours(spec.space, spec.doubt_k, part(on_step, 0.2, 0.5))
    table = table_of(spec.space.collection)
    columns = spec.columns
    results = {}
    for i, (name, role) in enumerate(columns.items()):
        step = part(on_step, 0.5 + 0.5 * i / len(columns), 0.5 + 0.5 * (i + 1) / len(columns))
        if role == "category":
            codes, _ = coded(table, name, space.rows)
            results[name] = (
                probes.knn_labels(near, codes),
                probes.linear_labels(space.X, codes, on_step=step),
            )
        else:
            values = numbers(table, name)[space.rows]
            results[name] = (
                probes.knn_number(near, values),
                probes.linear_number(space.X, values, on_step=step),
            )
    return results


def coded(
    table: Table, name: str, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """The labels of some rows of a column, as codes 0…L − 1 and −1, and the names of those used."""
    groups = categories(table, name)
    codes = groups.codes[rows]
    used = np.unique(codes[codes >= 0])
    place = np.full(len(groups.names) + 1, -1, np.int32)
    place[used] = np.arange(len(used))
    return place[codes], tuple(groups.names[i] for i in used)
