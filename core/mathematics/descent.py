"""Six optimisers on one surface, step by step: optax's, compiled together once.

    gradient descent   θ ← θ − η g
    momentum           u ← β u − η g,  θ ← θ + u
    Nesterov           the same with the gradient taken ahead, at θ + β u (Sutskever et al. 2013)
    SGD                gradient descent with a noisy g
    RMSProp            θ ← θ − η g / √v,  v a moving average of g² (0.9)
    Adam               both moments corrected (β, 0.999)

>>> paths = descend(Descent(eta=0.01))
>>> paths.theta.shape, paths.names[1]
((6, 201, 2), 'momentum')
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from core import specs
from core.mathematics.surfaces import F64, ITEMS, LOSSES, Surface, Terrain, loss, surface_of
from core.mathematics.tuning import Rates, tuned
from core.specs import Spec

OPTIMISERS = ("gd", "momentum", "nesterov", "sgd", "rmsprop", "adam")
NAMES = ("gradient descent", "momentum", "Nesterov", "SGD", "RMSProp", "Adam")
SGD = OPTIMISERS.index("sgd")
MOST_STEPS = 1000
FAR = 1e3
"""A path that goes beyond has diverged, and ends."""


@dataclass(frozen=True)
class Descent(Spec):
    """Where the optimisers start and how they go down."""

    terrain: Terrain = specs.nested(Terrain)
    start_x: float = specs.number(-2.0, -3.0, 3.0, "Where all optimisers start, along x.")
    start_y: float = specs.number(1.2, -3.0, 3.0, "Where all optimisers start, along y.")
    eta: float = specs.number(
        0.02,
        1e-4,
        10.0,
        "The step size, or learning rate. Above 2/λ, λ the largest curvature, gradient descent "
        "diverges; above 2(1 + β)/λ momentum does.",
    )
    beta: float = specs.number(
        0.9,
        0.0,
        0.999,
        "The share of the last step that momentum, Nesterov and Adam repeat. It stands for a "
        "friction of (1 − β)/√η.",
    )
    descent_steps: int = specs.integer(200, 5, MOST_STEPS, "How many steps each optimiser makes.")
    tuning: str = specs.choice(
        "common",
        ("common", "best"),
        "Common: all optimisers get the η and the β above. Own best: gradient descent, SGD, "
        "momentum and Nesterov each get what is fastest on the quadratic that fits the minimum.",
    )
    gradient_noise: float = specs.number(
        2.0, 0.0, 20.0, "The standard deviation of the noise in each part of SGD's gradient."
    )
    minibatch: int = specs.integer(
        10,
        1,
        ITEMS,
        "How many of the 100 flowers SGD sees at a step. Each epoch deals them out anew.",
    )
    noisy: str = specs.choice(
        "sgd", ("sgd", "all"), "Whether the noise is SGD's alone, or all optimisers get the same."
    )
    descent_seed: int = specs.integer(0, 0, 99, "Which draw of the noise or of the batches.")


@dataclass(frozen=True)
class Paths:
    """Where each optimiser was after each step.

    theta: (6, n + 1, 2), NaN from where it diverged; losses: (6, n + 1), above the lowest;
    eta, beta: what each went by, (6,); diverged: the step that left for good, or −1, (6,).
    """

    surface: Surface
    theta: F64
    losses: F64
    eta: F64
    beta: F64
    diverged: np.ndarray
    names: tuple[str, ...] = NAMES

    def reach(self, share: float) -> list[int | None]:
        """The step from which each stays below this share of its first loss, if it does."""
        steps: list[int | None] = []
        for losses in self.losses:
            above = np.flatnonzero(~(losses <= share * losses[0]))
            last = int(above[-1]) + 1 if len(above) else 0
            steps.append(last if last < len(losses) else None)
        return steps


def rates_of(spec: Descent) -> Rates:
    """The best η and β for the quadratic that fits this surface's minimum."""
    smallest, largest = surface_of(spec.terrain).curvature
    return tuned(float(smallest), float(largest))


def settings(spec: Descent) -> tuple[F64, F64]:
    """η and β of each optimiser: (6,), (6,)."""
    eta, beta = np.full(len(OPTIMISERS), spec.eta), np.full(len(OPTIMISERS), spec.beta)
    if spec.tuning == "best":
        best = rates_of(spec)
        eta[[0, SGD]] = best.gd_eta
        eta[1:3] = best.momentum_eta, best.nesterov_eta
        beta[1:3] = best.momentum_beta, best.nesterov_beta
    return eta, beta


