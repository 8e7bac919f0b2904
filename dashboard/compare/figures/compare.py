"""Models beside each other: what changed against frequency, scores with their doubt, overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.compare.halves import Promise
from dashboard.figures.template import CATEGORICAL, MARKS, MUTED, SEQUENTIAL, cut, escape
from dashboard.language import number, percent_sign, say

MOST = 20_000  # points that are drawn; of more, an even sample
BINS = 24
CODES = 255  # the highest code of a colour
TICKS = 8  # of a colour bar, at most
TITLE = 24  # characters of a row's title at its point
Dictionary = dict[str, Any]


@dataclass(frozen=True)
class Shares:
    """A share (n,) for each of n words, and how often each was met: zeros where not known.

    of_items: the words are names of a collection's rows.

    depth: of how many the share is; colour (n,) with its title, if any; chance: the share
    expected by chance.
    """

    words: Sequence[str]
    counts: np.ndarray
    share: np.ndarray
    depth: int
    chance: float
    title: str
    colour: np.ndarray | None = None
    colour_title: str = ""
    of_items: bool = False


def points(data: Shares, chosen: int | None = None) -> Dictionary:
    """What of a point a word is the same for every depth: attributes of the first trace."""
    rows = _drawn(data, chosen)
    own: Dictionary = {
        "x": _abscissa(data)[rows].astype(np.float32),
        "text": [escape(data.words[i]) for i in rows],
    }
    if data.of_items:  # titles would lie over each other
        own["hovertext"] = own["text"]
        own["text"] = [escape(cut(data.words[i], TITLE)) for i in rows]
    if data.colour is not None:
        own["marker"] = {"color": _codes(data.colour)[rows]}
    return own


def against_frequency(data: Shares, chosen: int | None = None) -> Dictionary:
    """A point a word, spread a little upwards and downwards; the line is the mean of 24 bands.

    Without what `points` gives. Where not every word is drawn, the last of a point's `customdata`
    is its row.
    """
    n, known, met = len(data.words), bool(data.counts.any()), _met(data)
    x, rows = _abscissa(data), _drawn(data, chosen)
    y = data.share + np.random.default_rng(0).uniform(-0.35, 0.35, n) / data.depth
    middle, mean, error = bands(x, data.share)
    percent = np.floor(100 * data.share + 0.5)
    cloud = {
        "type": "scattergl",
        "y": y[rows].astype(np.float32),
        "mode": "markers",
        "customdata": np.stack(
            [met[rows], percent[rows], *([rows] if len(rows) < n else [])], axis=1
        ).astype(np.int64),
        "hovertemplate": say(
            "<b>%{text}</b><br>met %{customdata[0]:,} times<br>%{customdata[1]}%<extra></extra>"
            if known
            else "<b>%{hovertext}</b><br>number %{customdata[0]:,} of the rows<br>"
            "%{customdata[1]}%<extra></extra>"
            if data.of_items
            else "<b>%{text}</b><br>number %{customdata[0]:,} by frequency<br>"
            "%{customdata[1]}%<extra></extra>"
        ).replace("]}%", f"]}}{percent_sign()}"),
        "marker": {"size": 4 if n > 3000 else 6, "opacity": 0.6, **_colours(data)},
        "meta": {
            "first": [] if chosen is None else np.flatnonzero(rows == chosen).tolist(),
            "bold": chosen is not None,
        },
        "name": say("a row" if data.of_items else "a word"),
        "showlegend": False,
    }
    edges = [
        {
            "type": "scatter", "x": middle, "y": bound, "mode": "lines",
            "line": {"color": CATEGORICAL[1], "width": 0}, "hoverinfo": "skip",
            "showlegend": False, "fillcolor": "rgba(213, 94, 0, 0.22)",
        } | ({"fill": fill} if fill else {})
        for bound, fill in ((mean - error, ""), (mean + error, "tonexty"))
    ]  # fmt: skip
    line = {
        "type": "scattergl",  # as the points: Plotly puts what is drawn by WebGL above all else
        "x": middle, "y": mean, "mode": "lines",
        "line": {"color": CATEGORICAL[1], "width": 2.5},
        "name": say("mean of rows nearby" if data.of_items else "mean of words as frequent"),
        "hovertemplate": say("%{y:.1%}<extra>mean</extra>"),
    }  # fmt: skip
    stars = [] if chosen is None else [_star(x[chosen], y[chosen], data.of_items)]
    return {"data": [cloud, *edges, line, *stars], "layout": _layout(data, known)}


def _met(data: Shares) -> np.ndarray:
    """How often each word was met, or its place in the list where that is not known."""
    return np.maximum(data.counts, 1) if data.counts.any() else np.arange(1, len(data.words) + 1)


def _abscissa(data: Shares) -> np.ndarray:
    if data.of_items:
        return np.arange(1, len(data.words) + 1, dtype=np.float64)
    return np.asarray(np.log10(_met(data)))  # on a plain axis: labels of words know no other


def _drawn(data: Shares, chosen: int | None) -> np.ndarray:
    """The row of each point: all, or an even sample with the chosen one."""
    n = len(data.words)
    rows = np.arange(n) if n <= MOST else np.linspace(0, n - 1, MOST).astype(int)
    return rows if chosen is None else np.union1d(rows, [chosen])


def _colours(data: Shares) -> Dictionary:
    if data.colour is None:
        return {"color": CATEGORICAL[0]}
    low, high = _ends(data.colour)
    step = _round_step((high - low) / TICKS)
    ticks = step * np.arange(np.ceil(low / step), np.floor(data.colour.max() / step + 1e-9) + 1)
    form = f".{max(-int(np.floor(np.log10(step))), 0)}f"
    return {
        "colorscale": MARKS, "cmin": 0, "cmax": CODES,
        "colorbar": {"title": {"text": data.colour_title, "side": "right"}, "thickness": 9,
                     "len": 1, "xpad": 4, "tickvals": CODES * (ticks - low) / (high - low),
                     "ticktext": [number(value, form) for value in ticks + 0.0]},
    }  # fmt: skip


def _ends(colour: np.ndarray) -> tuple[float, float]:
    """Where the colours end: few words lie so low that they would take the colours of all."""
    low = float(np.percentile(colour, 2))
    return low, float(max(colour.max(), low + 1e-3))


def _round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten: the smallest that is no less than this."""
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(times * power for times in (1, 2, 5, 10) if times * power >= least))


