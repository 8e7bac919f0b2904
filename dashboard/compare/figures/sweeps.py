"""Sweeps: settings ranked with their doubt, one objective against another, and over the fields."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.sweeps.axes import Axis, shown
from core.sweeps.judgement import Spread
from core.sweeps.runs import Table
from core.sweeps.study import study_of, varying
from core.sweeps.targets import OBJECTIVES
from dashboard.figures.template import CATEGORICAL, MUTED, SEQUENTIAL, escape
from dashboard.language import say

VERDICTS = {  # colour, mark, and what the legend calls it
    "best": (CATEGORICAL[1], "star", "best"),
    "tie": (CATEGORICAL[0], "circle", "tie: within the noise of the best"),
    "unknown": (CATEGORICAL[4], "circle-open", "not judged: one run"),
    "worse": (MUTED, "circle", "worse than the best"),
}
SHOWN = 40  # settings in a ranking


def axis_title(name: str) -> str:
    """An objective as an axis is called, and which way is better."""
    lower = OBJECTIVES[name].lower
    return say(
        "{name} (less is better)" if lower else "{name} (more is better)", name=escape(say(name))
    )


def ranking(spreads: Sequence[Spread], labels: Mapping[int, str], name: str) -> go.Figure:
    """The best settings from top to bottom: mean over seeds, bars of one standard error."""
    shown = [spread for spread in spreads if spread.seeds][:SHOWN]
    figure = go.Figure()
    for verdict, (colour, mark, legend) in VERDICTS.items():
        rows = [spread for spread in shown if spread.verdict == verdict]
        if not rows:
            continue
        figure.add_trace(
            go.Scatter(
                x=[row.mean for row in rows],
                y=[_label(row, labels) for row in rows],
                error_x={
                    "array": [0.0 if math.isnan(row.error) else row.error for row in rows],
                    "thickness": 1.2,
                    "width": 0,
                },
                mode="markers",
                marker={"color": colour, "symbol": mark, "size": 13 if verdict == "best" else 9},
                name=say(legend),
                text=[_behind(row) for row in rows],
                customdata=[row.place for row in rows],
                hovertemplate="%{y}<br><b>%{x:.4g}</b><br>%{text}<extra></extra>",
            )
        )
    figure.update_layout(
        xaxis={"title": {"text": axis_title(name)}},
        yaxis={
            "categoryorder": "array",
            "categoryarray": [_label(row, labels) for row in shown],
            "autorange": "reversed",
            "showgrid": False,
        },
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        margin={"t": 40},
    )
    return figure


def trade(
    first: Sequence[Spread], second: Sequence[Spread], labels: Mapping[int, str],
    names: tuple[str, str],
) -> go.Figure:  # fmt: skip
    """Each setting by two objectives; a line joins those that no other beats in both."""
    other = {spread.place: spread for spread in second if spread.seeds}
    both = [(spread, other[spread.place]) for spread in first if spread.place in other]
    front = _front([(a.mean, b.mean) for a, b in both], names)
    figure = go.Figure(
        go.Scatter(
            x=[both[i][1].mean for i in front],
            y=[both[i][0].mean for i in front],
            mode="lines",
            line={"color": CATEGORICAL[1], "width": 1.5, "shape": "hv"},
            name=say("beaten by none in both"),
            hoverinfo="skip",
        )
    )
    for verdict, (colour, mark, legend) in VERDICTS.items():
        rows = [(a, b) for a, b in both if a.verdict == verdict]
        if rows:
            figure.add_trace(
                go.Scatter(
                    x=[b.mean for _, b in rows],
                    y=[a.mean for a, _ in rows],
                    error_y={"array": [_zero(a.error) for a, _ in rows], "width": 0,
                             "thickness": 0.8},
                    mode="markers",
                    marker={"color": colour, "symbol": mark,
                            "size": 13 if verdict == "best" else 9},
                    name=say(legend),
                    text=[_label(a, labels) for a, _ in rows],
                    customdata=[a.place for a, _ in rows],
                    hovertemplate=say("%{text}<br>%{y:.4g} at %{x:.4g}<extra></extra>"),
                )
            )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": axis_title(names[1])}},
        yaxis={"title": {"text": axis_title(names[0])}},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        margin={"t": 40},
    )
    return figure


def importances(shares: Mapping[str, float]) -> go.Figure:
    """The share of the variance that each field explains."""
    names = [escape(name) for name in shares]
    figure = go.Figure(
        go.Bar(
            x=list(shares.values()), y=names, orientation="h", width=0.55,
            marker={"color": CATEGORICAL[0]}, texttemplate="%{x:.0%}", textposition="outside",
            cliponaxis=False, hovertemplate="%{y}: %{x:.1%}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": say("share of the objective's variance (fANOVA)")},
               "range": [0, 1.08], "tickformat": "~%"},
        yaxis={"autorange": "reversed", "showgrid": False},
    )  # fmt: skip
    return figure


def parallel(table: Table, spreads: Sequence[Spread], name: str) -> go.Figure:
    """A line a setting through the values of its fields, coloured by the objective's mean."""
    rows = [spread for spread in spreads if spread.seeds][::-1]  # the best is drawn last
    means = [row.mean for row in rows]
    dimensions = [
        _dimension(axis, [table.params(row.place)[axis.path] for row in rows])
        for axis in varying(table)
    ]
    figure = go.Figure(
        go.Parcoords(
            dimensions=[*dimensions, {"label": escape(say(name)), "values": means}],
            line={
                "color": means,
                "colorscale": SEQUENTIAL,  # the last axis is its scale
                "reversescale": OBJECTIVES[name].lower,
            },
        )
    )
    return figure.update_layout(margin={"l": 56, "r": 24, "t": 64, "b": 24})


