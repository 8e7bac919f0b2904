"""Figures of a game of two numbers: its flow, one trajectory, its eigenvalues."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.adversarial.dirac import Balance, Dirac, Portrait, velocity
from dashboard.figures.template import CATEGORICAL, MUTED
from dashboard.language import say

VIEW, SIDE = 2.2, 17  # the axes' ends; arrows along each
SPAN = 0.16  # the longest arrow
BARB = 0.4
AROUND = np.linspace(0, 2 * np.pi, 97)


def starts() -> np.ndarray:
    """Where the arrows of the field begin, and where a trajectory can: (SIDE², 2)."""
    line = np.linspace(-2, 2, SIDE)
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def phase(spec: Dirac, portrait: Portrait) -> dict[str, Any]:
    """The field at θ_o = θ, the trajectory, and the point that both players should find.

    A point of the field, when it is clicked, gives its number among `starts`.
    """
    base = starts()
    field = velocity(spec, np.concatenate([base, base[:, :1]], axis=1))[:, :2]
    path = portrait.path[:, :2]
    end = path[-1]
    traces: list[dict[str, Any]] = [
        _arrows(base, field),
        {
            "type": "scatter", "x": base[:, 0], "y": base[:, 1], "mode": "markers",
            "marker": {"size": 9, "color": "rgba(0,0,0,0)"}, "showlegend": False,
            "customdata": np.arange(len(base)),
            "hovertemplate": say("begin at θ = %{x:.2f}, ψ = %{y:.2f}<extra></extra>"),
        },
        {
            "type": "scatter", "x": path[:, 0], "y": path[:, 1], "mode": "lines",
            "line": {"color": CATEGORICAL[1], "width": 2}, "name": say("trajectory"),
            "customdata": portrait.times,
            "hovertemplate": "t = %{customdata:.1f}: θ = %{x:.3f}, ψ = %{y:.3f}<extra></extra>",
        },
        _mark(path[0], say("start"), "circle", CATEGORICAL[1]),
        _mark(end, say("end"), "square", CATEGORICAL[1]),
        _mark(np.zeros(2), say("balance: θ = 0, ψ = 0"), "star", CATEGORICAL[2]),
    ]  # fmt: skip
    axis = {"range": [-VIEW, VIEW], "dtick": 1, "zeroline": True}
    return {
        "data": traces,
        "layout": {
            "uirevision": "phase",
            "margin": {"t": 8},
            "legend": {"orientation": "h", "y": -0.1, "yanchor": "top", "x": 0},
            "xaxis": axis | {"title": {"text": say("θ: where G puts its points")},
                             "constrain": "domain"},
            "yaxis": axis | {"title": {"text": say("ψ: the slope of D")}, "scaleanchor": "x"},
        },
    }  # fmt: skip


def _mark(place: np.ndarray, name: str, symbol: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter", "x": [float(place[0])], "y": [float(place[1])], "mode": "markers",
        "marker": {"size": 11, "color": colour, "symbol": symbol}, "name": name,
        "hovertemplate": name + " (%{x:.3f}, %{y:.3f})<extra></extra>",
    }  # fmt: skip


def _arrows(base: np.ndarray, field: np.ndarray) -> dict[str, Any]:
    """The field as one broken line; lengths go with the root of the speed."""
    speed = np.linalg.norm(field, axis=1)
    scale = SPAN / max(float(np.sqrt(speed).max()), 1e-12)
    shaft = field / np.sqrt(np.maximum(speed, 1e-12))[:, None] * scale
    tip = base + shaft
    side = np.stack([-shaft[:, 1], shaft[:, 0]], axis=1)
    barbs = [tip - BARB * (shaft + sign * 0.6 * side) for sign in (1, -1)]
    gap = np.full_like(base, np.nan)
    line = np.stack([base, tip, barbs[0], tip, barbs[1], gap], axis=1).reshape(-1, 2)
    return {
        "type": "scatter", "x": line[:, 0].astype(np.float32), "y": line[:, 1].astype(np.float32),
        "mode": "lines", "line": {"color": MUTED, "width": 1}, "hoverinfo": "skip",
        "name": say("flow of both losses"),
    }  # fmt: skip


def distance(portrait: Portrait) -> dict[str, Any]:
    """θ and ψ over time."""
    return {
        "data": [
            {
                "type": "scatter", "x": portrait.times.astype(np.float32),
                "y": portrait.path[:, i].astype(np.float32), "mode": "lines", "name": name,
                "line": {"color": CATEGORICAL[colour], "width": 2, "dash": dash},
                "hovertemplate": name + " = %{y:.3f}, t = %{x:.1f}<extra></extra>",
            }
            for i, name, colour, dash in ((0, "θ", 1, "solid"), (1, "ψ", 0, "dash"))
        ],
        "layout": {
            "uirevision": "distance",
            "margin": {"t": 26},
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
            "xaxis": {"title": {"text": say("time")}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": "θ, ψ"}},
        },
    }  # fmt: skip


def eigenvalues(balance: Balance, flow: bool) -> dict[str, Any]:
    """The eigenvalues in the complex plane; left of the axis, or inside the circle, is stable."""
    values = balance.eigenvalues
    if flow:
        reach = max(1.2, float(1.15 * np.abs(values).max(initial=0)))
        border = np.array([[0, -reach], [0, reach]])
        name = say("stable left of this line")
    else:
        reach = max(1.3, float(1.1 * np.abs(values).max(initial=0)))
        border = np.stack([np.cos(AROUND), np.sin(AROUND)], axis=1)
        name = say("stable inside this circle")
    axis = {"range": [-reach, reach], "zeroline": True}
    return {
        "data": [
            {
                "type": "scatter", "x": border[:, 0], "y": border[:, 1], "mode": "lines",
                "line": {"color": MUTED, "width": 1.5, "dash": "dot"}, "name": name,
                "hoverinfo": "skip",
            },
            {
                "type": "scatter", "x": values.real, "y": values.imag, "mode": "markers",
                "marker": {"size": 11, "color": CATEGORICAL[3], "symbol": "diamond"},
                "name": say("eigenvalues"),
                "hovertemplate": "%{x:.4f} + %{y:.4f} i<extra></extra>",
            },
        ],
        "layout": {
            "uirevision": f"eigenvalues {flow}",
            "margin": {"t": 26},
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
            "xaxis": axis | {"title": {"text": say("real part")}, "constrain": "domain"},
            "yaxis": axis | {"title": {"text": say("imaginary part")}, "scaleanchor": "x"},
        },
    }  # fmt: skip
