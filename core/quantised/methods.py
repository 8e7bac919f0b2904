"""The quantisers side by side, over seeds: which one is better, and whether that is luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import specs
from core.cache import cached
from core.items.data import load
from core.learning import running
from core.progress import OnStep, part, run_on
from core.quantised.learner import learner
from core.quantised.snapshots import SHOWN, Trained, decode
from core.quantised.specs import QUANTISERS, Codes
from core.specs import Spec

MEASURES = ("used", "perplexity", "error", "bits")


@dataclass(frozen=True)
class Methods(Spec):
    """The same settings with each quantiser and the seeds 0, 1, 2, …"""

    codes: Codes = specs.nested(Codes)
    method_seeds: int = specs.integer(3, 2, 20, "runs of each method, with seeds 0, 1, 2, …")

    @property
    def shared(self) -> Methods:
        """The comparison of all settings that differ in quantiser, seed and steering alone.

        None of these is used, and so it is trained once.
        """
        usual = Codes().quantiser
        plain = self.codes.replace(quantiser=usual, code_seed=0, code_changes="")
        return Methods(plain, self.method_seeds)


@dataclass(frozen=True)
class Scores:
    """values: (M, S, 4) in the order of MEASURES, by quantiser and seed; seconds: (M, S).

    used: share of the codes; error: squared, an item; bits: of an item, each code written for
    itself by its frequency. A run that stopped early has what its last good epoch has; stopped:
    (M, S) whether it did.
    """

    values: np.ndarray
    seconds: np.ndarray
    stopped: np.ndarray


@cached
def compared(spec: Methods, on_step: OnStep = run_on) -> Scores:
    """Scores of every quantiser by seed. Raises what `training.fit` raises."""
    data, S = load(spec.codes.items), spec.method_seeds
    values = np.zeros((len(QUANTISERS), S, len(MEASURES)))
    seconds, stopped = np.zeros((len(QUANTISERS), S)), np.zeros((len(QUANTISERS), S), bool)
    count = len(QUANTISERS) * S
    for number in range(count):
        m, seed = divmod(number, S)
        step = part(
            on_step, number / count, (number + 1) / count, "run {i} of {n}", i=number + 1, n=count
        )
        one = spec.codes.replace(quantiser=QUANTISERS[m], code_seed=seed, code_changes="")
        trained = running.run(learner(one, data), running.unkept(one), step)
        values[m, seed] = measured(one, trained, data.x)
        seconds[m, seed], stopped[m, seed] = trained.seconds, bool(trained.stopped)
    return Scores(values, seconds, stopped)


def measured(spec: Codes, trained: Trained, x: np.ndarray) -> tuple[float, float, float, float]:
    """A run's (used, perplexity, error, bits), over the items that are shown."""
    last = trained.result
    use = last.usage(spec.size)
    copies = decode(spec, trained.network(spec), last.codes)
    error = float(((copies - x[:SHOWN]) ** 2).sum(axis=1).mean())
    return use.used, use.perplexity, error, use.bits * last.codes.shape[1]
