"""The inner products of a trained model against the target of its kind.

Targets need the counts the model was trained on: the kind's row names the
function that returns them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import intervals
from core.cache import cached
from core.errors import QueryError
from core.messages import message
from core.progress import OnStep, report, run_on
from core.specs import Spec
from core.vectors.kinds import kind_of
from core.vectors.models.model import Model
from core.vectors.models.target import Target
from core.vectors.store import shelf

F64 = NDArray[np.float64]
MOST = 200_000  # pairs looked at
BANDS = 8
BOOTSTRAPS = 100
WHOLE = 20_000  # words up to which the loss over all cells is summed
ROWS = 512


@dataclass(frozen=True)
class Comparison:
    """Inner products against their targets, over pairs that met, sampled where there are many.

    rows, columns (R,) int64; product, target (R,) float64, nats; met (R,) the weighted
    counts; of: how many pairs met; correlation with its 95 % interval; weighted: the same with
    each pair weighing its count, as a training on running text does; loss and
    optimum: SGNS's over all cells, else NaN.
    """

    label: str
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    product: F64
    target: F64
    met: F64
    of: int
    correlation: float
    low: float
    high: float
    weighted: float
    loss: float
    optimum: float


@dataclass(frozen=True)
class Band:
    """Residuals, product − target, of the pairs whose rarer word's count lies in [low, high]."""

    low: int
    high: int
    pairs: int
    quartiles: tuple[float, float, float]


@cached
def compare(spec: Spec, on_step: OnStep = run_on) -> Comparison:
    """Compare a model (`Shelved`, or a training's spec) with its target.

    Raises QueryError for a model that has none.
    """
    training, model = shelf.training_of(spec), shelf.model_of(spec, on_step)
    load_target = kind_of(training).load_target
    if load_target is None:
        raise QueryError(
            message("The inner products of this model have no known target; choose another.")
        )
    target: Target = load_target()(training, model, on_step)
    report(on_step, 0.6, "inner products")
    rng = np.random.default_rng(0)
    rows, columns, met, values = target.rows, target.columns, target.met, target.values
    of = len(rows)
    if of > MOST:
        some = np.sort(rng.choice(of, MOST, replace=False))
        rows, columns, met, values = rows[some], columns[some], met[some], values[some]
    C = model.context if model.context.size else model.word
    product = np.einsum("ij,ij->i", model.word[rows], C[columns]).astype(np.float64)
    low, high = interval(product, values, rng)
    loss, optimum = _losses(model, target, on_step)
    return Comparison(
        target.label, rows.astype(np.int64), columns.astype(np.int64), product, values, met, of,
        _correlation(product, values), low, high,
        _weighted(product, values, met), loss, optimum,
    )  # fmt: skip


def bands(comparison: Comparison, counts: NDArray[Any]) -> list[Band]:
    """Quartiles of the residuals by the count of the rarer word, in bands of equal size."""
    rarer = np.minimum(counts[comparison.rows], counts[comparison.columns])
    residual = comparison.product - comparison.target
    edges = np.unique(np.quantile(rarer, np.linspace(0, 1, BANDS + 1)).astype(np.int64))
    quartiles = []
    for i, (low, high) in enumerate(pairwise(edges)):
        last = i == len(edges) - 2
        inside = (rarer >= low) & ((rarer <= high) if last else (rarer < high))
        if inside.any():
            q = np.percentile(residual[inside], [25, 50, 75])
            quartiles.append(
                Band(int(low), int(high if last else high - 1), int(inside.sum()),
                     (float(q[0]), float(q[1]), float(q[2])))
            )  # fmt: skip
    return quartiles


def interval(x: F64, y: F64, rng: np.random.Generator) -> tuple[float, float]:
    """(low, high) of the correlation of pairs that were drawn one by one: 95 %."""
    n = len(x)
    drawn = (rng.integers(0, n, n) for _ in range(BOOTSTRAPS))
    return intervals.percentiles(np.array([_correlation(x[s], y[s]) for s in drawn]))


def _losses(model: Model, target: Target, on_step: OnStep) -> tuple[float, float]:
    """SGNS's loss over all cells at the model and at the optimum, nats a pair; else NaN."""
    V, counts, noise = len(model.words), target.counts, target.noise
    if noise is None or V > WHOLE:
        return float("nan"), float("nan")
    # −log σ(ψ) = softplus(ψ) − ψ: dense work for the noise only, the counts are sparse
    loss = least = 0.0
    C = np.ascontiguousarray(model.context.T)
    for low in range(0, V, ROWS):
        report(on_step, 0.6 + 0.4 * low / V, "the loss over all cells")
        part = slice(low, low + ROWS)
        psi = model.word[part] @ C
        plus = np.logaddexp(np.float32(0), psi)
        sums = counts.row_sums[part]
        loss += float(sums @ (plus @ noise))
        N: Any = counts.matrix[part].tocoo()
        P = N.data * counts.keep[low + N.row] * counts.keep[N.col] / counts.unit
        loss += float(P @ (plus - psi)[N.row, N.col].astype(np.float64))
        Q = sums[N.row] * noise[N.col]
        least -= float((P * np.log(P / (P + Q)) + Q * np.log(Q / (P + Q))).sum())
    return loss / counts.total, least / counts.total


def _correlation(x: F64, y: F64) -> float:
    return float(np.corrcoef(x, y)[0, 1])


def _weighted(x: F64, y: F64, weight: F64) -> float:
    share = weight / weight.sum()
    x, y = x - share @ x, y - share @ y
    return float((share * x) @ y / np.sqrt(((share * x) @ x) * ((share * y) @ y)))
