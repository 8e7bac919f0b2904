"""The margin in two dimensions: classes round a circle, and the loss by angle."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.sequences.circle import Circle
from dashboard.figures.template import CATEGORICAL, MUTED, WEAK
from dashboard.language import say

STEPS = 361
OUTSIDE, NAMED = 1.35, 1.2  # where the picture ends, and where the names of the classes stand
CURVED = np.linspace(-2 * np.pi / 3, 2 * np.pi / 3, STEPS)


def circle_picture(circle: Circle) -> dict[str, Any]:
    """The unit circle: directions as arrows, the arc that each class keeps, gaps in grey.

    Rays in between are where two cosines are equal: without a margin the arcs meet there.
    """
    K, directions = circle.classes, circle.directions
    round_ = np.linspace(0, 2 * np.pi, STEPS)
    data: list[dict[str, Any]] = [
        _line(np.cos(round_), np.sin(round_), say("nobody's"), WEAK, 3),
        _rays(directions - np.pi / K),
    ]
    for k, at in enumerate(directions):
        tone = CATEGORICAL[k % len(CATEGORICAL)]
        name = say("class {k}", k=k + 1)
        if circle.reach > 0:
            arc = np.linspace(at - circle.reach, at + circle.reach, 25)
            data.append(_line(np.cos(arc), np.sin(arc), name, tone, 9))
        data.append(_arrow(at, name, tone))
    data.append(_names(directions))
    axis = {"range": [-OUTSIDE, OUTSIDE], "dtick": 0.5, "showgrid": False, "zeroline": True}
    return {
        "data": data,
        "layout": {
            "uirevision": "circle",
            "showlegend": False,
            "margin": {"t": 8, "b": 4, "l": 4, "r": 4},
            "xaxis": {**axis, "title": {"text": "x₁"}, "constrain": "domain"},
            "yaxis": {**axis, "title": {"text": "x₂"}, "scaleanchor": "x"},
        },
    }


def loss_picture(circle: Circle) -> dict[str, Any]:
    """The loss of a text by its angle from its own direction, with the margin and without."""
    degrees = np.rad2deg(CURVED)
    half, reach = 180 / circle.classes, np.rad2deg(max(circle.reach, 0.0))
    hover = "%{x:.0f}°: %{y:.2f}<extra></extra>"
    data = [
        {**_line(degrees, circle.losses(CURVED), _named(circle), CATEGORICAL[0], 3),
         "hovertemplate": hover},
        {**_line(degrees, circle.losses(CURVED, plain=True), say("m = 0"), CATEGORICAL[1], 2,
                 "dash"),
         "hovertemplate": hover},
    ]  # fmt: skip
    shapes = [
        {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1,
         "line": {"color": MUTED, "width": 1, "dash": "dot"}}
        for x in (-half, half)
    ]  # fmt: skip
    if circle.reach > 0:
        shapes.append(
            {"type": "rect", "x0": -reach, "x1": reach, "yref": "paper", "y0": 0, "y1": 1,
             "fillcolor": CATEGORICAL[0], "opacity": 0.12, "line": {"width": 0}}
        )  # fmt: skip
    return {
        "data": data,
        "layout": {
            "uirevision": "loss",
            "shapes": shapes,
            "margin": {"t": 8, "b": 4, "l": 4, "r": 8},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "xaxis": {
                "title": {"text": say("angle from the own class's direction, degrees")},
                "range": [-120, 120], "dtick": 30,
            },
            "yaxis": {"title": {"text": say("loss, nats")}, "rangemode": "tozero"},
        },
    }  # fmt: skip


def _named(circle: Circle) -> str:
    return say("4θ for θ") if circle.fourfold else f"m = {circle.margin:.2f}"


def _line(
    x: np.ndarray, y: np.ndarray, name: str, tone: str, width: float, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "line": {"color": tone, "width": width, "dash": dash, "simplify": False},
        "hovertemplate": f"{name}<extra></extra>",
    }  # fmt: skip


def _rays(angles: np.ndarray) -> dict[str, Any]:
    """From the centre to the circle at each angle, as one broken line."""
    gap, zero = np.full(len(angles), np.nan), np.zeros(len(angles))
    x = np.stack([zero, np.cos(angles), gap], axis=1).ravel()
    y = np.stack([zero, np.sin(angles), gap], axis=1).ravel()
    return {**_line(x, y, say("equal cosines"), MUTED, 1, "dot"), "hoverinfo": "skip",
            "hovertemplate": None}  # fmt: skip


def _arrow(at: float, name: str, tone: str) -> dict[str, Any]:
    """From the centre to the circle."""
    return {
        **_line(np.array([0, np.cos(at)]), np.array([0, np.sin(at)]), name, tone, 2),
        "mode": "lines+markers",
        "marker": {"color": tone, "size": [0, 13], "symbol": "arrow", "angleref": "previous"},
    }  # fmt: skip


def _names(angles: np.ndarray) -> dict[str, Any]:
    """The name of each class, outside the circle."""
    return {
        "type": "scatter", "mode": "text", "hoverinfo": "skip",
        "x": (NAMED * np.cos(angles)).astype(np.float32),
        "y": (NAMED * np.sin(angles)).astype(np.float32),
        "text": [say("class {k}", k=k + 1) for k in range(len(angles))],
        "textfont": {"size": 13},
    }  # fmt: skip
