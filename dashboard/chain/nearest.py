"""The nearest words of a query, with everything that a page needs to draw and to say them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.counts.cooccurrence import count
from core.specs import Spec
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors.models.factorised import factorise, vectors
from core.vectors.models.model import space
from core.vectors.search.nearest import answer as nearest_words
from core.vectors.search.nearest import shelved_answer
from core.vectors.search.neighbours import Neighbours
from core.vectors.specs import FIRST_ORDER, PpmiSvd, Query, Shelved
from core.vectors.store import shelf
from dashboard.chain import models
from dashboard.figures.neighbours import Ranking
from dashboard.language import say
from dashboard.ui.work import obtain

AXES = {
    "cosine": "cosine",
    "inner product": "inner product",
    "euclidean": "distance, less is nearer",
    "context correlation": "correlation of profiles",
    "pmi": "PMI, nats",
    "conditional": "log p(y|x) − α log #y, nats",
}


@dataclass(frozen=True)
class Answer:
    """One list with everything needed to draw it; `dim` when it belongs to older settings."""

    found: Neighbours
    words: Vocabulary
    norms: np.ndarray | None
    said: str
    dim: bool
    name: str = ""

    def ranking(self, title: str) -> Ranking:
        ids = self.found.ids
        return Ranking(
            f"{title} · {self.name.split(',')[0][:20]}" if title and self.name else title,
            AXES[self.found.similarity],
            [self.words.words[i] for i in ids],
            np.asarray(self.found.scores, np.float64),
            self.words.counts[ids],
            None if self.norms is None else self.norms[ids],
        )


def answer(spec: PpmiSvd, query: Query, slot: str) -> Answer | None:
    """One list of neighbours; None while nothing can be shown yet."""
    norms = None
    if query.similarity in FIRST_ORDER:
        counted = obtain(count, spec.association.counts, f"counts {slot}")
        if counted is None:
            return None
        spec, fresh = _as_made(spec, counted.spec), counted.fresh
        said = say(
            "from the counts themselves, pairs with a weighted count above {least:g}",
            least=query.least,
        )
    else:
        factors = obtain(factorise, spec.factors, f"factors {slot}")
        if factors is None:
            return None
        spec, fresh = _as_made(spec, factors.spec.association), factors.fresh
        spec = spec.replace(dim=min(spec.dim, factors.spec.rank))
        made = vectors(spec)
        norms, held = made.norms, float(made.explained[-1])
        said = say(
            "{dim}-dimensional PPMI-SVD vectors that hold {held:.1%} of ‖PPMI‖² (relative "
            "error {error:.3f}), SVD by {method}",
            dim=spec.dim,
            held=held,
            error=np.sqrt(max(1 - held, 0.0)),
            method=say(factors.result.method),
        )
    words = vocabulary(spec.association.counts.corpus)
    found = nearest_words(spec, query)
    said = say(
        "{measure}, window {window}, {vectors}",
        measure=_measure(query, words),
        window=spec.association.counts.window,
        vectors=said,
    )
    return Answer(found, words, norms, said, not fresh)


def shelf_answer(source: Shelved, query: Query) -> Answer:
    """The same from a model on the shelf, at once."""
    model, entry = shelf.load(source.model), shelf.get(source.model)
    part = source.part if entry.contexts else "word"
    found = shelved_answer(model, part, query)
    said = say(
        "{measure}, {dim}-dimensional vectors ({part}) of “{model}”",
        measure=_measure(query, model.vocabulary),
        dim=entry.dim,
        part=say(models.PARTS[part]),
        model=entry.name,
    )
    return Answer(found, model.vocabulary, space(model, part).norms, said, False, entry.name)


def _measure(query: Query, words: Vocabulary) -> str:
    """The measure in words, and what it means of a sum."""
    several = any(sign in query.expression.strip() for sign in " +-−＋－(（")
    if query.similarity == "context correlation":
        basis = min(query.basis, len(words.words))
        return say("correlation of profiles over the {n:,} most frequent words", n=basis)
    if query.similarity in FIRST_ORDER:
        name = "PMI" if query.similarity == "pmi" else f"log p(y|x) − {query.alpha:g} log #y"
        said = "{measure}, the words' own values added up by weight"
        return say(said, measure=name) if several else name
    name = say(query.similarity.replace("euclidean", "Euclidean distance"))
    said = "{measure} to the sum of the vectors as they are, not normalised"
    return say(said, measure=name) if several else name


def _as_made(spec: PpmiSvd, made: Spec) -> PpmiSvd:
    """The settings whose result is shown: the last ones, while new ones are computed."""
    return spec.replace(**dict(made.leaves()))
