"""What stands in the exponent: a potential U, and the integral ∫ e^(−U(x)) dx.

A potential knows its mean under any Gaussian in closed form, which is all that the bound needs,
and how far out it has to be integrated. Everything is kept as logarithms: e^(−U) itself may be
beyond every number.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from math import comb, factorial
from typing import Any

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray
from scipy.optimize import brentq

from core.errors import SpecError
from core.mathematics.polynomials import F64
from core.messages import message

LOWEST = -1e9  # U below it has too few digits
NOTHING = 1e-300  # in place of 0 in a logarithm
DEPTH = 50.0  # e^(−50) of the highest value is where an integral ends
AGREE = 1e-13  # of two integrals, one with half the steps
FEWEST, MOST = 2**10, 2**18  # steps of an integral


class Potential(ABC):
    """U(x), finite for every real x."""

    @abstractmethod
    def value(self, x: F64) -> F64:
        """U at each x; x of any shape."""

    @abstractmethod
    def mean(self, m: F64 | float, w: F64 | float) -> F64:
        """E[U(x)] for x ~ N(m, w), w the variance; m and w broadcast."""

    @abstractmethod
    def slopes(self, m: float, w: float) -> tuple[float, float]:
        """The derivatives of `mean` by m and by w."""

    @abstractmethod
    def stationary(self, m: float) -> F64:
        """The variances w at which ½ ln w − E[U] has slope 0: 2w dE[U]/dw = 1."""

    @property
    @abstractmethod
    def converges(self) -> bool:
        """Whether ∫ e^(−U) is finite."""

    @abstractmethod
    def basins(self, depth: float = DEPTH) -> tuple[list[tuple[float, float]], float]:
        """Intervals, in order, and the least U: beyond them U is `depth` above that, or more.

        Only where the integral converges.
        """

    @cached_property
    def log_integral(self) -> float:
        """ln ∫ e^(−U(x)) dx, +inf where it diverges.

        Raises SpecError where U falls so far that its digits do not suffice.
        """
        if not self.converges:
            return float("inf")
        intervals, least = self.basins()
        if least < LOWEST or not intervals:
            text = "U falls to {least:.2g}; an integral is computed down to {lowest:.0e}. {remedy}"
            remedy = message("Choose smaller coefficients, or a larger one of the highest power.")
            raise SpecError(message(text, least=least, lowest=LOWEST, remedy=remedy), "polynomial")
        logs = [self._log_integral(low, high, least) for low, high in intervals]
        return float(np.logaddexp.reduce(logs)) - least

    def _log_integral(self, low: float, high: float, least: float) -> float:
        """ln ∫ e^(least − U) over a basin.

        The trapezoidal rule, which gains more digits with each doubling than it had: U is
        smooth, and e^(−U) vanishes at both ends (Trefethen & Weideman 2014, SIAM Review 56).
        """
        steps, before = FEWEST, float("nan")
        while True:
            x = np.linspace(low, high, steps + 1)
            total = float(np.exp(least - self.value(x)).sum()) * (high - low) / steps
            now = float(np.log(max(total, NOTHING)))
            if abs(now - before) <= AGREE * max(1.0, abs(now)) or steps >= MOST:
                return now
            steps, before = 2 * steps, now


@dataclass(frozen=True)
class PolynomialPotential(Potential):
    """U(x) = Σ c_k x^k."""

    coefficients: tuple[float, ...]

    @cached_property
    def polynomial(self) -> Polynomial:
        """U, its highest coefficient not zero."""
        return Polynomial(self.coefficients).trim()

    def value(self, x: F64) -> F64:
        """U at each x; inf where it is beyond every number."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(self.polynomial(np.asarray(x, float)), float)

    def mean(self, m: F64 | float, w: F64 | float) -> F64:
        """Σ_j U⁽²ʲ⁾(m) wʲ / (2ʲ j!): the odd moments of a Gaussian vanish."""
        return _series((self._taylor(m)[::2].T * self._moments).T, w)

    def slopes(self, m: float, w: float) -> tuple[float, float]:
        """E[U′] and E[U″]/2."""
        taylor = self._taylor(m)
        odd = taylor[1::2] * np.arange(1, len(taylor), 2)  # the derivative of the even ones by m
        moments = taylor[::2] * self._moments
        by_w = moments[1:] * np.arange(1, len(moments))
        return float(_series(odd * self._moments[: len(odd)], w)), float(_series(by_w, w))

    def stationary(self, m: float) -> F64:
        """The positive roots of a polynomial in w."""
        even = self._taylor(m)[::2] * self._moments
        slope = 2 * np.arange(len(even)) * even  # of w dE/dw · 2, by powers of w
        slope[0] = -1.0
        roots = _real(Polynomial(slope).trim().roots())
        if not (roots > 0).any() and self.converges:  # lost beside those of a tiny coefficient
            return np.array([_change_of_sign(Polynomial(slope))])
        return np.asarray(roots[roots > 0])

    @cached_property
    def _moments(self) -> F64:
        """E[u²ʲ] = (2j)! / (2ʲ j!) for u ~ N(0, 1)."""
        half = range(self.polynomial.degree() // 2 + 1)
        return np.array([factorial(2 * j) / (2**j * factorial(j)) for j in half])

    def _taylor(self, m: F64 | float) -> F64:
        """U⁽ⁿ⁾(m)/n! at [n]: (degree + 1,) and the shape of m."""
        c = self.polynomial.coef
        powers = np.asarray(m, float) ** np.arange(len(c)).reshape((-1,) + (1,) * np.ndim(m))
        return np.array(
            [
                sum(comb(k, n) * c[k] * powers[k - n] for k in range(n, len(c)) if c[k])
                + np.zeros(np.shape(m))
                for n in range(len(c))
            ]
        )

    @property
    def converges(self) -> bool:
        """Whether the highest power is even, and its coefficient positive."""
        degree = self.polynomial.degree()
        return degree > 0 and degree % 2 == 0 and float(self.polynomial.coef[-1]) > 0

    @property
    def even(self) -> bool:
        """Whether U(−x) = U(x)."""
        return not self.polynomial.coef[1::2].any()

    def minima(self) -> F64:
        """Where U has a minimum, in order."""
        places = np.unique(_real(self.polynomial.deriv().roots()).round(9))
        curvature = self.polynomial.deriv(2)(places)
        return np.asarray(places[curvature > 1e-9])

    def basins(self, depth: float = DEPTH) -> tuple[list[tuple[float, float]], float]:
        """Between the roots of U − least − depth; the least U is at a root of U′."""
        flat = self.polynomial.deriv().roots()
        least = float(self.polynomial(flat.real).min())
        ends = np.unique(_real((self.polynomial - (least + depth)).roots()))
        pairs = list(itertools.pairwise(ends.tolist()))
        inside = [self.value(np.linspace(*pair, 65)[1:-1]).min() < least + depth for pair in pairs]
        return list(itertools.compress(pairs, inside)), least


@dataclass(frozen=True)
class Ripple(Potential):
    """U(x) = x² + ε (1 − cos kx)."""

    strength: float  # ε, at least 0
    k: float = 6.0

    def value(self, x: F64) -> F64:
        """U at each x."""
        x = np.asarray(x, float)
        return np.asarray(x**2 + self.strength * (1 - np.cos(self.k * x)))

    def mean(self, m: F64 | float, w: F64 | float) -> F64:
        """E[cos kx] = cos(km) e^(−k²w/2)."""
        m, w = np.asarray(m, float), np.asarray(w, float)
        waves = np.cos(self.k * m) * np.exp(-(self.k**2) * w / 2)
        return np.asarray(m**2 + w + self.strength * (1 - waves))

    def slopes(self, m: float, w: float) -> tuple[float, float]:
        """The derivatives of `mean`."""
        fading = self.strength * np.exp(-(self.k**2) * w / 2)
        by_m = 2 * m + fading * self.k * np.sin(self.k * m)
        by_w = 1 + fading * self.k**2 / 2 * np.cos(self.k * m)
        return float(by_m), float(by_w)

    def stationary(self, m: float) -> F64:
        """Where a fine grid of ln w shows a change of sign."""

        def excess(t: Any) -> Any:
            w = np.exp(t)
            fading = self.strength * np.exp(-(self.k**2) * w / 2) * self.k**2 / 2
            return 2 * w * (1 + fading * np.cos(self.k * m)) - 1

        t = np.linspace(np.log(1e-6), np.log(10.0), 400)  # of ln w: beyond, U is steep or x²
        at = np.flatnonzero(np.diff(np.sign(excess(t))))
        return np.exp([brentq(excess, t[i], t[i + 1], xtol=1e-14) for i in at])

    @property
    def converges(self) -> bool:
        """It does: x² outgrows the ripple."""
        return True

    def basins(self, depth: float = DEPTH) -> tuple[list[tuple[float, float]], float]:
        """U is at least x², and 0 at 0."""
        return [(-float(np.sqrt(depth)), float(np.sqrt(depth)))], 0.0


def _change_of_sign(slope: Polynomial) -> float:
    """Where a polynomial that is negative at 0, and positive far to the right, changes its sign."""
    low = high = 1.0
    while slope(high) <= 0:
        high *= 2
    while slope(low) >= 0:
        low /= 2
    return float(brentq(slope, low, high))


def _series(coefficients: F64, w: F64 | float) -> F64:
    """Σ_j c_j wʲ, by Horner; each c_j of a shape that broadcasts with w."""
    total = np.zeros(np.broadcast_shapes(np.shape(coefficients)[1:], np.shape(w)))
    for coefficient in coefficients[::-1]:
        total = total * w + coefficient
    return total


def _real(roots: NDArray[Any]) -> F64:
    """The real ones of a polynomial's roots."""
    return np.asarray(roots.real[np.abs(roots.imag) <= 1e-6 * (1 + np.abs(roots))])
