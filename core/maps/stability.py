"""The same map from several seeds: what of it is the data's, and what is chance's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SpecError
from core.maps.cloud import F32, points
from core.maps.projection import place
from core.maps.specs import SEEDED, Stability
from core.maps.trust import nearest_on_map
from core.messages import message
from core.procrustes import overlay
from core.progress import OnStep, part, run_on
from core.vectors.search.graph import overlap


@dataclass(frozen=True, eq=False)
class Stable:
    """seeds: (S,); xy: (S, N, 2), each laid over the first; shared: (S, S) mean share of the k
    neighbours on the map that two seeds agree on; kept: (N,) the same by word, over all pairs."""

    seeds: NDArray[np.int64]
    xy: F32
    shared: NDArray[np.float64]
    kept: F32


@cached
def repeat(spec: Stability, on_step: OnStep = run_on) -> Stable:
    """Maps from `stable_seeds` seeds in a row. Raises SpecError where nothing is random.

    Also where there are no more words than neighbours to compare.
    """
    if spec.map.map_method not in SEEDED:
        raise SpecError(
            message(
                "`map_method={method}` has no randomness: every seed gives the same "
                "map. Choose {a} or {b}.",
                method=spec.map.map_method,
                a=SEEDED[0],
                b=SEEDED[1],
            ),
            "map_method",
        )
    if spec.stable_k >= (N := len(points(spec.map.cloud, on_step).ids)):
        template = "`stable_k={k}` is not below the {n:,} words on the map; choose ≤ {most}."
        raise SpecError(message(template, k=spec.stable_k, n=N, most=N - 1), "stable_k")
    S = spec.stable_seeds
    seeds = (spec.map.map_seed + np.arange(S)) % 1000
    drawn = []
    for i, seed in enumerate(seeds):
        step = part(on_step, i / S, (i + 1) / S, "map {i} of {n}: {stage}", i=i + 1, n=S)
        drawn.append(place(spec.map.replace(map_seed=int(seed)), step).xy)
    return agreement(seeds, drawn, spec.stable_k)


def agreement(seeds: NDArray[np.int64], drawn: list[F32], k: int) -> Stable:
    """How far maps (N, 2) of the same words agree on the k nearest of each word."""
    near = [nearest_on_map(xy, k) for xy in drawn]
    S, N = len(drawn), len(drawn[0])
    shared, by_word = np.eye(S), np.zeros(N)
    for a, b in combinations(range(S), 2):
        same = overlap(near[a], near[b])
        shared[a, b] = shared[b, a] = same.mean(dtype=np.float64)
        by_word += same
    xy = np.stack([drawn[0], *(overlay(other, drawn[0]).points for other in drawn[1:])])
    kept = by_word / (S * (S - 1) / 2)
    return Stable(seeds, xy.astype(np.float32), shared, kept.astype(np.float32))
