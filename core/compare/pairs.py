"""Two models over the words they share: neighbours kept, geometry, and what changed most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.compare.matched import Matched, match
from core.compare.specs import Pair
from core.errors import QueryError
from core.lengths import directions
from core.messages import message
from core.progress import OnStep, part, run_on
from core.specs import Spec
from core.vectors.models.model import Model, space
from core.vectors.store.shelf import model_of

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
FEWEST = 20


@dataclass(frozen=True, eq=False)
class Compared(Matched):
    """Two models over n shared words, in A's order of frequency; rows of lists are these words.

    a_ids, b_ids: (n,) the words' numbers in each model; counts: (n,) in A's text, or B's,
    zeros where neither is known.
    """

    words: list[str]
    a_ids: I64
    b_ids: I64
    counts: I64


@cached
def compare(spec: Pair, on_step: OnStep = run_on) -> Compared:
    """Compare two models. Raises QueryError where they share fewer than 20 words.

    >>> compare(Pair()).mean_overlap(10)                            # doctest: +SKIP
    """
    first = model_of(spec.a, part(on_step, 0.0, 0.2))
    second = model_of(spec.b, part(on_step, 0.2, 0.4))
    a_unit, b_unit = unit(first, spec.a), unit(second, spec.b)
    a_ids, b_ids = shared([first, second], [a_unit, b_unit], spec.pair_words)
    matched = match(a_unit[a_ids], b_unit[b_ids], part(on_step, 0.4, 1.0))
    counts = first.counts[a_ids]
    return Compared(
        **vars(matched),
        words=[first.words[i] for i in a_ids],
        a_ids=a_ids,
        b_ids=b_ids,
        counts=counts if counts.any() else second.counts[b_ids],
    )


def unit(model: Model, spec: Spec) -> F32:
    """A model's vectors of length 1 (V, d); rows of zeros where a word has none."""
    rows = space(model, getattr(spec, "part", "word"))
    return directions(rows.word, rows.norms)


def has_vector(X: F32) -> NDArray[np.bool_]:
    """Which rows of X (V, d) are not all zeros: (V,)."""
    return np.asarray(X.any(axis=1))


def shared(models: list[Model], units: list[F32], most: int) -> list[I64]:
    """For each model the numbers of the words that all have vectors of, at most `most`.

    In the first model's order, which is that of frequency. Raises QueryError for too few.
    """
    have = [
        {word: i for i, (word, v) in enumerate(zip(m.words, has_vector(u), strict=True)) if v}
        for m, u in zip(models, units, strict=True)
    ]
    words = [word for word in have[0] if all(word in other for other in have[1:])][:most]
    if len(words) < FEWEST:
        raise QueryError(
            message(
                "The models share {n} words; {fewest} are needed to compare them. Choose models "
                "of the same language and spelling (upper and lower case are distinguished).",
                n=len(words),
                fewest=FEWEST,
            )
        )
    return [np.array([place[word] for word in words], np.int64) for place in have]
