"""A mixture fitted by EM: the fit after some half steps, and the bound's ascent."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.mathematics.mixture import Ascent, density
from dashboard.figures.template import CATEGORICAL, MUTED
from dashboard.language import say
from dashboard.mathematics.figures.bounds import LEGEND, MARGIN, TRUTH, follow, line

BARS = 40
COMPONENTS = tuple(CATEGORICAL[i] for i in (1, 2, 3, 4, 5, 6, 7))
STEPS = {"E": (CATEGORICAL[1], "circle"), "M": (CATEGORICAL[2], "diamond")}


def fitted(ascent: Ascent, half: int) -> dict[str, Any]:
    """The points as a histogram, the components, and their sum."""
    points = ascent.points
    heights, edges = np.histogram(points, BARS, density=True)
    x = np.linspace(edges[0] - 0.4, edges[-1] + 0.4, 301)
    parts = density(ascent, half, x)
    data: list[dict[str, Any]] = [
        {
            "type": "bar", "x": (edges[1:] + edges[:-1]) / 2, "y": heights, "name": say("points"),
            "width": float(edges[1] - edges[0]), "marker": {"color": MUTED, "opacity": 0.35},
            "hovertemplate": "x = %{x:.3g}: %{y:.3g}<extra></extra>",
        }
    ]  # fmt: skip
    for k, part in enumerate(parts):
        name = say("component {k}", k=k + 1)
        data.append(
            line(x, part, name, COMPONENTS[k % len(COMPONENTS)], f"{name}: %{{y:.3g}}", "dot")
        )
    data.append(line(x, parts.sum(axis=0), say("mixture"), TRUTH, "x = %{x:.3g}: %{y:.3g}"))
    return {
        "data": data,
        "layout": {
            "uirevision": f"fit{len(points)}",
            "margin": MARGIN,
            "legend": LEGEND,
            "bargap": 0,
            "xaxis": {"title": {"text": "x"}, "range": [float(x[0]), float(x[-1])]},
            "yaxis": {"title": {"text": say("density")},
                      "range": [0, 1.6 * float(heights.max())]},
        },
    }  # fmt: skip


def over_half_steps(ascent: Ascent, half: int) -> dict[str, Any]:
    """The bound after each half step, E and M apart, below the likelihood.

    The first half step, from far below, is beyond the axis.
    """
    steps = np.arange(len(ascent.bound))
    data = [
        line(steps, ascent.likelihood, say("ln q, the likelihood"), TRUTH,
             say("after {steps} half steps: %{{y:.5f}}", steps="%{x}")),
        line(steps, ascent.bound, say("the bound"), MUTED),
    ]  # fmt: skip
    data[0]["line"] |= {"shape": "hv"}
    for name, first in (("E", 1), ("M", 2)):
        tone, symbol = STEPS[name]
        title = say("after an E step" if name == "E" else "after an M step")
        data.append(
            {
                "type": "scatter", "mode": "markers", "x": steps[first::2],
                "y": ascent.bound[first::2], "name": title,
                "marker": {"color": tone, "symbol": symbol, "size": 6},
                "hovertemplate": f"{title}: %{{y:.5f}}<extra></extra>",
            }
        )  # fmt: skip
    low, high = float(ascent.bound[2]), float(ascent.likelihood[-1])
    side = max(high - low, 1e-3)
    return {
        "data": data,
        "layout": {
            "uirevision": f"em{len(ascent.points)}{ascent.means.shape[1]}",
            "margin": MARGIN,
            "hovermode": "x",
            "shapes": [follow(float(half))],
            "legend": LEGEND,
            "xaxis": {"title": {"text": say("half steps of EM")},
                      "range": [-0.5, len(steps) - 0.5]},
            "yaxis": {"title": {"text": say("nats a point")},
                      "range": [low - 0.12 * side, high + 0.12 * side]},
        },
    }  # fmt: skip
