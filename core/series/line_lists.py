"""Spectral lines by name: wavelengths at rest in vacuum, Å, and air wavelengths from them.

The list is that of the Sloan Digital Sky Survey (classic.sdss.org/dr6/algorithms/linestable.html,
vacuum), Lyman α after NIST.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


class Line(NamedTuple):
    """A line; group: lines of one strength in a spectrum; share: this one's part of it."""

    name: str
    rest: float
    group: str
    share: float = 1.0


BALMER = (
    Line("Hα", 6564.61, "Balmer", 0.9),
    Line("Hβ", 4862.68, "Balmer"),
    Line("Hγ", 4341.68, "Balmer"),
    Line("Hδ", 4102.89, "Balmer"),
)
METALS = (
    Line("Ca K", 3934.78, "calcium"),
    Line("Ca H", 3969.59, "calcium", 0.8),
    Line("G band", 4305.61, "G band"),
    Line("Mg b", 5176.70, "magnesium"),
    Line("Na D", 5895.60, "sodium"),
    Line("Ca II", 8500.36, "calcium triplet", 0.4),
    Line("Ca II", 8544.44, "calcium triplet"),
    Line("Ca II", 8664.52, "calcium triplet", 0.85),
)
NEBULAR = (
    Line("[O II]", 3728.48, "oxygen II"),
    Line("Hγ", 4341.68, "hydrogen", 0.16),
    Line("Hβ", 4862.68, "hydrogen", 0.35),
    Line("[O III]", 4960.30, "oxygen III", 0.335),
    Line("[O III]", 5008.24, "oxygen III"),
    Line("[N II]", 6549.86, "nitrogen", 0.327),
    Line("Hα", 6564.61, "hydrogen"),
    Line("[N II]", 6585.27, "nitrogen"),
    Line("[S II]", 6718.29, "sulphur"),
    Line("[S II]", 6732.67, "sulphur", 0.75),
)
BROAD = (
    Line("Lyα", 1215.67, "quasar", 1.0),
    Line("N V", 1240.81, "quasar", 0.2),
    Line("Si IV", 1399.80, "quasar", 0.12),
    Line("C IV", 1549.48, "quasar", 0.4),
    Line("C III]", 1908.73, "quasar", 0.28),
    Line("Mg II", 2799.12, "quasar", 0.42),
    Line("Hγ", 4341.68, "quasar", 0.2),
    Line("Hβ", 4862.68, "quasar", 0.6),
    Line("Hα", 6564.61, "quasar", 2.2),
)
NARROW = (
    Line("[O III]", 4960.30, "oxygen III", 0.335),
    Line("[O III]", 5008.24, "oxygen III"),
)
SKY = (
    Line("sky", 5578.89, "night sky"),
    Line("sky", 6302.05, "night sky"),
    Line("sky", 6365.54, "night sky"),
)
"""Lines of oxygen in the air at night: their remains after subtraction are noise."""


def to_air(vacuum: F64 | float) -> F64:
    """Wavelengths in air, Å, of those in vacuum, above 2,000 Å (Morton 1991, ApJS 77, 119).

    >>> round(float(to_air(6564.61)), 2)
    6562.8
    """
    square = (1e4 / np.asarray(vacuum, np.float64)) ** 2
    index = 1 + 6.4328e-5 + 2.94981e-2 / (146 - square) + 2.5540e-4 / (41 - square)
    air: F64 = np.asarray(vacuum, np.float64) / index
    return air


def observed(rest: F64 | float, redshift: F64 | float, medium: str = "vacuum") -> F64:
    """λ(1 + z), Å, of a wavelength at rest in vacuum; in air, that of this."""
    moved: F64 = np.asarray(rest, np.float64) * (1 + np.asarray(redshift, np.float64))
    return to_air(moved) if medium == "air" else moved
