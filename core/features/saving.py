"""A trained InfoMax encoder as a file of `core.learning.archive`."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.features.loss import Terms
from core.features.networks import plan_of, skeleton
from core.features.snapshots import Snapshot, Trained
from core.features.specs import InfoMax
from core.items.shape import Shape
from core.learning.archive import misfit, packed, unpacked

KIND = "vectorscope infomax 1"


def to_bytes(spec: InfoMax, trained: Trained) -> bytes:
    """The last good epoch of a run, its history, and its spec."""
    kept = trained.result
    more = {"mean": kept.mean, "logvar": kept.logvar}
    return packed(KIND, spec, trained, _skeleton(spec, trained.shape), more)


def from_bytes(content: bytes) -> tuple[InfoMax, Trained]:
    """The spec and the run of a file of `to_bytes`. Raises SourceError where it is none."""
    parts = unpacked(content, KIND, InfoMax, _skeleton)
    mean, logvar = parts.arrays.get("mean"), parts.arrays.get("logvar")
    if mean is None or logvar is None or parts.run["history"].terms != Terms._fields:
        raise misfit()
    d = parts.spec.info_latent
    if mean.ndim != 2 or not len(mean) or mean.shape[1] != d or logvar.shape != mean.shape:
        raise misfit()
    if not all(np.isfinite(array).all() for array in (mean, logvar)):
        raise misfit()
    kept = Snapshot(parts.epoch, parts.weights, mean, logvar)
    return parts.spec, Trained(**parts.run, snapshots=(kept,), shape=parts.shape)


def _skeleton(spec: InfoMax, shape: Shape) -> Any:
    return skeleton(plan_of(spec), shape)
