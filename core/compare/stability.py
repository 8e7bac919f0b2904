"""The same model trained again: which of a word's neighbours are due to chance.

Made from other seeds, or from bootstraps of the text (`core.counts.resampling`). Reruns share
text with each other: how many of the neighbours that 9 of 10 find again stand in another text,
`core.compare.halves` measures. A collection's vectors are given, nothing trains them again here:
their dimensions are drawn with replacement, and neighbours that hang on a few of them go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.compare.pairs import has_vector, unit
from core.compare.specs import Repeats, Rerun
from core.counts.resampling import pieces
from core.errors import SpecError
from core.messages import message
from core.progress import OnStep, part, run_on
from core.specs import Spec
from core.text.tokens import tokenise
from core.vectors.kinds import kind_of
from core.vectors.models.fitting import fit
from core.vectors.models.model import Model
from core.vectors.search.graph import neighbours_among, within
from core.vectors.specs import PpmiSvd, Shelved
from core.vectors.store.shelf import model_of, training_of

LONGEST = 20  # neighbours kept of each word and run


@dataclass(frozen=True, eq=False)
class Repeated:
    """words: V; own: (V, 20) nearest words in the model itself; runs: (R, V, 20) in each rerun;
    what: what was done anew, in words."""

    words: list[str]
    own: NDArray[np.int32]
    runs: NDArray[np.int32]
    what: str

    @property
    def longest(self) -> int:
        """The largest k there are lists for."""
        return int(self.own.shape[1])

    def times(self, row: int, others: NDArray[np.integer], k: int) -> NDArray[np.int64]:
        """In how many runs each of some words (m,) is among the k nearest of a word: (m,)."""
        return (self.runs[:, row, :k, None] == np.asarray(others)).any(axis=1).sum(axis=0)

    def found_again(self, word: str, others: list[str], k: int) -> NDArray[np.int64] | None:
        """`times` of a word by name, for words by name; None where it was not repeated.

        Among the 20 nearest at most, for no more are kept.
        """
        place = {name: i for i, name in enumerate(self.words)}
        if word not in place:
            return None
        ids = np.array([place.get(other, -2) for other in others], np.int64)
        return self.times(place[word], ids, min(k, self.longest))

    def stay(self, k: int) -> NDArray[np.float64]:
        """(V,) the mean share of a word's own k neighbours that each run finds again."""
        own = self.own[:, :k]
        shares = [(within(own, run[:, :k]) & (own >= 0)).mean(axis=1) for run in self.runs]
        return np.asarray(np.mean(shares, axis=0))


@cached
def repeat(spec: Repeats, on_step: OnStep = run_on) -> Repeated:
    """Make a model again and again, and list every word's neighbours in each.

    Raises SpecError where nothing of it can change, QueryError for a loaded model.
    """
    R = spec.repeats
    what = changed(spec)
    lists = []
    for draw in range(R + 1):
        named = message("run {i} of {n}", i=draw, n=R) if draw else message("the model itself")
        step = part(on_step, draw / (R + 1), (draw + 1) / (R + 1), "{named}: {stage}", named=named)
        lists.append(rerun(spec.rerun.replace(draw=draw), step))
    return Repeated(model_of(spec.rerun.vectors).words, lists[0], np.stack(lists[1:]), what)


@cached
def rerun(spec: Rerun, on_step: OnStep = run_on) -> NDArray[np.int32]:
    """The 20 nearest words of every word, (V, 20), in one run; −1 where there are no more.

    In a bootstrap, a word that was not drawn is near nothing.
    """
    return nearest_known(retrained(spec, on_step), spec.vectors, on_step)


def nearest_known(model: Model, source: PpmiSvd | Shelved, on_step: OnStep) -> NDArray[np.int32]:
    """The 20 nearest words of every word of a model, (V, 20); −1 where there are no more."""
    X = unit(model, source)
    k = min(LONGEST, len(X) - 1)
    neighbours = neighbours_among(X, k, on_step, "finding the neighbours")
    # a word without a vector has the cosine 0 with all: it is nobody's neighbour, nor has any
    known = has_vector(X)
    return np.where(known[:, None] & known[neighbours.rows], neighbours.rows, np.int32(-1))


def retrained(spec: Rerun, on_step: OnStep = run_on) -> Model:
    """The model trained on one draw, with the words of the model itself."""
    if spec.repeat_by == "dimensions":
        return redrawn(spec)
    training = checked(spec)
    if spec.draw == 0:
        return model_of(spec.vectors, on_step)
    kind = kind_of(training)
    if spec.repeat_by == "seeds":
        name = kind.seed
        seed = (training.leaf(name) + spec.draw) % 10_001
        return fit(training.replace(**{name: seed}), on_step)
    assert kind.load_bootstrap, "`checked` refuses those"
    model: Model = kind.load_bootstrap()(training, spec.draw, on_step)
    return model


def redrawn(spec: Rerun) -> Model:
    """A collection's rows with d of their d dimensions, drawn with replacement.

    Raises SpecError for words.
    """
    model = model_of(spec.vectors)
    if not model.of_items:
        raise SpecError(
            message(
                "`repeat_by=dimensions` is for the rows of a collection, which are not trained "
                "here; choose seeds or bootstrap."
            ),
            "repeat_by",
        )
    if spec.draw == 0:
        return model
    drawn = np.random.default_rng(spec.draw).integers(0, model.dim, model.dim)
    return replace(model, word=np.ascontiguousarray(model.word[:, drawn]))


def checked(spec: Rerun) -> Spec:
    """The training that is repeated. Raises SpecError where it cannot be repeated that way."""
    training = training_of(spec.vectors)
    kind = kind_of(training)
    if spec.repeat_by == "seeds" and not kind.seed:
        raise SpecError(
            message(
                "`repeat_by=seeds`: nothing about this model is random, every seed gives "
                "the same one; choose bootstrap."
            ),
            "repeat_by",
        )
    if spec.repeat_by == "bootstrap" and kind.load_bootstrap is None:
        raise SpecError(
            message(
                "`repeat_by=bootstrap` resamples the counts of PPMI-SVD, but this is a {kind} "
                "model; choose seeds.",
                kind=kind.name,
            ),
            "repeat_by",
        )
    return training


def changed(spec: Repeats) -> str:
    """What was repeated, in words. Raises as `repeat` does."""
    if spec.rerun.repeat_by == "dimensions":
        d = redrawn(spec.rerun).dim
        return message("{n} draws of the {d} dimensions, with replacement", n=spec.repeats, d=d)
    training = checked(spec.rerun)
    if spec.rerun.repeat_by == "seeds":
        return message("{n} trainings from other seeds", n=spec.repeats)
    corpus = training.association.counts.corpus  # type: ignore[attr-defined]
    name, starts = pieces(tokenise(corpus.text))
    return message(
        "{n} bootstraps of the text, {pieces:,} {kind} drawn with replacement",
        n=spec.repeats, pieces=len(starts), kind=name,
    )  # fmt: skip