def _codes(colour: np.ndarray) -> np.ndarray:
    """Each colour as a byte, a quarter of what its number takes on the wire."""
    low, high = _ends(colour)
    codes = np.rint(CODES * np.clip((colour - low) / (high - low), 0, 1))
    return np.asarray(codes.astype(np.uint8))


def _star(x: float, y: float, of_items: bool) -> Dictionary:
    return {
        "type": "scattergl", "x": [float(x)], "y": [float(y)], "mode": "markers",
        "marker": {"symbol": "star", "size": 16, "color": CATEGORICAL[1],
                   "line": {"width": 1, "color": "white"}},
        "name": say("chosen row" if of_items else "chosen word"), "hoverinfo": "skip",
    }  # fmt: skip


def _layout(data: Shares, known: bool) -> Dictionary:
    if data.of_items:
        axis: Dictionary = {"title": {"text": say("row, in the order of the table")}}
    else:
        ticks = [f"{10**e:,}" for e in range(7)]
        axis = {
            "title": {"text": say("times met in the text" if known else "rank by frequency")},
            "tickvals": list(range(7)), "ticktext": ticks, "zeroline": False,
        } | ({} if known else {"autorange": "reversed"})  # fmt: skip
    chance = {
        "type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": data.chance,
        "y1": data.chance, "yref": "y", "line": {"dash": "dot", "width": 1.5, "color": MUTED},
    }  # fmt: skip
    return {
        "uirevision": f"{data.title}:{len(data.words)}",
        "margin": {"t": 40, "b": 52},
        "shapes": [chance],
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        "xaxis": axis,
        "yaxis": {"title": {"text": data.title}, "tickformat": "~%", "rangemode": "tozero"},
    }  # fmt: skip


