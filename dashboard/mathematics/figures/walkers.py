"""Walkers on a landscape, when they leave their well, and what batches change."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.mathematics.batches import Ends
from core.mathematics.escape import Times
from core.mathematics.walkers import Crowd, Landscape, density, height, window
from dashboard.figures.template import CATEGORICAL, FOLLOW, MUTED
from dashboard.language import say

BINS = 80
HERE, THEORY, FORMULA = CATEGORICAL[0], CATEGORICAL[1], MUTED
Dict = dict[str, Any]


def crowd_picture(land: Landscape, crowd: Crowd, frame: int) -> Dict:
    """Above: every walker at its height on the landscape, or with its speed; below: how many."""
    low, high = window(land)
    x = np.linspace(low, high, 401)
    here = crowd.x[frame]
    counts, edges = np.histogram(here, BINS, (low, high))
    share = counts / len(here) / (edges[1] - edges[0])
    expected = density(land, x)
    if len(crowd.v):
        across, title = crowd.v[frame], say("speed v")
        span = 4.5 * float(np.sqrt(land.temperature))
        ends, line = [-span, span], []
    else:
        levels = height(land, x)
        top = float(levels.max())
        spread = np.random.default_rng(0).uniform(0.0, 0.22 * top, len(here))  # only to be seen
        across, title = (height(land, here) + spread).astype(np.float32), say("height L")
        ends = [-0.05 * top, 1.15 * top]
        line = [_curve(x, levels, say("landscape L"), MUTED, "y2")]
    return {
        "data": [
            {
                "type": "scattergl", "x": here, "y": across, "yaxis": "y2", "mode": "markers",
                "name": say("walkers"), "hoverinfo": "skip", "showlegend": False,
                "marker": {"size": 2.5, "color": HERE, "opacity": 0.35},
            },
            *line,
            {
                "type": "bar", "x": (edges[:-1] + edges[1:]) / 2, "y": share.astype(np.float32),
                "width": edges[1] - edges[0], "name": say("walkers"), "marker": {"color": HERE},
                "opacity": 0.55,
                "hovertemplate": say("x = %{{x:.2f}}: %{{y:.3f}}<extra></extra>"),
            },
            _curve(x, expected, say("theory exp(−L/T)/Z"), THEORY, "y"),
        ],
        "layout": {
            "uirevision": f"walkers {land}", "margin": {"t": 8, "b": 4}, "bargap": 0,
            "legend": {"orientation": "h", "y": -0.14, "yanchor": "top", "x": 0},
            "xaxis": {"range": [low, high], "title": {"text": say("place x")}, "anchor": "y"},
            "yaxis": {
                "domain": [0, 0.46], "title": {"text": say("density")},
                "range": [0, 1.6 * float(expected.max())],
            },
            "yaxis2": {"domain": [0.52, 1], "title": {"text": title}, "range": ends},
        },
    }  # fmt: skip


def _curve(x: np.ndarray, y: np.ndarray, name: str, colour: str, axis: str) -> Dict:
    return {
        "type": "scatter", "x": x, "y": y, "yaxis": axis, "mode": "lines", "name": name,
        "line": {"color": colour, "width": 2.2},
        "hovertemplate": f"<b>{name}</b><br>x = %{{x:.2f}}: %{{y:.3g}}<extra></extra>",
    }  # fmt: skip


def share_curve(crowd: Crowd, expected: float, frame: int) -> Dict:
    """The share of walkers in the right well over time."""
    half = 1.96 * np.sqrt(crowd.right * (1 - crowd.right) / crowd.x.shape[1])
    return {
        "data": [
            {
                "type": "scatter", "x": crowd.t, "y": crowd.right, "mode": "lines+markers",
                "name": say("right of 0"), "marker": {"size": 4, "color": HERE},
                "line": {"color": HERE, "width": 2},
                "error_y": {"array": half, "thickness": 1, "width": 0},
                "hovertemplate": say("t = %{{x:.3g}}: %{{y:.1%}}<extra></extra>"),
            },
            {
                "type": "scatter", "x": crowd.t[[0, -1]], "y": [expected, expected],
                "mode": "lines", "name": say("in the end, by theory"),
                "line": {"color": THEORY, "width": 2, "dash": "dash"},
                "hovertemplate": say("theory %{{y:.1%}}<extra></extra>"),
            },
        ],
        "layout": {
            "uirevision": "share", "margin": {"t": 8, "b": 4},
            "legend": {"orientation": "h", "y": -0.3, "yanchor": "top", "x": 0},
            "shapes": [
                {
                    "type": "line", "name": FOLLOW, "yref": "paper", "y0": 0, "y1": 1,
                    "x0": crowd.t[frame], "x1": crowd.t[frame],
                    "line": {"color": MUTED, "width": 1.3, "dash": "dot"},
                }
            ],
            "xaxis": {"title": {"text": say("time t")}},
            "yaxis": {
                "title": {"text": say("share in the right well")}, "range": [0, 1],
                "tickformat": "~%",
            },
        },
    }  # fmt: skip


def escape_times(times: Times) -> Dict:
    """Mean times from one well to the other over the height of the wall."""
    bars = {
        "type": "data", "symmetric": False, "thickness": 1.4,
        "array": times.high - times.mean, "arrayminus": times.mean - times.low,
    }  # fmt: skip
    traces = [
        _times(times.wall, times.kramers, say("Kramers' formula"), FORMULA, "dash"),
        *(
            [_times(times.wall, times.exact, say("exact integral"), THEORY, "solid")]
            if np.isfinite(times.exact).all()
            else []
        ),
        {
            "type": "scatter",
            "x": times.wall,
            "y": times.mean,
            "mode": "markers",
            "name": say("measured; 95 %, the luck of the walkers"),
            "marker": {"color": HERE, "size": 9},
            "error_y": bars,
            "hovertemplate": say("ΔL/T = %{{x}}: τ = %{{y:.4g}}<extra></extra>"),
        },
    ]
    return {
        "data": traces,
        "layout": {
            "uirevision": "escape", "margin": {"t": 8, "b": 4},
            "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
            "xaxis": {"title": {"text": say("height of the wall ΔL/T")}},
            "yaxis": {
                "type": "log", "title": {"text": say("mean time to the other well τ")},
            },
        },
    }  # fmt: skip


def _times(x: np.ndarray, y: np.ndarray, name: str, colour: str, dash: str) -> Dict:
    return {
        "type": "scatter", "x": x, "y": y, "mode": "lines", "name": name,
        "line": {"color": colour, "width": 2, "dash": dash},
        "hovertemplate": f"<b>{name}</b><br>ΔL/T = %{{x}}: τ = %{{y:.4g}}<extra></extra>",
    }  # fmt: skip


def batch_curve(ends: Ends) -> Dict:
    """The loss that is left after the same number of epochs, by batch size."""
    bars = {
        "type": "data", "symmetric": False, "thickness": 1.4,
        "array": ends.high - ends.mean, "arrayminus": ends.mean - np.maximum(ends.low, 1e-12),
    }  # fmt: skip
    return {
        "data": [
            _line(ends, ends.theory, say("theory at the minimum"), THEORY, "dash"),
            _line(ends, ends.noise, say("of it the noise of the batches"), MUTED, "dot"),
            {
                "type": "scatter", "x": ends.batch, "y": ends.mean, "mode": "markers",
                "name": say("mean of the runs; 95 %, the luck of the batches"),
                "marker": {"color": HERE, "size": 9}, "error_y": bars, "customdata": ends.steps,
                "hovertemplate": say(
                    "batch %{{x}}, %{{customdata}} steps: %{{y:.3g}}<extra></extra>"
                ),
            },
        ],
        "layout": {
            "uirevision": "batches", "margin": {"t": 8, "b": 4},
            "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
            "xaxis": {
                "type": "log", "title": {"text": say("batch b")}, "tickvals": ends.batch.tolist(),
            },
            "yaxis": {
                "type": "log", "title": {"text": say("loss above the lowest")},
                "exponentformat": "power",
            },
        },
    }  # fmt: skip


def _line(ends: Ends, y: np.ndarray, name: str, colour: str, dash: str) -> Dict:
    return {
        "type": "scatter", "x": ends.batch, "y": y, "mode": "lines", "name": name,
        "line": {"color": colour, "width": 2, "dash": dash},
        "hovertemplate": f"<b>{name}</b><br>%{{x}}: %{{y:.3g}}<extra></extra>",
    }  # fmt: skip
