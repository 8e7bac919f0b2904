"""Inner products against targets, the effect of a shift on cosines, and lengths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.vectors.evaluate.explained import Band, Comparison
from core.vectors.evaluate.freedom import Norms
from dashboard.figures.template import CATEGORICAL, MUTED, SEQUENTIAL, escape
from dashboard.language import say

CELLS = 70
POINTS = 6000
HOVER = "<b>%{text}</b><br>−log P %{x:.2f}, ‖v‖² %{y:.3f}<extra></extra>"


def density(comparison: Comparison) -> go.Figure:
    """Pairs counted in small squares of (target, inner product), with the line where both agree."""
    both = np.concatenate([comparison.target, comparison.product])
    low, high = np.percentile(both, [0.2, 99.8])
    edges = np.linspace(low, high, CELLS + 1)
    squares, _, _ = np.histogram2d(comparison.product, comparison.target, bins=(edges, edges))
    middle = (edges[:-1] + edges[1:]) / 2
    with np.errstate(divide="ignore"):
        z = np.where(squares > 0, np.log10(squares), np.nan).astype(np.float32)
    top = max(int(np.ceil(np.nanmax(z))), 1)
    figure = go.Figure(
        [
            go.Heatmap(
                x=middle.astype(np.float32),
                y=middle.astype(np.float32),
                z=z,
                customdata=squares.astype(np.float32),
                colorscale=SEQUENTIAL,
                zmin=0,
                zmax=top,
                colorbar={
                    "title": {"text": say("pairs"), "side": "right"},
                    "tickvals": list(range(top + 1)),
                    "ticktext": [f"{10**n:,}" for n in range(top + 1)],
                },
                hovertemplate=say(
                    "target %{x:.2f}, inner product %{y:.2f}<br>%{customdata:,.0f} "
                    "pairs<extra></extra>"
                ),
                hoverongaps=False,
            ),
            go.Scatter(
                x=[low, high],
                y=[low, high],
                mode="lines",
                line={"color": CATEGORICAL[1], "width": 2, "dash": "dash"},
                hoverinfo="skip",
            ),
        ]
    )
    figure.update_layout(
        uirevision=comparison.label,
        showlegend=False,
        margin={"t": 16},
        xaxis={"title": {"text": say("target: {label}, nats", label=escape(comparison.label))}},
        yaxis={"title": {"text": say("inner product ⟨w, c⟩")}, "scaleanchor": None},
    )
    return figure


def residuals(bands: Sequence[Band]) -> go.Figure:
    """Median and quartiles of inner product − target, by the count of the pair's rarer word."""
    names = [f"{band.low:,}–{band.high:,}" if band.high > band.low else f"{band.low:,}"
             for band in bands]  # fmt: skip
    middle = np.array([band.quartiles[1] for band in bands])
    figure = go.Figure(
        go.Scatter(
            x=names,
            y=middle,
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [band.quartiles[2] - band.quartiles[1] for band in bands],
                "arrayminus": [band.quartiles[1] - band.quartiles[0] for band in bands],
                "thickness": 2,
                "width": 5,
            },
            mode="markers",
            marker={"size": 9, "color": CATEGORICAL[0]},
            customdata=[[band.pairs, *band.quartiles] for band in bands],
            hovertemplate=say(
                "rarer word met %{x} times: %{customdata[0]:,} pairs<br>median "
                "%{customdata[2]:.2f}, quartiles %{customdata[1]:.2f} and "
                "%{customdata[3]:.2f}<extra></extra>"
            ),
        )
    )
    figure.add_hline(0, line={"color": CATEGORICAL[1], "width": 1.5, "dash": "dash"})
    figure.update_layout(
        uirevision="residuals",
        margin={"t": 16},
        xaxis={"title": {"text": say("count of the pair's rarer word")}, "type": "category"},
        yaxis={"title": {"text": say("residual, nats")}},
    )
    return figure


def cosine_histogram(before: np.ndarray, after: np.ndarray) -> go.Figure:
    """Cosines of random pairs of words, as trained and with a vector added to all."""
    edges = np.linspace(-1, 1, 81)
    middle = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure()
    for values, name, colour, pattern in (
        (before, "as trained", MUTED, ""),
        (after, "with a added", CATEGORICAL[0], "/"),
    ):
        share = np.histogram(values, edges)[0] / max(len(values), 1)
        figure.add_trace(
            go.Bar(
                x=middle.astype(np.float32),
                y=share.astype(np.float32),
                name=say(name),
                opacity=0.75,
                marker={"color": colour, "pattern": {"shape": pattern}},
                hovertemplate=say(
                    "{name}: %{{y:.1%}} of pairs near cosine %{{x:.2f}}<extra></extra>",
                    name=say(name),
                ),
            )
        )
    figure.update_layout(
        uirevision="cosines",
        barmode="overlay",
        bargap=0,
        margin={"t": 24},
        legend={"x": 0, "y": 1},
        xaxis={"title": {"text": say("cosine of two random words")}, "range": [-1, 1]},
        yaxis={
            "title": {"text": say("share of pairs")},
            "tickformat": "~%",
            "rangemode": "tozero",
        },
    )
    return figure


def norms_scatter(norms: Norms, words: Sequence[str]) -> go.Figure:
    """‖v‖² against −log P(w), stop words marked."""
    rng = np.random.default_rng(0)
    figure = go.Figure()
    marked = "stop words" if norms.from_list else "most frequent words"
    for mask, name, colour, symbol, size in (
        (~norms.stop, "other words", MUTED, "circle", 4),
        (norms.stop, marked, CATEGORICAL[1], "diamond", 7),
    ):
        place = np.flatnonzero(mask)
        if len(place) > POINTS:
            place = np.sort(rng.choice(place, POINTS, replace=False))
        figure.add_trace(
            go.Scattergl(
                x=norms.information[place].astype(np.float32),
                y=norms.squares[place].astype(np.float32),
                mode="markers",
                name=say(name),
                marker={"color": colour, "symbol": symbol, "size": size,
                        "opacity": 0.45 if name == "other words" else 0.9},
                text=[escape(words[norms.ids[i]]) for i in place],
                hovertemplate=say(HOVER),
            )
        )  # fmt: skip
    figure.update_layout(
        uirevision="norms",
        margin={"t": 24},
        legend={"x": 0, "y": 1.06, "orientation": "h"},
        xaxis={"title": {"text": say("−log P(w), nats: rare words are right")}},
        yaxis={"title": {"text": "‖v‖²"}, "rangemode": "tozero"},
    )
    return figure
