"""AM-Softmax against softmax, over several seeds: which finds more mates, and how surely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.intervals import Interval, mean
from core.learning import running
from core.progress import OnStep, part, run_on
from core.sequences.judgement import ASKED
from core.sequences.learner import learner
from core.sequences.methods import Vectors, encoding, rarities, read_texts, tf_idf
from core.sequences.retrieval import TOP, retrieve
from core.sequences.specs import LOSSES, Parting, Sentences
from core.sequences.splitting import TRAINED, split
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
class Outcome:
    """found: (S, R, 2, 3), the share of hits by seed, rival of RIVALS, part of ASKED, k of TOP.

    stopped: (S, L) bool, the trainings that diverged, by seed and loss. ratios: (2,), by part of
    ASKED, the texts that ask over those trained on, of the mean split.
    """

    found: NDArray[np.float64]
    stopped: NDArray[np.bool_]
    ratios: NDArray[np.float64]

    def of(self, rival: str, place: int, k: int) -> Interval:
        """The mean share of hits."""
        found = self.found[:, RIVALS.index(rival), place, TOP.index(k)]
        return mean(found, self.ratios[place])

    def ahead(self, rival: str, other: str, place: int, k: int) -> Interval:
        """The mean difference of hits, seed by seed."""
        one, two = (self.found[:, RIVALS.index(r), place, TOP.index(k)] for r in (rival, other))
        return mean(one - two, self.ratios[place])


@cached
def compete(spec: LossContest, on_step: OnStep = run_on) -> Outcome:
    """Train every loss at every seed, and let each find mates; TF-IDF does on the same splits.

    A run that diverged counts with its last good epoch.
    """
    seeds, losses = spec.contest_seeds, len(LOSSES)
    found = np.full((seeds, len(RIVALS), len(ASKED), len(TOP)), np.nan)
    stopped = np.zeros((seeds, losses), bool)
    ratios = np.zeros((seeds, len(ASKED)))
    for seed in range(seeds):
        seeded = spec.sentences.replace(sentence_seed=seed)
        parted = split(seeded.parting)
        for i, loss in enumerate(LOSSES):
            done = (seed * losses + i) / (seeds * losses)
            hook = part(
                on_step, done, done + 1 / (seeds * losses), "seed {seed} of {n}, {loss}: {stage}",
                seed=seed + 1, n=seeds, loss=loss,
            )  # fmt: skip
            one = seeded.replace(loss=loss)
            trained = running.run(learner(one, parted), running.unkept(one), hook)
            stopped[seed, i] = bool(trained.stopped)
            way = encoding(one.parting, parted.tokens, trained.network(one))
            found[seed, i] = _found(one.parting, way)
        way = tf_idf(seeded.parting, parted.tokens, rarities(seeded.parting, parted))
        found[seed, losses] = _found(seeded.parting, way)
        sizes = [len(parted.rows(p)) for p in ASKED]
        ratios[seed] = np.array(sizes) / len(parted.rows(TRAINED))
    return Outcome(found, stopped, ratios.mean(axis=0))


def _found(spec: Parting, way: Vectors) -> NDArray[np.float64]:
    """(2, 3) by part and k, of a way to compare texts."""
    parted = split(spec)
    shares = np.full((len(ASKED), len(TOP)), np.nan)
    for place, asked in enumerate(ASKED):
        group = parted.group[parted.rows(asked)]
        found = retrieve(way(read_texts(spec, parted, asked)), group)
        if len(found.rank):
            shares[place] = [(found.rank <= k).mean() for k in TOP]
    return shares
