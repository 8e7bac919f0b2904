"""Doubt of simulated walkers and of bounds by sampling."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.doubt.statement import HOLDS, Statement, Trial


def waiting(walkers: int) -> Trial:
    """The mean time over the wall, of walkers that are stopped before all have come."""
    from core.mathematics import walker_kernels
    from core.mathematics.escape import interval
    from core.mathematics.walkers import Landscape

    land = Landscape()

    def times(rng: np.random.Generator, n: int) -> np.ndarray:
        kick = land.kick(land.barrier / 1.75)
        steps = walker_kernels.leave(n, 10**7, land.walker_step, kick, land.drag, land.barrier,
                                     land.breadth, rng)  # fmt: skip
        return np.asarray(steps * land.walker_step)

    truth = float(times(np.random.default_rng(1), 4000).mean())

    def trial(rng: np.random.Generator) -> bool:
        one = times(rng, walkers)
        low, high = interval(float(one.sum()), walkers)
        return low <= truth <= high

    return trial


def batches(batch: int) -> Trial:
    """The loss after 20 epochs of SGD, mean over the runs."""
    from core.mathematics import walker_kernels
    from core.mathematics.batches import RUNS, START, mean_and_interval
    from core.mathematics.surfaces import ITEMS, RIDGE, Terrain, loss, surface_of

    surface = surface_of(Terrain("logistic"))
    p = surface.parameters

    def losses(rng: np.random.Generator, runs: int) -> np.ndarray:
        ends = np.empty((runs, 2))
        walker_kernels.minibatches(p.signed, p.shift, p.tilt, RIDGE, START, 0.5, batch,
                                   20 * ITEMS // batch, rng, ends)  # fmt: skip
        return np.asarray(loss(surface, ends) - surface.lowest)

    truth = float(losses(np.random.default_rng(1), 40_000).mean())

    def trial(rng: np.random.Generator) -> bool:
        _, low, high = mean_and_interval(losses(rng, RUNS)[None])
        return bool(low[0] <= truth <= high[0])

    return trial


def tightened() -> Trial:
    """The bound with one draw, whose mean is known in closed form."""
    from core.mathematics.evidence import Evidence, elbo, tighten

    evidence = Evidence()
    truth = elbo(evidence).elbo

    def trial(rng: np.random.Generator) -> bool:
        told = tighten(evidence, int(rng.integers(2**31)))
        return bool(abs(told.bound[0] - truth) <= 1.96 * told.error[0])

    return trial


STATEMENTS = (
    Statement(
        "Descent", "mean time over a wall, 400 walkers", HOLDS, partial(waiting, 400), quick=False
    ),
    Statement(
        "Descent",
        "mean loss of 200 runs of SGD, batches of 10",
        HOLDS,
        partial(batches, 10),
        quick=False,
    ),
    Statement("Bounds", "the bound with one draw", HOLDS, tightened, 200, quick=False),
)
