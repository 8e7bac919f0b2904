"""Ways to sort series that learn no kernels: nearest neighbour, logistic regression, ROCKET."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.progress import OnStep, report, run_on
from core.series import random_kernels
from core.series.scores import confusion, macro_f1
from core.series.specs import SeriesParting
from core.series.splitting import Split, split
from core.specs import Spec

BASELINES = ("nearest", "logistic", "rocket")
PENALTIES = (0.0003, 0.001, 0.01, 0.1)  # C of logistic regression, the smallest the strongest
RIDGES = np.logspace(-3, 4, 15)
INSIDE = 0.25  # of the training series: what chooses a penalty

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class SeriesRivals(Spec):
    """The methods beside the network, on the same split."""

    parting: SeriesParting = specs.nested(SeriesParting)
    kernels: int = specs.integer(
        1000, 50, 10_000, "How many random kernels; the published method takes 10,000."
    )


@dataclass(frozen=True)
class Answers:
    """said: (3, m) int64, the class that each of BASELINES gives each test series."""

    said: Labels

    def of(self, method: str) -> Labels:
        """The answers of a method, (m,)."""
        return self.said[BASELINES.index(method)]


@cached
def baselines(spec: SeriesRivals, on_step: OnStep = run_on) -> Answers:
    """Fit each method on the training series, and ask it about the test series."""
    return ask(spec, split(spec.parting), on_step)


def ask(spec: SeriesRivals, parted: Split, on_step: OnStep = run_on) -> Answers:
    """`baselines`, of a split at hand."""
    x, own = parted.x, parted.series.label.astype(np.int64)
    known, asked = x[parted.trained], x[parted.tested]
    labels, C = own[parted.trained], len(parted.series.classes)
    said = []
    for i, (stage, method) in enumerate(
        (("nearest neighbours", _nearest), ("logistic regression", _logistic))
    ):
        report(on_step, i / 5, stage)
        said.append(method(known, labels, asked, C))
    report(on_step, 0.4, "random kernels")
    kernels = random_kernels.draw(spec.kernels, x.shape[1], spec.parting.series_seed)
    said.append(
        _ridge(random_kernels.features(kernels, known), labels,
               random_kernels.features(kernels, asked))
    )  # fmt: skip
    return Answers(np.stack(said).astype(np.int64))


def _nearest(known: np.ndarray, labels: Labels, asked: np.ndarray, C: int) -> np.ndarray:
    """The class of the nearest training series, by Euclidean distance."""
    from sklearn.neighbors import KNeighborsClassifier

    answers: np.ndarray = (
        KNeighborsClassifier(1, algorithm="brute").fit(known, labels).predict(asked)
    )
    return answers


def _logistic(known: np.ndarray, labels: Labels, asked: np.ndarray, C: int) -> np.ndarray:
    """Logistic regression of the points; its penalty is the best by macro-F1 inside training."""
    from sklearn.linear_model import LogisticRegression

    def fitted(rows: np.ndarray, penalty: float) -> LogisticRegression:
        return LogisticRegression(C=penalty, max_iter=1000).fit(known[rows], labels[rows])

    inside = np.random.default_rng(0).random(len(known)) < INSIDE
    fit, chosen = np.flatnonzero(~inside), PENALTIES[1]
    if inside.any() and set(labels[fit]) == set(labels):
        scores = [
            macro_f1(confusion(labels[inside], fitted(fit, p).predict(known[inside]), C))
            for p in PENALTIES
        ]
        chosen = PENALTIES[int(np.argmax(scores))]
    answers: np.ndarray = fitted(np.arange(len(known)), chosen).predict(asked)
    return answers


def _ridge(known: np.ndarray, labels: Labels, asked: np.ndarray) -> np.ndarray:
    """Ridge regression on features of mean 0 and variance 1, λ by leaving one out."""
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(known)
    model = RidgeClassifierCV(alphas=RIDGES).fit(scaler.transform(known), labels)
    answers: np.ndarray = model.predict(scaler.transform(asked))
    return answers
