"""The network beside the other methods, on the same test series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import specs
from core.cache import cached
from core.intervals import Interval
from core.progress import OnStep, part, run_on
from core.series.baselines import BASELINES, SeriesRivals, baselines
from core.series.scores import I64, ahead, confusion, measured
from core.series.specs import SeriesNet
from core.series.splitting import split
from core.series.training import fit
from core.specs import Spec

METHODS = ("network", *BASELINES)


@dataclass(frozen=True)
class SeriesContest(Spec):
    """A trained network against the methods that learn no kernels."""

    net: SeriesNet = specs.nested(SeriesNet)
    kernels: int = specs.as_in(SeriesRivals, "kernels", 1000)


@dataclass(frozen=True)
class Judgement:
    """own: (m,) the classes of the test series; said: (4, m) what each of METHODS calls them."""

    own: I64
    said: I64
    classes: tuple[str, ...]

    def counts(self, method: str) -> I64:
        """The confusion of a method, (C, C)."""
        return confusion(self.own, self.said[METHODS.index(method)], len(self.classes))

    def score(self, method: str) -> Interval:
        """Its macro-F1 with an interval."""
        return measured(self.counts(method))

    def ahead(self, rival: str) -> Interval:
        """How much larger the network's macro-F1 is than the rival's."""
        one, other = self.said[0], self.said[METHODS.index(rival)]
        return ahead(self.own, one, other, len(self.classes))

    @property
    def best_rival(self) -> str:
        """The method beside the network with the largest macro-F1, the first of equals."""
        scores = [self.score(method).value for method in BASELINES]
        return BASELINES[int(np.argmax(scores))]


@cached
def judge(spec: SeriesContest, on_step: OnStep = run_on) -> Judgement:
    """Ask every method about the test series; the network is that of the kept epoch."""
    trained = fit(spec.net, part(on_step, 0.0, 0.6))
    rivals = baselines(SeriesRivals(spec.net.parting, spec.kernels), part(on_step, 0.6, 1.0))
    parted = split(spec.net.parting)
    own = parted.series.label[parted.tested].astype(np.int64)
    said = np.concatenate([trained.result.said.astype(np.int64)[None], rivals.said])
    return Judgement(own, said, parted.series.classes)
