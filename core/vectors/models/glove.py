"""GloVe and the simpler GloVe: weighted least squares over the pairs that met.

GloVe (Pennington et al. 2014, D14-1162), with X = n(i, j):

    J = ½ Σ f(X_ij) (⟨w_i, c_j⟩ + b_i + b̃_j − log X_ij)²,   f(x) = min(1, (x/x_max)^p)

The simpler one (Su 2017, kexue.fm/archives/4675), over i ≠ j and one vector a word:

    J = ½ Σ f(X_ij) (⟨v_i, v_j⟩ − PMI_ij)²

Reported losses are the mean of the terms, which Stanford's `glove` prints too, over the
records trained on and over 2 % held out. AdaGrad sums g², not (η g)².
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.counts.cooccurrence import Cooccurrence, count
from core.errors import SpecError
from core.learning.history import Record
from core.messages import message
from core.progress import OnStep
from core.text.vocabulary import vocabulary
from core.vectors.models import glove_kernels as kernels
from core.vectors.models.model import FLAT, Model
from core.vectors.specs import Glove, SimplerGlove

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

    def taken(self, which: Any) -> Records:
        return Records(
            self.rows[which], self.columns[which], self.target[which], self.weight[which]
        )

    @property
    def parts(self) -> tuple[Any, ...]:
        return self.rows, self.columns, self.target, self.weight


def cells(counts: Cooccurrence) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[Any]]:
    """Every pair that met and its weighted count: rows, columns (R,) int32, X (R,) float64."""
    matrix: Any = counts.matrix
    rows = np.repeat(np.arange(counts.size, dtype=np.int32), np.diff(matrix.indptr))
    columns = matrix.indices.astype(np.int32)
    X = matrix.data.astype(np.float64) / counts.unit
    X *= counts.keep[rows]
    X *= counts.keep[columns]
    return rows, columns, X


def glove_records(spec: Glove, counts: Cooccurrence) -> Records:
    """Targets log X and weights min(1, (X/x_max)^p), the diagonal among them."""
    rows, columns, X = cells(counts)
    weight = np.minimum(1.0, (X / spec.x_max) ** spec.power)
    return Records(rows, columns, np.log(X).astype(np.float32), weight.astype(np.float32))


def pmi_records(spec: SimplerGlove, counts: Cooccurrence) -> Records:
    """Targets PMI off the diagonal; with one vector a word, each pair once (i < j)."""
    rows, columns, X = cells(counts)
    kept = rows != columns if spec.two_vectors else rows < columns
    rows, columns, X = rows[kept], columns[kept], X[kept]
    with np.errstate(divide="ignore"):  # a word without contexts is in no pair
        margins = np.log(counts.row_sums), np.log(counts.column_sums)
    pmi = np.log(X) + np.log(counts.total) - margins[0][rows] - margins[1][columns]
    weight = (X / spec.x_max) ** spec.power
    if spec.truncate:
        weight = np.minimum(1.0, weight)
    return Records(rows, columns, pmi.astype(np.float32), weight.astype(np.float32))


def train(spec: Glove, on_step: OnStep) -> Model:
    """Two vectors and two biases a word."""
    counts = count(spec.counts, on_step)
    records = glove_records(spec, counts)
    rng = np.random.default_rng(spec.seed)
    W, C = (_start(rng, counts.size, spec.dim) for _ in range(2))
    b, bc = (_start(rng, counts.size, 1, spec.dim)[:, 0].copy() for _ in range(2))
    kept = (counts.size, spec.dim) if spec.adagrad == "coordinate" else (counts.size,)
    GW, GC, Gb, Gbc = (np.ones(n, np.float32) for n in (kept, kept, counts.size, counts.size))
    step: Any = kernels.two_by_row if spec.adagrad == "row" else kernels.two_by_coordinate
    eta = np.float32(spec.eta)

    def go(part: Records) -> None:
        step(*part.parts, W, C, b, bc, GW, GC, Gb, Gbc, eta)

    run = _run(records, rng, spec.epochs, go, (W, C, b, bc), "eta", on_step)
    return _model(spec, W, C, b, bc, *run)


def train_simpler(spec: SimplerGlove, on_step: OnStep) -> Model:
    """One vector a word, or two; no biases."""
    counts = count(spec.counts, on_step)
    records = pmi_records(spec, counts)
    if not len(records):
        raise SpecError(message("No two different words ever met; widen the window."), "window")
    rng = np.random.default_rng(spec.seed)
    W = _start(rng, counts.size, spec.dim)
    C = _start(rng, counts.size, spec.dim) if spec.two_vectors else W
    GW = np.ones(counts.size, np.float32)
    GC = np.ones(counts.size, np.float32) if spec.two_vectors else GW
    eta = np.float32(spec.step)
    plain: Any = kernels.plain_by_row

    def go(part: Records) -> None:
        plain(*part.parts, W, C, GW, GC, eta)

    run = _run(records, rng, spec.epochs, go, (W, C, FLAT, FLAT), "step", on_step)
    return _model(
        spec, W, C if spec.two_vectors else np.zeros((0, 0), np.float32), FLAT, FLAT, *run
    )


def split(records: Records, rng: np.random.Generator) -> tuple[Records, Records, Records]:
    """(trained on, in random order; as many of them as are held out; held out).

    Fewer than 1/HELD_OUT records are all trained on.
    """
    order = rng.permutation(len(records))
    held = int(len(records) * HELD_OUT)
    sample = order[held : held + max(held, 1000)]
    return tiled(records.taken(order[held:])), records.taken(sample), records.taken(order[:held])


def tiled(records: Records) -> Records:
    """The same records, sorted by tile within each chunk, so that vectors stay in the cache.

    Sorting all of them at once would bias the fit; within chunks it does not.
    """
    order = np.empty(len(records), np.int64)
    for low in range(0, len(records), CHUNK):
        part = slice(low, low + CHUNK)
        key = (records.rows[part] >> TILE << 16) + (records.columns[part] >> TILE)
        order[part] = low + np.argsort(key, kind="stable")
    return records.taken(order)


def mean_loss(records: Records, W: F32, C: F32, b: F32 = FLAT, bc: F32 = FLAT) -> float:
    """The mean of ½ f (ψ − t)²; NaN where there are no records."""
    if not len(records):
        return float("nan")
    out = np.empty(len(records))
    losses: Any = kernels.losses
    losses(*records.parts, W, C, b, bc, out)
    return float(out.mean())


def _start(rng: np.random.Generator, V: int, d: int, spread: int = 0) -> F32:
    """U(−½, ½)/d, as in the published code."""
    return ((rng.random((V, d), np.float32) - np.float32(0.5)) / np.float32(spread or d)).astype(
        np.float32
    )


def _run(
    records: Records,
    rng: np.random.Generator,
    epochs: int,
    go: Callable[[Records], None],
    arrays: tuple[F32, F32, F32, F32],
    rate: str,
    on_step: OnStep,
) -> tuple[Record, float]:
    """Epochs over shuffled chunks; the losses, and seconds taken."""
    record = Record(on_step)
    record.report(0.0, "shuffling the pairs")
    trained, sample, held = split(records, rng)
    began = time.monotonic()
    record.add(0, mean_loss(sample, *arrays), mean_loss(held, *arrays))
    for epoch in range(epochs):
        for low in range(0, len(trained), STEP):
            done = (epoch + low / len(trained)) / epochs
            record.report(done, message("epoch {i} of {n}", i=epoch + 1, n=epochs))
            go(trained.taken(slice(low, low + STEP)))
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


def _model(
    spec: Glove | SimplerGlove,
    W: F32,
    C: F32,
    b: F32,
    bc: F32,
    record: Record,
    seconds: float,
) -> Model:
    words = vocabulary(spec.counts.corpus)
    return Model(
        words.words, words.counts, W, C, b, bc,
        history=record.curve, seconds=seconds,
        lowercase=words.lowercase, simplified=words.simplified,
    )  # fmt: skip