def _dimension(axis: Axis, values: Sequence[Any]) -> dict[str, Any]:
    """An axis of parallel coordinates: names and few numbers at even steps, ranges to scale."""
    label = escape(axis.name)
    if axis.values:
        places = {value: i for i, value in enumerate(axis.values)}
        return {
            "label": label,
            "values": [places[value] for value in values],
            "tickvals": list(places.values()),
            "ticktext": [escape(shown(value)) for value in places],
        }
    if not axis.log:
        return {"label": label, "values": list(values)}
    ticks = [axis.low * (axis.high / axis.low) ** (i / 4) for i in range(5)]
    return {
        "label": say("{name} (log)", name=label),
        "values": [math.log10(value) for value in values],
        "tickvals": [math.log10(tick) for tick in ticks],
        "ticktext": [f"{tick:.3g}" for tick in ticks],
    }


def slices(table: Table, name: str) -> go.Figure:
    """The objective along each field; every setting is a point in each panel."""
    from optuna.visualization import plot_slice

    figure: Any = plot_slice(study_of(table, name), target_name=escape(say(name)))
    figure.update_traces(
        marker={"color": CATEGORICAL[0], "size": 8, "opacity": 0.75, "line": {"width": 0},
                "showscale": False, "colorbar": None},
        showlegend=False, name=say("Feasible Trial"),
    )  # fmt: skip
    return _restyled(figure)


def contour(table: Table, name: str, fields: tuple[str, str]) -> go.Figure:
    """The objective over two fields, the mean of all others, interpolated between the dots.

    Linear on Delaunay's triangles, and nothing beyond them: no setting is known there.
    """
    axes = {axis.name: axis for axis in varying(table)}
    trials = study_of(table, name, fields).get_trials(deepcopy=False)
    values = np.array([trial.value for trial in trials])
    across, up = (
        _dimension(axes[field], [trial.params[field] for trial in trials]) for field in fields
    )
    points = np.array([across.pop("values"), up.pop("values")], float).T
    settings = [", ".join(f"{field} {shown(trial.params[field])}" for field in fields)
            for trial in trials]  # fmt: skip
    scale = {"colorscale": SEQUENTIAL, "reversescale": OBJECTIVES[name].lower}
    ends = {"zmin": float(values.min()), "zmax": float(values.max())}
    x, y, z = _between(points, values)
    figure = go.Figure(
        [
            go.Contour(
                x=x, y=y, z=z, contours={"coloring": "heatmap"}, line={"width": 0.5}, **scale,
                **ends, hoverinfo="skip", colorbar={"title": {"text": escape(say(name))}},
            ),
            go.Scatter(
                x=points[:, 0], y=points[:, 1], mode="markers", showlegend=False, name="",
                marker={"color": "#FFFFFF", "size": 9, "line": {"color": "#1D2426", "width": 1.2}},
                text=[escape(text) for text in settings], customdata=values,
                hovertemplate="%{text}<br><b>%{customdata:.4g}</b>",
            ),
        ]
    )  # fmt: skip
    for axis, place in ((across, "xaxis"), (up, "yaxis")):
        title = {"title": {"text": axis.pop("label")}}
        figure.update_layout({place: title | axis | {"zeroline": False, "showgrid": False}})
    return figure


GRID = 80  # points a side between the settings


def _between(
    points: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """x, y (GRID,) and z (GRID, GRID) between points (n, 2); no z where they are all in a line."""
    from scipy.interpolate import griddata
    from scipy.spatial import QhullError

    x, y = (np.linspace(low, high, GRID) for low, high in zip(points.min(0), points.max(0),
                                                              strict=True))  # fmt: skip
    try:
        return x, y, griddata(points, values, tuple(np.meshgrid(x, y)), rescale=True)
    except (QhullError, ValueError):
        return x, y, None


def can_contour(table: Table) -> list[str]:
    """The fields a contour can be drawn over."""
    return [axis.name for axis in varying(table)]


def _restyled(figure: Any) -> go.Figure:
    """Optuna's picture without its own title and template."""
    restyled = go.Figure(figure)
    restyled.update_layout(title=None, template=None, width=None, height=None)
    return restyled


def _label(row: Spread, labels: Mapping[int, str]) -> str:
    return escape(labels[row.place])


def _behind(row: Spread) -> str:
    if row.verdict == "best":
        if row.seeds == 1:
            return say("best mean of 1 run")
        return say("best mean of {n} runs", n=row.seeds)
    if math.isnan(row.behind[0]):
        return say("one run without a spread: not judged")
    low, high = row.behind
    return say("behind the best by {low:.3g} to {high:.3g}, 95 %", low=low, high=high)


def _front(points: Sequence[tuple[float, float]], names: tuple[str, str]) -> list[int]:
    """The points that none beats in both, along the second objective."""
    signs = [-1.0 if OBJECTIVES[name].lower else 1.0 for name in names]
    best, front = -math.inf, []
    for i in sorted(range(len(points)), key=lambda i: (-signs[1] * points[i][1],
                                                       -signs[0] * points[i][0])):  # fmt: skip
        if signs[0] * points[i][0] > best:
            best = signs[0] * points[i][0]
            front.append(i)
    return front


def _zero(error: float) -> float:
    return 0.0 if math.isnan(error) else error
