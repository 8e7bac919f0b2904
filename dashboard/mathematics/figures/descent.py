"""Paths of optimisers on a surface, their losses, and how fast each must be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from core.mathematics.descent import OPTIMISERS, Paths
from core.mathematics.flow import Flow
from core.mathematics.surfaces import F64, Surface, Terrain, loss, surface_of
from core.mathematics.tuning import METHODS, factor, limits
from dashboard.figures.template import CATEGORICAL, FOLLOW, MUTED
from dashboard.language import say

NAMES = {
    "gd": "gradient descent", "momentum": "momentum", "nesterov": "Nesterov", "sgd": "SGD",
    "rmsprop": "RMSProp", "adam": "Adam",
}  # fmt: skip
COLOURS = {
    "gd": CATEGORICAL[0], "momentum": CATEGORICAL[1], "nesterov": CATEGORICAL[2],
    "sgd": CATEGORICAL[7], "rmsprop": CATEGORICAL[3], "adam": CATEGORICAL[6],
}  # fmt: skip
FEW = 150  # steps that are marked one by one
CELLS = (121, 101)  # of the surface, across and down
SHADES = [(0.0, "rgba(112, 118, 122, 0.03)"), (1.0, "rgba(112, 118, 122, 0.4)")]
ETAS = np.geomspace(1e-4, 10, 241)
MARGIN = 0.2  # between the start and the edge of the picture
FLOOR = 1e-12  # of the loss at the start: below, curves are cut off
Dict = dict[str, Any]
Equations = dict[str, Flow]  # by optimiser


def surface_picture(
    terrain: Terrain, paths: Paths, racers: Sequence[str], flows: Equations
) -> Dict:
    """The surface from above with the path of each racer; dotted, what they are steps of.

    The first trace is the surface without its numbers: see `ground`.
    """
    surface = surface_of(terrain)
    (left, right), (low, high) = surface.window
    x, y = paths.theta[0, 0]  # the ring can be taken wherever the start is
    left, right = min(left, x - MARGIN), max(right, x + MARGIN)
    low, high = min(low, y - MARGIN), max(high, y + MARGIN)
    traces = [
        _ground(),
        *(_flow(flow.theta[:, 0], flow.theta[:, 1], name) for name, flow in flows.items()),
        *(_path(paths, name) for name in racers),
        _minima(surface),
        _start(paths),
    ]
    return {
        "data": traces,
        "layout": {
            "uirevision": f"surface {terrain.surface}",
            "margin": {"t": 8, "b": 4, "l": 4, "r": 4},
            "legend": {"orientation": "h", "y": -0.14, "yanchor": "top", "x": 0},
            "xaxis": {
                "range": [left, right], "title": {"text": "θ₁"}, "constrain": "domain",
                "showgrid": False, "zeroline": False,
            },
            "yaxis": {
                "range": [low, high], "title": {"text": "θ₂"}, "scaleanchor": "x",
                "constrain": "domain", "showgrid": False, "zeroline": False,
            },
        },
    }  # fmt: skip


@lru_cache(maxsize=64)
def _grid(terrain: Terrain) -> tuple[F64, F64, F64]:
    """x, y and the loss above the lowest, (down, across)."""
    surface = surface_of(terrain)
    x, y = (np.linspace(*ends, n) for ends, n in zip(surface.window, CELLS, strict=True))
    theta = np.stack(np.meshgrid(x, y), -1)
    return x, y, loss(surface, theta) - surface.lowest


def ground(terrain: Terrain) -> Dict:
    """The numbers of the surface, which stay as they are while the paths change."""
    x, y, above = _grid(terrain)
    top = float(above.max())
    levels = np.log10(np.maximum(above, 1e-4 * top) / top)
    numbers = {"x": x, "y": y, "z": levels, "customdata": above}
    return {name: values.astype(np.float32) for name, values in numbers.items()}


def _ground() -> Dict:
    return {
        "type": "contour", "colorscale": SHADES, "showscale": False, "showlegend": False,
        "contours": {"start": -4, "end": 0, "size": 0.5, "coloring": "heatmap"},
        "line": {"width": 0.7, "color": "rgba(112, 118, 122, 0.55)"},
        "hovertemplate": say(
            "θ = (%{{x:.2f}}, %{{y:.2f}})<br>loss above the lowest %{{customdata:.4g}}"
            "<br>a click starts here<extra></extra>"
        ),
    }  # fmt: skip


def _path(paths: Paths, name: str) -> Dict:
    i = OPTIMISERS.index(name)
    theta = paths.theta[i]
    theta = theta[~np.isnan(theta[:, 0])].astype(np.float32)
    few = len(theta) <= FEW
    return {
        "type": "scatter", "x": theta[:, 0], "y": theta[:, 1],
        "mode": "lines+markers" if few else "lines", "name": say(NAMES[name]),
        "line": {"color": COLOURS[name], "width": 2}, "marker": {"size": 4},
        "customdata": paths.losses[i][: len(theta)].astype(np.float32),
        "hovertemplate": say(
            "<b>{name}</b>, step %{{pointNumber}}<br>θ = (%{{x:.3f}}, %{{y:.3f}})<br>loss above "
            "the lowest %{{customdata:.3g}}<extra></extra>",
            name=say(NAMES[name]),
        ),
    }  # fmt: skip


def _flow(x: np.ndarray, y: np.ndarray, name: str) -> Dict:
    equation = say("gradient flow θ′ = −∇L" if name == "gd" else "heavy ball θ″ + γθ′ = −∇L")
    return {
        "type": "scatter", "x": x.astype(np.float32), "y": y.astype(np.float32), "mode": "lines",
        "name": equation,
        "line": {"color": COLOURS[name], "width": 4, "dash": "1px,5px"}, "opacity": 0.7,
        "hoverinfo": "skip",
    }  # fmt: skip


def _minima(surface: Surface) -> Dict:
    return {
        "type": "scatter", "x": surface.minima[:, 0], "y": surface.minima[:, 1], "mode": "markers",
        "name": say("minimum"), "hovertemplate": "(%{x:.2f}, %{y:.2f})<extra></extra>",
        "marker": {"symbol": "star", "size": 13, "color": CATEGORICAL[4],
                   "line": {"width": 1, "color": MUTED}},
    }  # fmt: skip


def _start(paths: Paths) -> Dict:
    x, y = paths.theta[0, 0]
    return {
        "type": "scatter", "x": [x], "y": [y], "mode": "markers", "name": say("start"),
        "hovertemplate": "(%{x:.2f}, %{y:.2f})<extra></extra>",
        "marker": {"symbol": "circle-open", "size": 14, "color": MUTED, "line": {"width": 2.5}},
    }  # fmt: skip


def loss_curves(
    paths: Paths, racers: Sequence[str], clock: str, flows: Equations, exact: bool
) -> Dict:
    """Loss above the lowest by steps or by time.

    exact: the surface is quadratic, so that the rate ρ²ⁿ is drawn too, dashed, from the start.
    """
    first = float(paths.losses[0, 0]) or 1.0
    traces = []
    for name, flow in flows.items():
        above = loss(paths.surface, flow.theta) - paths.surface.lowest
        time = flow.t / _flow_clock(paths, name, clock)
        traces.append(_flow(time, _kept(above, first), name))
    for name in racers:
        i = OPTIMISERS.index(name)
        n = np.arange(paths.losses.shape[1])
        step = _clock(paths, name, clock)
        if exact and name in METHODS:
            rho = float(factor(name, paths.eta[i], paths.beta[i], paths.surface.curvature))
            if rho < 1:
                traces.append(_rate(step, _kept(first * rho ** (2.0 * n), first), name, rho))
        traces.append(
            {
                "type": "scatter", "dx": step, "y": _kept(paths.losses[i], first), "mode": "lines",
                "name": say(NAMES[name]), "line": {"color": COLOURS[name], "width": 2},
                "hovertemplate": say(
                    "<b>{name}</b><br>%{{x:.4g}}: %{{y:.3g}}<extra></extra>",
                    name=say(NAMES[name]),
                ),
            }
        )  # fmt: skip
    steps = paths.losses.shape[1] - 1
    end = max((steps * _clock(paths, name, clock) for name in racers), default=steps)
    titles = {"steps": "step n", "eta": "time t = nη", "own": "time: t = nη, or n√η with momentum"}
    shown = [paths.losses[OPTIMISERS.index(name)] for name in racers]
    lowest = min((float(np.nanmin(row)) for row in shown), default=first)
    bottom = np.log10(max(lowest, FLOOR * first) / first)
    return {
        "data": traces,
        "layout": {
            "uirevision": f"losses {clock} {end}",
            "margin": {"t": 8, "b": 4},
            "showlegend": False,
            "xaxis": {"title": {"text": say(titles[clock])}, "range": [0, end]},
            "yaxis": {
                "type": "log", "title": {"text": say("loss above the lowest")},
                "range": [np.log10(first) + bottom - 0.3, np.log10(first) + 1.2],
                "exponentformat": "power",
            },
        },
    }  # fmt: skip


def _clock(paths: Paths, name: str, clock: str) -> float:
    """The time of one step."""
    i = OPTIMISERS.index(name)
    if clock == "steps":
        return 1.0
    eta = float(paths.eta[i])
    return float(np.sqrt(eta)) if clock == "own" and name in ("momentum", "nesterov") else eta


def _flow_clock(paths: Paths, name: str, clock: str) -> float:
    """The time of the equation that passes in one unit of the axis."""
    eta = float(paths.eta[OPTIMISERS.index(name)])
    own = eta if name == "gd" else float(np.sqrt(eta))
    return own / _clock(paths, name, clock)


def _rate(step: float, y: np.ndarray, name: str, rho: float) -> Dict:
    return {
        "type": "scatter", "dx": step, "y": y, "mode": "lines", "showlegend": False,
        "line": {"color": COLOURS[name], "width": 1.3, "dash": "dash"},
        "hovertemplate": say(
            "theory, {name}: ρ²ⁿ, ρ = {rho:.4f}<extra></extra>", name=say(NAMES[name]), rho=rho
        ),
    }  # fmt: skip


def _kept(values: np.ndarray, first: float) -> np.ndarray:
    """What a logarithmic axis can show of losses."""
    with np.errstate(invalid="ignore"):
        return np.where(values > FLOOR * first * 1e-3, values, np.nan).astype(np.float32)


def stability_strip(eta: float, beta: float, curvature: F64) -> Dict:
    """The factor ρ of each method over η, and where it passes 1: its limit."""
    ends = limits(float(curvature[-1]), beta)
    traces, shapes = [], [_line(1.0, horizontal=True)]
    for name in METHODS:
        traces.append(
            {
                "type": "scatter", "x": ETAS.astype(np.float32),
                "y": factor(name, ETAS, beta, curvature).astype(np.float32),
                "mode": "lines", "name": say(NAMES[name]), "showlegend": False,
                "line": {"color": COLOURS[name], "width": 1.8},
                "hovertemplate": say(
                    "<b>{name}</b>, stable below η = {end:.4g}<br>η = %{{x:.4g}}: ρ = %{{y:.4f}}"
                    "<extra></extra>",
                    name=say(NAMES[name]), end=ends[name],
                ),
            }
        )  # fmt: skip
        shapes.append(_line(ends[name], colour=COLOURS[name]))
    shapes.append({**_line(eta), "name": FOLLOW})
    return {
        "data": traces,
        "layout": {
            "uirevision": "limits", "margin": {"t": 4, "b": 2, "l": 2, "r": 2}, "shapes": shapes,
            "xaxis": {
                "type": "log", "range": [-4, 1], "dtick": 1, "exponentformat": "power",
                "title": {"text": say("step size η")},
            },
            "yaxis": {"range": [0.45, 1.25], "title": {"text": say("factor ρ")}},
        },
    }  # fmt: skip


def _line(at: float, horizontal: bool = False, colour: str = MUTED) -> Dict:
    along, across = ("x", "y") if horizontal else ("y", "x")
    return {
        "type": "line", f"{along}ref": "paper", f"{along}0": 0, f"{along}1": 1,
        f"{across}0": at, f"{across}1": at,
        "line": {"color": colour, "width": 1.3, "dash": "dot"},
    }  # fmt: skip


def rate_curves(
    kappas: F64, measured: dict[str, F64], theory: dict[str, F64], kappa: float | None
) -> Dict:
    """Steps to a hundredth of the first loss over κ: points measured, dashes of theory.

    A line marks `kappa`.
    """
    traces = []
    for name, steps in theory.items():
        traces.append(
            {
                "type": "scatter", "x": kappas, "y": steps, "mode": "lines",
                "name": say("{name}, theory", name=say(NAMES[name])),
                "line": {"color": COLOURS[name], "width": 1.6, "dash": "dash"},
            }
        )  # fmt: skip
        traces.append(
            {
                "type": "scatter", "x": kappas, "y": measured[name], "mode": "markers",
                "name": say("{name}, measured", name=say(NAMES[name])),
                "marker": {"color": COLOURS[name], "size": 8},
                "hovertemplate": say(
                    "<b>{name}</b><br>κ = %{{x:.3g}}: %{{y}} steps<extra></extra>",
                    name=say(NAMES[name]),
                ),
            }
        )  # fmt: skip
    return {
        "data": traces,
        "layout": {
            "uirevision": "rates", "margin": {"t": 8, "b": 4},
            "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
            "shapes": [] if kappa is None else [{**_line(kappa), "name": FOLLOW}],
            "xaxis": {"type": "log", "title": {"text": say("condition number κ")}},
            "yaxis": {
                "type": "log", "title": {"text": say("steps to 1 % of the first loss")},
            },
        },
    }  # fmt: skip
