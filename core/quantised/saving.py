"""A trained autoencoder with codes as a file of `core.learning.archive`."""

from __future__ import annotations

import math

import numpy as np

from core.learning.archive import misfit, packed, unpacked
from core.quantised.loss import Terms
from core.quantised.networks import places, skeleton
from core.quantised.snapshots import Snapshot, Trained
from core.quantised.specs import Codes

KIND = "vectorscope codes 1"


def to_bytes(spec: Codes, trained: Trained) -> bytes:
    """The epoch of a run that is its result, its history, and its spec."""
    kept = trained.result
    more = {"codes": kept.codes, "distance": kept.distance}
    return packed(KIND, spec, trained, skeleton(spec, trained.shape), more)


def from_bytes(content: bytes) -> tuple[Codes, Trained]:
    """The spec and the run of a file of `to_bytes`. Raises SourceError where it is none."""
    parts = unpacked(content, KIND, Codes, skeleton)
    spec, codes, distance = parts.spec, parts.arrays.get("codes"), parts.arrays.get("distance")
    if codes is None or distance is None or parts.run["history"].terms != Terms._fields:
        raise misfit()
    grid = places(spec, parts.shape)
    if (
        codes.dtype != np.int16
        or distance.shape != codes.shape[:1]
        or codes.shape[1:] != (math.prod(grid),)
        or not len(codes)
        or ((codes < 0) | (codes >= spec.size)).any()
    ):
        raise misfit()
    kept = Snapshot(parts.epoch, parts.weights, codes, distance, parts.averaged)
    return spec, Trained(**parts.run, snapshots=(kept,), shape=parts.shape, places=grid)
