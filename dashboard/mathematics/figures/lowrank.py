"""Errors of low-rank approximations against rank, and against what they cost to keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.matrices.curve import Curve
from core.messages import Message, message
from dashboard.figures.template import CATEGORICAL, FOLLOW, MUTED
from dashboard.language import say

FAMILIES = {
    "svd": "SVD", "randomised": "randomised SVD", "range": "random range", "id": "ID",
    "cur": "CUR", "skeleton": "CUR skeleton", "projection": "projection",
}  # fmt: skip
DETAILS = {
    "pivoted": "pivoted QR", "sketched": "sketch, then pivoted QR", "uniform": "uniform",
    "leverage": "leverage scores", "deim": "k-DEIM", "matched": "rows matched to columns",
    "random": "random subspace", "cosine": "slow cosines", "first": "first columns",
}  # fmt: skip
TERMS = {
    "svd": "SVD of XY", "longest": "longest terms", "sampled": "sampled, p ∝ ‖x‖‖y‖",
    "uniform": "sampled uniformly", "greedy": "greedy",
}  # fmt: skip
COLOURS = {
    "svd": 0, "randomised": 5, "range": 5, "id": 1, "cur": 2, "skeleton": 3, "projection": 4,
    "longest": 1, "sampled": 3, "uniform": 4, "greedy": 2,
}  # fmt: skip
DASHES = {
    "sketched": "dash", "uniform": "dot", "leverage": "dashdot", "deim": "longdash",
    "refitted": "dash", "cosine": "dash", "first": "dot", "range": "dash",
}  # fmt: skip
DOTS = ("2px,3px", "9px,3px,2px,3px")  # what theory says, of one method and of a second
POINTS = 400
FEW = 20  # a curve of no more points is marked as measured at these only
ROUNDING = 1e-15  # relative errors below are rounding


@dataclass(frozen=True)
class Line:
    """A method's relative errors; `shown` if its approximation is the one on the screen."""

    method: str
    curve: Curve
    shown: bool = False


@dataclass(frozen=True)
class Axes:
    """How the errors are drawn."""

    error: str = "relative error ‖M − Mᵣ‖ / ‖M‖, Frobenius"
    rank: str = "rank r"
    log_error: bool = True
    log_rank: bool = True


def label(method: str, product: bool = False) -> Message:
    """What a method is called on the screen, once it is said."""
    family, _, detail = method.partition(" ")
    name = message(TERMS[family] if product else FAMILIES[family])
    if product and detail:
        return message("{terms}, refitted", terms=name)
    return message("{a}, {b}", a=name, b=message(DETAILS[detail])) if detail else name


def colour(method: str) -> str:
    """A method's colour: that of its family."""
    return CATEGORICAL[COLOURS[method.partition(" ")[0]]]


def error_curves(
    lines: Sequence[Line],
    floor: np.ndarray,
    rank: int,
    axes: Axes,
    *,
    theory: Sequence[tuple[str, Curve]] = (),
    product: bool = False,
) -> go.Figure:
    """Errors of several methods at every rank; floor: the least possible, (k + 1,), relative.

    Bands hold 80 % of the repetitions of a random method. `theory`: expectations
    and bounds, drawn as fine dots. The vertical line named "follow" is the rank shown.
    """
    medians = [line.curve.median for line in lines]
    low, high = _limits([*medians, *(curve.median for _, curve in theory[:1])], floor, axes)
    most = len(floor) - 1
    traces = [
        _forbidden(floor, axes),
        *(_band(line, axes) for line in lines if line.curve.draws > 1),
        *(
            _theory(*expectation, dash, axes)
            for expectation, dash in zip(theory, DOTS, strict=False)
        ),
        *(_line(line, say(label(line.method, product)), axes) for line in lines),
        _dots(lines, rank, product),
    ]
    layout = {
        "uirevision": f"{axes}{product}{most}",
        "margin": {"t": 14, "b": 4},
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        "shapes": [_marker(rank)],
        "xaxis": _log(axes.log_rank, 1 if axes.log_rank else 0, max(most, 2), 1.05)
        | {"title": {"text": axes.rank}},
        "yaxis": _log(axes.log_error, low, high, 1.6 if axes.log_error else 1.05)
        | {"title": {"text": axes.error}},
    }
    if high >= 1 - 1e-9:
        layout |= _nothing(axes)
        layout["shapes"] = [_marker(rank), *layout["shapes"]]
    return go.Figure(traces, layout)  # at once: adding to a figure takes several times as long


