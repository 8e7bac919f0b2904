"""How many lists of neighbours contain each word, before and after hubs are reduced."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.template import CATEGORICAL, MUTED
from dashboard.language import say


def hub_distribution(
    before: np.ndarray, after: np.ndarray | None, random: np.ndarray, cleaned: str
) -> go.Figure:
    """The share of words that are in at least x lists of neighbours.

    before, after: (N,) occurrences; random: (M,) the share expected, for 0, 1, … lists,
    if neighbours were drawn at random.
    """
    figure = go.Figure()
    for values, name, colour, width in (
        (before, say("vectors as they are"), CATEGORICAL[0], 2),
        (after, cleaned, CATEGORICAL[1], 2),
    ):
        if values is not None:
            x, y = _survivors(values)
            figure.add_trace(
                go.Scatter(
                    x=x,
                    y=y,
                    mode="lines",
                    line={"shape": "hv", "color": colour, "width": width},
                    name=name,
                    hovertemplate=say("%{y:.2%} of the words are in ≥ %{x} lists<extra></extra>"),
                )
            )
    figure.add_trace(
        go.Scatter(
            x=np.arange(len(random)),
            y=random,
            mode="lines",
            line={"dash": "dot", "color": MUTED, "width": 1.5},
            name=say("neighbours drawn at random"),
            hoverinfo="skip",
        )
    )
    least = 0.5 / len(before)
    figure.update_layout(
        uirevision="hubs",
        margin={"t": 30},
        legend={"x": 1, "xanchor": "right", "y": 1},
        xaxis={"title": {"text": say("lists of neighbours a word is in, at least")}},
        yaxis={
            "type": "log",
            "title": {"text": say("share of words")},
            "tickformat": "~%",
            "range": [float(np.log10(least)), 0.1],
        },
    )
    return figure


def _survivors(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x = 0, 1, …, max and the share of values ≥ x."""
    counted = np.bincount(values)
    return np.arange(len(counted)), counted[::-1].cumsum()[::-1] / len(values)
