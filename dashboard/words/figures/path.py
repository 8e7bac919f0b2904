"""The scopes of the signal path: narrow pictures whose rows line up from one to the next.

They are plain dictionaries, as nine of them are drawn at every step of a slider; the tests have
Plotly check them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.paths.words import NEAREST, Approximated, Counted
from dashboard.figures.latent import colour, symbol
from dashboard.figures.template import CATEGORICAL, MUTED, WEAK, cut, escape
from dashboard.language import say

Dictionary = dict[str, Any]
LONGEST = 12  # characters of a word beside its row; hovering shows all of it
BLUE, ORANGE, GREEN = CATEGORICAL[0], CATEGORICAL[1], CATEGORICAL[2]
MARGINS = {"t": 6, "l": 4, "r": 10, "b": 4}


def counts_scope(row: Counted) -> Dictionary:
    """Weighted counts of the word with each context."""
    bars = _rows(
        row.contexts, row.observed, say("<b>%{customdata}</b><br>met %{x:.1f} times, weighted"),
        text=[f"{n:.0f}" if n >= 10 else f"{n:.1f}" for n in row.observed],
    )  # fmt: skip
    return _dressed([bars], row.contexts, say("weighted count"), [0, 1.22 * row.observed.max()])


def pmi_scope(row: Counted, limits: tuple[float, float]) -> Dictionary:
    """PMI − log k of the word with each context; what is not above zero is grey."""
    bars = _rows(
        row.contexts, row.value, say("<b>%{customdata}</b><br>PMI − log k = %{x:.2f} nats"),
        colours=[BLUE if value > 0 else WEAK for value in row.value],
    )  # fmt: skip
    return _dressed([bars], row.contexts, say("PMI − log k, nats"), limits)


def rebuilt_scope(row: Approximated, limits: tuple[float, float]) -> Dictionary:
    """The row at rank d as bars, and a mark where PPMI itself is."""
    bars = _rows(
        row.contexts, row.rebuilt, say("<b>%{customdata}</b><br>at rank d %{x:.2f} nats"),
        colours=GREEN,
    )  # fmt: skip
    marks = {
        "type": "scatter",
        "x": row.target.astype(np.float32),
        "y": np.arange(len(row.target)),
        "mode": "markers",
        "marker": {"symbol": "line-ns-open", "size": 13, "color": BLUE, "line": {"width": 2.5}},
        "customdata": list(row.contexts),
        "hovertemplate": say("<b>%{customdata}</b><br>PPMI itself %{x:.2f} nats<extra></extra>"),
    }
    return _dressed([bars, marks], row.contexts, say("nats; | PPMI"), limits)


def limits_of(row: Counted) -> tuple[float, float]:
    """One axis for PMI before and after, so that bars compare; later steps do not change it."""
    low, high = min(float(row.value.min()), -0.5), max(float(row.value.max()), 1.0)
    return low - 0.04 * (high - low), high + 0.06 * (high - low)


def vector_scope(row: Approximated) -> Dictionary:
    """The d coordinates of the word, the first singular direction on top."""
    d = len(row.vector)
    most = 1.05 * float(max(np.abs(row.vector).max(), np.abs(row.of_nearest).max(), 1e-9))
    bars = {
        "type": "bar",
        "x": row.vector,
        "y": np.arange(1, d + 1),
        "orientation": "h",
        "marker": {"color": ORANGE, "line": {"width": 0}},
        "hovertemplate": say("coordinate %{y}<br>%{x:.3f}<extra></extra>"),
    }
    layout = {
        "bargap": 0.0 if d > 60 else 0.2,
        "margin": MARGINS,
        "xaxis": _axis(say("value, √nats at p = ½"), [-most, most]),
        "yaxis": {"range": [d + 0.5, 0.5], "fixedrange": True, "showgrid": False,
                  "zeroline": False, "nticks": 6},
    }  # fmt: skip
    return {"data": [bars], "layout": layout}


def neighbours_scope(row: Approximated) -> Dictionary:
    """The nearest words by cosine."""
    bars = _rows(
        row.nearest, row.cosines, say("<b>%{customdata}</b><br>cosine %{x:.3f}"), colours=ORANGE,
        text=[f"{cosine:.2f}" for cosine in row.cosines],
    )  # fmt: skip
    longest = 1.22 * max(float(row.cosines.max()), 0.1)
    return _dressed([bars], row.nearest, say("cosine"), [0, longest])


def image_scope(pictures: np.ndarray) -> Dictionary:
    """An 8×8 picture above what its code gives back: (2, 64), black 0 and white 1."""
    side = round(pictures.shape[1] ** 0.5)
    gap = np.full((1, side), np.nan, np.float32)
    z = np.concatenate([pictures[0].reshape(side, side), gap, pictures[1].reshape(side, side)])
    cells = {
        "type": "heatmap", "z": z, "zmin": 0, "zmax": 1, "showscale": False,
        "hoverongaps": False, "xgap": 1, "ygap": 1, "colorscale": [(0, "#0A0E0C"), (1, "#FFFFFF")],
        "hovertemplate": say("grey %{z:.2f} of 1<extra></extra>"),
    }  # fmt: skip
    bare = {"fixedrange": True, "constrain": "domain", "showgrid": False, "zeroline": False,
            "ticks": ""}  # fmt: skip
    layout = {
        "margin": MARGINS | {"r": 4},
        "xaxis": bare | {"visible": False},
        "yaxis": bare
        | {
            "range": [2 * side + 0.5, -0.5],
            "scaleanchor": "x",
            "tickvals": [(side - 1) / 2, (3 * side + 1) / 2],
            "ticktext": [say("picture x"), say("from its code x̂")],
            "tickangle": -90,
        },
    }
    return {"data": [cells], "layout": layout}


def latent_scope(place: np.ndarray, item: int) -> Dictionary:
    """All codes on two principal axes, (n, 2), one ringed; `codes` has what the rest look like."""
    cloud = {
        "type": "scattergl",
        "mode": "markers",
        "marker": {"size": 4, "opacity": 0.55},
        "hovertemplate": say("item %{customdata}<br>%{text}<extra></extra>"),
    }
    ring = {
        "type": "scatter",
        "x": place[[item], 0],
        "y": place[[item], 1],
        "mode": "markers",
        "marker": {"size": 15, "symbol": "circle-open", "color": ORANGE, "line": {"width": 3}},
        "hovertemplate": say("item {item}, the one that is followed<extra></extra>", item=item),
    }
    layout = {
        "showlegend": False,
        "margin": MARGINS | {"r": 6},
        "xaxis": {"title": {"text": say("first principal axis of z")}, "nticks": 4},
        "yaxis": {"title": {"text": say("second")}, "nticks": 5},
    }
    return {"data": [cloud, ring], "layout": layout}


def codes(place: np.ndarray, cluster: np.ndarray, majority: np.ndarray) -> Dictionary:
    """Attributes of the points of `latent_scope`, coloured by cluster, whichever is ringed."""
    K = len(majority)
    same = [say("cluster {k}, mostly {label}", k=k, label=majority[k]) for k in range(K)]
    return {
        "x": place[:, 0],
        "y": place[:, 1],
        "customdata": np.arange(len(place)),
        "text": [same[k] for k in cluster],
        "marker": {
            "color": [colour(k) for k in cluster.tolist()],
            "symbol": [symbol(k) for k in cluster.tolist()],
        },
    }


def cluster_scope(responsibility: np.ndarray, majority: np.ndarray) -> Dictionary:
    """p(y|z) of one picture over the K clusters: (K,)."""
    K = len(responsibility)
    order = np.argsort(majority, kind="stable")
    names = [say("{k}: mostly {label}", k=k, label=majority[k]) for k in order]
    bars = _rows(
        names, responsibility[order],
        say("<b>cluster %{customdata}</b><br>p(y|z) = %{x:.3f}"),
        colours=[ORANGE if p == responsibility.max() else MUTED for p in responsibility[order]],
        text=[f"{p:.2f}" if p >= 0.005 else "" for p in responsibility[order]],
    )  # fmt: skip
    return _dressed([bars], names, "p(y|z)", [0, 1.22], places=K, longest=20)


def _rows(
    names: Sequence[str],
    values: np.ndarray,
    hover: str,
    *,
    colours: Any = BLUE,
    text: list[str] | None = None,
) -> Dictionary:
    bars = {
        "type": "bar",
        "x": values.astype(np.float32),
        "y": np.arange(len(values)),
        "orientation": "h",
        "marker": {"color": colours, "line": {"width": 0}},
        "textposition": "outside" if text else "none",
        "textfont": {"size": 11},
        "cliponaxis": False,
        "customdata": [escape(name) for name in names],
        "hovertemplate": f"{hover}<extra></extra>",
    }
    return bars | ({"text": text} if text else {})


def _dressed(
    traces: list[Dictionary],
    names: Sequence[str],
    axis: str,
    limits: Sequence[float],
    *,
    places: int = NEAREST,
    longest: int = LONGEST,
) -> Dictionary:
    short = [cut(name, longest) for name in names]
    layout = {
        "showlegend": False,
        "bargap": 0.32,
        "margin": MARGINS,
        "xaxis": _axis(axis, list(limits)),
        "yaxis": {
            "range": [max(places, len(names)) - 0.5, -0.5],
            "tickvals": list(range(len(names))),
            "ticktext": [escape(name) for name in short],
            "ticks": "",
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
    }
    return {"data": traces, "layout": layout}


def _axis(title: str, limits: list[float]) -> dict[str, Any]:
    return {"title": {"text": title, "standoff": 4}, "range": limits, "nticks": 4,
            "fixedrange": True, "zeroline": True}  # fmt: skip
