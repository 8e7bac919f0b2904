r"""Bounds of an integral by Jensen's inequality: the evidence lower bound in one dimension.

For a Gaussian q = N(m, 1/2p),

    ln ∫ e^(−U(x)) dx = ln E_q[e^(−U(x)) / q(x)] ≥ −E_q[U] − E_q[ln q]
                      = ½ ln(πe/p) − E_q[U],

and what is missing is KL(q ‖ e^(−U)/∫e^(−U)). For U = x² + εx⁴ and m = 0 the right side is
ln √(π/p) + (2p(p − 1) − 3ε)/4p², best at p* = (1 + √(1 + 12ε))/2 (Su 2016, "An extremal principle
for integrals", spaces.ac.cn/archives/3630). Integrals and bounds are given as natural logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core import specs
from core.errors import SpecError
from core.mathematics.polynomials import F64, parse
from core.mathematics.potentials import PolynomialPotential, Potential, Ripple
from core.specs import Spec

INTEGRANDS = ("quartic", "well", "ripple", "own")
WRITTEN = {"quartic": "x^2 + ε x^4", "well": "ε (x^2 - 1)^2"}
FAR = 700.0  # e^700 is nearly the largest number there is
STRENGTHS: F64 = 10.0 ** np.linspace(-2, 2, 49)
"""ε at which ratios are told."""


@dataclass(frozen=True)
class Integral(Spec):
    """An integral ∫ e^(−U(x)) dx, and the Gaussian N(m, 1/2p) that bounds it."""

    integrand: str = specs.choice(
        "quartic",
        INTEGRANDS,
        "U in $\\int e^{-U(x)}dx$. Quartic: $x^2+\\varepsilon x^4$. Double well: "
        "$\\varepsilon(x^2-1)^2$. Cosine: $x^2+\\varepsilon(1-\\cos 6x)$. Your own: any polynomial "
        "in x, with ε in it if you like.",
    )
    polynomial: str = specs.text(
        "x^2 + ε x^6",
        100,
        "U as a polynomial in x up to $x^{12}$: numbers, x, ε (or e), + − * / ^ and brackets.",
    )
    strength: float = specs.number(1.0, 0.01, 100.0, "ε: how far U is from the easy case.")
    precision: float = specs.number(
        1.0, 0.01, 1000.0, "p: the Gaussian's variance is 1/2p. A larger p makes it narrower."
    )
    centre: float = specs.number(0.0, -2.0, 2.0, "m: the middle of the Gaussian.")

    @property
    def potential(self) -> Potential:
        """U at this ε. Raises SpecError where the polynomial cannot be read."""
        return self.potential_at(self.strength)

    def potential_at(self, strength: float) -> Potential:
        """U at another ε. Raises SpecError where the polynomial cannot be read."""
        if self.integrand == "ripple":
            return Ripple(strength)
        table = parse(WRITTEN.get(self.integrand, self.polynomial))
        powers = strength ** np.arange(table.shape[1])
        return PolynomialPotential(tuple((table @ powers).tolist()))


def log_bound(potential: Potential, m: F64 | float, w: F64 | float) -> F64:
    """½ ln(2πe w) − E[U] for N(m, w), w the variance; m and w broadcast.

    >>> round(float(np.exp(log_bound(Integral().potential, 0.0, 0.5))), 4)
    0.8372
    """
    m, w = np.asarray(m, float), np.asarray(w, float)
    return np.asarray(0.5 * np.log(2 * np.pi * np.e * w) - potential.mean(m, w))


def best_precision(potential: Potential, m: float) -> float | None:
    """The p of the highest bound with this centre; None where the integral diverges.

    There may be several p where the bound is stationary: for a rippled U one that fits the
    middle valley and one that spans many.
    """
    variances = potential.stationary(m) if potential.converges else np.zeros(0)
    if not len(variances):
        return None
    return float(0.5 / variances[np.argmax(log_bound(potential, m, variances))])


def first_order(integral: Integral, strength: float) -> float | None:
    """√(π/a) e^(−c) (1 − ε E[V]) for U = c + ax² + εV + …, the mean under e^(−ax²).

    None where U at ε = 0 is no such parabola, or c is beyond ±FAR. It may be negative.
    """
    change: Potential
    if integral.integrand == "ripple":
        gaussian, change = PolynomialPotential((0.0, 0.0, 1.0)), Ripple(1.0)
        disturbance = float(change.mean(np.float64(0), np.float64(0.5))) - 0.5
    else:
        table = parse(WRITTEN.get(integral.integrand, integral.polynomial))
        base = table[:, 0]
        if base[2] <= 0 or base[1] or base[3:].any():
            return None
        gaussian = PolynomialPotential(tuple(base.tolist()))
        change = PolynomialPotential(tuple(table[:, 1].tolist()))
        disturbance = float(change.mean(np.float64(0), np.float64(0.5 / base[2])))
    if abs(gaussian.log_integral) > FAR:
        return None
    return float(np.exp(gaussian.log_integral)) * (1 - strength * disturbance)


def closed_form(strength: float) -> float:
    """√(2π/(1 + √(1 + 6ε))), for the quartic (spaces.ac.cn/archives/3217)."""
    return float(np.sqrt(2 * np.pi / (1 + np.sqrt(1 + 6 * strength))))


def second_closed_form(strength: float) -> float:
    """√(13π/(10 + 3√(1 + 13ε))), for the quartic (spaces.ac.cn/archives/3280)."""
    return float(np.sqrt(13 * np.pi / (10 + 3 * np.sqrt(1 + 13 * strength))))


def log_laplace(potential: Potential) -> float | None:
    """ln Σ √(2π/U″) e^(−U) over the minima of a polynomial; None where there are none."""
    if not isinstance(potential, PolynomialPotential) or not potential.converges:
        return None
    places = potential.minima()
    if not len(places):
        return None
    curvature = potential.polynomial.deriv(2)(places)
    return float(np.logaddexp.reduce(0.5 * np.log(2 * np.pi / curvature) - potential.value(places)))


@dataclass(frozen=True)
class Bounded:
    """An integral, its bound at p, and at the best p."""

    log_truth: float  # inf where the integral diverges
    log_bound: float
    best: float | None  # p*, None where the bound has no highest value
    log_best: float
    rivals: dict[str, float]  # approximations by name; one that is no bound may be above

    @property
    def gap(self) -> float:
        """KL(q ‖ e^(−U)/∫e^(−U)), in nats."""
        return self.log_truth - self.log_bound


def bounded(integral: Integral) -> Bounded:
    """The integral at its ε, bounded with its p and m. Raises SpecError for no polynomial.

    >>> result = bounded(Integral(strength=1.0, precision=2.0))
    >>> [round(float(np.exp(v)), 4) for v in (result.log_bound, result.log_best, result.log_truth)]
    [1.3341, 1.3455, 1.3684]
    """
    potential = integral.potential
    best = best_precision(potential, integral.centre)
    variances = 0.5 / np.array([integral.precision, best or 1.0])
    here, there = log_bound(potential, integral.centre, variances).tolist()
    return Bounded(
        potential.log_integral,
        here,
        best,
        float("inf") if best is None else there,
        rivals(integral, integral.strength),
    )


def rivals(integral: Integral, strength: float) -> dict[str, float]:
    """Other approximations of the integral itself, by name: those that it has."""
    values: dict[str, float | None] = {}
    if integral.integrand == "quartic":
        values |= {
            "closed form": closed_form(strength),
            "second closed form": second_closed_form(strength),
        }
    values["first order"] = first_order(integral, strength)
    logarithm = log_laplace(integral.potential_at(strength))
    if integral.integrand in ("well", "own") and logarithm is not None and abs(logarithm) < FAR:
        values["Laplace"] = float(np.exp(logarithm))
    return {name: float(value) for name, value in values.items() if value is not None}


def log_bounds(integral: Integral, precisions: F64) -> F64:
    """The bound at each of some p."""
    return log_bound(integral.potential, integral.centre, 0.5 / precisions)


@dataclass(frozen=True)
class Ratios:
    """Approximations over the exact value at each ε; NaN where it is infinite, or too large."""

    strengths: F64  # (n,)
    bound: F64  # (n,) at the best p of each ε
    rivals: dict[str, F64]  # each (n,)


def over(value: float, log_truth: float) -> float:
    """value / e^log_truth, at most e^FAR; NaN where the integral diverges.

    >>> over(-2.0, 0.0)
    -2.0
    """
    if not np.isfinite(log_truth):
        return float("nan")
    logarithm = np.log(max(abs(value), 1e-300)) - log_truth
    return float(np.copysign(np.exp(np.clip(logarithm, -FAR, FAR)), value))


def _truth(potential: Potential) -> float:
    """Its integral's logarithm; NaN where that cannot be computed."""
    try:
        return potential.log_integral
    except SpecError:
        return float("nan")


@lru_cache(maxsize=64)
def ratios(integral: Integral) -> Ratios:
    """Each approximation over the exact value, with this centre, at each of `STRENGTHS`.

    They do not depend on the integral's own ε and p.
    """
    truths = [_truth(integral.potential_at(e)) for e in STRENGTHS]
    others = [rivals(integral, e) for e in STRENGTHS]
    names = list(dict.fromkeys(name for other in others for name in other))

    def ratio(e: float, truth: float) -> float:
        potential = integral.potential_at(e)
        best = best_precision(potential, integral.centre)
        if best is None or not np.isfinite(truth):
            return float("nan")
        return float(np.exp(log_bound(potential, integral.centre, 0.5 / best) - truth))

    pairs = list(zip(STRENGTHS.tolist(), truths, strict=True))
    return Ratios(
        STRENGTHS,
        np.array([ratio(*pair) for pair in pairs]),
        {
            name: np.array(
                [over(o.get(name, np.nan), t) for o, t in zip(others, truths, strict=True)]
            )
            for name in names
        },
    )
