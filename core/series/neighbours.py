"""Whether the nearest series is of the same class: by the last layer's vectors, by the points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.cache import cached
from core.progress import OnStep, run_on
from core.series.networks import read
from core.series.specs import SeriesNet
from core.series.splitting import split
from core.series.training import fit

MOST = 3000  # test series that are compared, the first ones


@dataclass(frozen=True)
class Agreement:
    """The share of test series whose nearest other one is of their class, mean over classes."""

    vectors: float
    points: float
    chance: float


@cached
def agreement(spec: SeriesNet, on_step: OnStep = run_on) -> Agreement:
    """Nearest by cosine of vectors, and by Euclidean distance of the points."""
    trained, parted = fit(spec, on_step), split(spec.parting)
    rows = parted.tested[:MOST]
    x, label = parted.x[rows], parted.series.label[rows]
    vectors = read(trained.network(spec), x)[0]
    return Agreement(_same(vectors, label), _same(x, label), 1 / len(np.unique(label)))


def _same(vectors: np.ndarray, label: np.ndarray) -> float:
    """Points (n, L) of one length are nearest by distance where they are by cosine."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    cosine = unit @ unit.T
    np.fill_diagonal(cosine, -np.inf)
    same = label[cosine.argmax(axis=1)] == label
    return float(np.mean([same[label == k].mean() for k in np.unique(label)]))
