"""A trained O-GAN, AAE or ALI as a file of `core.learning.archive`."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.adversarial import coder, inference, orthogonal, triad
from core.adversarial.inference import Inferred
from core.adversarial.inference_specs import Inference
from core.adversarial.orthogonal import Orthogonal
from core.adversarial.shots import Coded, Shot
from core.adversarial.specs import OGan
from core.learning.archive import misfit, packed, unpacked

SCORES = ("rho", "error", "told", "prior")  # of a stored epoch, with the items' variance


def to_bytes(spec: OGan | Inference, trained: Coded) -> bytes:
    """The last good epoch of a run, its history, and its spec."""
    kept = trained.result
    scores = np.array([getattr(kept, name) for name in SCORES] + [trained.variance])
    kind, _, skeleton, _, _ = _family(type(spec))
    return packed(kind, spec, trained, skeleton(spec, trained.shape), {"scores": scores})


def o_gan(content: bytes) -> tuple[OGan, Orthogonal]:
    """The spec and the run of a saved O-GAN. Raises SourceError where the file holds none."""
    spec, run = _read(content, OGan)
    return spec, run


def inferred(content: bytes) -> tuple[Inference, Inferred]:
    """The spec and the run of a saved AAE or ALI. Raises SourceError where the file holds none."""
    spec, run = _read(content, Inference)
    return spec, run


def _family(kind: type) -> tuple[str, Any, Any, Any, tuple[str, ...]]:
    """(kind of file, spec, skeleton of networks, run, terms of its losses)."""
    if kind is OGan:
        return "vectorscope o-gan 1", OGan, coder.skeleton, Orthogonal, orthogonal.TERMS
    return "vectorscope inference 1", Inference, triad.skeleton, Inferred, inference.TERMS


def _read(content: bytes, of: type) -> tuple[Any, Any]:
    kind, spec_class, skeleton, run, terms = _family(of)
    parts = unpacked(content, kind, spec_class, skeleton)
    scores = parts.arrays.get("scores")
    if scores is None or scores.shape != (len(SCORES) + 1,) or parts.run["history"].terms != terms:
        raise misfit()
    if not np.isfinite(scores).all():
        raise misfit()
    *values, variance = map(float, scores)
    kept = Shot(parts.epoch, parts.weights, *values)
    return parts.spec, run(**parts.run, snapshots=(kept,), shape=parts.shape, variance=variance)
