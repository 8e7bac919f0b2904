r"""The evidence of one x, ln ∫ q(x|z) q(z) dz, bounded by a Gaussian p(z|x): the ELBO.

It is the integral of `core.mathematics.bounds` with U(z) = −ln q(x|z) q(z):

    ln q(x) = E_p[ln q(x|z) q(z) − ln p(z|x)] + KL(p(z|x) ‖ q(z|x)).

M draws tighten the bound: E ln (1/M) Σ w_i with w = q(x|z) q(z) / p(z|x) grows with M towards
ln q(x) (Burda, Grosse & Salakhutdinov 2016, arXiv 1509.00519).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import Polynomial
from scipy.optimize import minimize

from core import specs
from core.mathematics.bounds import log_bound
from core.mathematics.polynomials import F64
from core.mathematics.potentials import PolynomialPotential
from core.specs import Spec

DECODERS = {"line": (0.0, 1.0), "parabola": (0.0, 0.0, 1.0), "cubic": (0.0, 0.0, 0.0, 1.0)}
MEANS: F64 = np.linspace(-3, 3, 61)
DEVIATIONS: F64 = 10.0 ** np.linspace(-1.5, 0.5, 61)
"""Where the landscape is computed."""
DRAWS = 2**17
MOST_DRAWS = 2**10  # in one bound
RATE, STEPS = 0.2, 300


@dataclass(frozen=True)
class Evidence(Spec):
    """One x under a decoder q(x|z) = N(f(z), σ²), q(z) = N(0, 1), and a Gaussian p(z|x)."""

    decoder: str = specs.choice(
        "parabola",
        tuple(DECODERS),
        "f in $q(x|z)=N(f(z),\\sigma^2)$. Line: $f(z)=z$, the posterior is a Gaussian. Parabola: "
        "$z^2$, two z explain one x. Cubic: $z^3$, the posterior is skewed.",
    )
    observed: float = specs.number(1.5, -4.0, 4.0, "x: the one observation.")
    spread: float = specs.number(0.7, 0.1, 2.0, "σ: the standard deviation of q(x|z).")
    z_mean: float = specs.number(-0.6, -3.0, 3.0, "The mean of the Gaussian p(z|x).")
    z_deviation: float = specs.number(
        0.4, 0.03, 3.2, "The standard deviation of the Gaussian p(z|x)."
    )
    importance: int = specs.integer(
        16, 1, MOST_DRAWS, "M: the draws whose weights are averaged inside the logarithm."
    )

    @property
    def potential(self) -> PolynomialPotential:
        """U(z) = −ln q(x|z) q(z)."""
        error = self.observed - Polynomial(DECODERS[self.decoder])
        squares = Polynomial([0, 0, 0.5]) + error**2 / (2 * self.spread**2)
        constant = np.log(2 * np.pi) + np.log(self.spread)
        return PolynomialPotential(tuple((squares + constant).coef.tolist()))


@dataclass(frozen=True)
class Elbo:
    """The bound at the Gaussian of a spec, and at the best one."""

    log_evidence: float  # ln q(x)
    elbo: float
    best_mean: float
    best_deviation: float
    best: float  # the highest ELBO of any Gaussian

    @property
    def gap(self) -> float:
        """KL(p(z|x) ‖ q(z|x)), in nats."""
        return self.log_evidence - self.elbo


def elbo(evidence: Evidence) -> Elbo:
    """ln q(x) and its bounds.

    >>> result = elbo(Evidence("line", observed=1.0, spread=1.0, z_mean=0.5))
    >>> round(result.best_deviation**2, 6), round(result.log_evidence - result.best, 9) + 0.0
    (0.5, 0.0)
    """
    potential = evidence.potential
    m, s, value = _best(potential)
    here = float(log_bound(potential, evidence.z_mean, evidence.z_deviation**2))
    return Elbo(potential.log_integral, here, m, s, value)


def landscape(potential: PolynomialPotential) -> F64:
    """The ELBO at each of DEVIATIONS (rows) and MEANS (columns)."""
    return log_bound(potential, MEANS[None, :], DEVIATIONS[:, None] ** 2)


@lru_cache(maxsize=256)
def _best(potential: PolynomialPotential) -> tuple[float, float, float]:
    """(mean, deviation, bound) of the best Gaussian: the landscape's highest place, refined."""
    heights = landscape(potential)
    row, column = np.unravel_index(int(np.argmax(heights)), heights.shape)

    def loss(place: F64) -> tuple[float, F64]:
        w = float(np.exp(place[1]))
        by_m, by_w = potential.slopes(float(place[0]), w)
        return -float(log_bound(potential, place[0], w)), np.array([by_m, w * by_w - 0.5])

    start = np.array([MEANS[column], 2 * np.log(DEVIATIONS[row])])
    end = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-9})
    return float(end.x[0]), float(np.exp(end.x[1] / 2)), -float(end.fun)


