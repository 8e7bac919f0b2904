"""The simpler GloVe: one vector a word, inner products fitted to PMI, no biases.

Over i ≠ j (Su 2017, kexue.fm/archives/4675), with f as in GloVe:

    J = ½ Σ f(X_ij) (⟨v_i, v_j⟩ − PMI_ij)²
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.cache import cached
from core.counts.cooccurrence import count
from core.counts.counting import Cooccurrence
from core.errors import SpecError
from core.learning.history import Record
from core.messages import message
from core.progress import OnStep, run_on
from core.vectors.models import glove_kernels as kernels
from core.vectors.models.model import F32, FLAT, NONE, Model
from core.vectors.models.target import Target, pairs_met, pmi_target
from core.vectors.models.weighted import Records, assembled, run, start
from core.vectors.specs import SimplerGlove


def records_of(spec: SimplerGlove, counts: Cooccurrence) -> Records:
    """Targets PMI off the diagonal; with one vector a word, each pair once (i < j)."""
    rows, columns, X = pairs_met(counts)
    kept = rows != columns if spec.two_vectors else rows < columns
    rows, columns, X = rows[kept], columns[kept], X[kept]
    with np.errstate(divide="ignore"):  # a word without contexts is in no pair
        margins = np.log(counts.row_sums), np.log(counts.column_sums)
    pmi = np.log(X) + np.log(counts.total) - margins[0][rows] - margins[1][columns]
    weight = (X / spec.x_max) ** spec.power
    if spec.truncate:
        weight = np.minimum(1.0, weight)
    return Records(rows, columns, pmi.astype(np.float32), weight.astype(np.float32))


@cached
def train(spec: SimplerGlove, on_step: OnStep = run_on) -> Model:
    """One vector a word, or two; no biases."""
    counts = count(spec.counts, on_step)
    records = records_of(spec, counts)
    if not len(records):
        raise SpecError(message("No two different words ever met; widen the window."), "window")
    W, C, record, seconds = fitted(spec, counts.size, records, on_step)
    context = C if spec.two_vectors else NONE
    return assembled(spec.counts.corpus, W, context, FLAT, FLAT, record, seconds)


def fitted(
    spec: SimplerGlove, size: int, records: Records, on_step: OnStep = run_on
) -> tuple[F32, F32, Record, float]:
    """(W, C (size, d), losses, seconds) after all epochs over the records; one array if W is C."""
    rng = np.random.default_rng(spec.seed)
    W = start(rng, size, spec.dim)
    C = start(rng, size, spec.dim) if spec.two_vectors else W
    GW = np.ones(size, np.float32)
    GC = np.ones(size, np.float32) if spec.two_vectors else GW
    eta = np.float32(spec.step)
    plain: Any = kernels.plain_by_row

    def go(part: Records) -> None:
        plain(*part.parts, W, C, GW, GC, eta)

    record, seconds = run(records, rng, spec.epochs, go, (W, C, FLAT, FLAT), "step", on_step)
    return W, C, record, seconds


def of_counts(counts: Cooccurrence, on_step: OnStep = run_on, **settings: Any) -> F32:
    """(V, d) word vectors of any counts, with these settings; zeros where no two words met."""
    spec = SimplerGlove().replace(**settings)
    records = records_of(spec, counts)
    if not len(records):
        return np.zeros((counts.size, spec.dim), np.float32)
    return fitted(spec, counts.size, records, on_step)[0]


def target(spec: SimplerGlove, model: Model, on_step: OnStep = run_on) -> Target:
    """PMI, of two different words."""
    return pmi_target(count(spec.counts, on_step))
