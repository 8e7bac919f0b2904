"""Surfaces in the plane to descend on: loss, gradient and Hessian in closed form.

    quadratic    L = ½ θ'Aθ, eigenvalues 1 and κ
    rosenbrock   L = (1 − x)² + 100 (y − x²)²
    wells        L = (x² − 1)² + y²
    saddle       L = x² − y²/2 + y⁴/4
    logistic     mean log-loss of a logistic regression, in the plane of two of its directions

>>> surface = surface_of(Terrain("quadratic", kappa=9.0, turned=0.0))
>>> float(loss(surface, np.array([1.0, 2.0]))), gradient(surface, np.array([1.0, 2.0])).tolist()
(6.5, [9.0, 2.0])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.specs import Spec

F64 = NDArray[np.float64]
SURFACES = ("quadratic", "rosenbrock", "wells", "saddle", "logistic")
ITEMS = 100
"""How many flowers the logistic regression has."""
RIDGE = 0.01
"""Weight decay of the logistic regression."""


@dataclass(frozen=True)
class Terrain(Spec):
    """A surface."""

    surface: str = specs.choice(
        "quadratic",
        SURFACES,
        "Valley: a quadratic bowl. Banana: Rosenbrock's curved valley. Wells: two minima of equal "
        "depth. Saddle: flat on top, a minimum on each side. Regression: the log-loss of a "
        "logistic regression on 100 iris flowers, in the plane of the steepest and the flattest "
        "direction of its Hessian.",
    )
    kappa: float = specs.number(
        50.0,
        1.0,
        1000.0,
        "How much steeper the steep direction of the bowl is than the flat one: its curvatures "
        "are κ and 1.",
    )
    turned: float = specs.number(
        70.0,
        0.0,
        90.0,
        "By how many degrees the bowl is turned against the axes. Adam and RMSProp scale each axis "
        "by itself, and notice; the others do not.",
    )


class Parameters(NamedTuple):
    """The numbers of a surface, in one form for all of them.

    matrix: A, (2, 2). signed, shift: item i of a regression costs ln(1 + exp(shiftᵢ + signedᵢ·θ)),
    (N, 2) and (N,); tilt: (2,); constant: what weight decay costs at θ = 0.
    """

    matrix: Any
    signed: Any
    shift: Any
    tilt: Any
    constant: Any


@dataclass(frozen=True)
class Surface:
    """A surface and what is known of it.

    window: ends of x and of y that are drawn; minima: (k, 2); lowest: the loss there;
    curvature: eigenvalues of the Hessian at the minima, the smallest first, (2,).
    """

    name: str
    parameters: Parameters
    window: tuple[tuple[float, float], tuple[float, float]]
    minima: F64
    lowest: float
    curvature: F64

    @property
    def index(self) -> int:
        """Its place in `SURFACES`."""
        return SURFACES.index(self.name)


def _quadratic(p: Parameters, _: Any, theta: Any) -> Any:
    return 0.5 * ((theta @ p.matrix) * theta).sum(-1)


def _rosenbrock(p: Parameters, _: Any, theta: Any) -> Any:
    x, y = theta[..., 0], theta[..., 1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _wells(p: Parameters, _: Any, theta: Any) -> Any:
    x, y = theta[..., 0], theta[..., 1]
    return (x**2 - 1) ** 2 + y**2


def _saddle(p: Parameters, _: Any, theta: Any) -> Any:
    x, y = theta[..., 0], theta[..., 1]
    return x**2 - y**2 / 2 + y**4 / 4


def _logistic(p: Parameters, weights: Any, theta: Any) -> Any:
    xp = theta.__array_namespace__()
    costs = xp.logaddexp(0.0, theta @ p.signed.T + p.shift)
    decay = 0.5 * RIDGE * (theta**2).sum(-1) + theta @ p.tilt + p.constant
    return (costs * weights).sum(-1) + decay


LOSSES: tuple[Callable[[Parameters, Any, Any], Any], ...] = (
    _quadratic, _rosenbrock, _wells, _saddle, _logistic
)  # fmt: skip
"""(parameters, weights of the items (N,), θ (…, 2)) → loss (…), for NumPy and for JAX."""
EQUAL = np.full(ITEMS, 1 / ITEMS)


def loss(surface: Surface, theta: F64) -> F64:
    """L at points (…, 2): (…)."""
    return np.asarray(LOSSES[surface.index](surface.parameters, EQUAL, theta))


def gradient(surface: Surface, theta: F64) -> F64:
    """∇L at points (…, 2): (…, 2)."""
    p, x, y = surface.parameters, theta[..., 0], theta[..., 1]
    if surface.name == "quadratic":
        return np.asarray(theta @ p.matrix)
    if surface.name == "rosenbrock":
        bend = y - x**2
        return np.stack([-2 * (1 - x) - 400 * x * bend, 200 * bend], -1)
    if surface.name == "wells":
        return np.stack([4 * x * (x**2 - 1), 2 * y], -1)
    if surface.name == "saddle":
        return np.stack([2 * x, y**3 - y], -1)
    return np.asarray((_share(p, theta) / ITEMS) @ p.signed + RIDGE * theta + p.tilt)


def hessian(surface: Surface, theta: F64) -> F64:
    """The matrix of second derivatives at one point (2,): (2, 2)."""
    p, (x, y) = surface.parameters, theta
    if surface.name == "quadratic":
        return np.asarray(p.matrix)
    if surface.name == "rosenbrock":
        return np.array([[2 - 400 * (y - 3 * x**2), -400 * x], [-400 * x, 200]])
    if surface.name == "wells":
        return np.array([[12 * x**2 - 4, 0], [0, 2]])
    if surface.name == "saddle":
        return np.array([[2, 0], [0, 3 * y**2 - 1]])
    share = _share(p, theta)
    return np.asarray((p.signed.T * (share * (1 - share) / ITEMS)) @ p.signed + RIDGE * np.eye(2))


def item_gradients(surface: Surface, theta: F64) -> F64:
    """The gradient of each item of the regression at one point (2,), decay included: (N, 2)."""
    p = surface.parameters
    return np.asarray(_share(p, theta)[:, None] * p.signed + RIDGE * theta + p.tilt)


def _share(p: Parameters, theta: F64) -> F64:
    from scipy.special import expit

    return np.asarray(expit(theta @ p.signed.T + p.shift))


@cache
def surface_of(terrain: Terrain) -> Surface:
    """The surface that a spec describes."""
    parameters = _plain()
    window = ((-3.0, 3.0), (-2.0, 2.0))
    minima = np.zeros((1, 2))
    if terrain.surface == "quadratic":
        angle = np.deg2rad(terrain.turned)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        matrix = turn @ np.diag([terrain.kappa, 1.0]) @ turn.T
        parameters = parameters._replace(matrix=matrix)
    elif terrain.surface == "rosenbrock":
        window, minima = ((-2.8, 2.8), (-1.0, 3.0)), np.ones((1, 2))
    elif terrain.surface == "wells":
        window, minima = ((-2.4, 2.4), (-1.7, 1.7)), np.array([[-1.0, 0.0], [1.0, 0.0]])
    elif terrain.surface == "saddle":
        minima = np.array([[0.0, -1.0], [0.0, 1.0]])
    else:
        parameters, window = _regression(), ((-3.0, 3.0), (-3.0, 3.0))
    surface = Surface(terrain.surface, parameters, window, minima, 0.0, np.zeros(2))
    return Surface(
        terrain.surface, parameters, window, minima, float(loss(surface, minima[0])),
        np.asarray(np.linalg.eigvalsh(hessian(surface, minima[0])), np.float64),
    )  # fmt: skip


def _plain() -> Parameters:
    """Those of a surface without a matrix and without items."""
    none = np.zeros((ITEMS, 2))
    return Parameters(np.zeros((2, 2)), none, none[:, 0], np.zeros(2), np.zeros(()))


@cache
def _regression() -> Parameters:
    """Versicolor against virginica by four measurements, fitted; θ = 0 is the optimum w*.

    θ are the steps from w* along the eigenvectors of the Hessian with the largest and the smallest
    eigenvalue; the other three directions keep their best values.
    """
    from scipy.optimize import minimize
    from scipy.special import expit
    from sklearn.datasets import load_iris

    iris = load_iris()
    rows = iris.target > 0
    measured = iris.data[rows]
    X = np.column_stack([(measured - measured.mean(0)) / measured.std(0), np.ones(ITEMS)])
    X = np.where(iris.target[rows, None] == 2, -X, X)  # so that an item costs ln(1 + exp(x·w))

    def cost(w: F64) -> tuple[float, F64]:
        z = X @ w
        slope = X.T @ expit(z) / ITEMS + RIDGE * w
        return float(np.logaddexp(0, z).mean() + 0.5 * RIDGE * w @ w), slope

    best = minimize(cost, np.zeros(X.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-10}).x
    share = expit(X @ best)
    _, vectors = np.linalg.eigh((X.T * (share * (1 - share) / ITEMS)) @ X)
    plane = vectors[:, [-1, 0]]
    return Parameters(
        np.zeros((2, 2)), X @ plane, X @ best, RIDGE * plane.T @ best,
        np.asarray(0.5 * RIDGE * best @ best),
    )  # fmt: skip
