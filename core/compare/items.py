"""Two embeddings of the same rows: neighbours kept, geometry, maps, and which tells labels better.

The difference in k-NN accuracy is paired over items: its variance is that among random halves of
the rows, the same for A and B (`core.spaces.probes.half_shares`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core import intervals
from core.cache import cached
from core.compare.duel import SHARE, Duel
from core.compare.item_specs import SMALLER, Better, TwoMaps, Versions
from core.compare.matched import Matched, match
from core.compare.reductions import reduced
from core.errors import QueryError, SpecError
from core.intervals import UNKNOWN, Interval
from core.items.collection import table_of
from core.lengths import directions, lengths
from core.maps.drawing import Find, draw
from core.maps.trust import nearest_on_map
from core.messages import message
from core.procrustes import overlay
from core.progress import OnStep, part, run_on
from core.spaces.doubts import coded
from core.spaces.probes import HALVES, half_shares, knn_right, lead
from core.spaces.rows import rows_of, settled
from core.spaces.specs import Space
from core.vectors.search.graph import Nearest, neighbours_among, overlap

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
FEWEST = 20


@dataclass(frozen=True, eq=False)
class Both:
    """rows: (n,) of the table, with a vector in A and in B; A (n, p), B (n, q): unit vectors;
    alone: how many rows have one in A only, and in B only."""

    rows: I64
    A: F32
    B: F32
    alone: tuple[int, int]


@dataclass(frozen=True, eq=False)
class ItemsCompared(Matched):
    """Two embeddings of n rows; rows of lists are places among `rows` (n,), of the table.

    dims: of A and of B; alone: how many rows have a vector in A only, and in B only.
    """

    rows: I64
    dims: tuple[int, int]
    alone: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Drawn:
    """a, b: (n, 2) the places of the rows, B's turned to lie over A's; kept: of each, the mean
    share of the 10 true nearest that are among the 10 nearest on the map."""

    a: F32
    b: F32
    kept: tuple[float, float]


@cached
def compare_items(spec: Versions, on_step: OnStep = run_on) -> ItemsCompared:
    """Compare two embeddings. Raises QueryError where they share fewer than 20 rows, SpecError
    where B is A.

    >>> compare_items(Versions(b_by="int8")).mean_overlap(10)       # doctest: +SKIP
    """
    both = both_of(spec, part(on_step, 0.0, 0.3))
    matched = match(both.A, both.B, part(on_step, 0.3, 1.0))
    dims = both.A.shape[1], both.B.shape[1]
    return ItemsCompared(**vars(matched), rows=both.rows, dims=dims, alone=both.alone)


@cached
def draw_both(spec: TwoMaps, on_step: OnStep = run_on) -> Drawn:
    """A map of each embedding. Raises SpecError where the rows are too few for the method."""
    both = both_of(spec.versions, part(on_step, 0.0, 0.1))
    compared = compare_items(spec.versions, part(on_step, 0.1, 0.4))
    maps, kept = [], []
    lists = (compared.a_rows, compared.a_cosines), (compared.b_rows, compared.b_cosines)
    for side, (X, near) in enumerate(zip((both.A, both.B), lists, strict=True)):
        step = part(on_step, 0.4 + 0.3 * side, 0.7 + 0.3 * side)
        xy, _ = draw(X, _finder(X, Nearest(*near)), spec.two_layout, spec, "two_layout", step)
        k = min(10, compared.longest)
        kept.append(float(overlap(near[0][:, :k], nearest_on_map(xy, k)).mean(dtype=np.float64)))
        maps.append(xy)
    turned = overlay(maps[1], maps[0]).points
    return Drawn(maps[0], np.asarray(turned, np.float32), (kept[0], kept[1]))


def _finder(X: F32, near: Nearest) -> Find:
    """The k exact neighbours: of the lists there are, as long as these reach."""

    def find(k: int, step: OnStep) -> Nearest:
        if k > near.rows.shape[1]:
            return neighbours_among(X, k, step)
        rows, cosines = near.rows[:, :k], near.cosines[:, :k]
        return Nearest(np.ascontiguousarray(rows), np.ascontiguousarray(cosines))

    return find


@cached
def better(spec: Better, on_step: OnStep = run_on) -> list[Duel]:
    """Accuracy of the commonest label among the k nearest in A and in B, column by column.

    A column with fewer than two labels among the shared rows has NaN. Raises SpecError where k
    is too large.
    """
    compared = compare_items(spec.versions, on_step)
    if spec.better_k > compared.longest:
        raise SpecError(
            message(
                "{k} neighbours are more than the {n:,} rows have; choose ≤ {most}.",
                k=spec.better_k,
                n=len(compared.rows),
                most=compared.longest,
            ),
            "better_k",
        )
    table = table_of(spec.versions.space.collection)
    duels = []
    for name in spec.columns:
        codes, labels = coded(table, name, compared.rows)
        if len(labels) < 2:
            duels.append(Duel(name, SHARE, UNKNOWN, UNKNOWN, UNKNOWN, 0, len(compared.rows)))
            continue
        lists = [
            np.ascontiguousarray(rows[:, : spec.better_k])
            for rows in (compared.a_rows, compared.b_rows)
        ]
        duels.append(accuracy_duel(name, lists, codes, len(compared.rows)))
    return duels


def accuracy_duel(name: str, lists: Sequence[I32], codes: I32, total: int, seed: int = 0) -> Duel:
    """The shares of labels `codes` (n,) that the neighbours (n, k) in A and in B name rightly."""
    right = np.stack([knn_right(rows, codes)[1] for rows in lists])
    halves, n = half_shares(lists, codes, seed).T, right.shape[1]
    # see the top of `core.spaces.probes`
    variances = (right.var(axis=1) / n + halves.var(axis=1)) / 2
    freedom = min(HALVES - 1, n - 1)  # as many rows as there are, where all are right or none
    a, b = (
        Interval(float(p), *intervals.share(float(p), float(v), freedom))
        for p, v in zip(right.mean(axis=1), variances, strict=True)
    )
    return Duel(name, SHARE, a, b, lead(right[::-1], halves[::-1]), n, total)


def both_of(spec: Versions, on_step: OnStep = run_on) -> Both:
    """The shared rows and their unit vectors in A and in B.

    Raises QueryError where they share fewer than 20 rows, SpecError where B is A.
    """
    spec = _possible(spec, on_step)
    a, b = sides(spec, on_step)
    rows_of(a, part(on_step, 0.0, 0.5))  # reports and can be cancelled; below it is looked up
    rows_of(b, part(on_step, 0.5, 1.0))
    return _both(spec)


def sides(spec: Versions, on_step: OnStep = run_on) -> tuple[Space, Space]:
    """The spaces of A and of what B is made of, with nothing left open.

    Raises SpecError where the table has no other vectors, or no texts.
    """
    a = settled(spec.space.replace(rows_shuffled=False), on_step)
    if spec.b_by not in ("column", "texts"):
        return a, a
    table = table_of(spec.space.collection, on_step)
    if spec.b_by == "column":
        named = [spec.b_column] if spec.b_column else table.names("embedding")
        others = [name for name in named if name != a.embedding or a.from_text]
        if not others:
            template = "“{name}” has no other column of vectors; choose another B."
            raise SpecError(message(template, name=table.spec.label), "b_by")
        column = others[0]
        b = settled(spec.space.replace(from_text=False, embedding=column, rows_shuffled=False))
    else:
        b = settled(
            spec.space.replace(from_text=True, embedder=spec.b_embedder, rows_shuffled=False)
        )
    if a == b:
        raise SpecError(message("A and B are the same vectors; choose another B."), "b_by")
    return a, b


def settled_versions(spec: Versions, on_step: OnStep = run_on) -> Versions:
    """The same two embeddings with nothing left open: equal pairs have equal specs."""
    spec = _possible(spec, on_step)
    a, b = sides(spec, on_step)
    usual = Versions()
    space = a
    if spec.b_by == "texts" and not a.from_text:  # B's own settings stay
        space = spec.space.replace(
            roles=a.collection.roles,
            embedding=a.embedding,
            text_column=b.text_column,
            rows_shuffled=False,
        )
    return dataclasses.replace(
        spec,
        space=space,
        b_dims=spec.b_dims if spec.b_by in SMALLER else usual.b_dims,
        b_column=b.embedding if spec.b_by == "column" else "",
        b_embedder=spec.b_embedder if spec.b_by == "texts" else usual.b_embedder,
    )


def _possible(spec: Versions, on_step: OnStep) -> Versions:
    """The same, by PCA where a table has no other vectors and none are named."""
    if spec.b_by != "column" or spec.b_column:
        return spec
    a = settled(spec.space.replace(rows_shuffled=False), on_step)
    names = table_of(spec.space.collection, on_step).names("embedding")
    others = [name for name in names if name != a.embedding or a.from_text]
    return spec if others else spec.replace(b_by="pca")


@lru_cache(maxsize=2)
def _both(spec: Versions) -> Both:
    a, b = (rows_of(side) for side in sides(spec))
    if spec.b_by not in ("column", "texts"):
        V = reduced(a.V, spec.b_by, spec.b_dims)
        fine = V.any(axis=1)
        B = directions(V, lengths(V))
        both = Both(a.rows[fine], a.X[fine], B[fine], (int((~fine).sum()), 0))
    else:
        rows, in_a, in_b = np.intersect1d(a.rows, b.rows, assume_unique=True, return_indices=True)
        alone = len(a.rows) - len(rows), len(b.rows) - len(rows)
        both = Both(rows, a.X[in_a], b.X[in_b], alone)
    if len(both.rows) < FEWEST:
        raise QueryError(
            message(
                "{n:,} rows have a vector in both; {fewest} are needed to compare them.",
                n=len(both.rows),
                fewest=FEWEST,
            )
        )
    return both