def _nothing(axes: Axes) -> dict[str, Any]:
    """The line of an approximation by zeros, named."""
    return {
        "shapes": [
            {
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 1, "y1": 1,
                "line": {"color": MUTED, "width": 1, "dash": "dash"},
            }
        ],
        "annotations": [
            {
                "text": say("the zero matrix"), "font": {"size": 11, "color": MUTED},
                "xref": "paper", "x": 1, "xanchor": "right", "y": 0 if axes.log_error else 1,
                "yanchor": "bottom", "showarrow": False,
            }
        ],
    }  # fmt: skip


def storage_curves(
    lines: Sequence[tuple[Line, np.ndarray]], rank: int, axes: Axes, product: bool = False
) -> go.Figure:
    """Errors against what is stored; each line comes with its share of the full size, (k,).

    Dots are the rank shown; right of the line at 100 % the matrix itself is smaller.
    """
    traces = []
    for line, share in lines:
        name = say(label(line.method, product))
        traces.append(
            go.Scatter(
                x=100 * share, y=_positive(line.curve.median, axes.log_error), mode="lines",
                name=name, line=_style(line), customdata=line.curve.ranks,
                hovertemplate=say(
                    "<b>{name}</b><br>rank %{{customdata}}: %{{x:.2f}} % of the full size, error "
                    "%{{y:.4g}}<extra></extra>",
                    name=name,
                ),
            )
        )  # fmt: skip
        at = np.flatnonzero(line.curve.ranks == rank)
        if len(at):
            traces.append(
                go.Scatter(
                    x=100 * share[at], y=line.curve.median[at], mode="markers",
                    marker={"color": colour(line.method), "size": 8}, showlegend=False,
                    hoverinfo="skip",
                )
            )  # fmt: skip
    medians = [line.curve.median for line, _ in lines]
    low, high = _limits(medians, medians[0], axes)
    stored = "stored, % of the product itself" if product else "stored, % of the matrix itself"
    least = min(float(share[1]) for _, share in lines if len(share) > 1)
    layout = {
        "uirevision": f"storage{axes}{product}",
        "margin": {"t": 14},
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        "shapes": [
            {
                "type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": 100, "x1": 100,
                "line": {"color": MUTED, "width": 1, "dash": "dash"},
            }
        ],
        "xaxis": _log(axes.log_rank, 100 * least if axes.log_rank else 0, 200, 1.05)
        | {"title": {"text": say(stored)}},
        "yaxis": _log(axes.log_error, low, high, 1.6 if axes.log_error else 1.05)
        | {"title": {"text": axes.error}},
    }  # fmt: skip
    return go.Figure(traces, layout)


def _forbidden(floor: np.ndarray, axes: Axes) -> go.Scatter:
    """What no approximation of this rank reaches."""
    r = _spread(np.arange(len(floor)), axes)
    return go.Scatter(
        x=r, y=np.maximum(floor[r], ROUNDING), mode="lines", line={"width": 0}, fill="tozeroy",
        fillcolor="rgba(128, 134, 138, 0.16)", hoverinfo="skip",
        name=say("out of reach at this rank"),
    )  # fmt: skip


def _band(line: Line, axes: Axes) -> go.Scatter:
    at = _spread(line.curve.ranks, axes)
    x = line.curve.ranks[at]
    high, low = (np.maximum(v[at], ROUNDING) for v in (line.curve.high, line.curve.low))
    rgb = ", ".join(str(int(colour(line.method)[i : i + 2], 16)) for i in (1, 3, 5))
    return go.Scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), fill="toself",
        fillcolor=f"rgba({rgb}, 0.22)", line={"width": 0}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _theory(name: str, curve: Curve, dash: str, axes: Axes) -> go.Scatter:
    at = _spread(curve.ranks, axes)
    return go.Scatter(
        x=curve.ranks[at], y=_positive(curve.median[at], axes.log_error), mode="lines", name=name,
        line={"color": MUTED, "width": 1.6, "dash": dash},
        hovertemplate=f"<b>{name}</b><br>r = %{{x}}: %{{y:.4g}}<extra></extra>",
    )  # fmt: skip


