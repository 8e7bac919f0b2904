"""Figures of an encoder of sentences: angles, learning, and shares with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.sequences.angles import Angles, middles
from core.sequences.retrieval import TOP
from dashboard.figures.template import CATEGORICAL, MUTED, escape
from dashboard.language import percent_sign, say

WITHIN, BETWEEN = CATEGORICAL[0], CATEGORICAL[1]
SYMBOLS = ("circle", "diamond", "square")
PARTS = ("trained on", "kept back‹of texts›", "of new groups")


def angle_histograms(angles: Sequence[Angles], names: Sequence[str]) -> dict[str, Any]:
    """Pairs of texts by their angle, one row a part: of one group, and of two."""
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        "uirevision": "angles", "barmode": "overlay", "annotations": [],
        "margin": {"t": 24, "b": 4, "l": 4, "r": 8},
        "legend": {"orientation": "h", "y": 1.06, "yanchor": "bottom", "x": 0},
        "xaxis": {"title": {"text": say("angle between two texts, degrees")}, "range": [0, 180],
                  "dtick": 30, "anchor": f"y{len(angles)}"},
    }  # fmt: skip
    height = 1 / len(angles)
    for i, (counts, name) in enumerate(zip(angles, names, strict=True)):
        axis = f"y{i + 1 if i else ''}"
        top = 1 - i * height
        layout[f"yaxis{i + 1 if i else ''}"] = {
            "domain": [top - 0.8 * height, top], "rangemode": "tozero",
            "ticksuffix": percent_sign(), "nticks": 4,
            "title": {"text": say("pairs‹of texts›") if i == len(angles) // 2 else ""},
        }  # fmt: skip
        layout["annotations"].append(
            {"text": escape(name), "xref": "paper", "yref": "paper", "x": 1, "y": top,
             "xanchor": "right", "yanchor": "top", "showarrow": False}
        )  # fmt: skip
        for values, tone, label in (
            (counts.within, WITHIN, say("of one group")),
            (counts.between, BETWEEN, say("of two groups")),
        ):
            share = 100 * values / max(values.sum(), 1)
            data.append(
                {"type": "scatter", "mode": "lines", "fill": "tozeroy", "x": middles(),
                 "y": share.astype(np.float32), "yaxis": axis, "name": label,
                 "line": {"color": tone, "width": 2, "dash": "solid" if tone == WITHIN else "dash"},
                 "legendgroup": label, "showlegend": not i,
                 "hovertemplate": f"{label}, %{{x:.0f}}°: %{{y:.1f}}{percent_sign()}"
                 "<extra></extra>"}
            )  # fmt: skip
    return {"data": data, "layout": layout}


def learning_curves(
    losses: np.ndarray, epochs: Sequence[int], found: np.ndarray, epoch: int
) -> dict[str, Any]:
    """The loss by epoch (E,), and top-1 (M, 3) by stored epoch and part; a line at `epoch`."""
    data: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "x": np.arange(1, len(losses) + 1), "y": losses,
         "name": say("loss, nats"), "line": {"color": MUTED, "width": 2}, "yaxis": "y2",
         "hovertemplate": say("epoch %{x}: %{y:.3f} nats<extra></extra>")}
    ]  # fmt: skip
    for part, name in enumerate(PARTS):
        data.append(
            {"type": "scatter", "mode": "lines+markers", "x": list(epochs),
             "y": 100 * found[:, part], "name": say(name),
             "line": {"color": CATEGORICAL[part + 2], "width": 2},
             "marker": {"size": 6, "symbol": SYMBOLS[part]},
             "hovertemplate": say("epoch %{x}: %{y:.1f} %<extra></extra>")}
        )  # fmt: skip
    return {
        "data": data,
        "layout": {
            "uirevision": "learning", "margin": {"t": 24, "b": 4, "l": 4, "r": 8},
            "legend": {"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
            "shapes": [{"type": "line", "x0": epoch, "x1": epoch, "yref": "paper", "y0": 0, "y1": 1,
                        "line": {"color": MUTED, "width": 1}}],
            "xaxis": {"title": {"text": say("epoch")}, "anchor": "y2", "rangemode": "tozero"},
            "yaxis": {"domain": [0.42, 1], "range": [0, 102], "ticksuffix": percent_sign(),
                      "title": {"text": say("nearest text is a mate")}},
            "yaxis2": {"domain": [0, 0.32], "rangemode": "tozero",
                       "title": {"text": say("loss, nats")}},
        },
    }  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """A value with its interval, of a method, in one of the panels, at one of the marks."""

    method: str
    panel: int
    mark: int
    value: float
    low: float
    high: float


def intervals(
    bars: Sequence[Bar],
    methods: Sequence[str],
    panels: Sequence[str],
    marks: Sequence[str],
    *,
    axis: str,
    chance: np.ndarray | None = None,
    percent: bool = True,
) -> dict[str, Any]:
    """Shares with their intervals: a panel below the other for each set of texts.

    chance: (panels, marks), drawn as dotted lines; percent: whether shares are in per cent.
    """
    n, whole = len(panels), 100 if percent else 1
    unit = {"ticksuffix": percent_sign(), "dtick": 20} if percent else {"dtick": 0.2}
    layout: dict[str, Any] = {
        "uirevision": "intervals", "margin": {"t": 30, "b": 4, "l": 4, "r": 12},
        "legend": {"orientation": "h", "y": -0.14, "yanchor": "top", "x": 0},
        "annotations": [], "shapes": [],
        "xaxis": {"range": [0, 1.01 * whole], **unit, "title": {"text": axis},
                  "anchor": f"y{n if n > 1 else ''}"},
    }  # fmt: skip
    data: list[dict[str, Any]] = []
    for p, panel in enumerate(panels):
        suffix, top = "" if p == 0 else str(p + 1), 1 - p / n
        layout[f"yaxis{suffix}"] = {
            "domain": [top - 0.86 / n, top], "range": [len(methods) - 0.5, -0.5],
            "tickvals": list(range(len(methods))), "ticktext": [escape(m) for m in methods],
            "showgrid": False, "zeroline": False,
        }  # fmt: skip
        layout["annotations"].append(
            {"text": f"<b>{escape(panel)}</b>", "xref": "paper", "yref": "paper", "x": 0,
             "y": top, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
        )  # fmt: skip
        for m, mark in enumerate(marks):
            shown = [b for b in bars if b.panel == p and b.mark == m and np.isfinite(b.value)]
            spread = 0.22 * (m - (len(marks) - 1) / 2)
            places = [methods.index(b.method) + spread for b in shown]
            legend = {"legendgroup": mark, "showlegend": p == 0 and len(marks) > 1}
            data.append(_points(shown, places, mark, m, whole) | legend | {"yaxis": f"y{suffix}"})
            if chance is not None and np.isfinite(chance[p, m]):
                at = float(whole * chance[p, m])
                layout["shapes"].append(
                    {"type": "line", "yref": f"y{suffix} domain", "x0": at, "x1": at, "y0": 0,
                     "y1": 1, "line": {"color": CATEGORICAL[m], "width": 1, "dash": "dot"}}
                )  # fmt: skip
    return {"data": data, "layout": layout}


def _points(
    bars: Sequence[Bar], places: Sequence[float], mark: str, m: int, whole: int
) -> dict[str, Any]:
    """Values of one mark with their intervals, of a whole of 100 or 1, at places down."""
    form = "{:.1f} %" if whole == 100 else "{:.3f}"
    return {
        "type": "scatter", "mode": "markers", "name": mark,
        "x": [whole * b.value for b in bars], "y": list(places),
        "error_x": {"type": "data", "symmetric": False, "thickness": 1.5, "width": 0,
                    "array": [whole * _known(b.high - b.value) for b in bars],
                    "arrayminus": [whole * _known(b.value - b.low) for b in bars]},
        "marker": {"color": CATEGORICAL[m], "size": 9, "symbol": SYMBOLS[m % len(SYMBOLS)]},
        "customdata": [[form.format(whole * b.low), form.format(whole * b.high)] for b in bars],
        "text": [form.format(whole * b.value) for b in bars],
        "hovertemplate": f"{mark}: %{{text}} "
                         "(%{customdata[0]}–%{customdata[1]})<extra></extra>",
    }  # fmt: skip


def _known(value: float) -> float:
    return float(value) if np.isfinite(value) else 0.0


TOPS = tuple(f"top-{k}" for k in TOP)


def correlations(bars: Sequence[Bar], methods: Sequence[str], person: float) -> dict[str, Any]:
    """Correlations with their intervals, methods down; a dashed line at that of one person."""
    shown = [bar for bar in bars if np.isfinite(bar.value)]
    points = {
        "type": "scatter", "mode": "markers", "showlegend": False,
        "x": [bar.value for bar in shown], "y": [methods.index(bar.method) for bar in shown],
        "error_x": {"type": "data", "symmetric": False, "thickness": 1.5, "width": 0,
                    "array": [_known(bar.high - bar.value) for bar in shown],
                    "arrayminus": [_known(bar.value - bar.low) for bar in shown]},
        "marker": {"color": CATEGORICAL[0], "size": 10},
        "customdata": [[bar.low, bar.high] for bar in shown],
        "hovertemplate": "r = %{x:.2f} (%{customdata[0]:.2f}–%{customdata[1]:.2f})<extra></extra>",
    }  # fmt: skip
    return {
        "data": [points],
        "layout": {
            "uirevision": "people", "margin": {"t": 28, "b": 4, "l": 4, "r": 8},
            "xaxis": {"range": [-0.2, 1], "dtick": 0.2,
                      "title": {"text": say("correlation with people, r")}},
            "yaxis": {"tickvals": list(range(len(methods))),
                      "ticktext": [escape(method) for method in methods],
                      "range": [len(methods) - 0.5, -0.5], "showgrid": False, "zeroline": False},
            "shapes": [{"type": "line", "x0": person, "x1": person, "yref": "paper", "y0": 0,
                        "y1": 1, "line": {"color": CATEGORICAL[1], "width": 2, "dash": "dash"}}],
            "annotations": [{"text": say("one person and the others"), "x": person, "y": 1,
                             "yref": "paper", "yanchor": "bottom", "showarrow": False}],
        },
    }  # fmt: skip
