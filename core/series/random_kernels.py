"""Random convolution kernels: what a series answers to many of them, two numbers each.

ROCKET (Dempster, Petitjean & Webb 2020, arXiv 1910.13051) in small: kernels 9 taps long, their
weights normal and of mean 0, their biases uniform in (−1, 1), their taps 2^u points apart, u
uniform up to what fits into the series, half of them with zeros around. Of each answer the share
above 0 and the largest value. The published one takes 10,000 kernels, of 7, 9 and 11 taps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TAPS = 9
AT_ONCE = 128  # series


@dataclass(frozen=True)
class Kernels:
    """k kernels: weights (k, TAPS) float32, biases (k,), dilations (k,), padded (k,) bool."""

    weights: np.ndarray
    biases: np.ndarray
    dilations: np.ndarray
    padded: np.ndarray


def draw(k: int, length: int, seed: int) -> Kernels:
    """Draw kernels for series of so many points."""
    rng = np.random.default_rng((seed, 0x20C))
    weights = rng.normal(size=(k, TAPS))
    weights -= weights.mean(axis=1, keepdims=True)
    most = np.log2(max((length - 1) / (TAPS - 1), 1))
    dilations = (2 ** rng.uniform(0, most, k)).astype(np.int64)
    # few different ones: kernels of one dilation are one matrix product
    dilations = 2 ** np.rint(np.log2(dilations)).astype(np.int64)
    fits = np.maximum((length - 1) // (TAPS - 1), 1)
    dilations = np.minimum(dilations, fits)
    biases = rng.uniform(-1, 1, k)
    return Kernels(
        weights.astype(np.float32), biases.astype(np.float32), dilations, rng.random(k) < 0.5
    )


def features(kernels: Kernels, x: np.ndarray) -> np.ndarray:
    """Series (n, L) float32 → (n, 2k): the share of answers above 0, then the largest answer."""
    n, k = len(x), len(kernels.biases)
    shares, largest = np.empty((n, k), np.float32), np.empty((n, k), np.float32)
    for start in range(0, n, AT_ONCE):
        block = x[start : start + AT_ONCE]
        for d in np.unique(kernels.dilations):
            for padded in (False, True):
                which = np.flatnonzero((kernels.dilations == d) & (kernels.padded == padded))
                if len(which):
                    answers = _answers(block, kernels, which, int(d), padded)
                    shares[start : start + AT_ONCE, which] = (answers > 0).mean(axis=1)
                    largest[start : start + AT_ONCE, which] = answers.max(axis=1)
    return np.concatenate([shares, largest], axis=1)


def _answers(
    x: np.ndarray, kernels: Kernels, which: np.ndarray, d: int, padded: bool
) -> np.ndarray:
    """(n, places, kernels) of one dilation."""
    reach = (TAPS - 1) * d
    if padded or reach >= x.shape[1]:
        x = np.pad(x, ((0, 0), (reach // 2, reach - reach // 2)))
    places = x.shape[1] - reach
    moved = np.stack([x[:, t * d : t * d + places] for t in range(TAPS)], axis=-1)
    answers: np.ndarray = moved @ kernels.weights[which].T + kernels.biases[which]
    return answers
