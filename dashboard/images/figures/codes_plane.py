"""Quantisers in the plane: a vector and its code, the cells of a codebook, FSQ's grid.

Plain dictionaries: a slider draws them anew many times a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.quantised import plane
from core.quantised.plane import EXTENT, Pair
from dashboard.figures.template import CATEGORICAL, MUTED
from dashboard.language import say

FIELD = 15  # arrows along each side
REACH = 0.2  # longest arrow of a field whose gradient is 1


def pair(shown: Pair) -> dict[str, Any]:
    """z and q from the origin, the update of q, and that of z by each quantiser."""
    origin = np.zeros(2)
    far = 1.15 * max(1.9, float(np.linalg.norm(shown.q)) + 1)
    circle = np.linspace(0, 2 * np.pi, 73)
    traces = [
        {
            "type": "scatter", "x": np.cos(circle), "y": np.sin(circle), "mode": "lines",
            "line": {"color": MUTED, "width": 1, "dash": "dot"}, "hoverinfo": "skip",
            "showlegend": False,
        },
        _arrows(origin, shown.z, CATEGORICAL[3], "z", 2),
        _arrows(origin, shown.q, MUTED, say("q, its code"), 2),
        _arrows(shown.q, shown.at_code, CATEGORICAL[2], say("update of q"), 3),
        _arrows(shown.z, shown.straight, CATEGORICAL[0], say("z, straight-through"), 3, "dash"),
        _arrows(shown.z, shown.rotation, CATEGORICAL[1], say("z, rotation trick"), 3),
    ]  # fmt: skip
    return {"data": traces, "layout": _layout(far, "pair") | {"legend": _LEGEND}}


def cells(
    book: np.ndarray, pull: str, wanted: np.ndarray, names: tuple[str, str]
) -> dict[str, Any]:
    """Cells of a codebook (K, 2), and at each point of a grid the update of z there.

    names: of the two kinds of arrow: those along the update of q, and those against it.
    """
    _, points = plane.lattice(FIELD)
    q = book[plane.nearest(points, book)]
    update = REACH * plane.received(pull, points, q, wanted)
    length = np.linalg.norm(update, axis=1, keepdims=True)
    update *= np.minimum(1, 2 * REACH / np.maximum(length, 1e-12))
    against = update @ wanted < -1e-9
    traces = [
        _segments(plane.edges(book), MUTED, 1.5),
        _arrows(points[~against], update[~against], CATEGORICAL[0], names[0], 1.5),
        _arrows(points[against], update[against], CATEGORICAL[1], names[1], 1.5),
        _codes(book),
    ]
    return {"data": traces, "layout": _layout(EXTENT, "cells") | {"legend": _LEGEND}}


def moves(book: np.ndarray, points: np.ndarray, after: dict[str, np.ndarray]) -> dict[str, Any]:
    """The points that are coded, the codes, and where each kind of codebook moves them."""
    traces = [
        _segments(plane.edges(book), MUTED, 1),
        {
            "type": "scatter", "x": points[:, 0], "y": points[:, 1], "mode": "markers",
            "marker": {"size": 4, "color": MUTED, "opacity": 0.6}, "hoverinfo": "skip",
            "name": "z",
        },
        _codes(book),
        *(
            _arrows(book, moved - book, CATEGORICAL[i], name, 2.5)
            for i, (name, moved) in enumerate(after.items())
        ),
    ]  # fmt: skip
    return {"data": traces, "layout": _layout(EXTENT, "moves") | {"legend": _LEGEND}}


def boxes(levels: Sequence[int]) -> dict[str, Any]:
    """FSQ's cells in the plane of z, coloured by how much of the gradient passes."""
    axis, points = plane.lattice(81)
    points = 1.5 * points
    axis = 1.5 * axis
    codes, q = plane.boxes(levels, points)
    share = plane.passed(levels, points).mean(axis=1).reshape(len(axis), -1)
    x, y = (_borders(axis, codes.reshape(len(axis), -1), down) for down in (False, True))
    text = [f"({a:.2f}, {b:.2f})" for a, b in q]
    traces = [
        {
            "type": "heatmap", "x": axis, "y": axis, "z": share.astype(np.float32),
            "text": np.array(text).reshape(share.shape), "colorscale": "Viridis", "zmin": 0,
            "colorbar": {"title": {"text": say("∂q/∂z, mean")}},
            "hovertemplate": say(
                "z = (%{x:.2f}, %{y:.2f})<br>q = %{text}<br>∂q/∂z %{z:.2f}<extra></extra>"
            ),
        },
        _segments(np.concatenate([x, y]), "#FFFFFF", 1),
    ]  # fmt: skip
    return {"data": traces, "layout": _layout(1.5 * EXTENT, "boxes")}


