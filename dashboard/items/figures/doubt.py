"""Labels against the neighbours of their rows, and columns against what the vectors say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.spaces.probes import Probe
from dashboard.figures.template import CATEGORICAL, MUTED, escape
from dashboard.language import say

BAND = "rgba(128, 134, 138, 0.35)"
LONGEST = 28  # characters of a label


@dataclass(frozen=True, eq=False)
class Shown:
    """Labels, (L,) each: mean share of neighbours with the label, the same on the map, the null's
    interval, and the number of rows."""

    names: Sequence[str]
    truth: np.ndarray
    mapped: np.ndarray
    low: np.ndarray
    high: np.ndarray
    sizes: np.ndarray


def label_agreement(shown: Shown) -> go.Figure:
    """A line a label: what permuted labels give as a band, the vectors and the map as points."""
    places = np.arange(len(shown.names))
    figure = go.Figure()
    figure.add_trace(
        go.Bar(
            x=shown.high - shown.low, base=shown.low, y=places, orientation="h", width=0.5,
            marker={"color": BAND}, name=say("shuffled labels, 95 %"),
            hovertemplate="%{base:.1%} – %{x:.1%}<extra></extra>", customdata=shown.high,
        )
    )  # fmt: skip
    figure.data[0].hovertemplate = "%{base:.1%} – %{customdata:.1%}<extra></extra>"
    for values, symbol, colour, name in (
        (shown.truth, "circle", CATEGORICAL[0], say("neighbours by vector")),
        (shown.mapped, "diamond-open", CATEGORICAL[1], say("neighbours on the map")),
    ):
        figure.add_trace(
            go.Scatter(
                x=values, y=places, mode="markers", name=name, customdata=shown.sizes,
                marker={"size": 10, "symbol": symbol, "color": colour, "line": {"width": 1.5}},
                hovertemplate="%{x:.1%} · " + say("%{customdata:,} rows") + "<extra></extra>",
            )
        )  # fmt: skip
    _label(figure, shown.names, say("share of neighbours with the same label"))
    figure.update_xaxes(range=[-0.02, 1.02], tickformat="~%")
    return figure


def predicted_columns(names: Sequence[str], pairs: Sequence[tuple[Probe, Probe]]) -> go.Figure:
    """A line a column: what its neighbours and a linear probe predict, and chance."""
    places = np.arange(len(names), dtype=float)
    figure = go.Figure()
    for which, symbol, colour, name, off in (
        (0, "circle", CATEGORICAL[0], say("k nearest rows"), -0.12),
        (1, "square", CATEGORICAL[2], say("linear probe"), 0.12),
    ):
        probes = [pair[which] for pair in pairs]
        score = np.array([p.score for p in probes])
        figure.add_trace(
            go.Scatter(
                x=score, y=places + off, mode="markers", name=name,
                marker={"size": 9, "symbol": symbol, "color": colour},
                error_x={
                    "array": [p.high - p.score for p in probes],
                    "arrayminus": [p.score - p.low for p in probes],
                    "symmetric": False, "color": colour, "thickness": 1.5, "width": 3,
                },
                customdata=[[p.low, p.high] for p in probes],
                hovertemplate="%{x:.3f} [%{customdata[0]:.3f}, %{customdata[1]:.3f}]"
                "<extra></extra>",
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[pair[0].chance for pair in pairs], y=places, mode="markers", name=say("chance"),
            marker={"size": 16, "symbol": "line-ns-open", "color": MUTED, "line": {"width": 2}},
            hovertemplate="%{x:.3f}<extra></extra>",
        )
    )  # fmt: skip
    _label(figure, names, say("accuracy of labels, R² of numbers"))
    return figure


def _label(figure: go.Figure, names: Sequence[str], title: str) -> None:
    labels = [escape(n if len(n) <= LONGEST else f"{n[: LONGEST - 1]}…") for n in names]
    figure.update_layout(
        {
            "margin": {"t": 40, "b": 10},
            "legend": {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
            "xaxis": {"title": {"text": title}},
            "yaxis": {
                "tickvals": list(range(len(names))), "ticktext": labels, "showgrid": False,
                "range": [len(names) - 0.4, -0.6], "zeroline": False,
            },
        }
    )  # fmt: skip