def _line(line: Line, name: str, axes: Axes) -> go.Scatter:
    at = _spread(line.curve.ranks, axes)
    spread = ""
    details = None
    if line.curve.draws > 1:
        details = np.stack([line.curve.low[at], line.curve.high[at]], -1).astype(np.float32)
        spread = say(
            "<br>80 % of {draws} repetitions: %{{customdata[0]:.4g}} to %{{customdata[1]:.4g}}",
            draws=line.curve.draws,
        )
    return go.Scatter(
        x=line.curve.ranks[at],
        y=_positive(line.curve.median[at], axes.log_error),
        mode="lines+markers" if len(line.curve.ranks) <= FEW else "lines",
        marker={"size": 4},
        name=name,
        line=_style(line),
        customdata=details,
        hovertemplate=f"<b>{name}</b><br>r = %{{x}}: %{{y:.4g}}{spread}<extra></extra>",
    )


def _style(line: Line) -> dict[str, object]:
    family, _, detail = line.method.partition(" ")
    dash = DASHES.get(detail, DASHES.get(family if family == "range" else "", "solid"))
    return {"color": colour(line.method), "width": 3.2 if line.shown else 1.6, "dash": dash}


def _dots(lines: Sequence[Line], rank: int, product: bool) -> go.Scatter:
    """Where the curves stand at the rank shown; a curve not measured there has no dot."""
    points = [(line, line.curve.at(rank)) for line in lines]
    points = [(line, value) for line, value in points if value is not None and value > ROUNDING]
    return go.Scatter(
        x=[rank] * len(points),
        y=[value for _, value in points],
        mode="markers",
        marker={
            "color": [colour(line.method) for line, _ in points],
            "size": [10 if line.shown else 6 for line, _ in points],
            "line": {"color": "#FFFFFF", "width": 1},
        },
        text=[say(label(line.method, product)) for line, _ in points],
        hovertemplate="<b>%{text}</b><br>r = %{x}: %{y:.4g}<extra></extra>",
        showlegend=False,
    )


def _marker(rank: float) -> dict[str, object]:
    """The line that goes with the slider's thumb."""
    return {
        "type": "line", "name": FOLLOW, "x0": rank, "x1": rank, "y0": 0, "y1": 1,
        "yref": "paper", "line": {"color": MUTED, "width": 1.5, "dash": "dot"},
    }  # fmt: skip


def _limits(medians: Sequence[np.ndarray], floor: np.ndarray, axes: Axes) -> tuple[float, float]:
    """Where the axis of errors ends: it leaves out the last ranks' plunge to nothing."""
    high = max(float(np.nanmax(values, initial=0.0)) for values in medians) or 1.0
    if not axes.log_error:
        return 0.0, min(high, 5.0)
    reachable = floor[floor > 1e-10 * high]
    low = float(reachable[int(0.9 * (len(reachable) - 1))]) if len(reachable) else high / 10
    return min(low, high / 10), min(high, 1e3)


def _log(log: bool, low: float, high: float, room: float) -> dict[str, object]:
    if log:
        ends = [np.log10(low / room), np.log10(high * room)]
        form = "power" if low < 1e-3 else "none"
        return {"type": "log", "range": ends, "dtick": 1, "exponentformat": form}
    return {"range": [low, high * room]}


def _positive(values: np.ndarray, log: bool) -> np.ndarray:
    """Rounding is nothing; a logarithmic axis has no place for it."""
    return np.where(values > ROUNDING, values, np.nan if log else 0.0)


def _spread(ranks: np.ndarray, axes: Axes) -> np.ndarray:
    """Places of at most POINTS ranks, evenly spread on the axis; 0 has none on a log one."""
    size = len(ranks)
    if size <= POINTS:
        return np.flatnonzero(ranks > 0) if axes.log_rank else np.arange(size)
    if axes.log_rank:
        places = np.geomspace(2, size, POINTS) - 1
    else:
        places = np.linspace(0, size - 1, POINTS)
    return np.unique(places.round().astype(np.int64))
