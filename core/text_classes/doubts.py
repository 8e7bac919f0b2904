"""Texts to read: the mistakes a network is surest of, and texts that their neighbours outvote."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.progress import OnStep, part, run_on
from core.specs import Spec
from core.text_classes.comparison import judge
from core.text_classes.specs import TextClasses
from core.vectors.search.graph import neighbours_among

I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Doubts(Spec):
    """Tested texts among their nearest, by the vectors of the network's last layer."""

    classes: TextClasses = specs.nested(TextClasses)
    near_texts: int = specs.integer(10, 1, 50, "k: the nearest other texts that vote.")


@dataclass(frozen=True)
class Doubted:
    """Of the texts tested (n,): their places among those classified, labels and likeliest classes,
    the probability of that class; by text the share of its k nearest that have another label, and
    the label that most of them have, ties to the nearest. rows: (n, k) the nearest."""

    places: I64
    own: I64
    likeliest: I64
    probability: NDArray[np.float64]
    disagreeing: NDArray[np.float64]
    outvoted_by: I64
    rows: NDArray[np.int32]

    @property
    def mistakes(self) -> I64:
        """Texts that are taken for another class, the surest first."""
        wrong = np.flatnonzero(self.likeliest != self.own)
        return wrong[np.argsort(-self.probability[wrong], kind="stable")]

    @property
    def outvoted(self) -> I64:
        """Texts most of whose nearest have another label, those with most of them first; among
        equals those that the network is surest are of another class."""
        odd = np.flatnonzero(self.disagreeing > 0.5)
        against = np.where(self.likeliest != self.own, self.probability, 1 - self.probability)
        return odd[np.lexsort((-against[odd], -self.disagreeing[odd]))]


@cached
def doubt(spec: Doubts, on_step: OnStep = run_on) -> Doubted:
    """Look for mistakes and for texts outvoted by their nearest, by cosine.

    A label is doubted by texts that were not trained on: those that were have been fitted to it.
    """
    judged = judge(spec.classes, part(on_step, 0.0, 0.7))
    lengths = np.linalg.norm(judged.vectors, axis=1, keepdims=True)
    unit = (judged.vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    k = min(spec.near_texts, len(unit) - 1)
    near = neighbours_among(unit, k, part(on_step, 0.7, 1.0), "looking for the nearest texts")
    theirs = judged.own[near.rows]
    votes = (theirs[:, :, None] == theirs[:, None, :]).sum(axis=2)
    most = theirs[np.arange(len(theirs)), votes.argmax(axis=1)] if k else judged.own
    return Doubted(
        judged.places, judged.own, judged.logs.argmax(axis=1).astype(np.int64),
        np.exp(judged.logs.max(axis=1)).astype(np.float64),
        (theirs != judged.own[:, None]).mean(axis=1) if k else np.zeros(len(theirs)),
        most, near.rows,
    )  # fmt: skip