def _borders(axis: np.ndarray, codes: np.ndarray, down: bool) -> np.ndarray:
    """Lines across the plane where the code changes along one axis: (E, 2, 2)."""
    line = codes[:, 0] if down else codes[0]
    at = np.flatnonzero(np.diff(line))
    middle = (axis[at] + axis[at + 1]) / 2
    ends = np.array([axis[0], axis[-1]])
    lines = np.empty((len(middle), 2, 2))
    lines[..., 1 if down else 0] = middle[:, None]
    lines[..., 0 if down else 1] = ends
    return lines


def _codes(book: np.ndarray) -> dict[str, Any]:
    return {
        "type": "scatter", "x": book[:, 0], "y": book[:, 1], "mode": "markers",
        "marker": {"size": 9, "color": CATEGORICAL[3], "symbol": "diamond"}, "name": say("codes"),
        "text": [str(k) for k in range(len(book))], "customdata": np.arange(len(book)),
        "hovertemplate": say("code %{text}: (%{x:.2f}, %{y:.2f})<extra></extra>"),
    }  # fmt: skip


def _segments(ends: np.ndarray, colour: str, width: float) -> dict[str, Any]:
    """Lines between two ends each, (E, 2, 2), as one trace."""
    gap = np.full((len(ends), 1, 2), np.nan)
    line = np.concatenate([ends, gap], axis=1).reshape(-1, 2)
    return {
        "type": "scatter", "x": line[:, 0], "y": line[:, 1], "mode": "lines",
        "line": {"color": colour, "width": width}, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def _arrows(
    starts: np.ndarray, vectors: np.ndarray, colour: str, name: str, width: float,
    dash: str = "solid",
) -> dict[str, Any]:  # fmt: skip
    """Arrows from points (n, 2) along vectors (n, 2), as one trace."""
    starts, vectors = np.atleast_2d(starts), np.atleast_2d(vectors)
    gap = np.full_like(starts, np.nan)
    line = np.stack([starts, starts + vectors, gap], axis=1).reshape(-1, 2)
    sizes = np.tile([0.0, 5 + 2.5 * width, 0.0], len(starts))
    return {
        "type": "scatter", "x": line[:, 0], "y": line[:, 1], "mode": "lines+markers", "name": name,
        "line": {"color": colour, "width": width, "dash": dash},
        "marker": {"symbol": "arrow", "angleref": "previous", "size": sizes, "color": colour,
                   "opacity": 1, "line": {"width": 0}},
        "hovertemplate": f"{name}<extra></extra>",
    }  # fmt: skip


_LEGEND = {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"}


def _layout(far: float, uirevision: str) -> dict[str, Any]:
    """Axes of one scale, from −far to far."""
    axis = {"range": [-far, far], "zeroline": True, "constrain": "domain", "nticks": 7}
    return {
        "uirevision": uirevision,
        "margin": {"t": 44},
        "xaxis": axis | {"title": {"text": say("first dimension")}},
        "yaxis": axis | {"title": {"text": say("second dimension")}, "scaleanchor": "x"},
    }
