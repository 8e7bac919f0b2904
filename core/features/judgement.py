"""What vectors know of labels that no encoder saw, on the items that no encoder was trained on."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np

from core import intervals, specs
from core.cache import cached
from core.features.encoders import ENCODERS, Encoded, vectors
from core.features.neighbours import NEARNESS, nearest
from core.features.snapshots import parted
from core.intervals import Interval
from core.items.data import load
from core.latent.judgement import judge
from core.progress import OnStep, part, report, run_on
from core.spaces.probes import (
    Probe,
    half_shares,
    knn_labels,
    knn_right,
    lead,
    linear_labels,
)
from core.specs import Spec
from core.threads import one_thread

STARTS = 4  # of k-means
NONE = Probe(math.nan, math.nan, math.nan, math.nan, 0)
SCORES = ("k-NN, euclidean", "k-NN, cosine", "linear probe", "k-means accuracy", "k-means NMI")


@dataclass(frozen=True)
class EncodersJudged(Spec):
    """One encoder before the labels of the held-out items."""

    encoded: Encoded = specs.nested(Encoded)
    voters: int = specs.integer(5, 1, 50, "k of k-NN: neighbours whose labels vote")


@dataclass(frozen=True)
class Verdict:
    """knn: by distance and by cosine; linear: the linear probe; accuracy, nmi: of k-means with as
    many clusters as labels. Without labels all are NaN. right: (2, m) which held-out items with a
    label k-NN names rightly; halves: (2, H) the shares that it names rightly in random halves of
    them (`probes.half_shares`); d: the length of a vector.
    """

    knn: tuple[Probe, ...]
    linear: Probe
    accuracy: float
    nmi: float
    right: np.ndarray
    halves: np.ndarray
    d: int
    seconds: float
    stopped: str = ""

    @property
    def scores(self) -> tuple[float, ...]:
        """In the order of `SCORES`."""
        knn = (probe.score for probe in self.knn)
        return (*knn, self.linear.score, self.accuracy, self.nmi)


@cached
def verdict(spec: EncodersJudged, on_step: OnStep = run_on) -> Verdict:
    """Scores on the held-out items alone: neighbours are sought among them, probes fitted on them.

    Raises SpecError for k above the held-out items.
    """
    made = vectors(spec.encoded, part(on_step, 0.0, 0.9))
    data = load(spec.encoded.infomax.items)
    held = parted(spec.encoded.infomax, len(data.x)).held_out
    V, seed = made.V[held], spec.encoded.infomax.info_seed
    report(on_step, 0.9, "judging by labels")
    near = [nearest(V, spec.voters, by) for by in NEARNESS]
    labels = np.full(len(held), -1, np.int32)
    if len(data.labels):
        labels = np.asarray(data.labels[held], np.int32)
    known = labels >= 0
    if not known.any():
        none, nothing = (NONE,) * len(NEARNESS), np.zeros((len(NEARNESS), 0))
        return Verdict(
            none, NONE, math.nan, math.nan, nothing.astype(bool), nothing, V.shape[1],
            made.seconds, made.stopped,
        )  # fmt: skip
    accuracy, nmi = clustered(V[known], labels[known], seed)
    return Verdict(
        tuple(knn_labels(found, labels) for found in near),
        linear_labels(V, labels, seed, part(on_step, 0.92, 1.0)),
        accuracy,
        nmi,
        np.stack([knn_right(found.rows, labels)[1] for found in near]),
        half_shares([found.rows for found in near], labels).T,
        V.shape[1],
        made.seconds,
        made.stopped,
    )


def agreement(V: np.ndarray, labels: np.ndarray, k: int, by: str = "euclidean") -> Probe:
    """How many of the vectors V (m, d) are named rightly by their k nearest others."""
    return knn_labels(nearest(V, k, by), np.asarray(labels, np.int32))


@one_thread()
def clustered(V: np.ndarray, labels: np.ndarray, seed: int) -> tuple[float, float]:
    """(accuracy of the best one-to-one matching, NMI) of k-means with as many clusters as labels.

    V: (m, d), each column around its mean.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    K = len(np.unique(labels))
    # Fewer distinct vectors than clusters is no error: some clusters stay empty.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    cluster = KMeans(K, n_init=STARTS, random_state=seed).fit_predict(V - V.mean(axis=0))
    judged = judge(cluster, labels, K)
    return judged.accuracy, judged.nmi


