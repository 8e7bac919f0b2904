"""A population of synthetic spectra: how many of which kind, how far, how hot, how noisy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.progress import OnStep, report, run_on
from core.series.line_lists import F64
from core.series.physics import Objects, clean, miscalibrated, noise, wavelengths
from core.series.specs import KINDS, Spectra

SPREAD = 2.0  # the S/N of a spectrum lies between 1/SPREAD and SPREAD times the middle one
AT_ONCE = 512  # spectra
FAINTER = 3.0  # times, the unknown
NEAREST, FARTHEST = (0.02, 0.1), (0.5, 3.5)  # redshifts of galaxies, of quasars


@dataclass(frozen=True)
class Made:
    """flux: (n, L) float32, with noise; wavelength: (L,) Å; objects: what each of them is."""

    flux: np.ndarray
    wavelength: F64
    objects: Objects


def population(spec: Spectra) -> Objects:
    """The objects of a spec, in random order; at least one of each kind."""
    rng = np.random.default_rng((spec.sky_seed, 0x5BEC))
    n = spec.spectra_count
    shares = [spec.star_share, *[(1 - spec.star_share) / 3] * 3]
    counts = np.maximum(np.rint(n * np.array(shares)).astype(int), 2)
    counts[0] = n - counts[1:].sum()
    kind = rng.permutation(np.repeat(np.arange(len(KINDS)), counts))
    _, galaxy, quasar, unknown = (kind == i for i in range(len(KINDS)))
    redshift = rng.normal(0, 1e-4, n)  # stars: 30 km/s
    redshift[galaxy] = rng.uniform(NEAREST[0], FARTHEST[0], galaxy.sum())
    redshift[quasar] = rng.uniform(NEAREST[1], FARTHEST[1], quasar.sum())
    temperature = np.exp(rng.uniform(np.log(3800), np.log(15_000), n))
    temperature[galaxy] = rng.uniform(4200, 5600, galaxy.sum())
    slope = rng.uniform(-2.3, -0.5, n)
    slope[unknown & (rng.random(n) < 0.5)] = 0.0  # half of the unknown: a black body, no lines
    strength = np.exp(rng.normal(0, 0.5, n))
    strength[galaxy & (rng.random(n) < 0.3)] = 0.0  # no young stars
    speed = np.where(quasar, np.exp(rng.uniform(np.log(2000), np.log(9000), n)), 450.0)
    snr = spec.snr * SPREAD ** rng.uniform(-1, 1, n)
    snr[unknown] /= FAINTER
    return Objects(kind, redshift, temperature, slope, strength, speed, snr)


def make(spec: Spectra, on_step: OnStep = run_on) -> Made:
    """All spectra of a spec: clean light times a calibration error, with noise."""
    objects, wavelength = population(spec), wavelengths(spec.spectra_points)
    rng = np.random.default_rng((spec.sky_seed, 0x10157))
    flux = np.empty((spec.spectra_count, spec.spectra_points), np.float32)
    for start in range(0, len(flux), AT_ONCE):
        report(on_step, start / len(flux), "making spectra")
        rows = slice(start, start + AT_ONCE)
        flux[rows] = seen(objects.take(rows), wavelength, spec, rng)[1]
    return Made(flux, wavelength, objects)


def seen(
    objects: Objects, wavelength: F64, spec: Spectra, rng: np.random.Generator
) -> tuple[F64, F64]:
    """(without noise, with it), (n, L) each, of mean 1, both with the error of calibration."""
    light = clean(objects, wavelength, spec.resolution, spec.medium)
    light = light * miscalibrated(len(light), len(wavelength), spec.calibration, rng)
    light /= light.mean(axis=1, keepdims=True)
    return light, light + noise(objects.snr, wavelength, spec.medium, rng)
