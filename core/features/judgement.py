"""What vectors know of labels that no encoder saw, on the items that no encoder was trained on."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core import intervals, specs
from core.cache import cached
from core.features.encoders import ENCODERS, Encoded, vectors
from core.features.neighbours import NEARNESS, nearest
from core.features.snapshots import parted
from core.items.data import load
from core.latent.judgement import judge
from core.progress import OnStep, part, report, run_on
from core.spaces.probes import Probe, knn_labels, knn_right, linear_labels
from core.specs import Spec

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
    label k-NN names rightly; d: the length of a vector.
    """

    knn: tuple[Probe, ...]
    linear: Probe
    accuracy: float
    nmi: float
    right: np.ndarray
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
    if not len(data.labels):
        none, nothing = (NONE,) * len(NEARNESS), np.zeros((len(NEARNESS), 0), bool)
        return Verdict(
            none, NONE, math.nan, math.nan, nothing, V.shape[1], made.seconds, made.stopped
        )
    labels = np.asarray(data.labels[held], np.int32)
    known = labels >= 0
    accuracy, nmi = clustered(V[known], labels[known], seed)
    return Verdict(
        tuple(knn_labels(found, labels) for found in near),
        linear_labels(V, labels, seed, part(on_step, 0.92, 1.0)),
        accuracy,
        nmi,
        np.stack([knn_right(found.rows, labels)[1] for found in near]),
        V.shape[1],
        made.seconds,
        made.stopped,
    )


def agreement(V: np.ndarray, labels: np.ndarray, k: int, by: str = "euclidean") -> Probe:
    """How many of the vectors V (m, d) are named rightly by their k nearest others."""
    return knn_labels(nearest(V, k, by), np.asarray(labels, np.int32))


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


class Gap(NamedTuple):
    """a − b over pairs: its mean and 95 % interval, NaN for a single pair."""

    mean: float
    low: float
    high: float

    @property
    def is_tie(self) -> bool:
        """Whether nothing says which is better."""
        return not (self.low > 0 or self.high < 0)


def gap(a: np.ndarray, b: np.ndarray) -> Gap:
    """How much a is above b, (S,) each, pair by pair: two of one seed, or of one item."""
    differences = np.asarray(a, np.float64) - np.asarray(b, np.float64)
    S, mean = len(differences), float(differences.mean())
    if S < 2:
        return Gap(mean, math.nan, math.nan)
    half = intervals.student(S - 1) * float(differences.std(ddof=1)) / math.sqrt(S)
    return Gap(mean, mean - half, mean + half)
