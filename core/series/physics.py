"""Spectra from physics: a black body or a power law, lines of known area, a spectrograph, noise."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.series.line_lists import (
    BALMER,
    BROAD,
    F64,
    METALS,
    NARROW,
    NEBULAR,
    SKY,
    Line,
    observed,
)
from core.series.specs import KINDS

PLANCK, LIGHT, BOLTZMANN = 6.62607015e-34, 299_792_458.0, 1.380649e-23  # SI, exact since 2019
FIRST, LAST = 3690.0, 9100.0  # Å
REFERENCE = 5500.0  # Å, at rest, where a continuum is 1 before it is brought to its mean
FWHM = 2 * math.sqrt(2 * math.log(2))  # width at half height over σ of a normal curve
KM = 1e3
FOREST = 0.35  # of the light short of Lyman α that hydrogen on the way takes
SKY_NOISE = 6.0  # times the noise at the peak of a line of the night sky
EMISSION = {"oxygen II": 18, "hydrogen": 28, "oxygen III": 10, "nitrogen": 9, "sulphur": 6}
LEAST = 0.02  # of the continuum, which absorption leaves
WAVES = 4  # smooth curves that a calibration error is made of


@dataclass(frozen=True)
class Objects:
    """n objects, (n,) each. kind: an index of KINDS; redshift; temperature, K, of a black body;
    slope: of a power law λ^slope; strength: of emission lines, 1 is usual, 0 is none; speed: km/s,
    the width at half height of what moves inside; snr: signal over noise of a point."""

    kind: NDArray[np.int64]
    redshift: F64
    temperature: F64
    slope: F64
    strength: F64
    speed: F64
    snr: F64

    def take(self, rows: slice) -> Objects:
        """Some of them."""
        return Objects(*(getattr(self, field.name)[rows] for field in fields(self)))


def wavelengths(points: int) -> F64:
    """Å, evenly spaced in their logarithm, (points,).

    >>> wavelengths(3).round(1).tolist()
    [3690.0, 5794.7, 9100.0]
    """
    return np.geomspace(FIRST, LAST, points)


def black_body(wavelength: F64, temperature: F64) -> F64:
    """Planck's B_λ = 2hc²/λ⁵ / (exp(hc/λkT) − 1), W/m³/sr; wavelength in Å, temperature in K."""
    metres = np.asarray(wavelength, np.float64) * 1e-10
    exponent = PLANCK * LIGHT / (metres * BOLTZMANN * temperature)
    body: F64 = 2 * PLANCK * LIGHT**2 / metres**5 / np.expm1(np.minimum(exponent, 700.0))
    return body


def continuum(objects: Objects, wavelength: F64) -> F64:
    """The light without lines, (n, L), 1 at 5,500 Å at rest. wavelength: (L,) Å in vacuum."""
    rest = wavelength / (1 + objects.redshift[:, None])
    T = objects.temperature[:, None]
    thermal = black_body(rest, T) / black_body(np.array(REFERENCE), T)
    power = (rest / REFERENCE) ** objects.slope[:, None]
    of_quasar = np.where(rest < 1215.67, (1 - FOREST) * power, power)
    kind = objects.kind[:, None]
    light: F64 = np.where(kind == KINDS.index("quasar"), of_quasar, thermal)
    old = 1 - 0.45 / (1 + np.exp(np.clip((rest - 4000) / 40, -50, 50)))  # metals of old stars
    light = np.where(kind == KINDS.index("galaxy"), light * old, light)
    return np.where((kind == KINDS.index("unknown")) & (objects.slope[:, None] < 0), power, light)


def widths(objects: Objects) -> list[tuple[Line, F64, F64]]:
    """Each line with its area, (n,) Å at rest over the continuum (equivalent width; absorption is
    negative), and the speed, (n,) km/s, that widens it. Lines that no object has are left out."""
    T, s, n = objects.temperature, objects.strength, len(objects.kind)
    star, galaxy, quasar, _ = (objects.kind == i for i in range(len(KINDS)))
    strengths = {  # of absorption, by the temperature of a star
        "Balmer": 11 * np.exp(-((np.log(T / 9500) / 0.38) ** 2)) + 0.6,
        "calcium": 9 / (1 + (T / 6200) ** 6) + 0.2,
        "G band": 5 * np.exp(-((np.log(T / 5000) / 0.2) ** 2)),
        "magnesium": 5 / (1 + (T / 5600) ** 8),
        "sodium": 3.5 / (1 + (T / 4800) ** 8),
        "calcium triplet": 3.5 / (1 + (T / 7500) ** 6),
    }
    slow, clouds, narrow = np.full(n, 20.0), np.full(n, 150.0), np.full(n, 400.0)

    def absorbed(line: Line, by: NDArray[np.bool_]) -> F64:
        return np.where(by, -line.share * strengths[line.group], 0.0)

    lines = [
        *((line, absorbed(line, star), slow) for line in (*BALMER, *METALS)),
        *((line, absorbed(line, galaxy), objects.speed) for line in METALS),
        *(
            (line, np.where(galaxy, line.share * EMISSION[line.group] * s, 0.0), clouds)
            for line in NEBULAR
        ),
        *((line, np.where(quasar, 70 * line.share * s, 0.0), objects.speed) for line in BROAD),
        *((line, np.where(quasar, 13 * line.share * s, 0.0), narrow) for line in NARROW),
    ]
    return [entry for entry in lines if entry[1].any()]


