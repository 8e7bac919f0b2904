"""GloVe: two vectors and two biases a word, fitted to the logarithms of counts.

With X = n(i, j) (Pennington et al. 2014, D14-1162):

    J = ½ Σ f(X_ij) (⟨w_i, c_j⟩ + b_i + b̃_j − log X_ij)²,   f(x) = min(1, (x/x_max)^p)

AdaGrad's step is η g / √(1 + Σ g²). Stanford's program sums (η g)², and so steps by

    η g / √(1 + Σ (η g)²) = g / √(1/η² + Σ g²):

late in training 1/η times as far. (It divides by the sum before this step's square is added.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.cache import cached
from core.counts.cooccurrence import count
from core.counts.counting import Cooccurrence
from core.progress import OnStep, run_on
from core.vectors.models import glove_kernels as kernels
from core.vectors.models.model import Model
from core.vectors.models.target import Target, pairs_met
from core.vectors.models.weighted import Records, assembled, run, start
from core.vectors.specs import Glove


def records_of(spec: Glove, counts: Cooccurrence) -> Records:
    """Targets log X and weights min(1, (X/x_max)^p), the diagonal among them."""
    rows, columns, X = pairs_met(counts)
    weight = np.minimum(1.0, (X / spec.x_max) ** spec.power)
    return Records(rows, columns, np.log(X).astype(np.float32), weight.astype(np.float32))


@cached
def train(spec: Glove, on_step: OnStep = run_on) -> Model:
    """Two vectors and two biases a word."""
    counts = count(spec.counts, on_step)
    records = records_of(spec, counts)
    rng = np.random.default_rng(spec.seed)
    W, C = (start(rng, counts.size, spec.dim) for _ in range(2))
    b, bc = (start(rng, counts.size, 1, spec.dim)[:, 0].copy() for _ in range(2))
    kept = (counts.size, spec.dim) if spec.adagrad == "coordinate" else (counts.size,)
    first, rate = adagrad(spec)
    GW, GC, Gb, Gbc = (
        np.full(n, first, np.float32) for n in (kept, kept, counts.size, counts.size)
    )
    step: Any = kernels.two_by_row if spec.adagrad == "row" else kernels.two_by_coordinate

    def go(part: Records) -> None:
        step(*part.parts, W, C, b, bc, GW, GC, Gb, Gbc, np.float32(rate))

    record, seconds = run(records, rng, spec.epochs, go, (W, C, b, bc), "eta", on_step)
    return assembled(spec.counts.corpus, W, C, b, bc, record, seconds)


def adagrad(spec: Glove) -> tuple[float, float]:
    """What each sum of squares starts from, and the rate of the steps: see the top."""
    return (1.0, spec.eta) if spec.squared == "gradient" else (spec.eta**-2, 1.0)


def target(spec: Glove, model: Model, on_step: OnStep = run_on) -> Target:
    """log X − b − b̃."""
    counts = count(spec.counts, on_step)
    rows, columns, met = pairs_met(counts)
    values = np.log(met) - model.word_bias[rows] - model.context_bias[columns]
    return Target("log X − b − b̃", counts, rows, columns, met, values.astype(np.float64))
