"""An integral and its bound: the integrand, the bound over p, ratios over ε."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.mathematics.bounds import Bounded, Integral, Ratios, log_bounds
from core.mathematics.potentials import Potential
from dashboard.figures.template import CATEGORICAL, FOLLOW, MUTED
from dashboard.language import say

TRUTH, HELD, BEST = CATEGORICAL[0], CATEGORICAL[1], CATEGORICAL[2]
RIVALS = {
    "closed form": (CATEGORICAL[3], "dash"),
    "second closed form": (CATEGORICAL[4], "dashdot"),
    "first order": (CATEGORICAL[6], "dot"),
    "Laplace": (CATEGORICAL[7], "longdash"),
}
PRECISIONS = 10.0 ** np.linspace(-2, 3, 301)
WINDOW = 3.0  # x of an integrand whose integral is infinite
STEEPEST = 50.0  # no exponent above it is drawn
BELOW = 2.0  # nats that are shown below the best bound
LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0}
MARGIN = {"t": 30}


def follow(x: float) -> dict[str, Any]:
    """The vertical line that goes with a slider's thumb."""
    return {
        "type": "line", "name": FOLLOW, "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": MUTED, "width": 1.5, "dash": "dot"},
    }  # fmt: skip


def line(
    x: np.ndarray | list[float], y: np.ndarray | list[float], name: str, tone: str, hover: str = "",
    dash: str = "solid", **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A line of a figure; without `hover` it does not answer the pointer."""
    return {
        "type": "scatter", "x": x, "y": y, "mode": "lines", "name": name,
        "line": {"color": tone, "width": 2.4, "dash": dash},
        **({"hovertemplate": f"{hover}<extra></extra>"} if hover else {"hoverinfo": "skip"}),
        **more,
    }  # fmt: skip


def dot(x: float, y: float, name: str, tone: str, symbol: str, **more: Any) -> dict[str, Any]:
    """One marked place, outlined, so that it is seen on any ground."""
    marker = {"color": tone, "size": 13, "symbol": symbol, "line": {"color": "#FFFFFF", "width": 2}}
    return {
        "type": "scatter", "x": [x], "y": [y], "mode": "markers", "name": name, "marker": marker,
        "hoverinfo": "skip", **more,
    }  # fmt: skip


def stand_in(integral: Integral) -> dict[str, Any]:
    """e^(−U) and the Gaussian whose area is the bound, over the highest value of e^(−U).

    Where the integral is infinite, over its value at 0.
    """
    potential = integral.potential
    x, top = _window(potential, integral)
    true = _drawn(top - potential.value(x))
    w = 0.5 / integral.precision
    spread = integral.precision * (x - integral.centre) ** 2
    gaussian = _drawn(top + 0.5 - spread - float(potential.mean(integral.centre, w)))
    highest = float(max(1.0, gaussian.max() if potential.converges else 1.0))
    height = min(1.12 * highest, 2.0) if potential.converges else 4.0
    hover = "x = %{x:.3g}: %{y:.3g}"
    unit = "over its highest value" if potential.converges else "over its value at 0"
    return {
        "data": [
            line(x, true, "e<sup>−U(x)</sup>", TRUTH, hover,
                 fill="tozeroy", fillcolor="rgba(0, 114, 178, 0.15)"),
            line(x, gaussian, say("Gaussian stand-in"), HELD, hover,
                 fill="tozeroy", fillcolor="rgba(213, 94, 0, 0.15)"),
        ],
        "layout": {
            "uirevision": f"{integral.integrand}{integral.polynomial}",
            "margin": MARGIN,
            "legend": LEGEND,
            "xaxis": {"title": {"text": "x"}},
            "yaxis": {"title": {"text": f"e<sup>−U(x)</sup>, {say(unit)}"}, "range": [0, height]},
        },
    }  # fmt: skip


def _window(potential: Potential, integral: Integral) -> tuple[np.ndarray, float]:
    """Where to draw, and the U whose e^(−U) is drawn as 1."""
    if not potential.converges:
        return np.linspace(-WINDOW, WINDOW, 401), float(potential.value(np.zeros(1))[0])
    basins, least = potential.basins(7.0)
    low, high = basins[0][0], basins[-1][1]
    away = 2.2 / np.sqrt(2 * integral.precision)
    side = max(high - low, 1e-3)
    return (
        np.linspace(max(min(low, integral.centre - away), low - side),
                    min(max(high, integral.centre + away), high + side), 401),
        least,
    )  # fmt: skip


def _drawn(exponents: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(np.clip(exponents, -700.0, STEEPEST)), float)


def over_precision(integral: Integral, result: Bounded) -> dict[str, Any]:
    """The logarithm of the bound at each p, the truth above it, and the gap between the two."""
    bounds = log_bounds(integral, PRECISIONS)
    finite = np.isfinite(result.log_truth)
    data = [
        line(
            PRECISIONS, bounds, say("bound at p"), HELD,
            say("p = %{x:.3g}: bound e<sup>%{y:.4f}</sup>, click to hold it"),
        )
    ]  # fmt: skip
    p, held, truth = integral.precision, result.log_bound, result.log_truth
    if finite:
        ends = [float(PRECISIONS[0]), float(PRECISIONS[-1])]
        data.append(line(ends, [truth, truth], say("ln of the integral"), TRUTH, dash="dash"))
        gap = say("gap: {gap:.3g} nats", gap=result.gap)
        data.append(line([p, p], [held, truth], gap, MUTED))
    if result.best is not None:
        data.append(dot(result.best, result.log_best, say("best p"), BEST, "star"))
    data.append(dot(p, held, say("p held"), HELD, "circle"))
    top = truth if finite else float(np.clip(held, -1e6, 1e6)) + 1.0
    lowest = (result.log_best if finite else top) - BELOW
    return {
        "data": data,
        "layout": {
            "uirevision": f"p{integral.integrand}{integral.polynomial}",
            "margin": MARGIN,
            "hovermode": "x",
            "shapes": [follow(p)],
            "legend": LEGEND,
            "xaxis": {"type": "log", "dtick": 1, "title": {"text": say("p of the Gaussian")},
                      "range": [-2, 3]},
            "yaxis": {"title": {"text": say("ln of the bound, nats")},
                      "range": [lowest, top + 0.12 * (top - lowest)]},
        },
    }  # fmt: skip


def over_strength(integral: Integral, result: Ratios) -> dict[str, Any]:
    """Each approximation over the exact integral, at each ε."""
    hover = "ε = %{x:.3g}: %{y:.4f}"
    data = [
        line(result.strengths, values, say(name), RIVALS[name][0], f"{say(name)}, {hover}",
             RIVALS[name][1])
        for name, values in result.rivals.items()
    ]  # fmt: skip
    ends = [float(result.strengths[0]), float(result.strengths[-1])]
    data.append(line(ends, [1.0, 1.0], say("exact"), TRUTH, dash="dash"))
    data.append(
        line(result.strengths, result.bound, say("bound at p*"), BEST,
             f"{say('bound at p*')}, {hover}")
    )  # fmt: skip
    return {
        "data": data,
        "layout": {
            "uirevision": f"e{integral.integrand}{integral.polynomial}",
            "margin": MARGIN,
            "shapes": [follow(integral.strength)],
            "legend": LEGEND,
            "xaxis": {"type": "log", "dtick": 1, "title": {"text": "ε"}, "range": [-2, 2]},
            "yaxis": {"title": {"text": say("over the exact integral")}, "range": [0, 1.25]},
        },
    }  # fmt: skip