def bands(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of words as frequent: median x, mean y, and 1.96 standard errors, in bands of equal size."""
    parts = np.array_split(np.argsort(x, kind="stable"), min(BINS, max(len(x) // 10, 1)))
    middle = np.array([np.median(x[part]) for part in parts])
    mean = np.array([y[part].mean() for part in parts])
    error = np.array([1.96 * y[part].std() / np.sqrt(len(part)) for part in parts])
    return middle, mean, error


def overlap_matrix(names: Sequence[str], shares: np.ndarray, depth: int) -> go.Figure:
    """Mean overlap of each model with each (M, M), written in the cells."""
    labels = [f"{i}. {escape(name[:28])}" for i, name in enumerate(names, 1)]
    figure = go.Figure(
        go.Heatmap(
            z=shares.astype(np.float32),
            text=[[number(share, ".0%") for share in row] for row in shares],
            texttemplate="%{text}",
            zmin=0,
            zmax=1,
            colorscale=SEQUENTIAL,
            customdata=[[say("{a} and {b}", a=a, b=b) for b in labels] for a in labels],
            hovertemplate=say("%{customdata}<br>%{z:.1%} of the nearest shared<extra></extra>"),
            colorbar={"title": {"text": say("overlap@{k}", k=depth)}, "tickformat": "~%"},
            xgap=2,
            ygap=2,
        )
    )
    places = list(range(len(names)))
    short = [str(i + 1) for i in places]
    figure.update_layout(
        uirevision="crowd",
        margin={"t": 24},
        xaxis={"tickvals": places, "ticktext": short, "showgrid": False, "side": "top"},
        yaxis={"tickvals": places, "ticktext": labels, "autorange": "reversed", "showgrid": False},
    )
    return figure


def promises(groups: Sequence[tuple[str, Sequence[Promise]]], runs: int, k: int) -> Dictionary:
    """The share of neighbours found in another text, against the reruns that found them."""
    traces = []
    for (name, rows), colour, symbol, shift in zip(
        groups, CATEGORICAL, ("circle", "diamond"), (-0.08, 0.08), strict=False
    ):
        share = np.array([row.share for row in rows])
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": escape(name),
                "x": [row.times + shift for row in rows],
                "y": share,
                "line": {"color": colour, "width": 1.5},
                "marker": {"color": colour, "size": 9, "symbol": symbol},
                "error_y": {
                    "type": "data", "array": np.array([row.high for row in rows]) - share,
                    "arrayminus": share - np.array([row.low for row in rows]),
                    "color": colour, "thickness": 2, "width": 4,
                },
                "customdata": [
                    say(
                        "found in {n} of {runs}: {share:.1%} in the other half "
                        "[{low:.1%}, {high:.1%}], {pairs:,} neighbours",
                        n=row.times, runs=runs, share=row.share, low=row.low, high=row.high,
                        pairs=row.pairs,
                    )
                    for row in rows
                ],
                "hovertemplate": f"%{{customdata}}<extra>{escape(name)}</extra>",
            }
        )  # fmt: skip
    layout = {
        "uirevision": "promises",
        "xaxis": {
            "title": {"text": say("reruns, of {runs}, that find the neighbour again", runs=runs)},
            "dtick": 1 if runs <= 12 else 5,
            "range": [-0.5, runs + 0.5],
        },
        "yaxis": {
            "title": {"text": say("among the {k} nearest in the other half", k=k)},
            "tickformat": "~%",
            "rangemode": "tozero",
        },
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"t": 40},
    }
    return {"data": traces, "layout": layout}
