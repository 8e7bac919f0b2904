"""The nearest words of a query, with everything that a page needs to draw and describe them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.counts.cooccurrence import count
from core.specs import Spec
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors.models.factorised import factorise, vectors
from core.vectors.models.model import space
from core.vectors.models.row_names import RowNames
from core.vectors.search.nearest import answer as nearest_words
from core.vectors.search.nearest import shelved_answer
from core.vectors.search.neighbours import Neighbours
from core.vectors.specs import FIRST_ORDER, PpmiSvd, Query, Shelved
from core.vectors.store import shelf
from dashboard.chain import models, spaces
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
    """One list of neighbours and all that is drawn of it; `dim` when it is of earlier settings."""

    neighbours: Neighbours
    words: Vocabulary
    norms: np.ndarray | None
    description: str
    dim: bool
    name: str = ""

    @property
    def _short(self) -> str:
        """What tells this model from another; of a collection, its vectors."""
        if isinstance(self.words, RowNames):
            return self.name.partition(" · ")[0][:28]
        return self.name.split(",")[0][:20]

    def ranking(self, title: str) -> Ranking:
        ids = self.neighbours.ids
        return Ranking(
            f"{title} · {self._short}" if title and self.name else title,
            AXES[self.neighbours.similarity],
            [self.words.words[i] for i in ids],
            np.asarray(self.neighbours.scores, np.float64),
            self.words.rows[ids] if isinstance(self.words, RowNames) else self.words.counts[ids],
            None if self.norms is None else self.norms[ids],
            of_items=isinstance(self.words, RowNames),
        )


def answer(spec: PpmiSvd, query: Query, slot: str) -> Answer | None:
    """One list of neighbours; None while nothing can be shown yet."""
    norms = None
    if query.similarity in FIRST_ORDER:
        counted = obtain(count, spec.association.counts, f"counts {slot}")
        if counted is None:
            return None
        spec, fresh = _with_settings_of(spec, counted.spec), counted.fresh
        description = say(
            "from the counts themselves, pairs with a weighted count above {least:g}",
            least=query.least,
        )
    else:
        factors = obtain(factorise, spec.factors, f"factors {slot}")
        if factors is None:
            return None
        spec, fresh = _with_settings_of(spec, factors.spec.association), factors.fresh
        spec = spec.replace(dim=min(spec.dim, factors.spec.rank))
        factorised = vectors(spec)
        norms, share = factorised.norms, float(factorised.explained[-1])
        description = say(
            "{dim}-dimensional PPMI-SVD vectors that hold {held:.1%} of ‖PPMI‖² (relative "
            "error {error:.3f}), SVD by {method}",
            dim=spec.dim,
            held=share,
            error=np.sqrt(max(1 - share, 0.0)),
            method=say(factors.result.method),
        )
    words = vocabulary(spec.association.counts.corpus)
    neighbours = nearest_words(spec, query)
    description = say(
        "{measure}, window {window}, {vectors}",
        measure=_measure(query, words),
        window=spec.association.counts.window,
        vectors=description,
    )
    return Answer(neighbours, words, norms, description, not fresh)


def shelf_answer(source: Shelved, query: Query) -> Answer:
    """The same from a model on the shelf, at once."""
    model, entry = shelf.load(source.model), shelf.get(source.model)
    part = source.part if entry.contexts else "word"
    name = spaces.called(entry)
    neighbours = shelved_answer(model, part, query)
    template = "{measure}, {dim}-dimensional vectors ({part}) of “{model}”"
    description = say(
        "{measure}, {dim}-dimensional vectors of “{model}”" if entry.of_items else template,
        measure=_measure(query, model.vocabulary),
        dim=entry.dim,
        part=say(models.PARTS[part]),
        model=name,
    )
    return Answer(neighbours, model.vocabulary, space(model, part).norms, description, False, name)


def _measure(query: Query, words: Vocabulary) -> str:
    """The measure in words, and what it means for a sum of words."""
    several = any(sign in query.expression.strip() for sign in " +-−＋－(（")
    if query.similarity == "context correlation":
        basis = min(query.basis, len(words.words))
        return say("correlation of profiles over the {n:,} most frequent words", n=basis)
    if query.similarity in FIRST_ORDER:
        name = "PMI" if query.similarity == "pmi" else f"log p(y|x) − {query.alpha:g} log #y"
        template = "{measure}, the words' own values added up by weight"
        return say(template, measure=name) if several else name
    name = say(query.similarity.replace("euclidean", "Euclidean distance"))
    template = "{measure} to the sum of the vectors as they are, not normalised"
    return say(template, measure=name) if several else name


def _with_settings_of(spec: PpmiSvd, computed: Spec) -> PpmiSvd:
    """The settings of the result shown: the previous ones while a new result is computed."""
    return spec.replace(**dict(computed.leaves()))
