"""Figures of a game on items by epoch: what its codes hold, and whether its items can be told."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.adversarial.shots import Shot
from dashboard.figures.template import NEVER
from dashboard.images.figures.epochs import by_epoch, curve
from dashboard.language import say

MOST = 1.2  # of the variance: what misses more is drawn here


def codes(shots: tuple[Shot, ...], variance: float, epoch: int) -> dict[str, Any]:
    """ρ, and the share of the variance that G(code) misses."""
    epochs = [shot.epoch for shot in shots]
    missed = np.array([shot.error for shot in shots]) / max(variance, 1e-12)
    traces = [
        curve(epochs, [shot.rho for shot in shots], "ρ(z, E(G(z)))", 0),
        curve(epochs, np.minimum(missed, MOST), say("variance missed"), 1, "dash"),
    ]
    axis = {"range": [-0.05, MOST + 0.05]}
    return by_epoch("codes", traces, epoch, say("ρ, share of the variance"), axis)


def told(shots: tuple[Shot, ...], by_chance: np.ndarray, epoch: int) -> dict[str, Any]:
    """The share of items told apart, above the band of real samples."""
    epochs = [shot.epoch for shot in shots]
    low, high = float(by_chance[0]), float(by_chance[-1])
    end = max(epochs[-1], 1)
    band = {
        "type": "scatter", "x": [0, end, end, 0], "y": [low, low, high, high], "fill": "toself",
        "fillcolor": NEVER, "line": {"width": 0}, "mode": "lines", "name": say("real from real"),
        "hoverinfo": "skip",
    }  # fmt: skip
    values = curve(epochs, [shot.told for shot in shots], say("real from generated"), 1)
    codes = curve(epochs, [shot.prior for shot in shots], say("codes from z"), 2, "dot")
    axis = {"range": [0, 1.05], "tickformat": "~%"}
    return by_epoch("told", [band, values, codes], epoch, say("told apart"), axis)