def edges(wavelength: F64) -> F64:
    """Where the points of a logarithmic axis (L,) begin and end, (L + 1,)."""
    half = math.sqrt(wavelength[1] / wavelength[0])
    return np.concatenate([[wavelength[0] / half], wavelength * half])


def profile(centre: F64, sigma: F64, wavelength: F64) -> F64:
    """A normal curve of area 1 around each centre, Å, its mean over each point: (n, L), 1/Å."""
    from scipy.special import ndtr

    borders = edges(wavelength)
    below = ndtr((borders - centre[:, None]) / sigma[:, None])
    curve: F64 = np.diff(below, axis=1) / np.diff(borders)
    return curve


def clean(objects: Objects, wavelength: F64, resolution: float, medium: str = "vacuum") -> F64:
    """Spectra without noise, (n, L), of mean 1. wavelength: (L,) Å, in `medium`."""
    light = continuum(objects, vacuum(wavelength, medium))
    over = np.ones_like(light)
    for _, rows, shape in _lines(objects, wavelength, resolution, medium):
        over[rows] += shape
    light = light * np.maximum(over, LEAST)
    mean: F64 = light / light.mean(axis=1, keepdims=True)
    return mean


def _lines(
    objects: Objects, wavelength: F64, resolution: float, medium: str
) -> Iterator[tuple[Line, NDArray[np.int64], F64]]:
    """Each line, the objects (m,) that show it on this axis, and what it adds to a continuum of 1,
    (m, L)."""
    for line, area, speed in widths(objects):
        rows = np.flatnonzero(area)
        centre = observed(line.rest, objects.redshift[rows], medium)
        wide = centre * np.hypot(1 / resolution, speed[rows] * KM / LIGHT) / FWHM
        near = (centre + 6 * wide > wavelength[0]) & (centre - 6 * wide < wavelength[-1])
        rows, centre, wide = rows[near], centre[near], wide[near]
        moved = area[rows] * (1 + objects.redshift[rows])
        yield line, rows, moved[:, None] * profile(centre, wide, wavelength)


def vacuum(wavelength: F64, medium: str) -> F64:
    """The wavelengths in vacuum, Å, of those measured in `medium`."""
    if medium == "vacuum":
        return wavelength
    guess = wavelength
    for _ in range(3):  # the index hardly changes: each step gains four digits
        guess = guess + wavelength - observed(guess, 0.0, "air")
    return guess


def miscalibrated(n: int, points: int, spread: float, rng: np.random.Generator) -> F64:
    """Smooth factors (n, L) by which spectra are wrong, their logarithms of this spread."""
    at = np.linspace(0, np.pi, points)
    waves = np.cos(np.arange(1, WAVES + 1)[:, None] * at)
    weights = rng.normal(size=(n, WAVES)) / np.arange(1, WAVES + 1)
    scale = spread / math.sqrt(0.5 * sum(k**-2.0 for k in range(1, WAVES + 1)))
    factors: F64 = np.exp(scale * weights @ waves)
    return factors


def noise(snr: F64, wavelength: F64, medium: str, rng: np.random.Generator) -> F64:
    """Noise (n, L) of spectra of mean 1: even, and more of it at the lines of the night sky."""
    drawn: F64 = rng.normal(size=(len(snr), len(wavelength))) / snr[:, None]
    return drawn * sky(wavelength, medium)


def sky(wavelength: F64, medium: str) -> F64:
    """By how many times the noise of each point, (L,), is more than away from the sky's lines."""
    more = np.ones_like(wavelength)
    for line in SKY:
        centre = float(observed(line.rest, 0.0, medium))
        more += SKY_NOISE * np.exp(-0.5 * ((wavelength - centre) / 12) ** 2)
    return more


def single(
    kind: str, redshift: float = 0.0, temperature: float = 6000.0, slope: float = -1.5,
    strength: float = 1.0, speed: float = 200.0, snr: float = 10.0,
) -> Objects:  # fmt: skip
    """A single object."""
    values = (redshift, temperature, slope, strength, speed, snr)
    return Objects(np.array([KINDS.index(kind)]), *(np.array([float(v)]) for v in values))


@dataclass(frozen=True)
class Mark:
    """A line of an object: its wavelength at rest in vacuum and where it is seen, Å, and by how
    many times the noise it stands out, all its points together (negative: absorbed)."""

    name: str
    rest: float
    at: float
    significance: float


def marked(
    objects: Objects, wavelength: F64, resolution: float, medium: str = "vacuum"
) -> list[Mark]:
    """The lines of the first object within the axis, by place.

    With the line's share d_i of the light and noise σ_i, that of the night sky included, the
    significance is √Σ (d_i/σ_i)²: that of the best filter for a line of known place and width.
    """
    one = objects.take(slice(0, 1))
    light = continuum(one, vacuum(wavelength, medium))[0]
    light = light / light.mean() / sky(wavelength, medium)
    marks: dict[tuple[str, float], Mark] = {}
    for line, rows, shape in _lines(one, wavelength, resolution, medium):
        at = float(observed(line.rest, one.redshift[0], medium))
        if not len(rows) or not wavelength[0] <= at <= wavelength[-1]:
            continue
        deep = light * np.maximum(shape[0], LEAST - 1)
        size = float(np.sqrt((deep**2).sum()) * one.snr[0] * np.sign(shape[0].sum()))
        marks.setdefault((line.name, line.rest), Mark(line.name, line.rest, at, size))
    return sorted(marks.values(), key=lambda mark: mark.at)
