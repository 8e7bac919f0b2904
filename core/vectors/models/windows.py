"""What word2vec's training on the running text amounts to: counts, and a target.

gensim draws windows and drops frequent words at random: counted here is the expectation, with
weights (L−d+1)/L. Skip-gram with negative sampling is at its optimum where

    ⟨w, c⟩ = log n(w,c) − log(k n(w,·) P(c)) = PMI − log k
"""

from __future__ import annotations

import numpy as np

from core.counts.cooccurrence import count
from core.counts.counting import Cooccurrence
from core.counts.specs import Counts
from core.errors import QueryError
from core.messages import message
from core.progress import OnStep, run_on
from core.text.vocabulary import vocabulary
from core.vectors.models.model import Model
from core.vectors.models.target import Target, pairs_met
from core.vectors.models.word2vec import kept_share
from core.vectors.specs import Word2Vec


def counts_of(spec: Word2Vec) -> Counts:
    """The counts that the drawn windows amount to in expectation."""
    return Counts(spec.corpus, window=spec.window, weighting="linear", boundary=spec.boundary)


def target(spec: Word2Vec, model: Model, on_step: OnStep = run_on) -> Target:
    """PMI − log k. Raises QueryError for what is not skip-gram with negative sampling."""
    if spec.architecture == "cbow" or spec.output != "negative sampling":
        raise QueryError(
            message(
                "Only skip-gram with negative sampling has a known target; choose another model."
            )
        )
    counts = count(counts_of(spec), on_step)
    words = vocabulary(spec.corpus)
    counts = Cooccurrence(counts.matrix, counts.unit, kept_share(words.counts, spec.sample))
    rows, columns, met = pairs_met(counts)
    noise = words.counts**spec.noise
    share = np.log(noise / noise.sum()) + np.log(spec.negatives)
    with np.errstate(divide="ignore"):
        values = np.log(met) - np.log(counts.row_sums)[rows] - share[columns]
    return Target(
        f"PMI − log {spec.negatives}", counts, rows, columns, met, values,
        noise=spec.negatives * noise / noise.sum(),
    )  # fmt: skip
