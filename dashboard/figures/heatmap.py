"""Some words against some contexts: the PMI heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.counts.association import Block
from dashboard.figures.template import CATEGORICAL, DIVERGING, MUTED, NEVER, POSITIVE, WEAK, escape
from dashboard.language import say

NAMES = {"pmi": "PMI", "ppmi": "PPMI", "npmi": "NPMI"}
UNITS = {"pmi": "PMI, nats", "ppmi": "PPMI, nats", "npmi": "NPMI"}
HOVER = (
    "<b>%{text}</b><br>"
    "weighted count %{customdata[0]:,.4~g}, %{customdata[1]:,.4~g} expected by chance<br>"
)
MET = "PMI %{customdata[2]:.2f} nats · G² %{customdata[3]:,.1f}"
CELLS = {"hoverongaps": False, "xgap": 1, "ygap": 1}
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
    marked: tuple[int, int] | None = None,
    uirevision: str = "",
) -> dict[str, Any]:
    """Draw a block of association values.

    White is zero and the colours end at ±limit (PPMI: at 0 and limit) whatever the
    data, so that two settings can be compared by eye. Pairs that never met are grey: they have no
    value. `weak` (R, C) greys, darker, cells with too little evidence; `tree` is the
    linkage matrix of the rows, drawn at their right; `marked` (row, column) is
    outlined.
    """
    R, C = block.value.shape
    named = say("{word} with context {context}").format
    contexts = [escape(c) for c in columns]
    pairs = np.array([[named(word=escape(w), context=c) for c in contexts] for w in rows])
    # float32: Python's own numbers, and text among them, take several times as long to send
    details = np.stack([block.observed, block.expected, block.pmi, block.g2], -1, dtype=np.float32)
    met = block.met
    visible = met if weak is None else met & ~weak
    never_text, weak_text = say("never met: no PMI"), say("too little evidence")
    hover, numbers, value_line = say(HOVER), say(MET), ""
    if measure != "pmi":
        value_line = say("{measure} as drawn %{{z:.3f}}<br>", measure=NAMES[measure])
    traces = [
        {
            "type": "heatmap",
            "z": np.where(visible, block.value, np.nan).astype(np.float32),
            "customdata": details,
            "text": np.where(visible, pairs, ""),
            "colorscale": POSITIVE if measure == "ppmi" else DIVERGING,
            "zmin": 0.0 if measure == "ppmi" else -limit,
            "zmax": limit,
            "colorbar": _colorbar(say(UNITS[measure])),
            "hovertemplate": f"{hover}{value_line}{numbers}<extra></extra>",
            **CELLS,
        },
        _flat(~met, pairs, details, f"{hover}{never_text}<extra></extra>", NEVER),
    ]
    if weak is not None:
        weak_hover = f"{hover}{weak_text}<br>{numbers}<extra></extra>"
        traces.append(_flat(weak & met, pairs, details, weak_hover, WEAK))
    if tree is not None:
        traces.append(_branches(tree))
    share = 1.0 if tree is None else 1.0 - TREE
    layout = {
        "uirevision": uirevision,
        "showlegend": False,
        "margin": {"t": 8},
        "xaxis": {
            **_axis(contexts, say("context"), (-0.5, C - 0.5)),
            "tickangle": -60,
            "domain": [0, share],
        },
        "yaxis": _axis([escape(w) for w in rows], say("word"), (R - 0.5, -0.5)),
    }
    if tree is not None:
        layout["xaxis2"] = {
            "domain": [share + 0.005, 1.0], "anchor": "y", "showgrid": False, "zeroline": False,
            "showticklabels": False, "fixedrange": True,
        }  # fmt: skip
    if marked is not None:
        layout["shapes"] = [_outline(*marked)]
    return {"data": traces, "layout": layout}


def _axis(words: list[str], title: str, ends: tuple[float, float]) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(words))), "ticktext": words, "range": list(ends),
        "showgrid": False, "zeroline": False, "title": {"text": title},
    }  # fmt: skip


def _colorbar(title: str) -> dict[str, Any]:
    return {
        "title": {"text": title, "side": "top"}, "orientation": "h", "thickness": 9, "len": 0.55,
        "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "ypad": 4, "nticks": 7,
    }  # fmt: skip


def _outline(row: int, column: int) -> dict[str, Any]:
    return {
        "type": "rect", "x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5,
        "line": {"color": CATEGORICAL[2], "width": 3},
    }  # fmt: skip


def _flat(
    cells: np.ndarray, pairs: np.ndarray, details: np.ndarray, hover: str, colour: str
) -> dict[str, Any]:
    """Grey cells over the heatmap, where `cells` is True."""
    return {
        "type": "heatmap",
        "z": np.where(cells, 1.0, np.nan).astype(np.float32),
        "customdata": details,
        "text": np.where(cells, pairs, ""),
        "colorscale": [(0, colour), (1, colour)],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "hovertemplate": hover,
        **CELLS,
    }


def _branches(tree: np.ndarray) -> dict[str, Any]:
    """The dendrogram as one line trace; scipy places leaf i at 5 + 10 i."""
    from scipy.cluster.hierarchy import dendrogram  # see `core.counts.ordering`

    layout = dendrogram(tree, no_plot=True)
    x: list[float | None] = []
    y: list[float | None] = []
    for heights, places in zip(layout["dcoord"], layout["icoord"], strict=True):
        x += [*heights, None]
        y += [*((place - 5) / 10 for place in places), None]
    return {
        "type": "scatter", "x": x, "y": y, "mode": "lines", "line": {"width": 1, "color": MUTED},
        "xaxis": "x2", "yaxis": "y", "hoverinfo": "skip",
    }  # fmt: skip
