"""The luck of the seed: the network and the other methods, each seed with other data or split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.cache import cached
from core.intervals import Interval, mean
from core.learning import running
from core.progress import OnStep, part, run_on
from core.series.baselines import SeriesRivals, ask
from core.series.judgement import METHODS
from core.series.learner import learner
from core.series.scores import confusion, macro_f1
from core.series.specs import SeriesNet, Spectra
from core.series.splitting import split
from core.specs import Spec

SHARE = 0.8  # of a seed's time that the network takes


@dataclass(frozen=True)
class SeedLuck(Spec):
    """The same training at several seeds. Of synthetic spectra each seed makes others."""

    net: SeriesNet = specs.nested(SeriesNet)
    kernels: int = specs.as_in(SeriesRivals, "kernels", 1000)
    luck_seeds: int = specs.integer(
        3, 2, 20, "Seeds; each makes other spectra, or another split of a file, for all methods."
    )


def luck_of(spec: SeriesNet, kernels: int, seeds: int) -> SeedLuck:
    """The seeds of a training, whatever its own seeds are."""
    return SeedLuck(spec.replace(series_seed=0, sky_seed=0, net_changes=""), kernels, seeds)


@dataclass(frozen=True)
class Luck:
    """scores: (S, 4) macro-F1 by seed and by method of METHODS; ratio: test over training series,
    0 where every seed has series of its own; stopped: (S,) whether the network diverged; chance: of
    guessing with the right shares."""

    scores: NDArray[np.float64]
    ratio: float
    stopped: NDArray[np.bool_]
    chance: float

    def of(self, method: str) -> Interval:
        """Mean macro-F1 of a method over seeds, with its interval."""
        return mean(self.scores[:, METHODS.index(method)], self.ratio)

    def ahead(self, rival: str) -> Interval:
        """The mean lead of the network, seed by seed."""
        return mean(self.scores[:, 0] - self.scores[:, METHODS.index(rival)], self.ratio)


@cached
def over_seeds(spec: SeedLuck, on_step: OnStep = run_on) -> Luck:
    """Train and judge at each seed. A run that diverged counts with its last good epoch."""
    scores = np.empty((spec.luck_seeds, len(METHODS)))
    stopped = np.zeros(spec.luck_seeds, bool)
    ratio = 0.0
    for seed in range(spec.luck_seeds):
        net = seeded(spec.net, seed)
        parted = split(net.parting)
        own = parted.series.label[parted.tested].astype(np.int64)
        hooks = [
            part(
                on_step, (seed + a) / spec.luck_seeds, (seed + b) / spec.luck_seeds,
                "seed {seed} of {n}: {stage}", seed=seed + 1, n=spec.luck_seeds,
            )
            for a, b in ((0.0, SHARE), (SHARE, 1.0))
        ]  # fmt: skip
        trained = running.run(learner(net, parted), running.unkept(net), hooks[0])
        stopped[seed] = bool(trained.stopped)
        rivals = ask(SeriesRivals(net.parting, spec.kernels), parted, hooks[1])
        said = [trained.result.said.astype(np.int64), *rivals.said]
        C = len(parted.series.classes)
        scores[seed] = [macro_f1(confusion(own, answers, C)) for answers in said]
        if not isinstance(net.parting.data, Spectra):
            ratio = len(parted.tested) / len(parted.trained)
    return Luck(scores, ratio, stopped, 1 / C)


def seeded(spec: SeriesNet, seed: int) -> SeriesNet:
    """The training at a seed: its split and start, and its spectra where they are made."""
    return spec.replace(series_seed=seed, sky_seed=seed)
