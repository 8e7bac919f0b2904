"""Figures of series: a spectrum with its lines, what a network looks at, and what it confuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.series.physics import Mark
from dashboard.figures.template import CATEGORICAL, MARKS, MUTED, SEQUENTIAL, WEAK, escape
from dashboard.language import say

F64 = NDArray[np.floating[Any]]
NOISY, CLEAN = WEAK, CATEGORICAL[0]
APART = 0.035  # of the axis: lines that are nearer share a label
LEVELS = 2  # heights of labels that take turns


@dataclass(frozen=True)
class Label:
    """What stands above the picture at a place: the names of one line or several."""

    at: float
    text: str


def labels(marks: Sequence[Mark], axis: F64) -> list[Label]:
    """The names of the lines, those of near neighbours together."""
    groups: list[list[Mark]] = []
    for mark in marks:
        if groups and mark.at - groups[-1][-1].at < APART * float(np.ptp(axis)):
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return [
        Label(
            float(np.mean([mark.at for mark in group])),
            ", ".join(dict.fromkeys(escape(mark.name) for mark in group)),
        )
        for group in groups
    ]


def _lines(marks: Sequence[Mark], axis: F64, top: float) -> dict[str, list[dict[str, Any]]]:
    """Vertical lines at the marks and their labels, at two heights in turn: of a layout."""
    shapes = [
        {"type": "line", "x0": mark.at, "x1": mark.at, "yref": "paper", "y0": 0, "y1": top,
         "line": {"color": MUTED, "width": 1, "dash": "dot"}}
        for mark in marks
    ]  # fmt: skip
    annotations = [
        {"x": label.at, "y": top, "yref": "paper", "text": label.text, "showarrow": False,
         "yanchor": "bottom", "yshift": 13 * (i % LEVELS), "font": {"size": 11}}
        for i, label in enumerate(labels(marks, axis))
    ]  # fmt: skip
    return {"shapes": shapes, "annotations": annotations}


def _axis(axis: F64, title: str) -> dict[str, Any]:
    return {"title": {"text": title}, "range": [float(axis[0]), float(axis[-1])],
            "showgrid": False, "separatethousands": True}  # fmt: skip


def spectrum(
    axis: F64, clean: F64, noisy: F64, marks: Sequence[Mark], title: str
) -> dict[str, Any]:
    """One spectrum with and without noise, its lines marked."""
    low, high = np.percentile(noisy, [0.5, 99.5])
    low, high = min(low, clean.min(), 0.0), max(high, clean.max())
    return {
        "data": [
            {"type": "scatter", "mode": "lines", "name": say("with noise"), "x": axis,
             "y": noisy.astype(np.float32), "line": {"color": NOISY, "width": 1},
             "hovertemplate": say("%{x:,.0f} Å: %{y:.2f} with noise<extra></extra>")},
            {"type": "scatter", "mode": "lines", "name": say("without"), "x": axis,
             "y": clean.astype(np.float32), "line": {"color": CLEAN, "width": 2},
             "hovertemplate": say("%{x:,.0f} Å: %{y:.2f} without<extra></extra>")},
        ],
        "layout": {
            "uirevision": "spectrum", "margin": {"t": 44, "b": 4, "l": 4, "r": 8},
            "legend": {"orientation": "h", "x": 0, "y": -0.17, "yanchor": "top"},
            "xaxis": _axis(axis, title),
            "yaxis": {"title": {"text": say("light, mean = 1")},
                      "range": [float(low), float(high + 0.06 * (high - low))]},
            **_lines(marks, axis, 1.0),
        },
    }  # fmt: skip


def examples(axis: F64, x: F64, names: Sequence[str], title: str) -> dict[str, Any]:
    """Some series (k, L), a row each, with the names of their classes."""
    data = []
    for i, (series, name) in enumerate(zip(x, names, strict=True)):
        spread = float(np.ptp(series)) or 1.0
        data.append(
            {"type": "scatter", "mode": "lines", "x": axis,
             "y": (-i + 0.85 * (series - series.min()) / spread).astype(np.float32),
             "name": escape(name), "showlegend": False,
             "line": {"color": CATEGORICAL[i % len(CATEGORICAL)], "width": 1.2},
             "hovertemplate": f"{escape(name)}, %{{x:,.4~g}}<extra></extra>"}
        )  # fmt: skip
    return {
        "data": data,
        "layout": {
            "uirevision": "examples", "margin": {"t": 8, "b": 4, "l": 4, "r": 8},
            "xaxis": _axis(axis, title),
            "yaxis": {"tickvals": [0.4 - i for i in range(len(names))],
                      "ticktext": [escape(name) for name in names], "showgrid": False,
                      "zeroline": False},
        },
    }  # fmt: skip


def looked_at(
    axis: F64, series: F64, slopes: F64, marks: Sequence[Mark], title: str
) -> dict[str, Any]:
    """A series, coloured by how much a point changes the answer, with the lines marked."""
    size = np.abs(slopes)
    most = float(size.max()) or 1.0
    return {
        "data": [
            {"type": "scatter", "mode": "lines", "x": axis, "y": series.astype(np.float32),
             "line": {"color": WEAK, "width": 1}, "hoverinfo": "skip", "showlegend": False},
            {"type": "scatter", "mode": "markers", "x": axis, "y": series.astype(np.float32),
             "showlegend": False,
             "marker": {"color": (size / most).astype(np.float32), "colorscale": MARKS, "size": 4,
                        "cmin": 0, "cmax": 1,
                        "colorbar": {"title": {"text": say("pull of a point"), "side": "right"},
                                     "tickformat": "~%"}},
             "hovertemplate": say("%{x:,.0f}: pull %{marker.color:.0%}<extra></extra>")},
            {"type": "scatter", "mode": "lines", "x": axis, "y": (slopes / most).astype(np.float32),
             "yaxis": "y2", "line": {"color": CATEGORICAL[0], "width": 1.2}, "fill": "tozeroy",
             "showlegend": False,
             "hovertemplate": say("%{x:,.0f}: %{y:+.0%} of the largest<extra></extra>")},
        ],
        "layout": {
            "uirevision": "looked_at", "margin": {"t": 44, "b": 4, "l": 4, "r": 8},
            "xaxis": {**_axis(axis, title), "anchor": "y2"},
            "yaxis": {"domain": [0.36, 1], "title": {"text": say("series, mean 0, variance 1")}},
            "yaxis2": {"domain": [0, 0.28], "range": [-1.05, 1.05], "tickformat": "~%",
                       "nticks": 3, "title": {"text": say("slope")}},
            **_lines(marks, axis, 1.0),
        },
    }  # fmt: skip


def confusion(counts: NDArray[np.integer[Any]], classes: Sequence[str]) -> dict[str, Any]:
    """What each series is (rows) and what it is taken for (columns), by share of its class."""
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [escape(name) for name in classes]
    at = list(range(len(names)))
    cells: dict[str, Any] = {"text": counts, "texttemplate": "%{text:,}"}
    if len(classes) > MOST_NUMBERED:
        cells = {}
    return {
        "data": [
            {"type": "heatmap", "z": share.astype(np.float32), "x": at, "y": at, **cells,
             "customdata": [[[a, b, int(n)] for b, n in zip(names, row, strict=True)]
                            for a, row in zip(names, counts, strict=True)],
             "colorscale": SEQUENTIAL, "zmin": 0, "zmax": 1, "xgap": 1, "ygap": 1,
             "colorbar": {"title": {"text": say("share of the class")}, "tickformat": "~%"},
             "hovertemplate": say("%{customdata[0]} taken for %{customdata[1]}: "
                                  "%{customdata[2]:,}, %{z:.0%}<extra></extra>")}
        ],
        "layout": {
            "uirevision": "confusion", "margin": {"t": 8, "b": 4, "l": 4, "r": 4},
            "xaxis": {"title": {"text": say("taken for")}, "tickvals": at, "ticktext": names,
                      "showgrid": False},
            "yaxis": {"title": {"text": say("is‹of a class›")}, "tickvals": at, "ticktext": names,
                      "autorange": "reversed", "showgrid": False},
        },
    }  # fmt: skip


MOST_NUMBERED = 15  # classes of a confusion whose cells hold numbers


def learning(
    epochs: Sequence[int], trained: F64, tested: F64, losses: F64, shown: int, turn: int
) -> dict[str, Any]:
    """Macro-F1 (M,) by stored epoch, the cross-entropy (E,) below; a line where the loss turns.

    Before the first epoch has ended there is no cross-entropy, and nothing below.

    turn: the last epoch with cross-entropy alone.
    """
    last = len(losses)
    shapes = [_upright(shown, MUTED, "solid")]
    notes = []
    if 0 < turn < last:
        shapes.append(_upright(turn + 0.5, CATEGORICAL[1], "dash"))
        notes.append(
            {"x": turn + 0.5, "y": 0.45, "yref": "paper", "text": say("soft F1 →"),
             "showarrow": False, "xanchor": "left", "xshift": 3, "yanchor": "bottom",
             "font": {"size": 11, "color": CATEGORICAL[1]}}
        )  # fmt: skip
    curves = (
        (trained, say("trained on"), CATEGORICAL[2], "circle"),
        (tested, say("never seen"), CATEGORICAL[0], "diamond"),
    )
    loss = {
        "type": "scatter", "mode": "lines", "x": np.arange(1, last + 1),
        "y": losses.astype(np.float32), "yaxis": "y2", "name": say("cross-entropy"),
        "line": {"color": MUTED, "width": 2},
        "hovertemplate": say("epoch %{x}: %{y:.3f} nats<extra></extra>"),
    }  # fmt: skip
    below = {"yaxis2": {"domain": [0, 0.32], "rangemode": "tozero", "title": {"text": say("nats")}}}
    return {
        "data": [
            *(
                {"type": "scatter", "mode": "lines+markers", "x": list(epochs),
                 "y": values.astype(np.float32), "name": name, "line": {"color": tone, "width": 2},
                 "marker": {"size": 6, "symbol": symbol},
                 "hovertemplate": say("epoch %{x}: macro-F1 %{y:.3f}<extra></extra>")}
                for values, name, tone, symbol in curves
            ),
            *([loss] if last else []),
        ],
        "layout": {
            "uirevision": "learning", "margin": {"t": 24, "b": 4, "l": 4, "r": 8},
            "legend": {"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
            "shapes": shapes, "annotations": notes,
            "xaxis": {"title": {"text": say("epoch")}, "anchor": "y2" if last else "y",
                      "range": [0, max(last, 1)]},
            "yaxis": {"domain": [0.42 if last else 0, 1], "range": [0, 1.02],
                      "title": {"text": say("macro-F1")}},
            **(below if last else {}),
        },
    }  # fmt: skip


def _upright(x: float, colour: str, dash: str) -> dict[str, Any]:
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": colour, "width": 1, "dash": dash}}  # fmt: skip


def kernels(weights: F64, forms: F64, names: Sequence[str]) -> dict[str, Any]:
    """Kernels (k, 3) as small curves, a column each, coloured by what most of each measures.

    forms: (k, 3) shares of level, slope and curvature.
    """
    order = np.lexsort((-forms.max(axis=1), forms.argmax(axis=1)))
    most = float(np.abs(weights).max()) or 1.0
    data: list[dict[str, Any]] = []
    for f, name in enumerate(names):
        x: list[float | None] = []
        y: list[float | None] = []
        own = []
        for place, k in enumerate(order):
            if forms[k].argmax() == f:
                x += [place - 0.3, place, place + 0.3, None]
                y += [*map(float, weights[k] / most), None]
                own += [float(forms[k, f])] * 4
        data.append(
            {"type": "scatter", "mode": "lines+markers", "x": x, "y": y, "name": name,
             "customdata": own, "line": {"color": CATEGORICAL[f], "width": 2.5},
             "marker": {"size": 6, "symbol": ("square", "diamond", "circle")[f]},
             "hovertemplate": f"{name}, %{{customdata:.0%}}: %{{y:+.2f}}<extra></extra>"}
        )  # fmt: skip
    return {
        "data": data,
        "layout": {
            "uirevision": "kernels", "margin": {"t": 24, "b": 4, "l": 4, "r": 8},
            "legend": {"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
            "xaxis": {"title": {"text": say("kernels of the first layer")}, "showgrid": False,
                      "showticklabels": False, "zeroline": False},
            "yaxis": {"title": {"text": say("weight of a tap, largest = 1")},
                      "range": [-1.1, 1.1]},
        },
    }  # fmt: skip
