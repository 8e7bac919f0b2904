"""GloVe's hidden freedom, and what the length of a vector means.

Adding one vector a to every vector changes ⟨w, c⟩ by ⟨w, a⟩ + ⟨a, c⟩ + ‖a‖², which biases
absorb: b_w − ⟨w, a⟩ − ½‖a‖², b̃_c − ⟨a, c⟩ − ½‖a‖². The loss is what it was, and all
cosines go to 1. (Su 2017, kexue.fm/archives/4667.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.counts.cooccurrence import count
from core.errors import QueryError
from core.messages import message
from core.specs import Spec
from core.vectors.evaluate import scores
from core.vectors.models.glove import records_of
from core.vectors.models.model import Model, Space
from core.vectors.models.weighted import Records, mean_loss
from core.vectors.specs import Glove
from core.vectors.store import shelf

PAIRS = 20_000
RECORDS = 50_000
FEWEST = 10  # words that lengths are compared of
FEWEST_STOP_WORDS = 10
MOST_STOP_WORDS = 0.5  # of the words: were all marked, their mean place would be the middle
FREQUENT = 50
FREQUENT_SHARE = 0.2  # of the words: at most so many stand for stop words


@dataclass(frozen=True)
class Norms:
    """‖v‖² against counts: ids (n,) of the words with known counts; stop (n,) which are stop words.

    correlation: Spearman's ρ of ‖v‖² with −log P(w); slope: of ‖v‖² over −log P(w), least
    squares; place: the mean rank of the stop words' norms as a share, 1 is the longest;
    stop_source: which words count as stop words; from_list: whether they are of a list of such,
    or the most frequent words, where too few or nearly all are of it.
    """

    ids: NDArray[np.int64]
    squares: NDArray[np.float64]
    information: NDArray[np.float64]
    stop: NDArray[np.bool_]
    correlation: float
    slope: float
    place: float
    stop_source: str
    from_list: bool = True


def moved(model: Model, size: float) -> Model:
    """The same GloVe model with a constant vector of `size` mean norms added to all vectors.

    Raises QueryError for a model without biases.
    """
    if not model.word_bias.size:
        raise QueryError(
            message("This model has no biases that could absorb a shift; choose a GloVe.")
        )
    W, C = model.word.astype(np.float64), model.context.astype(np.float64)
    length = size * np.linalg.norm(W, axis=1).mean()
    a = np.full(model.dim, length / np.sqrt(model.dim))
    half = a @ a / 2
    return replace(
        model,
        word=(W + a).astype(np.float32),
        context=(C + a).astype(np.float32),
        word_bias=(model.word_bias - W @ a - half).astype(np.float32),
        context_bias=(model.context_bias - C @ a - half).astype(np.float32),
    )


def sample_of(spec: Spec) -> Records:
    """Some of the records a GloVe was trained on, at random. Raises QueryError for other models."""
    training = shelf.training_of(spec)
    if not isinstance(training, Glove):
        raise QueryError(message("Only a GloVe model trained here has this freedom; train one."))
    records = records_of(training, count(training.counts))
    chosen = np.random.default_rng(0).permutation(len(records))[:RECORDS]
    return records.select(np.sort(chosen))


def loss(model: Model, records: Records) -> float:
    """The mean of ½ f (ψ − log X)² over records."""
    return mean_loss(records, model.word, model.context, model.word_bias, model.context_bias)


def cosines(space: Space) -> NDArray[np.float64]:
    """Cosines of random pairs of words: (PAIRS,)."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, len(space.word), (2, PAIRS))
    a, b = a[a != b], b[a != b]
    return scores.cosines(space, a, b)


def norms(model: Model, space: Space) -> Norms:
    """Lengths against frequencies. Raises QueryError where none or too few counts are known."""
    ids = np.flatnonzero(model.counts > 0)
    if not len(ids):
        raise QueryError(message("A loaded model's counts are not known; choose one trained here."))
    if len(ids) < FEWEST:
        raise QueryError(
            message(
                "Lengths are compared where {fewest} words or more have counts, and here {n:,} "
                "have; choose a model of a longer text.",
                fewest=FEWEST, n=len(ids),
            )
        )  # fmt: skip
    squares = space.norms[ids].astype(np.float64) ** 2
    information = -np.log(model.counts[ids] / model.counts.sum())
    stop, stop_source, from_list = _stop_words(model, ids)
    ranks = (np.argsort(np.argsort(squares)) + 0.5) / len(ids)
    centred = information - information.mean()
    return Norms(
        ids, squares, information, stop, scores.spearman(squares, information),
        float(centred @ squares / max(centred @ centred, 1e-30)), float(ranks[stop].mean()),
        stop_source, from_list,
    )  # fmt: skip


def _stop_words(model: Model, ids: NDArray[np.int64]) -> tuple[NDArray[np.bool_], str, bool]:
    from gensim.parsing.preprocessing import STOPWORDS

    stop = np.array([model.words[i].lower() in STOPWORDS for i in ids])
    if FEWEST_STOP_WORDS <= stop.sum() <= MOST_STOP_WORDS * len(ids):
        return stop, message("{n:,} English stop words of gensim's list", n=stop.sum()), True
    n = min(FREQUENT, int(FREQUENT_SHARE * len(ids)))
    order = np.argsort(-model.counts[ids], kind="stable")[:n]
    stop = np.zeros(len(ids), bool)
    stop[order] = True
    said = message("the {n:,} most frequent words, standing for stop words", n=stop.sum())
    return stop, said, False
