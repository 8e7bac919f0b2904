"""Figures of encoders without labels: what their critics tell, moments of z, scores by labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.features.loss import CEILING
from core.features.snapshots import Moments
from dashboard.figures.template import CATEGORICAL, MUTED, NEVER
from dashboard.images.figures.epochs import by_epoch, curve, level
from dashboard.language import say

WIDE = 1.96  # standard errors: 95 % of what n draws of N(0, 1) give


def estimates(values: np.ndarray, epoch: int) -> dict[str, Any]:
    """The Jensen–Shannon estimates (E, 2) by epoch, nats, below their ceiling."""
    epochs = np.arange(1, len(values) + 1)
    end = max(len(values), 1)
    hover = say("ceiling: ln 2 = {value:.3f} nats<extra></extra>", value=CEILING)
    traces = [
        level((0, end), CEILING, say("ceiling, ln 2"), 7, hover),
        curve(epochs, values[:, 0], say("global"), 0),
        curve(epochs, values[:, 1], say("local‹of a picture›"), 1, "dash"),
    ]
    low = min(0.0, float(values.min(initial=0.0)))
    axis = {"range": [max(low, -CEILING) - 0.03, CEILING + 0.05]}
    return by_epoch("estimates", traces, epoch, say("JS estimate, nats"), axis)


def voted(
    epochs: Sequence[int], values: Sequence[float], pixels: float, chance: float, epoch: int
) -> dict[str, Any]:
    """Share of held-out items that their neighbours name rightly by epoch, beside the pixels'."""
    ends = (0, max(epochs[-1], 1))
    of_pixels = say("the items themselves: {value:.1%}<extra></extra>", value=pixels)
    by_chance = say("commonest label: {value:.1%}<extra></extra>", value=chance)
    traces = [
        level(ends, pixels, say("the items themselves"), 1, of_pixels),
        level(ends, chance, say("commonest label"), 7, by_chance),
        curve(
            epochs, values, "InfoMax", 0,
            hover=say("after epoch %{x}: %{y:.1%}") + "<extra></extra>",
        ),
    ]  # fmt: skip
    axis = {"range": [0, 1.04], "tickformat": "~%"}
    return by_epoch("voted", traces, epoch, say("named rightly"), axis)


def z_moments(of: Moments, n: int) -> dict[str, Any]:
    """Mean and standard deviation of each dimension of z, beside N(0, 1)."""
    d = len(of.mean)
    axis = np.arange(d)
    traces = []
    for name, values, off, colour, symbol in (
        (say("standard deviation"), of.deviation, of.off_deviation, 1, "diamond"),
        (say("mean"), of.mean, of.off_mean, 0, "circle"),
    ):
        wanted = 1 if symbol == "diamond" else 0
        traces.append(
            {
                "type": "scatter", "mode": "markers", "x": axis, "name": name,
                "y": values.astype(np.float32), "customdata": off.astype(np.float32),
                "marker": {"color": CATEGORICAL[colour], "size": 7, "symbol": symbol},
                "hovertemplate": say(
                    "{name} of z%{{x}}: %{{y:.3f}}, %{{customdata:+.1f}} standard errors off "
                    "{wanted}<extra></extra>", name=name, wanted=wanted,
                ),
            }
        )  # fmt: skip
    bands = [
        {
            "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "layer": "below",
            "y0": middle - WIDE * error, "y1": middle + WIDE * error,
            "fillcolor": NEVER, "line": {"width": 0},
        }
        for middle, error in ((0, n**-0.5), (1, (2 * n) ** -0.5))
    ]  # fmt: skip
    top = float(max(1.2, of.deviation.max() * 1.05, np.abs(of.mean).max() * 1.05))
    low = float(min(-0.2, of.mean.min() * 1.05))
    room = 0.04 * (top - low)  # that the marks at the ends are seen whole
    return {
        "data": traces,
        "layout": {
            "uirevision": f"z{d}", "margin": {"t": 30}, "shapes": bands,
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
            "xaxis": {"title": {"text": say("dimension of z")}, "range": [-0.7, d - 0.3]},
            "yaxis": {"title": {"text": say("over {n:,} items", n=n)},
                      "range": [low - room, top + room]},
        },
    }  # fmt: skip


def scores(
    names: Sequence[str], rows: Sequence[tuple[str, np.ndarray, np.ndarray, np.ndarray]],
    chance: float, mine: int,
) -> dict[str, Any]:  # fmt: skip
    """Scores of encoders, from 0 to 1, with the ends of their intervals: a row an encoder.

    rows: (name of the score, values (M,), low ends (M,), high ends (M,)); mine: the encoder whose
    row is marked.
    """
    M = len(names)
    step = 0.22
    traces = []
    for place, (name, values, low, high) in enumerate(rows):
        y = np.arange(M) + (place - (len(rows) - 1) / 2) * step
        traces.append(
            {
                "type": "scatter", "mode": "markers", "name": name, "x": values, "y": y,
                "error_x": {
                    "type": "data", "symmetric": False, "array": high - values,
                    "arrayminus": values - low, "thickness": 1.4, "width": 3,
                    "color": CATEGORICAL[place],
                },
                "marker": {"color": CATEGORICAL[place], "size": 8,
                           "symbol": ("circle", "diamond", "square")[place]},
                "text": list(names), "customdata": np.stack([low, high], axis=1),
                "hovertemplate": say(
                    "%{{text}}, {score}: %{{x:.1%}} (%{{customdata[0]:.1%}} to "
                    "%{{customdata[1]:.1%}})<extra></extra>", score=name,
                ),
            }
        )  # fmt: skip
    line = {
        "type": "line", "x0": chance, "x1": chance, "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": MUTED, "width": 1.2, "dash": "dot"},
    }  # fmt: skip
    band = {
        "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": mine - 0.5, "y1": mine + 0.5,
        "fillcolor": "rgba(128, 134, 138, 0.12)", "line": {"width": 0}, "layer": "below",
    }  # fmt: skip
    return {
        "data": traces,
        "layout": {
            "uirevision": f"scores{M}", "margin": {"t": 30}, "shapes": [band, line],
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
            "xaxis": {"title": {"text": say("score on held-out items; dotted: commonest label")},
                      "range": [0, 1.02], "tickformat": "~%"},
            "yaxis": {"tickvals": list(range(M)), "ticktext": list(names), "range": [M - 0.5, -0.5],
                      "showgrid": False, "zeroline": False},
        },
    }  # fmt: skip
