"""Scores of A and B on the same items beside each other, and their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.intervals import Interval
from dashboard.figures.template import CATEGORICAL, MUTED, escape
from dashboard.language import say


@dataclass(frozen=True)
class Match:
    """One list of items: the scores of A and B, and B − A."""

    name: str
    a: Interval
    b: Interval
    difference: Interval
    sentence: str


def duels(rows: Sequence[Match], names: tuple[str, str]) -> dict[str, Any]:
    """Scores of both with their intervals left, B − A right, where 0 is no difference."""
    places = np.arange(len(rows))
    traces = [
        _dots([getattr(row, side) for row in rows], places + shift, name, colour, symbol, "x")
        for side, name, colour, symbol, shift in (
            ("a", names[0], CATEGORICAL[0], "circle", -0.13),
            ("b", names[1], CATEGORICAL[1], "diamond", 0.13),
        )
    ]
    apart = [row.difference for row in rows]
    traces.append(_dots(apart, places, "B − A", CATEGORICAL[2], "square", "x2"))
    none = {"dash": "dot", "color": MUTED, "width": 1.5}
    layout = {
        "uirevision": "duels",
        "margin": {"t": 50},
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        "shapes": [
            {"type": "line", "x0": 0, "x1": 0, "xref": "x2", "y0": 0, "y1": 1,
             "yref": "y domain", "line": none},
        ],
        "xaxis": {"domain": [0, 0.58], "title": {"text": say("score")}, "rangemode": "tozero"},
        "xaxis2": {"domain": [0.66, 1], "title": {"text": "B − A"}, "nticks": 5, "anchor": "y"},
        "yaxis": {
            "tickvals": places.tolist(),
            "ticktext": [escape(row.name).replace(", ", "<br>") for row in rows],
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
            "fixedrange": True,
        },
    }  # fmt: skip
    return {"data": traces, "layout": layout}


def _dots(
    bounds: Sequence[Interval], y: np.ndarray, name: str, colour: str, symbol: str, axis: str
) -> dict[str, Any]:
    value, low, high = np.array([(b.value, b.low, b.high) for b in bounds]).T
    return {
        "type": "scatter",
        "x": value,
        "y": y,
        "xaxis": axis,
        "mode": "markers",
        "name": escape(name),
        "marker": {"color": colour, "size": 10, "symbol": symbol},
        "error_x": {
            "type": "data", "array": high - value, "arrayminus": value - low, "color": colour,
            "thickness": 2, "width": 4,
        },
        "customdata": np.stack([low, high], axis=1),
        "hovertemplate": "%{x:.3f} [%{customdata[0]:.3f}, %{customdata[1]:.3f}]"
        f"<extra>{escape(name)}</extra>",
    }  # fmt: skip
