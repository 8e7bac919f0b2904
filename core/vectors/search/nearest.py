"""From a setting and a question to its answer: the whole chain in one call."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.counts.cooccurrence import count
from core.counts.ppmi import context_share
from core.errors import QueryError
from core.messages import message
from core.progress import OnStep, run_on
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors.models.factorised import vectors
from core.vectors.models.model import Model, space
from core.vectors.search import expression
from core.vectors.search.neighbours import Neighbours, first_order, neighbours
from core.vectors.specs import FIRST_ORDER, PpmiSvd, Query, Shelved
from core.vectors.store import shelf


def nearest(spec: PpmiSvd | Shelved, query: Query) -> list[tuple[str, float]]:
    """The nearest words of `query.expression` under `query.similarity`, with their scores.

    `spec` is that of PPMI-SVD vectors, or names a model on the shelf. Raises
    QueryError and UnknownWord for queries without an answer.

    >>> [word for word, score in nearest(PpmiSvd(), Query("music", k=3))]
    ['poetry', 'folk', 'dance']
    """
    if isinstance(spec, Shelved):
        model = shelf.load(spec.model)
        ranked, words = shelved_answer(model, spec.part, query), model.words
    else:
        ranked = answer(spec, query)
        words = vocabulary(spec.association.counts.corpus).words
    return [(words[i], float(score)) for i, score in zip(ranked.ids, ranked.scores, strict=True)]


def answer(spec: PpmiSvd, query: Query, on_step: OnStep = run_on) -> Neighbours:
    """The answer of `nearest`, as ids and scores.

    First-order measures use the counts and the association's smoothing only,
    the others the vectors.
    """
    words = vocabulary(spec.association.counts.corpus, on_step)
    target = weights_of(query.expression, words)
    if query.similarity not in FIRST_ORDER:
        return neighbours(words.words, vectors(spec, on_step), target, query)
    counts = count(spec.association.counts, on_step)
    if query.similarity == "conditional":
        margin = words.counts.astype(np.float64)
    else:
        margin = context_share(spec.association, counts) * counts.total
    return first_order(
        np.stack([counts.row(i) for i in target]),
        margin,
        counts.total,
        query,
        weights=tuple(target.values()),
        exclude=tuple(target) if query.exclude_inputs else (),
        least=query.least,
    )


def shelved_answer(model: Model, part: str, query: Query) -> Neighbours:
    """The same from a stored model's vectors. Raises QueryError for first-order measures."""
    if query.similarity in FIRST_ORDER:
        raise QueryError(
            message(
                "`{similarity}` is read off the counts of a corpus, but this model keeps none; "
                "choose a measure of vectors.",
                similarity=query.similarity,
            )
        )
    target = weights_of(query.expression, model.vocabulary)
    return neighbours(model.words, space(model, part), target, query)


def weights_of(text: str, words: Vocabulary) -> Mapping[int, float]:
    """The ids and weights of an expression's words. Raises QueryError and UnknownWord."""
    target: dict[int, float] = {}
    for word, weight in expression.parse(text, words.find).items():
        i = words.find(word)
        target[i] = target.get(i, 0.0) + weight
    return target
