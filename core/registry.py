"""Every kind of model, and everything else that a sweep can vary: one row each.

The rows of word-vector models are in `core.vectors.rows`, those of models of items in
`core.families`; here are the others. A row imports its
spec and its computation on first use: JAX takes seconds.
"""

from __future__ import annotations

from typing import Any

from core import families
from core.families import KNN
from core.kinds import SECONDS, Kind
from core.messages import message
from core.vectors import kinds as vectors

AGREEMENT = "label agreement"
ON_MAP = "label agreement on the map"


def _approximation_spec() -> Any:
    from core.matrices.specs import Approximation

    return Approximation


def _approximation_error() -> Any:
    from core.matrices.approximation import error

    return error


APPROXIMATION = Kind(
    key="approximation",
    class_name="Approximation",
    name=message("Low-rank approximation"),
    load_spec=_approximation_spec,
    load_fit=_approximation_error,
    seed="draw",
    objectives=("error", SECONDS),
    start={
        "swept": "Approximation?method=randomised",
        "axes": "rank = 5, 20, 80; shown.curves.power = 0, 1, 2; shown.curves.oversampling = 0, 10",
        "objectives": "error, seconds", "repeats": 5,
    },
)  # fmt: skip


def _trust_spec() -> Any:
    from core.maps.specs import Trust

    return Trust


def _trust_judge() -> Any:
    from core.maps.trust import judge

    return judge


TRUST = Kind(
    key="trust",
    class_name="Trust",
    name=message("Map of words"),
    load_spec=_trust_spec,
    load_fit=_trust_judge,
    seed="map_seed",
    objectives=("trust", SECONDS),
    start={
        "swept": "Trust?map_words=1000",
        "axes": "map.map_method = pca, umap, t-sne; map.cloud.vectors.dim = 25, 100",
        "objectives": "trust, seconds", "repeats": 2,
    },
)  # fmt: skip


def _labelled_spec() -> Any:
    from core.spaces.doubts import Labelled

    return Labelled


def _labelled_judge() -> Any:
    from core.spaces.doubts import judge_labels

    return judge_labels


LABELLED = Kind(
    key="labelled",
    class_name="Labelled",
    name=message("Map of items with labels"),
    load_spec=_labelled_spec,
    load_fit=_labelled_judge,
    seed="map_seed",
    objectives=(ON_MAP, AGREEMENT, KNN, "trust", SECONDS),
    start={
        "swept": "Labelled?rows_from=digits",
        "axes": "place.layout = pca, umap, t-sne",
        "objectives": f"{ON_MAP}, trust, seconds", "repeats": 2,
    },
)  # fmt: skip

KINDS = (*vectors.KINDS, *families.KINDS, APPROXIMATION, TRUST, LABELLED)
BY_CLASS = {kind.class_name: kind for kind in KINDS}
