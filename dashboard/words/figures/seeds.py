"""The map from several seeds, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.template import MARKS, escape
from dashboard.language import say


def small_multiples(
    maps: np.ndarray, titles: Sequence[str], kept: np.ndarray, words: Sequence[str]
) -> go.Figure:
    """Maps (S, N, 2) of the same words side by side, coloured by how stable each word is (N,)."""
    rows = -(-len(maps) // 2)
    names = [escape(word) for word in words]
    hover = say(
        "<b>%{text}</b><br>%{customdata:.0%} of its neighbours on the map stay<extra></extra>"
    )
    figure = go.Figure()
    low, high = maps.min(axis=(0, 1)), maps.max(axis=(0, 1))
    for i, xy in enumerate(maps):
        end = str(i + 1) if i else ""
        figure.add_trace(
            go.Scattergl(
                x=xy[:, 0],
                y=xy[:, 1],
                xaxis=f"x{end}",
                yaxis=f"y{end}",
                mode="markers",
                text=names,
                customdata=kept,
                hovertemplate=hover,
                marker={"size": 3, "opacity": 0.8, "color": kept, "coloraxis": "coloraxis"},
                showlegend=False,
            )
        )
        left, down = (i % 2) * 0.51, 1 - (i // 2 + 1) / rows
        axis = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False}
        figure.update_layout(
            {
                f"xaxis{end}": axis
                | {"domain": [left, left + 0.49], "anchor": f"y{end}", "showline": True,
                   "mirror": True, "range": _padded(low[0], high[0])},
                f"yaxis{end}": axis
                | {"domain": [down + 0.01, down + 1 / rows - 0.1 / rows], "anchor": f"x{end}",
                   "showline": True, "mirror": True, "range": _padded(low[1], high[1])},
            }
        )  # fmt: skip
        figure.add_annotation(
            text=escape(titles[i]), x=left, y=down + 1 / rows - 0.095 / rows, xref="paper",
            yref="paper", showarrow=False, xanchor="left", yanchor="bottom",
        )  # fmt: skip
    bar = {"title": {"text": say("share kept"), "side": "top"}, "orientation": "h", "thickness": 9,
           "len": 0.5, "x": 1, "xanchor": "right", "y": 1.0, "yanchor": "bottom"}  # fmt: skip
    figure.update_layout(
        uirevision="seeds",
        margin={"t": 20},
        coloraxis={"cmin": 0, "cmax": 1, "colorscale": MARKS, "colorbar": bar},
    )
    return figure


def _padded(low: float, high: float) -> list[float]:
    return [float(low - 0.04 * (high - low)), float(high + 0.04 * (high - low))]
