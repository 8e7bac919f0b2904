"""PPMI-SVD as a model: vectors cut from the truncated SVD of the PPMI matrix."""

from __future__ import annotations

import numpy as np

from core.cache import cached
from core.counts.cooccurrence import count
from core.counts.ppmi import context_share, positive_pmi
from core.counts.resampling import resampled
from core.errors import QueryError
from core.lowrank.truncated import truncated_svd
from core.messages import message
from core.progress import OnStep, report, run_on
from core.text.vocabulary import vocabulary
from core.vectors.models.factorised import cut, vectors
from core.vectors.models.model import Model
from core.vectors.models.target import Target, pairs_met
from core.vectors.specs import PpmiSvd


@cached
def train(spec: PpmiSvd, on_step: OnStep = run_on) -> Model:
    """The vectors with their words; nothing is trained, so there is no history."""
    rows, words = vectors(spec, on_step), vocabulary(spec.association.counts.corpus)
    return Model(
        words.words, words.counts, rows.word, rows.context,
        lowercase=words.lowercase, simplified=words.simplified,
    )  # fmt: skip


def bootstrap(spec: PpmiSvd, draw: int, on_step: OnStep = run_on, half: int | None = None) -> Model:
    """The model of the counts of a resampled text, or of half of one (`resampled`)."""
    association = spec.association.replace(measure="ppmi")
    counts = resampled(association.counts, draw, on_step, half)
    report(on_step, 0.0, "PPMI")
    matrix = positive_pmi(association, counts)
    svd = truncated_svd(matrix, min(spec.factors.rank, counts.size - 1), on_step=on_step)
    rows = cut(svd, spec.dim, spec.exponent, spec.add_context)
    words = vocabulary(association.counts.corpus)
    return Model(words.words, words.counts, rows.word, rows.context, lowercase=words.lowercase)


def target(spec: PpmiSvd, model: Model, on_step: OnStep = run_on) -> Target:
    """max(PMI − log k, 0). Raises QueryError where the vectors are not cut to give it."""
    if spec.exponent != 0.5:
        raise QueryError(
            message(
                "With exponent {exponent:g} the inner products are not the PPMI; choose "
                "a model with 0.5.",
                exponent=spec.exponent,
            )
        )
    if spec.add_context:
        raise QueryError(message("W + C has no inner product with C; choose a model without it."))
    association = spec.association
    counts = count(association.counts, on_step)
    rows, columns, met = pairs_met(counts)
    with np.errstate(divide="ignore"):
        margins = np.log(counts.row_sums), np.log(context_share(association, counts))
    pmi = np.log(met) - margins[0][rows] - margins[1][columns] - np.log(association.shift)
    values = np.maximum(pmi, 0.0)
    return Target("max(PMI − log k, 0)", counts, rows, columns, met, values)
