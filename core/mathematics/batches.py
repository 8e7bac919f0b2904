"""Small batches against large ones when each flower is seen equally often.

SGD on the logistic regression of `core.mathematics.surfaces`, batches of b drawn with replacement.
In the directions of the Hessian's eigenvectors, near the minimum, the noise of the gradient (its
covariance over the items is C) keeps the loss above the lowest by

    E[L − L*] = Σᵢ η Cᵢᵢ / (2b (2 − ηλᵢ))

and what the start costs is forgotten by (1 − ηλᵢ)^{2n}, n = epochs·N/b steps: more noise for a
small b, fewer steps for a large one.

Source: Mandt, Hoffman and Blei (2017), Stochastic gradient descent as approximate Bayesian
inference, with the exact discrete variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import intervals, specs
from core.cache import cached
from core.mathematics.surfaces import (
    F64,
    ITEMS,
    RIDGE,
    Terrain,
    hessian,
    item_gradients,
    loss,
    surface_of,
)
from core.progress import OnStep, report, run_on
from core.specs import Spec

BATCHES = (1, 2, 5, 10, 20, 50, 100)
RUNS = 200
START = np.array([-2.0, 2.0])


@dataclass(frozen=True)
class Batches(Spec):
    """How SGD is run at every batch size."""

    batch_eta: float = specs.number(0.5, 0.01, 5.0, "The step size at a batch of 10.")
    scaled: bool = specs.flag(
        False,
        "η grows with the batch, η·b/10, up to the stability limit: then all batch sizes move "
        "equally far in an epoch.",
    )
    epochs: int = specs.integer(20, 1, 200, "How often each flower is seen, on average.")
    batch_seed: int = specs.integer(0, 0, 99, "Which draw of the batches.")


@dataclass(frozen=True)
class Ends:
    """The loss above the lowest after all epochs, by batch size.

    batch, steps, eta: (k,); mean: over `RUNS` runs, with low and high of its 95 % interval;
    theory: of the quadratic at the minimum; noise: the part of it that batches cause.
    """

    batch: np.ndarray
    steps: np.ndarray
    eta: F64
    mean: F64
    low: F64
    high: F64
    theory: F64
    noise: F64


@cached
def batch_ends(spec: Batches, on_step: OnStep = run_on) -> Ends:
    """Run SGD `RUNS` times at each of `BATCHES`, for equally many epochs."""
    from core.mathematics import walker_kernels

    surface = surface_of(Terrain("logistic"))
    p = surface.parameters
    batch = np.array(BATCHES)
    steps = np.maximum(1, spec.epochs * ITEMS // batch)
    eta = np.full(len(batch), spec.batch_eta)
    if spec.scaled:
        eta = np.minimum(eta * batch / 10, 1.9 / surface.curvature[1])
    losses = np.empty((len(batch), RUNS))
    for i, b in enumerate(batch):
        report(on_step, i / len(batch), "running SGD")
        ends = np.empty((RUNS, 2))
        walker_kernels.minibatches(
            p.signed, p.shift, p.tilt, RIDGE, START, eta[i], b, steps[i],
            np.random.default_rng([spec.batch_seed, i]), ends,
        )  # fmt: skip
        losses[i] = loss(surface, ends) - surface.lowest
    forgotten, noise = theory(eta, steps, batch)
    mean, low, high = mean_and_interval(losses)
    return Ends(batch, steps, eta, mean, low, high, forgotten + noise, noise)


def mean_and_interval(losses: F64) -> tuple[F64, F64, F64]:
    """(mean, low, high), (k,) each, of losses (k, runs): Student's, 95 %."""
    runs = losses.shape[1]
    half = intervals.student(runs - 1) * losses.std(1, ddof=1) / np.sqrt(runs)
    mean = losses.mean(1)
    return mean, mean - half, mean + half


def theory(eta: F64, steps: np.ndarray, batch: np.ndarray) -> tuple[F64, F64]:
    """What is left of the start, and what the noise adds, on the quadratic at the minimum: (k,)."""
    surface = surface_of(Terrain("logistic"))
    best = surface.minima[0]
    values, vectors = np.linalg.eigh(hessian(surface, best))
    noise = (item_gradients(surface, best) @ vectors).var(0)
    kept = (1 - np.multiply.outer(eta, values)) ** (2 * steps[:, None])
    start = kept @ (0.5 * values * (vectors.T @ (START - best)) ** 2)
    settled = eta[:, None] * noise / (2 * batch[:, None] * (2 - np.multiply.outer(eta, values)))
    return start, (settled * (1 - kept)).sum(1)