def descend(spec: Descent) -> Paths:
    """The paths of all six optimisers.

    One that diverges ends where it is farther than `FAR` from the origin.
    """
    import jax

    surface = surface_of(spec.terrain)
    start = np.array([spec.start_x, spec.start_y])
    eta, beta = settings(spec)
    noise, weights = _noise(spec)
    told = np.zeros(len(OPTIMISERS)) + (spec.noisy == "all")
    told[SGD] = 1.0
    with jax.enable_x64(True):  # of this thread
        rows = _compiled()(
            surface.index, surface.parameters, start, eta, beta, told, noise, weights
        )  # fmt: skip
        after = np.asarray(rows)
    theta = np.empty((len(OPTIMISERS), spec.descent_steps + 1, 2))
    theta[:, 0] = start
    theta[:, 1:] = after[: spec.descent_steps].transpose(1, 0, 2)
    lost = ~(np.abs(theta).max(-1) <= FAR)  # NaN is lost, too
    diverged = np.where(lost.any(1), lost.argmax(1), -1)
    for path, step in zip(theta, diverged, strict=True):
        if step >= 0:
            path[step:] = np.nan
    return Paths(surface, theta, loss(surface, theta) - surface.lowest, eta, beta, diverged)


def _noise(spec: Descent) -> tuple[F64, F64]:
    """What each step adds to the gradient, (steps, 2), and the items' weights, (steps, N)."""
    rng = np.random.default_rng(spec.descent_seed)
    if spec.terrain.surface != "logistic":
        noise = spec.gradient_noise * rng.standard_normal((MOST_STEPS, 2))
        return noise, np.full((MOST_STEPS, ITEMS), 1 / ITEMS)
    weights = np.zeros((MOST_STEPS, ITEMS))
    per_epoch = -(-ITEMS // spec.minibatch)
    for first in range(0, MOST_STEPS, per_epoch):
        order = rng.permutation(ITEMS)
        for step in range(first, min(first + per_epoch, MOST_STEPS)):
            batch = order[(step - first) * spec.minibatch :][: spec.minibatch]
            weights[step, batch] = 1 / len(batch)
    return np.zeros((MOST_STEPS, 2)), weights


@cache
def _compiled() -> Any:
    """All steps of all optimisers as one function, for every surface and setting."""
    import jax
    import jax.numpy as jnp
    import optax

    makers: tuple[Callable[[Any, Any], Any], ...] = (
        lambda eta, beta: optax.sgd(eta),
        lambda eta, beta: optax.sgd(eta, momentum=beta),
        lambda eta, beta: optax.sgd(eta, momentum=beta, nesterov=True),
        lambda eta, beta: optax.sgd(eta),
        lambda eta, beta: optax.rmsprop(eta, decay=0.9),
        lambda eta, beta: optax.adam(eta, b1=beta),
    )

    @jax.jit
    def run(
        kind: Any, parameters: Any, start: Any, eta: Any, beta: Any, told: Any,
        noise: Any, weights: Any,
    ) -> Any:  # fmt: skip
        def cost(theta: Any, items: Any) -> Any:
            return jax.lax.switch(kind, LOSSES, parameters, items, theta)

        slopes = jax.vmap(jax.grad(cost))
        optimisers = [make(eta[i], beta[i]) for i, make in enumerate(makers)]
        theta = jnp.tile(start, (len(makers), 1))
        states = [o.init(theta[i]) for i, o in enumerate(optimisers)]

        def step(carry: Any, drawn: Any) -> Any:
            theta, states = carry
            extra, items = drawn
            share = told[:, None] * items + (1 - told[:, None]) / ITEMS
            g = slopes(theta, share) + told[:, None] * extra
            results = [
                o.update(g[i], state, theta[i])
                for i, (o, state) in enumerate(zip(optimisers, states, strict=True))
            ]
            theta = theta + jnp.stack([update for update, _ in results])
            return (theta, [state for _, state in results]), theta

        return jax.lax.scan(step, (theta, states), (noise, weights))[1]

    return run
