"""AM-Softmax against softmax, over several seeds: which finds more mates, and how surely."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.intervals import student
from core.learning import running
from core.progress import OnStep, part, run_on
from core.sequences.judgement import ASKED
from core.sequences.learner import learner
from core.sequences.methods import encoding, rarities, read_texts, tf_idf
from core.sequences.retrieval import TOP, retrieve
from core.sequences.specs import LOSSES, Sentences
from core.sequences.splitting import split
from core.specs import Spec

RIVALS = (*LOSSES, "tf-idf")


@dataclass(frozen=True)
class LossContest(Spec):
    """The same training with each loss, over seeds: each seed splits and starts anew for all."""

    sentences: Sentences = specs.nested(Sentences)
    contest_seeds: int = specs.integer(
        5, 2, 30, "Seeds; each draws another split and another start, the same ones for every loss."
    )


def contest_of(spec: Sentences, seeds: int) -> LossContest:
    """The contest of a training: whatever its loss and its seed are, all losses are trained."""
    return LossContest(spec.replace(sentence_seed=0, loss=LOSSES[0], sentence_changes=""), seeds)


@dataclass(frozen=True)
class Mean:
    """A mean over seeds with Student's interval at 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Outcome:
    """found: (S, R, 2, 3), the share of hits by seed, rival of RIVALS, part of ASKED, k of TOP."""

    found: NDArray[np.float64]

    def of(self, rival: str, place: int, k: int) -> Mean:
        """The mean share of hits."""
        return mean(self.found[:, RIVALS.index(rival), place, TOP.index(k)])

    def ahead(self, rival: str, other: str, place: int, k: int) -> Mean:
        """The mean difference of hits, seed by seed."""
        one, two = (self.found[:, RIVALS.index(r), place, TOP.index(k)] for r in (rival, other))
        return mean(one - two)


def mean(values: NDArray[np.float64]) -> Mean:
    """Mean and interval of independent values (S,), S of 2 or more."""
    n, value = len(values), float(values.mean())
    half = student(n - 1) * float(values.std(ddof=1)) / math.sqrt(n)
    return Mean(value, value - half, value + half)


@cached
def compete(spec: LossContest, on_step: OnStep = run_on) -> Outcome:
    """Train every loss at every seed, and let each find mates; TF-IDF does on the same splits."""
    seeds, losses = spec.contest_seeds, len(LOSSES)
    found = np.full((seeds, len(RIVALS), len(ASKED), len(TOP)), np.nan)
    for seed in range(seeds):
        for i, loss in enumerate(LOSSES):
            done = (seed * losses + i) / (seeds * losses)
            hook = part(
                on_step, done, done + 1 / (seeds * losses), "seed {seed} of {n}, {loss}: {stage}",
                seed=seed + 1, n=seeds, loss=loss,
            )  # fmt: skip
            found[seed, i] = _found(spec.sentences.replace(sentence_seed=seed, loss=loss), hook)
        first = spec.sentences.replace(sentence_seed=seed)
        found[seed, losses] = _found(first, hook, trained=False)
    return Outcome(found)


def _found(spec: Sentences, on_step: OnStep, trained: bool = True) -> NDArray[np.float64]:
    """(2, 3) by part and k, of the encoder or of TF-IDF."""
    parted = split(spec)
    if trained:
        network = running.learn(learner(spec, parted), spec, on_step)
        way = encoding(spec, parted.tokens, network)
    else:
        way = tf_idf(spec, parted.tokens, rarities(spec, parted))
    shares = np.full((len(ASKED), len(TOP)), np.nan)
    for place, asked in enumerate(ASKED):
        group = parted.group[parted.rows(asked)]
        ranks = retrieve(way(read_texts(spec, parted, asked)), group).rank
        if len(ranks):
            shares[place] = [(ranks <= k).mean() for k in TOP]
    return shares
