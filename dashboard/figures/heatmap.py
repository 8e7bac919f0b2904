"""Some words against some contexts: the PMI heatmap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from scipy.cluster.hierarchy import dendrogram

from core.counts.association import Block
from dashboard.figures.template import DIVERGING, MUTED, NEVER, WEAK, escape

NAMES = {"pmi": "PMI", "ppmi": "PPMI", "npmi": "NPMI"}
HOVER = (
    "<b>%{customdata[0]}</b> with context <b>%{customdata[1]}</b><br>"
    "met %{customdata[2]:,.4~g} times, %{customdata[3]:,.4~g} expected by chance<br>"
)
MET = "PMI %{customdata[4]:.2f} nats · G² %{customdata[5]:,.1f}<extra></extra>"
TREE = 0.1  # share of the width for the dendrogram


def pmi_heatmap(
    block: Block,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    measure: str,
    limit: float,
    weak: np.ndarray | None = None,
    tree: np.ndarray | None = None,
    uirevision: str = "",
) -> go.Figure:
    """Draw a block of association values.

    White is zero and the colours end at ±limit whatever the data, so that two
    settings can be compared by eye. Pairs that never met are grey: they have no
    value. `weak` (R, C) greys, darker, cells with too little evidence; `tree` is the
    linkage matrix of the rows, drawn at their right.
    """
    R, C = block.value.shape
    details = np.empty((R, C, 6), object)
    details[..., 0] = np.array([escape(w) for w in rows], object)[:, None]
    details[..., 1] = np.array([escape(w) for w in columns], object)[None, :]
    for k, part in enumerate((block.observed, block.expected, block.pmi, block.g2), start=2):
        details[..., k] = np.round(part, 5)
    met = block.met
    shown = met if weak is None else met & ~weak
    unit = "" if measure == "npmi" else ", nats"
    scale = go.heatmap.ColorBar(
        title={"text": NAMES[measure] + unit, "side": "top"},
        orientation="h",
        thickness=9,
        len=0.55,
        x=1,
        xanchor="right",
        y=1,
        yanchor="bottom",
        ypad=4,
        nticks=7,
    )
    figure = go.Figure(
        [
            go.Heatmap(
                z=np.where(shown, block.value, np.nan).astype(np.float32),
                customdata=details,
                colorscale=DIVERGING,
                zmin=-limit,
                zmid=0,
                zmax=limit,
                colorbar=scale,
                hovertemplate=HOVER + MET,
                hoverongaps=False,
                xgap=1,
                ygap=1,
            ),
            _flat(~met, details, HOVER + "never met: no PMI<extra></extra>", NEVER),
        ]
    )
    if weak is not None:
        figure.add_trace(_flat(weak & met, details, HOVER + "too little evidence<br>" + MET, WEAK))
    share = 1.0
    if tree is not None:
        share = 1.0 - TREE
        for branch in _branches(tree):
            figure.add_trace(branch)
        figure.update_layout(
            xaxis2={
                "domain": [share + 0.005, 1.0],
                "anchor": "y",
                "showgrid": False,
                "zeroline": False,
                "showticklabels": False,
                "fixedrange": True,
            }
        )
    figure.update_layout(
        uirevision=uirevision,
        showlegend=False,
        margin={"t": 8},
        xaxis={
            "tickvals": list(range(C)),
            "ticktext": [escape(w) for w in columns],
            "tickangle": -60,
            "range": [-0.5, C - 0.5],
            "domain": [0, share],
            "showgrid": False,
            "zeroline": False,
            "title": {"text": "context"},
        },
        yaxis={
            "tickvals": list(range(R)),
            "ticktext": [escape(w) for w in rows],
            "range": [R - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "title": {"text": "word"},
        },
    )
    return figure


def _flat(cells: np.ndarray, details: np.ndarray, hover: str, colour: str) -> go.Heatmap:
    """Grey cells over the heatmap, where `cells` is True."""
    return go.Heatmap(
        z=np.where(cells, 1.0, np.nan).astype(np.float32),
        customdata=details,
        colorscale=[(0, colour), (1, colour)],
        zmin=0,
        zmax=1,
        showscale=False,
        hovertemplate=hover,
        hoverongaps=False,
        xgap=1,
        ygap=1,
    )


def _branches(tree: np.ndarray) -> list[go.Scatter]:
    """The dendrogram as one line trace; scipy places leaf i at 5 + 10 i."""
    drawn = dendrogram(tree, no_plot=True)
    x: list[float | None] = []
    y: list[float | None] = []
    for heights, places in zip(drawn["dcoord"], drawn["icoord"], strict=True):
        x += [*heights, None]
        y += [*((place - 5) / 10 for place in places), None]
    return [
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line={"width": 1, "color": MUTED},
            xaxis="x2",
            yaxis="y",
            hoverinfo="skip",
        )
    ]
