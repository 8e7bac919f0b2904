"""Does the dropped term help? Games with and without it, over seeds, and what differs surely."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core import intervals, specs
from core.adversarial.learner import learner
from core.adversarial.scores import reference
from core.adversarial.specs import Gan
from core.cache import cached
from core.errors import SpecError
from core.learning import running
from core.messages import message
from core.progress import OnStep, part, run_on
from core.specs import Spec

MOST = 8  # values of λ


@dataclass(frozen=True)
class Claim(Spec):
    """The same game at several λ, each with the same seeds; what it was steered to is left out."""

    gan: Gan = specs.nested(Gan)
    anchors: str = specs.text(
        "0 0.1 1 10", 100, "values of λ, between spaces; the first is what others are compared with"
    )
    claim_seeds: int = specs.integer(
        10, 2, 50, "runs at each λ, with the seeds from that of the run on"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for value in self.values:
            self.game(value, 0)

    @property
    def values(self) -> tuple[float, ...]:
        """The values of λ, as given. Raises SpecError where they cannot be read."""
        try:
            values = tuple(dict.fromkeys(float(word) for word in self.anchors.split()))
        except ValueError:
            values = ()
        if not 2 <= len(values) <= MOST:
            raise SpecError(
                message(
                    "`anchors` holds “{text}”; write 2 to {most} different numbers, for example "
                    "“0 1”.",
                    text=self.anchors[:40],
                    most=MOST,
                ),
                "anchors",
            )
        return values

    @property
    def shared(self) -> Claim:
        """The test of all games that differ in λ and steering alone, which are not used here."""
        return self.replace(anchor=Gan().anchor, gan_changes="")

    def game(self, anchor: float, number: int) -> Gan:
        """The run with this number at this λ."""
        seed = (self.gan.gan_seed + number) % 10_000
        return self.gan.replace(anchor=anchor, gan_seed=seed, gan_changes="")


@dataclass(frozen=True)
class Outcome:
    """The last epochs of all runs, (L, S) each: by λ, by seed.

    covered: modes; js: nats; near: share of points at any mode; stopped: whether it diverged.
    modes: how many there are.
    """

    values: tuple[float, ...]
    modes: int
    covered: np.ndarray
    js: np.ndarray
    near: np.ndarray
    stopped: np.ndarray

    def all_covered(self) -> np.ndarray:
        """Runs that cover every mode: (L, 3) their share, and Wilson's interval at 95 %."""
        rows = []
        S = self.covered.shape[1]
        for covered in self.covered:
            share = float((covered == self.modes).mean())
            rows.append((share, *intervals.share(share, share * (1 - share) / S, S - 1)))
        return np.array(rows)

    def means(self, of: np.ndarray) -> np.ndarray:
        """(L, 2): the mean over the runs at each λ, and half of Student's interval at 95 %."""
        S = of.shape[1]
        half = intervals.student(S - 1) * of.std(axis=1, ddof=1) / math.sqrt(S)
        return np.stack([of.mean(axis=1), half], axis=1)

    def gain(self, of: np.ndarray) -> np.ndarray:
        """What each λ adds to the first, seed by seed: (L − 1, 3) mean, and its interval.

        At 95 % for all λ at once (`core.intervals.simultaneous`): one may look at the best.
        """
        L, S = of.shape
        added = of[1:] - of[0]
        mean = added.mean(axis=1)
        half = intervals.simultaneous(L, S - 1) * added.std(axis=1, ddof=1) / math.sqrt(S)
        return np.stack([mean, mean - half, mean + half], axis=1)


@cached
def run_claim(spec: Claim, on_step: OnStep = run_on) -> Outcome:
    """Train all of them. A run that diverged counts with its last good epoch."""
    L, S = len(spec.values), spec.claim_seeds
    rows: list[tuple[float, ...]] = []
    for number in range(L * S):
        value = spec.values[number // S]
        game = spec.game(value, number % S)
        step = part(
            on_step, number / (L * S), (number + 1) / (L * S),
            "λ = {value:g}, run {i} of {n}", value=value, i=number % S + 1, n=S,
        )  # fmt: skip
        run = running.run(learner(game), running.unkept(game), step)
        score = run.result.score
        rows.append((score.covered, score.js, score.near, bool(run.stopped)))
    covered, js, near, stopped = np.array(rows, np.float64).T.reshape(4, L, S)
    known = len(reference(spec.gan.plane)[1].centres)
    return Outcome(spec.values, known, covered.astype(np.int64), js, near, stopped.astype(bool))
