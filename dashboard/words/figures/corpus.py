"""Figures of a corpus: frequencies by rank, and the growth of the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.template import CATEGORICAL, MUTED, escape
from dashboard.language import say

HOVER = "<b>%{y}</b><br>%{x:,} times, %{customdata:.2f} % of all tokens<extra></extra>"
POINTS = 400  # drawn points of a curve; the data include every word


def rank_frequency(types: Sequence[str], counts: np.ndarray, kept: int) -> go.Figure:
    """Frequency against rank, both logarithmic, with the slope of Zipf's law through the middle.

    counts: (T,) by falling frequency; the first `kept` words are the vocabulary.
    """
    ranks = _spread(len(counts))
    middle = int(np.sqrt(len(counts)))
    zipf = counts[middle] * (middle + 1) / (ranks + 1)
    figure = go.Figure()
    for name, part, colour in (
        ("kept", ranks[ranks < kept], CATEGORICAL[0]),
        ("dropped", ranks[ranks >= kept], MUTED),
    ):
        figure.add_trace(
            go.Scatter(
                x=part + 1,
                y=counts[part],
                mode="lines+markers",
                marker={"size": 4},
                line={"color": colour, "width": 1.5},
                name=say(name),
                customdata=[escape(types[i]) for i in part],
                hovertemplate=say(
                    "<b>%{customdata}</b><br>rank %{x:,}, %{y:,} times<extra></extra>"
                ),
            )
        )
    figure.add_trace(
        go.Scatter(
            x=ranks + 1,
            y=zipf,
            mode="lines",
            line={"dash": "dot", "width": 1.5, "color": CATEGORICAL[1]},
            name=say("Zipf: 1/rank"),
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        uirevision="rank",
        margin={"t": 30},
        legend={"x": 1, "xanchor": "right", "y": 1},
        xaxis={"type": "log", "title": {"text": say("frequency rank")}, "dtick": 1},
        yaxis={
            "type": "log",
            "title": {"text": say("occurrences")},
            "dtick": 1,
            "range": [-0.2, float(np.log10(counts[0])) + 0.3],
        },
    )
    return figure


def vocabulary_growth(tokens: np.ndarray, types: np.ndarray) -> go.Figure:
    """Distinct words against tokens read, in reading order (Heaps' curve)."""
    figure = go.Figure(
        go.Scatter(
            x=tokens,
            y=types,
            mode="lines",
            line={"color": CATEGORICAL[0], "width": 2},
            hovertemplate=say("%{y:,} distinct words in the first %{x:,} tokens<extra></extra>"),
        )
    )
    figure.update_layout(
        uirevision="growth",
        margin={"t": 30},
        xaxis={"title": {"text": say("tokens read")}, "rangemode": "tozero"},
        yaxis={"title": {"text": say("distinct words (types)")}, "rangemode": "tozero"},
    )
    return figure


def frequent_words(words: Sequence[str], counts: np.ndarray, total: int) -> go.Figure:
    """The most frequent words as bars, the first on top."""
    share = 100 * counts / total
    figure = go.Figure(
        go.Bar(
            x=counts,
            y=[escape(w) for w in words],
            orientation="h",
            marker={"color": CATEGORICAL[0], "opacity": 0.85},
            customdata=share.astype(np.float32),
            hovertemplate=say(HOVER),
        )
    )
    figure.update_layout(
        uirevision="frequent",
        margin={"t": 30},
        xaxis={"title": {"text": say("occurrences")}},
        yaxis={"autorange": "reversed", "showgrid": False, "type": "category"},
    )
    return figure


def _spread(size: int) -> np.ndarray:
    """At most POINTS ranks, evenly spread on a logarithmic axis, the first and last among them."""
    spread = np.geomspace(1, size, min(POINTS, size)).round().astype(np.int64) - 1
    return np.unique(spread)
