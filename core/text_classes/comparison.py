"""The network beside linear models, on the same held-out texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.intervals import Interval
from core.progress import OnStep, part, report, run_on
from core.sequences import word_vectors
from core.sequences.padding import frequent
from core.sequences.retrieval import clustered_share, difference
from core.specs import Spec
from core.text_classes import linear
from core.text_classes.division import TEST, TRAINED, divide
from core.text_classes.inputs import Words, inputs, words
from core.text_classes.networks import predict
from core.text_classes.specs import Division, TextClasses
from core.text_classes.tokens import characters
from core.text_classes.training import fit
from core.threads import one_thread
from core.vectors.models.model import space
from core.vectors.store import shelf

F32 = NDArray[np.float32]
LINEAR = (
    "tf-idf characters", "tf-idf words", "nb-svm characters", "nb-svm words", "sum", "sum hidden",
)  # fmt: skip
NETWORK = "network"
WORDLESS = "∅"  # a text without a word, such as “!!!”, counts as one of this word


@dataclass(frozen=True)
class Comparison(Spec):
    """The models without a network: on which texts, and whose word vectors are added up.

    Without a model of the shelf the vectors are cut from the PPMI of the texts trained on.
    """

    division: Division = specs.nested(Division)
    sum_model: str = specs.text(
        "", 40, "the id of a model on the shelf, whose word vectors are added up"
    )


@dataclass(frozen=True)
class Compared:
    """classes: (M, n) int64, by method of LINEAR the class of each text tested; own: (n,) their
    labels; commonest: the share of the commonest class; known: the share of the words of texts
    tested that have a vector."""

    classes: NDArray[np.int64]
    own: NDArray[np.int64]
    commonest: float
    known: float

    def right(self, method: str) -> NDArray[np.bool_]:
        """Which of the texts tested a method knows."""
        return np.asarray(self.classes[LINEAR.index(method)] == self.own)

    @property
    def best(self) -> str:
        """The method with the highest accuracy, the first of equals."""
        return LINEAR[int((self.classes == self.own).mean(axis=1).argmax())]


@cached
@one_thread()
def compare(spec: Comparison, on_step: OnStep = run_on) -> Compared:
    """Fit the models that need no network to the texts trained on, and test them.

    Raises QueryError where the model of the shelf is gone.
    """
    divided = divide(spec.division, on_step)
    seed = spec.division.division_seed
    trained, tested = divided.rows(TRAINED), divided.rows(TEST)
    label, own = divided.label[trained], divided.label[tested]
    begun = characters(spec.division.reading)
    whole = words(Words(spec.division), part(on_step, 0.0, 0.25))
    cut = dict(zip(divided.used.tolist(), whole, strict=True))
    sides = [[cut[i] for i in rows] for rows in (trained, tested)]
    texts = {
        "characters": [[begun[i] for i in divided.places[rows]] for rows in (trained, tested)],
        "words": [[" ".join(text) or WORDLESS for text in side] for side in sides],
    }
    results = {}
    for i, (name, (train, test)) in enumerate(texts.items()):
        report(on_step, 0.25 + 0.3 * i, "counting n-grams")
        counts = linear.ngrams(train, test, name)
        report(on_step, 0.35 + 0.3 * i, "logistic regression")
        results[f"tf-idf {name}"] = linear.tf_idf(counts, label, seed)
        report(on_step, 0.48 + 0.3 * i, "NB-SVM")
        results[f"nb-svm {name}"] = linear.nb_svm(counts, label, seed)
    report(on_step, 0.85, "adding word vectors")
    index, vectors = _word_vectors(spec, sides[0])
    (a, _), (b, known) = (_sums(side, index, vectors) for side in sides)
    results["sum"], results["sum hidden"] = linear.of_sums(a, b, label, seed)
    common = np.bincount(own).max() / len(own)
    rows = np.stack([results[name] for name in LINEAR])
    return Compared(rows, own, float(common), known)


def _word_vectors(spec: Comparison, train: list[list[str]]) -> tuple[dict[str, int], F32]:
    """The rows of words, and their vectors (V, d): of the shelf's model, or of the texts alone."""
    if spec.sum_model:
        model = shelf.load(spec.sum_model)
        return model.vocabulary.index, space(model).word
    tokens = frequent(train, 2)
    met = word_vectors.counts(train, tokens)
    index = {word: i for i, word in enumerate(tokens.words)}
    if not met.matrix.nnz:
        return index, np.zeros((len(index), 1), np.float32)
    return index, word_vectors.ppmi_svd(met)


def _sums(texts: list[list[str]], index: dict[str, int], vectors: F32) -> tuple[F32, float]:
    """The sum of the word vectors of each text (n, d), and the mean share of its words that have
    one."""
    sums = np.zeros((len(texts), max(vectors.shape[1], 1)), np.float32)
    known = np.zeros(len(texts))
    for i, text in enumerate(texts):
        rows = [index[token] for token in text if token in index]
        if rows:
            sums[i] = vectors[rows].sum(axis=0)
        known[i] = len(rows) / max(len(text), 1)
    return sums, float(known.mean())


@dataclass(frozen=True)
class Judged:
    """What a trained network says of the texts tested: log-probabilities (n, C), vectors (n, F) of
    its last layer, labels (n,), and the places (n,) of the texts among those classified."""

    logs: F32
    vectors: F32
    own: NDArray[np.int64]
    places: NDArray[np.int64]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which texts it knows (n,)."""
        return np.asarray(self.logs.argmax(axis=1) == self.own)


@cached
def judge(spec: TextClasses, on_step: OnStep = run_on) -> Judged:
    """Test a network on the texts that neither trained nor watched it."""
    trained = fit(spec, part(on_step, 0.0, 0.8))
    texts = inputs(spec, part(on_step, 0.8, 0.9))
    rows = texts.divided.rows(TEST)
    logs, vectors, _ = predict(trained.network(spec), texts.ids[rows])
    return Judged(logs, vectors, texts.divided.label[rows], texts.divided.places[rows])


def accuracy(right: NDArray[np.bool_]) -> Interval:
    """The share of the texts that are known, with Wilson's interval: the luck of the texts."""
    return clustered_share(right, np.arange(len(right)))


def ahead(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Interval:
    """How much larger the share of `one` is, text by text: the paired interval."""
    return difference(one, other, np.arange(len(one)))
