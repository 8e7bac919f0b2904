"""Training whatever a spec describes."""

from __future__ import annotations

from typing import cast

from core.cache import Computation
from core.progress import OnStep, run_on
from core.specs import Spec
from core.text.specs import Corpus
from core.text.vocabulary import vocabulary
from core.vectors.kinds import kind_of
from core.vectors.models.model import Model

COPIES = 10  # both vectors of each word, their steps, and what the best epoch kept of them


def _trainer(spec: Spec) -> Computation[Model]:
    return cast("Computation[Model]", kind_of(spec).load_fit())


def _fit(spec: Spec, on_step: OnStep = run_on) -> Model:
    """Train the model that a spec of `core.vectors.specs` describes; each is computed once.

    Raises SpecError for a spec of something else.

    >>> fit(Glove(dim=50, epochs=5)).word.shape                     # doctest: +SKIP
    """
    return _trainer(spec)(spec, on_step)


def memory(spec: Spec) -> float:
    """Bytes of a training of this spec, where its words are known; 0 where they are not."""
    counts = getattr(spec, "counts", None) or getattr(
        getattr(spec, "association", None), "counts", None
    )
    corpus = getattr(counts or spec, "corpus", None)
    if not isinstance(corpus, Corpus) or not vocabulary.ready(corpus):
        return 0.0
    numbers = len(vocabulary(corpus).words) * int(getattr(spec, "dim", 0))
    return 4.0 * COPIES * numbers


# The trainers keep the results: `fit` answers as a `cached` function does, and keeps none.
_fit.ready = lambda spec: _trainer(spec).ready(spec)  # type: ignore[attr-defined]
_fit.stored = lambda spec: _trainer(spec).stored(spec)  # type: ignore[attr-defined]
_fit.needs = memory  # type: ignore[attr-defined]
fit = cast("Computation[Model]", _fit)
