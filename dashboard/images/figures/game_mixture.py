"""A mixture fitted by EM: the plane after some half steps, and the staircase of its bound."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.adversarial.mixture import Ascent, ellipses
from core.adversarial.scores import EDGE
from dashboard.figures.template import CATEGORICAL, FOLLOW, MUTED
from dashboard.images.figures.epochs import Trace
from dashboard.images.figures.generators import REAL, SHOWN, axes, canvas
from dashboard.language import say

STOPS = 49  # of an ellipse
BOUND, LIKELIHOOD = CATEGORICAL[1], CATEGORICAL[2]


def fitted(ascent: Ascent, half: int, clicked: bool = False) -> dict[str, Any]:
    """The points, and each component as its curves at one and two deviations."""
    x = ascent.points[:SHOWN].astype(np.float32)
    means, weights = ascent.means[half], ascent.weights[half]
    traces: list[Trace] = [
        *([canvas()] if clicked else []),
        {
            "type": "scattergl", "x": x[:, 0], "y": x[:, 1], "mode": "markers",
            "name": say("real‹of a game›"), "hoverinfo": "skip",
            "marker": {"size": 5, "color": REAL, "opacity": 0.6},
        }
    ]  # fmt: skip
    for size, dash in ((1.0, "solid"), (2.0, "dot")):
        curves = ellipses(means, ascent.covariances[half], size, STOPS)
        gaps = np.full((len(curves), 1, 2), np.nan)
        line = np.concatenate([curves, gaps], axis=1).reshape(-1, 2).astype(np.float32)
        traces.append(
            {
                "type": "scatter", "x": line[:, 0], "y": line[:, 1], "mode": "lines",
                "line": {"color": BOUND, "width": 2, "dash": dash}, "hoverinfo": "skip",
                "name": say("{n:g} σ of a component", n=size),
            }
        )  # fmt: skip
    traces.append(
        {
            "type": "scatter", "x": means[:, 0], "y": means[:, 1], "mode": "markers",
            "name": say("means"), "customdata": weights,
            "marker": {"size": 5 + 22 * np.sqrt(weights), "color": BOUND, "symbol": "cross"},
            "hovertemplate": say(
                "mean (%{x:.2f}, %{y:.2f}), weight %{customdata:.3f}<extra></extra>"
            ),
        }
    )  # fmt: skip
    return {"data": traces, "layout": axes("mixture", EDGE)}


def staircase(ascent: Ascent, half: int) -> dict[str, Any]:
    """The bound after each half step, and the likelihood that it touches after each E step."""
    steps = np.arange(len(ascent.bound))
    shown = [
        (ascent.likelihood, say("ln q(x), the likelihood"), LIKELIHOOD, "dot"),
        (ascent.bound, say("F, the bound"), BOUND, "solid"),
    ]
    traces: list[Trace] = [
        {
            "type": "scatter", "x": steps, "y": values, "mode": "lines+markers", "name": name,
            "line": {"color": colour, "width": 2, "dash": dash, "shape": "hv"},
            "marker": {"size": 5},
            "hovertemplate": say(
                "{name} after %{{x}} half steps: %{{y:.4f}} nats<extra></extra>", name=name
            ),
        }
        for values, name, colour, dash in shown
    ]  # fmt: skip
    low, high = float(ascent.bound[min(1, len(steps) - 1)]), float(ascent.likelihood[-1])
    side = max(high - low, 1e-3)
    return {
        "data": traces,
        "layout": {
            "uirevision": "staircase",
            "margin": {"t": 8},
            "legend": {"orientation": "h", "y": -0.25, "yanchor": "top", "x": 0},
            "shapes": [
                {
                    "type": "line", "name": FOLLOW, "x0": half, "x1": half, "y0": 0, "y1": 1,
                    "yref": "paper", "line": {"color": MUTED, "width": 1.5, "dash": "dot"},
                }
            ],
            "xaxis": {"title": {"text": say("half steps: E, M, E, M, …")}},
            "yaxis": {"title": {"text": say("nats a point")},
                      "range": [low - 0.15 * side, high + 0.08 * side]},
        },
    }  # fmt: skip
