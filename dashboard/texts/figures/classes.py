"""Figures of text classes: learning, what each token moves, and the information bottleneck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from core.text_classes.bottleneck import LAMBDAS, Narrowed
from dashboard.figures.template import CATEGORICAL, MUTED, escape
from dashboard.language import percent_sign, say

TRAINED, HELD = CATEGORICAL[1], CATEGORICAL[0]
FOR, AGAINST = CATEGORICAL[0], CATEGORICAL[1]
TICKS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]  # nats
MARGIN = {"t": 24, "b": 4, "l": 4, "r": 8}
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


def _line(x: Iterable[Any], y: np.ndarray, name: str, colour: str, **more: Any) -> dict[str, Any]:
    dashed = colour == TRAINED
    return {
        "type": "scatter", "mode": "lines+markers", "x": list(x), "y": np.asarray(y, np.float64),
        "name": name, "line": {"color": colour, "width": 2, "dash": "dash" if dashed else "solid"},
        "marker": {"size": 7, "symbol": "diamond" if dashed else "circle"}, **more,
    }  # fmt: skip


def learning(
    epochs: Sequence[int],
    accuracy: np.ndarray,
    losses: np.ndarray,
    epoch: int,
    lines: Mapping[str, float],
    *,
    below: str,
) -> dict[str, Any]:
    """Accuracy (M, 2) and another value (M, 2) by stored epoch, of texts trained on and watched.

    lines: shares to compare with, by name; a vertical line at `epoch`.
    """
    data: list[dict[str, Any]] = []
    sign = percent_sign()
    for i, (name, colour) in enumerate(((say("trained on"), TRAINED), (say("watched"), HELD))):
        hover = {"hovertemplate": f"{name}, {say('epoch')} %{{x}}: %{{y:.1f}}{sign}<extra></extra>"}
        data.append(_line(epochs, 100 * accuracy[:, i], name, colour, **hover))
        hover = {"hovertemplate": f"{name}, {say('epoch')} %{{x}}: %{{y:.3f}}<extra></extra>"}
        data.append(
            _line(epochs, losses[:, i], name, colour, yaxis="y2", showlegend=False, **hover)
        )
    known = accuracy[np.isfinite(accuracy)]
    low = 100 * min([*lines.values(), float(known.min()) if len(known) else 1.0])
    shapes = [{"type": "line", "x0": epoch, "x1": epoch, "yref": "paper", "y0": 0, "y1": 1,
               "line": {"color": MUTED, "width": 1}}]  # fmt: skip
    notes = []
    for name, share in lines.items():
        shapes.append(
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": 100 * share,
                "y1": 100 * share,
                "line": {"color": MUTED, "width": 1.5, "dash": "dot"},
            }
        )
        notes.append({"text": escape(f"{name}, {100 * share:.4g}{sign}"), "xref": "paper", "x": 1,
                      "y": 100 * share, "xanchor": "right", "yanchor": "bottom",
                      "showarrow": False, "font": {"size": 11}})  # fmt: skip
    return {
        "data": data,
        "layout": {
            "uirevision": "class learning", "margin": MARGIN, "legend": LEGEND, "shapes": shapes,
            "annotations": notes,
            "xaxis": {"title": {"text": say("epoch")}, "anchor": "y2", "rangemode": "tozero",
                      "tickformat": "d"},
            "yaxis": {"domain": [0.4, 1], "range": [max(low - 6, 0), 101], "ticksuffix": sign,
                      "title": {"text": say("classified correctly")}},
            "yaxis2": {"domain": [0, 0.3], "rangemode": "tozero", "title": {"text": below}},
        },
    }  # fmt: skip


def effects(pieces: Sequence[str], moved: np.ndarray, label: str) -> dict[str, Any]:
    """By how much each piece of a text raises (or lowers) the probability of a class (P,), in
    percentage points, in the order of the text."""
    places = list(range(len(pieces)))
    points = 100 * np.asarray(moved, np.float64)
    most = max(float(np.abs(points).max()), 1.0)
    return {
        "data": [
            {"type": "bar", "x": places, "y": points, "showlegend": False,
             "marker": {"color": [FOR if v >= 0 else AGAINST for v in points]},
             "customdata": [[escape(piece)] for piece in pieces],
             "hovertemplate": "%{customdata[0]}: %{y:+.1f}" + percent_sign() + "<extra></extra>"}
        ],
        "layout": {
            "uirevision": "effects", "margin": MARGIN, "bargap": 0.15,
            "xaxis": {"tickvals": places, "ticktext": [escape(piece) for piece in pieces],
                      "tickangle": 0, "showgrid": False,
                      "tickfont": {"size": 12 if len(pieces) <= 60 else 8}},
            "yaxis": {"range": [-1.1 * most, 1.1 * most], "ticksuffix": percent_sign(),
                      "zeroline": True,
                      "title": {"text": say("moved towards “{label}”, points",
                                            label=escape(label))}},
        },
    }  # fmt: skip


def narrowing(curve: Narrowed, place: int) -> dict[str, Any]:
    """Accuracy on texts trained on and tested by the bound on I(X; Z), a point a λ, one of them
    ringed; a line where no bottleneck is, and one at what the labels hold."""
    data: list[dict[str, Any]] = []
    bound = curve.bound[:, 1]
    order = np.argsort(bound)
    for i, (name, colour) in enumerate(((say("trained on"), TRAINED), (say("tested"), HELD))):
        data.append(
            _line(bound[order], 100 * curve.accuracy[order, i], name, colour,
                  customdata=[[f"{LAMBDAS[k]:g}"] for k in order],
                  hovertemplate=say("λ = %{customdata[0]}: %{x:.2f} nats, %{y:.1f} %")
                                + f"<extra>{name}</extra>")
        )  # fmt: skip
    data.append(
        {"type": "scatter", "mode": "markers+text", "x": [bound[place]],
         "y": [100 * curve.accuracy[place, 1]], "name": say("λ shown"),
         "text": [f"λ = {LAMBDAS[place]:g}"], "textposition": "bottom center",
         "marker": {"size": 17, "symbol": "circle-open", "color": HELD, "line": {"width": 3}},
         "hoverinfo": "skip"}
    )  # fmt: skip
    plain = 100 * float(curve.plain[1])
    values = [100 * float(curve.accuracy.min()), plain]
    return {
        "data": data,
        "layout": {
            "uirevision": "narrowing", "margin": MARGIN | {"t": 40}, "legend": LEGEND,
            "xaxis": {"type": "log", "tickvals": TICKS, "ticktext": [f"{t:g}" for t in TICKS],
                      "title": {"text": say("bound on I(X; Z), nats a text")}},
            "yaxis": {"range": [max(min(values) - 4, 0), 101], "ticksuffix": percent_sign(),
                      "title": {"text": say("classified correctly")}},
            "shapes": [
                {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": plain, "y1": plain,
                 "line": {"color": MUTED, "width": 1.5, "dash": "dot"}},
                {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": curve.entropy,
                 "x1": curve.entropy, "line": {"color": MUTED, "width": 1.5, "dash": "dash"}},
            ],
            "annotations": [
                {"text": say("tested, no bottleneck: {share:.1f} %", share=plain), "xref": "paper",
                 "x": 1, "y": plain, "xanchor": "right", "yanchor": "bottom", "showarrow": False},
                {"text": say("all that the labels hold"), "x": float(np.log10(curve.entropy)),
                 "yref": "paper", "y": 0, "xanchor": "left", "yanchor": "bottom",
                 "showarrow": False},
            ],
        },
    }  # fmt: skip
