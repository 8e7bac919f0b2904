"""One linear map in two bases: what it does to a grid and to a letter, in either."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.lowrank.similar import Similar
from dashboard.figures.template import CATEGORICAL, MUTED
from dashboard.language import say

REACH = 4  # grid lines on each side of the origin
VIEW, SPACE = 3.4, 2.0  # where the axes end
LETTER = np.array([[0, 0, 0.9, 0.9, 0.3, 0.3, 0.7, 0.7, 0.3, 0.3, 0],
                   [0, 1.5, 1.5, 1.2, 1.2, 0.85, 0.85, 0.55, 0.55, 0, 0]]) * 1.2  # fmt: skip
CORNERS = np.array([[i >> b & 1 for i in range(8)] for b in range(3)], float)  # (3, 8)
EDGES = [(i, i | 1 << b) for i in range(8) for b in range(3) if not i >> b & 1]
BEFORE, AFTER, FIRST, SECOND, THIRD = MUTED, *(CATEGORICAL[i] for i in (1, 0, 2, 3))
AXES = (FIRST, SECOND, THIRD)


def grid_picture(similar: Similar, basis: str) -> dict[str, Any]:
    """A letter (or a cube) and its image; basis "given" draws x and Ax, "own" x′ and Bx′.

    x′ = P⁻¹x are the coordinates in the basis P, whose vectors are drawn as arrows.
    """
    n = len(similar.A)
    given = basis == "given"
    matrix = similar.A if given else similar.B
    vectors = similar.P if given else np.eye(n)
    shape = LETTER if n == 2 else CORNERS
    shape = shape if given else similar.inverse @ shape
    traces = []
    if n == 2:
        grid = say("the grid of P" if given else "its square grid")
        traces = [
            _lines(vectors, grid),
            _lines(matrix @ vectors, say("where the map takes it"), AFTER),
        ]
    build = _flat if n == 2 else _solid
    traces += [
        build(shape, say("the letter before" if n == 2 else "the cube before"), BEFORE),
        build(matrix @ shape, say("the letter after" if n == 2 else "the cube after"), AFTER),
        *(_arrow(vectors[:, i], f"p{'₁₂₃'[i]}", AXES[i]) for i in range(n)),
    ]
    layout = {
        "uirevision": f"{basis}{n}",
        "margin": {"t": 8, "b": 4, "l": 4, "r": 4},
        "legend": {"orientation": "h", "y": -0.13, "yanchor": "top", "x": 0},
    }
    return {"data": traces, "layout": layout | _axes(n, given)}


def _axes(n: int, given: bool) -> dict[str, Any]:
    """The layout's axes, flat or in space."""
    names = ("x₁", "x₂", "x₃") if given else ("x′₁", "x′₂", "x′₃")
    if n == 2:
        plain = {"range": [-VIEW, VIEW], "zeroline": True, "dtick": 1, "showgrid": given}
        return {
            "xaxis": {**plain, "title": {"text": names[0]}, "constrain": "domain"},
            "yaxis": {**plain, "title": {"text": names[1]}, "scaleanchor": "x"},
        }
    ends = {"range": [-SPACE, SPACE], "dtick": 1}
    axes = {
        f"{axis}axis": {**ends, "title": {"text": name}}
        for axis, name in zip("xyz", names, strict=True)
    }
    camera = {"eye": {"x": 1.4, "y": -1.5, "z": 0.9}}
    return {"scene": {**axes, "aspectmode": "cube", "camera": camera}}


def _lines(basis: np.ndarray, name: str, tone: str = MUTED) -> dict[str, Any]:
    """The grid that two vectors span, as one broken line."""
    steps = np.arange(-REACH, REACH + 1)
    points = np.full((len(steps), 2, 3, 2), np.nan)  # step, direction, (end, end, gap), (x, y)
    for i, (along, across) in enumerate(((0, 1), (1, 0))):
        for j, end in enumerate((-REACH, REACH)):
            points[:, i, j] = steps[:, None] * basis[:, along] + end * basis[:, across]
    x, y = points.reshape(-1, 2).T.astype(np.float32)
    return {
        "type": "scatter", "x": x, "y": y, "mode": "lines", "line": {"color": tone, "width": 1},
        "opacity": 0.45, "name": name, "hoverinfo": "skip",
    }  # fmt: skip


def _flat(points: np.ndarray, name: str, tone: str) -> dict[str, Any]:
    return {
        "type": "scatter", "x": points[0], "y": points[1], "mode": "lines", "fill": "toself",
        "name": name,
        "line": {"color": tone, "width": 2, "dash": "dash" if tone == BEFORE else "solid"},
        "hovertemplate": "(%{x:.2f}, %{y:.2f})<extra></extra>",
    }  # fmt: skip


def _solid(corners: np.ndarray, name: str, tone: str) -> dict[str, Any]:
    gap = np.full(3, np.nan)
    points = np.stack([v for i, j in EDGES for v in (corners[:, i], corners[:, j], gap)], axis=1)
    return {
        "type": "scatter3d", "x": points[0], "y": points[1], "z": points[2], "mode": "lines",
        "name": name,
        "line": {"color": tone, "width": 5, "dash": "dash" if tone == BEFORE else "solid"},
        "hovertemplate": "(%{x:.2f}, %{y:.2f}, %{z:.2f})<extra></extra>",
    }  # fmt: skip


def _arrow(vector: np.ndarray, name: str, tone: str) -> dict[str, Any]:
    """From the origin to a basis vector, its name at the tip."""
    ends = dict(zip("xyz", ([0.0, end] for end in vector.tolist()), strict=False))
    places = ", ".join(f"%{{{axis}:.2f}}" for axis in ends)
    arrow = {
        **ends, "name": name, "text": ["", name], "mode": "lines+markers+text",
        "showlegend": False, "textfont": {"color": tone, "size": 14},
        "hovertemplate": f"{name} = ({places})<extra></extra>",
    }  # fmt: skip
    if len(vector) == 3:
        more: dict[str, Any] = {"type": "scatter3d", "line": {"color": tone, "width": 7}}
        return arrow | more | {"marker": {"color": tone, "size": [0.1, 4]}}
    return arrow | {
        "type": "scatter", "line": {"color": tone, "width": 3},
        "marker": {"color": tone, "size": [0, 13], "symbol": "arrow", "angleref": "previous"},
        "textposition": "bottom right" if name == "p₁" else "top left",  # beside the letter
    }  # fmt: skip
