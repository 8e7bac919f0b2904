"""Word discovery: precision, recall and F1 along a threshold, and bits a letter on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.segmentation.methods import Step
from core.text.judging import Curve
from dashboard.figures.template import CATEGORICAL, FOLLOW, MUTED
from dashboard.language import say

AXES = {
    "branching": "cost of a word (nats)",
    "unigram": "cost of a word (nats)",
    "cohesion": "cohesion from which two letters stay together (nats)",
    "entropy": "PMI above which letters are joined (nats)",
}
STEPS = {
    "letters": "letters",
    "joined": "joined strings",
    "frequent": "frequent strings",
    "kept": "words kept",
    "cut": "words",
}


def scores(curve: Curve, method: str, threshold: float, f1: float) -> dict[str, Any]:
    """Precision, recall and F1 in the unseen half, F1 in the other, the best one marked.

    threshold, f1: where the sliders stand now.
    """
    x = curve.thresholds.tolist()
    lines = (
        (say("F1"), curve.f1[:, 1], CATEGORICAL[0], "solid", 3),
        (say("precision"), curve.precision[:, 1], CATEGORICAL[1], "dash", 2),
        (say("recall"), curve.recall[:, 1], CATEGORICAL[2], "dashdot", 2),
        (say("F1, tuning half"), curve.f1[:, 0], MUTED, "dot", 2),
    )
    best = int(curve.f1[:, 0].argmax())
    every = np.concatenate([y for _, y, *_ in lines])
    ends = [max(float(every.min()) - 0.05, 0.0), min(float(every.max()) + 0.05, 1.0)]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": x,
            "y": y.tolist(),
            "line": {"color": colour, "dash": dash, "width": width},
            "hovertemplate": f"%{{x:.2f}}: %{{y:.3f}}<extra>{name}</extra>",
        }
        for name, y, colour, dash, width in lines
    ]
    points = (
        (say("best on the tuning half"), x[best], float(curve.f1[best, 1]), "diamond-open"),
        (say("now‹of a threshold›"), threshold, f1, "circle"),
    )
    data += [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": [place],
            "y": [value],
            "marker": {"symbol": symbol, "size": 12, "color": CATEGORICAL[0], "line": {"width": 2}},
            "hovertemplate": f"%{{x:.2f}}: %{{y:.3f}}<extra>{name}</extra>",
        }
        for name, place, value, symbol in points
    ]
    return {
        "data": data,
        "layout": {
            "xaxis": {"title": {"text": say(AXES[method])}},
            "yaxis": {"title": {"text": say("share of words")}, "range": ends},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "margin": {"t": 48},
            "shapes": [
                {
                    "type": "line", "name": FOLLOW, "x0": threshold, "x1": threshold, "y0": 0,
                    "y1": 1, "yref": "paper", "line": {"color": MUTED, "width": 1.5, "dash": "dot"},
                }
            ],
        },
    }  # fmt: skip


def bits(steps: Sequence[Step]) -> dict[str, Any]:
    """Bits a letter, before and after each step."""
    names = [say(STEPS[step.name]) for step in steps]
    values = [step.bits for step in steps]
    return {
        "data": [
            {
                "type": "bar",
                "x": names,
                "y": values,
                "text": [f"{value:.2f}" for value in values],
                "textposition": "outside",
                "cliponaxis": False,
                "customdata": [f"{step.words:,}" for step in steps],
                "marker": {"color": [MUTED, *[CATEGORICAL[0]] * (len(steps) - 1)]},
                "hovertemplate": say("%{x}: %{y:.3f} bits a letter<br>%{customdata} different")
                + "<extra></extra>",
            }
        ],
        "layout": {
            "yaxis": {"title": {"text": say("bits a letter")}, "rangemode": "tozero"},
            "bargap": 0.45,
        },
    }
