"""Colours that mean different things look different, whatever colours somebody sees.

Deficiencies are simulated by Machado, Oliveira & Fernandes (2009), "A Physiologically-based
Model for Simulation of Color Vision Deficiency", table 1, severity 1.0: (3, 3), on linear RGB.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from dashboard.figures import latent
from dashboard.figures.template import CATEGORICAL, DIVERGING, MARKS, MUTED, SEQUENTIAL
from dashboard.words.figures import map

VISIONS = {
    "all colours": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868],
                            [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968],
                              [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779],
                            [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
    "no colours": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}  # fmt: skip
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375],
                [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
PAPERS = {"light": "#FCFBF8", "dark": "#040605"}
COLOURED = [name for name in VISIONS if name != "no colours"]


def linear(colour: str) -> np.ndarray:
    """Linear RGB, (3,), of "#RRGGBB"."""
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def seen(colour: str, vision: str) -> np.ndarray:
    """CIE L*a*b* (D65), (3,), of a colour as it looks to this vision."""
    rgb = np.clip(VISIONS[vision] @ linear(colour), 0, 1)
    t = XYZ @ rgb / XYZ.sum(axis=1)
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(a: str, b: str, vision: str) -> float:
    """ΔE*ab, the distance in L*a*b*; 2.3 is just noticed side by side."""
    return float(np.linalg.norm(seen(a, vision) - seen(b, vision)))


def test_lab_is_that_of_the_standard() -> None:
    assert seen("#FFFFFF", "all colours") == pytest.approx([100, 0, 0], abs=0.02)
    assert seen("#FF0000", "all colours") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert apart("#00A000", "#C08000", "deuteranopia") < apart("#00A000", "#C08000", "all colours")
    for vision in VISIONS:  # grey is grey to all
        assert np.abs(seen("#808080", vision)[1:]).max() < 0.1


@pytest.mark.parametrize("vision", COLOURED)
def test_categories_are_told_apart(vision: str) -> None:
    close = {(a, b): apart(a, b, vision) for a, b in combinations(CATEGORICAL, 2)}
    assert min(close.values()) > 15, min(close, key=close.__getitem__)


@pytest.mark.parametrize("vision", COLOURED)
def test_what_stands_back_is_no_category(vision: str) -> None:
    *coloured, _grey = CATEGORICAL
    assert min(apart(MUTED, colour, vision) for colour in coloured) > 13


@pytest.mark.parametrize("vision", VISIONS)
def test_the_first_two_differ_for_everybody(vision: str) -> None:
    """Most figures have no more: A and B, before and after, kept and lost."""
    assert apart(*CATEGORICAL[:2], vision) > (6 if vision == "no colours" else 60)


@pytest.mark.parametrize("paper", PAPERS)
def test_marks_stand_out_from_light_and_dark_paper(paper: str) -> None:
    back = linear(PAPERS[paper]) @ XYZ[1]
    for colour in (*CATEGORICAL, MUTED):
        lower, upper = sorted((back, linear(colour) @ XYZ[1]))
        assert (upper + 0.05) / (lower + 0.05) > 2, colour


@pytest.mark.parametrize("vision", VISIONS)
def test_more_is_lighter_for_everybody(vision: str) -> None:
    for scale in (SEQUENTIAL, MARKS):
        lightness = [seen(colour, vision)[0] for _, colour in scale]
        assert np.all(np.diff(lightness) > 0)


@pytest.mark.parametrize("vision", VISIONS)
def test_diverging_scale_darkens_away_from_its_middle(vision: str) -> None:
    lightness = np.array([seen(colour, vision)[0] for _, colour in DIVERGING])
    middle = len(lightness) // 2
    assert lightness[middle] == pytest.approx(100, abs=0.1)
    assert np.all(np.diff(lightness[: middle + 1]) > 0) and np.all(np.diff(lightness[middle:]) < 0)


@pytest.mark.parametrize("vision", COLOURED)
def test_above_and_below_zero_are_told_apart(vision: str) -> None:
    colours = [colour for _, colour in DIVERGING]
    for low, high in zip(colours[:5], colours[:5:-1], strict=True):
        assert apart(low, high, vision) > 10, (low, high)


def test_clusters_differ_in_shape_as_well() -> None:
    """For eyes that tell no colours apart, and as pairs of both for many clusters."""
    for shade, shape, most in ((map._shade, map._symbol, 36), (latent.colour, latent.symbol, 56)):
        assert len({(shade(k), shape(k)) for k in range(most)}) == most
        assert all(shape(k) != shape(k + 1) for k in range(most))
