"""Curves over the epochs of a training, the epoch shown marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.figures.template import CATEGORICAL, MUTED
from dashboard.language import say

Trace = dict[str, Any]


def curve(
    epochs: Any, values: Any, name: str, colour: int, dash: str = "solid", hover: str = ""
) -> Trace:
    """One curve; points, too, where there are hardly any."""
    return {
        "type": "scatter", "x": epochs, "y": np.asarray(values, np.float32), "name": name,
        "mode": "lines+markers" if len(epochs) < 3 else "lines", "showlegend": bool(name),
        "line": {"color": CATEGORICAL[colour], "width": 2, "dash": dash},
        "hovertemplate": hover or say(
            "{name} after epoch %{{x}}: %{{y:.3f}}<extra></extra>", name=name
        ),
    }  # fmt: skip


def level(ends: Sequence[float], value: float, name: str, colour: int, hover: str) -> Trace:
    """A dotted line at a value that curves are compared with."""
    return {
        "type": "scatter", "x": list(ends), "y": [value] * 2, "mode": "lines", "name": name,
        "line": {"color": CATEGORICAL[colour], "width": 1.2, "dash": "dot"},
        "hovertemplate": hover,
    }  # fmt: skip


def by_epoch(
    key: str, traces: list[Trace], epoch: int, title: str, axis: dict[str, Any]
) -> dict[str, Any]:
    """A figure of such curves; `axis` is what is special about its y axis."""
    mark = {
        "type": "line", "x0": epoch, "x1": epoch, "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": MUTED, "width": 1, "dash": "dot"},
    }  # fmt: skip
    return {
        "data": traces,
        "layout": {
            "uirevision": key,
            "margin": {"t": 30},
            "shapes": [mark] if epoch else [],
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
            "xaxis": {"title": {"text": say("epoch")}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": title}} | axis,
        },
    }
