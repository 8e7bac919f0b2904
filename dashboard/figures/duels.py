"""Scores of A and B on the same items beside each other, and their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

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


def duels(rows: Sequence[Match], names: tuple[str, str]) -> go.Figure:
    """Scores of both with their intervals left, B − A right, where 0 is no difference."""
    places = np.arange(len(rows))
    figure = go.Figure()
    for side, name, colour, symbol, shift in (
        ("a", names[0], CATEGORICAL[0], "circle", -0.13),
        ("b", names[1], CATEGORICAL[1], "diamond", 0.13),
    ):
        bounds = [getattr(row, side) for row in rows]
        figure.add_trace(_dots(bounds, places + shift, name, colour, symbol, "x"))
    figure.add_trace(
        _dots([row.difference for row in rows], places, "B − A", CATEGORICAL[2], "square", "x2")
    )
    figure.add_vline(0, line={"dash": "dot", "color": MUTED, "width": 1.5}, xref="x2")
    figure.update_layout(
        uirevision="duels",
        margin={"t": 50},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        xaxis={"domain": [0, 0.58], "title": {"text": say("score")}, "rangemode": "tozero"},
        xaxis2={"domain": [0.66, 1], "title": {"text": "B − A"}, "nticks": 5, "anchor": "y"},
        yaxis={
            "tickvals": places.tolist(),
            "ticktext": [escape(row.name).replace(", ", "<br>") for row in rows],
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
            "fixedrange": True,
        },
    )
    return figure


def _dots(
    bounds: Sequence[Interval], y: np.ndarray, name: str, colour: str, symbol: str, axis: str
) -> go.Scatter:
    value, low, high = np.array([(b.value, b.low, b.high) for b in bounds]).T
    return go.Scatter(
        x=value,
        y=y,
        xaxis=axis,
        mode="markers",
        name=escape(name),
        marker={"color": colour, "size": 10, "symbol": symbol},
        error_x={
            "type": "data", "array": high - value, "arrayminus": value - low, "color": colour,
            "thickness": 2, "width": 4,
        },
        customdata=np.stack([low, high], axis=1),
        hovertemplate="%{x:.3f} [%{customdata[0]:.3f}, %{customdata[1]:.3f}]"
        f"<extra>{escape(name)}</extra>",
    )  # fmt: skip
