"""Doubt of trained models of items: codes, games, clusters, likelihoods."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.doubt.statement import ERRS, HOLDS, Statement, Trial


def quantisers(seeds: int, spreads: tuple[float, ...]) -> Trial:
    """Equal quantisers: is the best said to copy better than another?"""
    from core.intervals import ties

    def trial(rng: np.random.Generator) -> bool:
        values = rng.normal(1.0, np.array(spreads)[:, None], (len(spreads), seeds))
        return len(ties(values)[1]) < len(spreads) - 1

    return trial


def games(anchors: int, seeds: int) -> Trial:
    """Equal games at several λ: is the best said to cover more modes than the first?"""
    from core.adversarial.claim import Outcome

    def trial(rng: np.random.Generator) -> bool:
        covered = rng.binomial(8, 0.7, (anchors, seeds))
        nothing = np.zeros(covered.shape)
        outcome = Outcome(tuple(range(anchors)), 8, covered, nothing, nothing, covered < 0)
        best = int(covered.mean(axis=1).argmax())
        return bool(best and outcome.gain(outcome.covered)[best - 1][1] > 0)

    return trial


def game(seeds: int, whole: bool) -> Trial:
    """A game's share of runs with all modes, or its mean number of modes."""
    from core.adversarial.claim import Outcome

    def trial(rng: np.random.Generator) -> bool:
        covered = rng.binomial(8, 0.9, (1, seeds))
        nothing = np.zeros(covered.shape)
        outcome = Outcome((0.0,), 8, covered, nothing, nothing, covered < 0)
        if whole:
            _, low, high = outcome.all_covered()[0]
            return bool(low <= 0.9**8 <= high)
        middle, half = outcome.means(covered)[0]
        return bool(abs(middle - 7.2) <= half)

    return trial


def moved(items: int) -> Trial:
    """Items moved away from the graph's clusters, right or wrong by luck: a gain or a loss?"""
    from core.latent.addition import Addition

    def trial(rng: np.random.Generator) -> bool:
        gained = int(rng.binomial(items, 0.5))
        return Addition(1000, items, gained, items - gained).changed != "nothing"

    return trial


def likelihood(draws: int) -> Trial:
    """ln p(x) from weights whose logarithms are normal, within two standard errors."""
    from core.latent.density import running, uncertainty

    def trial(rng: np.random.Generator) -> bool:
        log_w = rng.normal(-0.5, 1.0, draws)  # so that the mean weight is 1
        bound, ess = running(log_w)
        return bool(abs(bound[-1]) <= 1.96 * uncertainty(float(ess[-1]), draws))

    return trial


STATEMENTS = (
    Statement("Codes", "4 equal methods, 3 seeds: one called worse", ERRS,
              partial(quantisers, 3, (0.1,) * 4)),
    Statement("Codes", "4 methods, equal means, unequal spreads", ERRS,
              partial(quantisers, 3, (0.02, 0.1, 0.1, 0.3))),
    Statement("Generators", "4 equal λ, 10 seeds: the best called better", ERRS,
              partial(games, 4, 10)),
    Statement("Generators", "share of runs with all modes, 10 seeds", HOLDS,
              partial(game, 10, True)),
    Statement("Generators", "modes covered, 10 seeds", HOLDS, partial(game, 10, False)),
    Statement("VAE judged", "30 items moved by luck: called a gain or loss", ERRS,
              partial(moved, 30)),
    Statement("VAE judged", "ln p(x) ± 1.96 standard errors, 250 draws", HOLDS,
              partial(likelihood, 250)),
)  # fmt: skip