def climb(evidence: Evidence) -> F64:
    """Mean and deviation along the natural gradient from the spec's Gaussian: (n, 2).

    Steps of RATE along w ∂/∂m and 2 ∂/∂ln w, none longer than half a deviation, until they are
    short. Where there are several tops, the start tells which of them is reached.
    """
    potential = evidence.potential
    m, t = evidence.z_mean, 2 * float(np.log(evidence.z_deviation))
    path = [(m, t)]
    for _ in range(STEPS):
        w = float(np.exp(t))
        by_m, by_w = potential.slopes(m, w)
        longest = 0.5 * np.sqrt(w)
        step = float(np.clip(-RATE * w * by_m, -longest, longest))
        widening = float(np.clip(RATE * (1 - 2 * w * by_w), -0.5, 0.5))
        m, t = m + step, t + widening
        path.append((m, t))
        if abs(step) < 1e-4 * np.sqrt(w) and abs(widening) < 1e-4:
            break
    means, logs = np.array(path).T
    return np.stack([means, np.exp(logs / 2)], axis=1)


@dataclass(frozen=True)
class Tightened:
    """Bounds with M draws, each the mean of many repetitions."""

    draws: F64  # M: 1, 2, 4, …
    bound: F64  # the mean of ln (1/M) Σ w
    error: F64  # its standard error
    effective: float  # of M = MOST_DRAWS draws, how many count: (Σw)²/Σw², the median


def tighten(evidence: Evidence, seed: int = 0) -> Tightened:
    """The bound with M = 1, 2, 4, …, MOST_DRAWS draws, from the same 2^17 draws for each M.

    The draws follow the Gaussian smoothly: only the seed changes the noise.
    """
    u = _normal(seed)
    w = evidence.z_deviation**2
    z = evidence.z_mean + evidence.z_deviation * u
    logs = 0.5 * np.log(2 * np.pi * w) + 0.5 * u**2 - evidence.potential.value(z)
    groups = logs.reshape(-1, MOST_DRAWS)
    weights = np.exp(groups - groups.max(axis=1, keepdims=True))
    effective = weights.sum(axis=1) ** 2 / (weights**2).sum(axis=1)
    draws, bounds, errors = [], [], []
    size = 1
    while size <= MOST_DRAWS:  # averages of pairs of averages
        draws.append(size)
        bounds.append(float(logs.mean()))
        errors.append(float(logs.std(ddof=1) / np.sqrt(len(logs))))
        logs = np.logaddexp(logs[0::2], logs[1::2]) - np.log(2)
        size *= 2
    return Tightened(
        np.array(draws, float), np.array(bounds), np.array(errors), float(np.median(effective))
    )


@lru_cache(maxsize=4)
def _normal(seed: int) -> F64:
    u: F64 = np.random.default_rng(seed).standard_normal(DRAWS)
    u.setflags(write=False)
    return u
