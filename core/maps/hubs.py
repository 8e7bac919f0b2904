"""Hubs: words that are among the nearest of very many others, and what removes them.

N_k(i) counts in how many lists of k neighbours word i stands. Its mean is k; in many
dimensions its distribution leans far to the right (Radovanović et al. 2010). Centring,
and removing the leading principal components after it (“all-but-the-top”, Mu &
Viswanath 2018), are the usual remedies:  v' = ṽ − Σ_{i ≤ D} ⟨u_i, ṽ⟩ u_i,  ṽ = v − mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SpecError
from core.lengths import directions, lengths
from core.maps.cloud import F32, points
from core.maps.specs import Hubs
from core.messages import message
from core.progress import OnStep, run_on
from core.vectors.search.graph import neighbours_among


@dataclass(frozen=True, eq=False)
class Hubness:
    """occurrence: (N,) how many lists each word is in; skewness: its third standardised moment;
    share: how much of Σ‖v‖² what was removed had held."""

    occurrence: NDArray[np.int64]
    skewness: float
    share: float


@cached
def hubness(spec: Hubs, on_step: OnStep = run_on) -> Hubness:
    """k-occurrence by cosine among the words of a cloud. Raises SpecError where D is too large."""
    V = points(spec.cloud, on_step).V
    if spec.removed >= V.shape[1]:
        raise SpecError(
            message(
                "`removed={removed}` would leave nothing of {d} dimensions; choose ≤ {most}.",
                removed=spec.removed,
                d=V.shape[1],
                most=V.shape[1] - 1,
            ),
            "removed",
        )
    if spec.hub_k >= len(V):
        raise SpecError(
            message(
                "`hub_k={k}` is not below the {n:,} words; choose ≤ {most}.",
                k=spec.hub_k,
                n=len(V),
                most=len(V) - 1,
            ),
            "hub_k",
        )
    reduced = all_but_the_top(V, spec.removed) if spec.centred or spec.removed else V
    norms = lengths(reduced)
    rows = neighbours_among(directions(reduced, norms), spec.hub_k, on_step).rows
    occurrences = occurrence(rows)
    before, after = (float(np.square(m, dtype=np.float64).sum()) for m in (V, reduced))
    return Hubness(occurrences, skewness(occurrences), 1 - after / before)


def all_but_the_top(V: F32, D: int) -> F32:
    """The rows of V (N, d) less their mean and their D leading principal components."""
    centred = V - V.mean(axis=0, dtype=np.float64)
    if D:
        _, U = np.linalg.eigh(centred.T @ centred)
        top = U[:, -D:]
        centred = centred - (centred @ top) @ top.T
    return centred.astype(np.float32)


def occurrence(rows: NDArray[np.integer]) -> NDArray[np.int64]:
    """In how many lists, the rows of (N, k), each of 0…N−1 stands."""
    return np.bincount(rows.ravel(), minlength=len(rows))


def skewness(values: NDArray[np.integer]) -> float:
    """E[(x − μ)³]/σ³; 0 where all are equal."""
    apart = values - values.mean()
    spread = apart.std()
    return float((apart**3).mean() / spread**3) if spread else 0.0