@dataclass(frozen=True)
class EncoderContest(Spec):
    """Every encoder with several seeds, each of which also deals the items anew."""

    encoded: Encoded = specs.nested(Encoded)
    voters: int = specs.as_in(EncodersJudged, "voters", 5)
    feature_seeds: int = specs.integer(1, 1, 20, "runs of each encoder")

    @property
    def ratio(self) -> float:
        """Items held out to items trained on: seeds deal the same items, so that splits overlap."""
        return self.encoded.infomax.kept_back / (1 - self.encoded.infomax.kept_back)

    @property
    def shared(self) -> EncoderContest:
        """The contest whichever encoder is looked at."""
        one = Encoded(self.encoded.infomax, rival_epochs=self.encoded.rival_epochs)
        return EncoderContest(one, self.voters, self.feature_seeds)

    def judged(self, encoder: str, number: int = 0) -> EncodersJudged:
        """One of its encoders, with the seed of this number."""
        seed = (self.encoded.infomax.info_seed + number) % 10_000
        return EncodersJudged(self.encoded.of(encoder, seed), self.voters)


@dataclass(frozen=True)
class Outcome:
    """values: (M, S, 5) by encoder of `ENCODERS`, seed and score of `SCORES`; first: the verdicts
    of the first seed; seconds: (M, S) of training.
    """

    values: np.ndarray
    seconds: np.ndarray
    first: tuple[Verdict, ...]


@cached
def compared(spec: EncoderContest, on_step: OnStep = run_on) -> Outcome:
    """Every encoder by seed. What is done when it is cancelled is not done again.

    Raises what the trainings raise.
    """
    M, S = len(ENCODERS), spec.feature_seeds
    values, seconds = np.zeros((M, S, len(SCORES))), np.zeros((M, S))
    first: list[Verdict] = []
    for number in range(M * S):
        seed, m = divmod(number, M)
        step = part(
            on_step, number / (M * S), (number + 1) / (M * S), "{stage} ({i} of {n})",
            i=number + 1, n=M * S,
        )  # fmt: skip
        one = verdict(spec.judged(ENCODERS[m], seed), step)
        values[m, seed], seconds[m, seed] = one.scores, one.seconds
        first += [one] if not seed else []
    return Outcome(values, seconds, tuple(first))


def ahead(spec: EncoderContest, outcome: Outcome, one: str, other: str, score: int) -> Interval:
    """How much more of the held-out items k-NN names rightly by `one` than by `other`.

    score: of `SCORES`, one of k-NN's. Over seeds, pair by pair; of a single seed over its items.
    """
    a, b = ENCODERS.index(one), ENCODERS.index(other)
    if outcome.values.shape[1] > 1:
        return intervals.mean(outcome.values[a, :, score] - outcome.values[b, :, score], spec.ratio)
    pair = outcome.first[a], outcome.first[b]
    return lead(
        np.stack([judged.right[score] for judged in pair]),
        np.stack([judged.halves[score] for judged in pair]),
    )


def over_seeds(spec: EncoderContest, outcome: Outcome, encoder: str, score: int) -> Interval:
    """The mean of a score over two seeds or more, and its interval within [0, 1]."""
    one = intervals.mean(outcome.values[ENCODERS.index(encoder), :, score], spec.ratio)
    return Interval(one.value, max(one.low, 0.0), min(one.high, 1.0))
