"""What do the inner products of a trained model equal? Each against its own target.

    SGNS            log n(w,c) − log(k n(w,·) P(c)) = PMI − log k, at its optimum
    GloVe           log X − b_w − b̃_c
    simpler GloVe   PMI
    PPMI-SVD        max(PMI − log k, 0)

Targets need the counts the model was trained on. gensim draws windows and drops frequent
words at random: counted here is the expectation, with weights (L−d+1)/L.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.counts.cooccurrence import count
from core.counts.counting import Cooccurrence
from core.counts.ppmi import context_share
from core.counts.specs import Counts
from core.errors import QueryError
from core.messages import message
from core.progress import OnStep, report, run_on
from core.specs import Spec
from core.text.vocabulary import vocabulary
from core.vectors.models import explicit
from core.vectors.models.glove import cells
from core.vectors.models.model import Model
from core.vectors.models.word2vec import kept_share
from core.vectors.specs import Explicit, Glove, PpmiSvd, SimplerGlove, Word2Vec
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
    label, counts, rows, columns, met, target = _targets(training, model, on_step)
    report(on_step, 0.6, "inner products")
    rng = np.random.default_rng(0)
    of = len(rows)
    if of > MOST:
        some = np.sort(rng.choice(of, MOST, replace=False))
        rows, columns, met, target = rows[some], columns[some], met[some], target[some]
    C = model.context if model.context.size else model.word
    product = np.einsum("ij,ij->i", model.word[rows], C[columns]).astype(np.float64)
    spread = [
        _correlation(product[s], target[s])
        for s in (rng.integers(0, len(rows), len(rows)) for _ in range(BOOTSTRAPS))
    ]
    low, high = np.percentile(spread, [2.5, 97.5])
    loss, optimum = _losses(training, model, counts, on_step)
    return Comparison(
        label, rows.astype(np.int64), columns.astype(np.int64), product, target, met, of,
        _correlation(product, target), float(low), float(high),
        _weighted(product, target, met), loss, optimum,
    )  # fmt: skip


def bands(found: Comparison, counts: NDArray[Any]) -> list[Band]:
    """Quartiles of the residuals by the count of the rarer word, in bands of equal size."""
    rarer = np.minimum(counts[found.rows], counts[found.columns])
    residual = found.product - found.target
    edges = np.unique(np.quantile(rarer, np.linspace(0, 1, BANDS + 1)).astype(np.int64))
    made = []
    for i, (low, high) in enumerate(pairwise(edges)):
        last = i == len(edges) - 2
        inside = (rarer >= low) & ((rarer <= high) if last else (rarer < high))
        if inside.any():
            q = np.percentile(residual[inside], [25, 50, 75])
            made.append(
                Band(int(low), int(high if last else high - 1), int(inside.sum()),
                     (float(q[0]), float(q[1]), float(q[2])))
            )  # fmt: skip
    return made


def counts_of(training: Spec) -> Counts:
    """The counts that a model was trained on, or those its training amounts to in expectation."""
    if isinstance(training, Word2Vec):
        return Counts(
            training.corpus, window=training.window, weighting="linear", boundary=training.boundary
        )
    if isinstance(training, PpmiSvd):
        return training.association.counts
    assert isinstance(training, (Glove, SimplerGlove, Explicit))
    return training.counts


def _targets(
    training: Any, model: Model, on_step: OnStep
) -> tuple[str, Cooccurrence, Any, Any, F64, F64]:
    """(what the target is, counts, rows, columns, counts of the pairs, targets)."""
    counts = count(counts_of(training), on_step)
    if isinstance(training, Word2Vec):
        if training.architecture == "cbow" or training.output != "negative sampling":
            raise QueryError(
                message(
                    "Only skip-gram with negative sampling has a known target; choose "
                    "another model."
                )
            )
        words = vocabulary(training.corpus)
        keep = kept_share(words.counts, training.sample)
        counts = Cooccurrence(counts.matrix, counts.unit, keep)
        rows, columns, met = cells(counts)
        noise = words.counts**training.noise
        share = np.log(noise / noise.sum()) + np.log(training.negatives)
        with np.errstate(divide="ignore"):
            target = np.log(met) - np.log(counts.row_sums)[rows] - share[columns]
        return f"PMI − log {training.negatives}", counts, rows, columns, met, target
    if isinstance(training, Explicit):
        best = explicit.cells(training, count(training.counts)).best
        rows, columns = (ids.astype(np.int32) for ids in np.nonzero(np.isfinite(best)))
        V = len(best)
        part = Cooccurrence(counts.matrix[:V, :V].tocsr(), counts.unit, counts.keep[:V])
        met = np.asarray(part.matrix[rows, columns]).ravel() * part.keep[rows] * part.keep[columns]
        label = f"PMI − log {training.negatives}" if training.objective == "sgns" else "PMI"
        return label, part, rows, columns, met / counts.unit, best[rows, columns]
    rows, columns, met = cells(counts)
    if isinstance(training, Glove):
        target = np.log(met) - model.word_bias[rows] - model.context_bias[columns]
        return "log X − b − b̃", counts, rows, columns, met, target.astype(np.float64)
    if isinstance(training, SimplerGlove):
        kept = rows != columns
        rows, columns, met = rows[kept], columns[kept], met[kept]
        with np.errstate(divide="ignore"):
            margins = np.log(counts.row_sums), np.log(counts.column_sums)
        pmi = np.log(met) + np.log(counts.total) - margins[0][rows] - margins[1][columns]
        return "PMI", counts, rows, columns, met, pmi
    if training.exponent != 0.5:
        raise QueryError(
            message(
                "With exponent {exponent:g} the inner products are not the PPMI; choose "
                "a model with 0.5.",
                exponent=training.exponent,
            )
        )
    if training.add_context:
        raise QueryError(message("W + C has no inner product with C; choose a model without it."))
    association = training.association
    with np.errstate(divide="ignore"):
        margins = np.log(counts.row_sums), np.log(context_share(association, counts))
    pmi = np.log(met) - margins[0][rows] - margins[1][columns] - np.log(association.shift)
    return "max(PMI − log k, 0)", counts, rows, columns, met, np.maximum(pmi, 0.0)


def _losses(
    training: Any, model: Model, counts: Cooccurrence, on_step: OnStep
) -> tuple[float, float]:
    """SGNS's loss over all cells at the model and at the optimum, nats a pair; else NaN."""
    sgns = isinstance(training, Word2Vec) or (
        isinstance(training, Explicit) and training.objective == "sgns"
    )
    V = len(model.words)
    if not sgns or V > WHOLE:
        return float("nan"), float("nan")
    if isinstance(training, Word2Vec):
        noise = model.counts**training.noise
    else:
        noise = np.where(counts.column_sums > 0, counts.column_sums, 0.0) ** training.noise
    noise = training.negatives * noise / noise.sum()
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
