"""Weighted least squares over the pairs that met: what GloVe and the simpler GloVe share.

Reported losses are the mean of the terms ½ f (ψ − t)², which Stanford's `glove` prints too, over
the records trained on and over 2 % held out. The loss of held-out pairs is that of the fit, not of
the vectors: it goes on falling where agreement with people has stopped to rise.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import SpecError
from core.learning.history import Record
from core.messages import message
from core.progress import OnStep
from core.text.specs import Corpus
from core.text.vocabulary import vocabulary
from core.vectors.models import glove_kernels as kernels
from core.vectors.models.model import FLAT, Model

F32 = NDArray[np.float32]
HELD_OUT = 0.02
CHUNK = 200_000  # records; within a chunk they are sorted by tile
STEP = 50_000  # records between two looks at the cancel button
TILE = 11  # bits: vectors of 2048 words stay in the cache


@dataclass(frozen=True)
class Records:
    """What is fitted: row, column int32, target, weight float32, all (R,)."""

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    target: F32
    weight: F32

    def __len__(self) -> int:
        return len(self.rows)

    def select(self, which: Any) -> Records:
        """Some of the records, indexed like an array."""
        return Records(
            self.rows[which], self.columns[which], self.target[which], self.weight[which]
        )

    @property
    def parts(self) -> tuple[Any, ...]:
        """The arrays in the order the kernels take them."""
        return self.rows, self.columns, self.target, self.weight


def split(records: Records, rng: np.random.Generator) -> tuple[Records, Records, Records]:
    """(trained on, in random order; as many of them as are held out; held out).

    Fewer than 1/HELD_OUT records are all trained on.
    """
    order = rng.permutation(len(records))
    held = int(len(records) * HELD_OUT)
    sample = order[held : held + max(held, 1000)]
    return tiled(records.select(order[held:])), records.select(sample), records.select(order[:held])


def tiled(records: Records) -> Records:
    """The same records, sorted by tile within each chunk, so that vectors stay in the cache.

    Sorting all of them at once would bias the fit; within chunks it does not.
    """
    order = np.empty(len(records), np.int64)
    for low in range(0, len(records), CHUNK):
        part = slice(low, low + CHUNK)
        key = (records.rows[part] >> TILE << 16) + (records.columns[part] >> TILE)
        order[part] = low + np.argsort(key, kind="stable")
    return records.select(order)


def mean_loss(records: Records, W: F32, C: F32, b: F32 = FLAT, bc: F32 = FLAT) -> float:
    """The mean of ½ f (ψ − t)²; NaN where there are no records."""
    if not len(records):
        return float("nan")
    out = np.empty(len(records))
    losses: Any = kernels.losses
    losses(*records.parts, W, C, b, bc, out)
    return float(out.mean())


def start(rng: np.random.Generator, V: int, d: int, spread: int = 0) -> F32:
    """U(−½, ½)/d, as in the published code."""
    return ((rng.random((V, d), np.float32) - np.float32(0.5)) / np.float32(spread or d)).astype(
        np.float32
    )


def run(
    records: Records,
    rng: np.random.Generator,
    epochs: int,
    fit: Callable[[Records], None],
    arrays: tuple[F32, F32, F32, F32],
    rate: str,
    on_step: OnStep,
) -> tuple[Record, float]:
    """Train epochs over shuffled chunks; the losses, and the seconds elapsed."""
    record = Record(on_step)
    record.report(0.0, "shuffling the pairs")
    trained, sample, held = split(records, rng)
    began = time.monotonic()
    record.add(0, mean_loss(sample, *arrays), mean_loss(held, *arrays))
    for epoch in range(epochs):
        for low in range(0, len(trained), STEP):
            done = (epoch + low / len(trained)) / epochs
            record.report(done, message("epoch {i} of {n}", i=epoch + 1, n=epochs))
            fit(trained.select(slice(low, low + STEP)))
        record.add(epoch + 1, mean_loss(sample, *arrays), mean_loss(held, *arrays))
        if not record.finite:
            raise SpecError(
                message(
                    "The loss is not finite after {i} epochs; lower `{rate}`, or x_max's "
                    "weights by truncating them.",
                    i=epoch + 1,
                    rate=rate,
                ),
                rate,
            )
    record.report(1.0, "done")
    return record, time.monotonic() - began


def assembled(
    corpus: Corpus,
    W: F32,
    C: F32,
    b: F32,
    bc: F32,
    record: Record,
    seconds: float,
) -> Model:
    """What was trained on the vocabulary of a corpus, as a model."""
    words = vocabulary(corpus)
    return Model(
        words.words, words.counts, W, C, b, bc,
        history=record.curve, seconds=seconds,
        lowercase=words.lowercase, simplified=words.simplified,
    )  # fmt: skip
