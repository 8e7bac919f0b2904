"""The map of words: every word a point, the chosen one joined to its true neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.template import CATEGORICAL, MARKS, MUTED, cut, escape
from dashboard.language import say

MET = "met %{customdata[1]:,} times · "
HOVER = (
    "norm %{customdata[2]:.3f}<br>"
    "%{customdata[3]:.0%} of its true neighbours kept<br>"
    "trustworthiness %{customdata[4]:.3f} · continuity %{customdata[5]:.3f}<br>"
    "in %{customdata[6]} lists of neighbours"
)
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
TITLE = 24  # characters of a row's title at its point
LARGE = 5_000  # from this many words on, points are drawn smaller
LINE = CATEGORICAL[1]
# of clusters; the colour of the chosen word is not among them
GROUPS = tuple(colour for colour in CATEGORICAL[:-1] if colour != LINE)
EDGE = {"width": 1, "color": "white"}


@dataclass(frozen=True, eq=False)
class MappedWords:
    """The words of a map and the numbers of each point: (N,) each, places (N, 2).

    rows: (N,) where the words are names of a collection's rows, the numbers of these.
    """

    words: Sequence[str]
    xy: np.ndarray
    counts: np.ndarray
    norms: np.ndarray
    kept: np.ndarray
    trustworthiness: np.ndarray
    continuity: np.ndarray
    occurrence: np.ndarray
    rows: np.ndarray | None = None

    @cached_property
    def keys(self) -> list[str]:
        """Each point as settings name it: by its word, or as “#17” by its row."""
        return list(self.words) if self.rows is None else [f"#{row}" for row in self.rows]

    @property
    def hover(self) -> str:
        """The hover text; a loaded model does not know how often a word was met."""
        met = say(MET) if self.counts.any() else ""
        name = "text" if self.rows is None else "hovertext"
        return f"<b>%{{{name}}}</b><br>{met}{say(HOVER)}"

    @cached_property
    def names(self) -> np.ndarray:
        """(N,) the words as labels: an array, which Plotly does not check element by element.

        Titles of rows are cut: they would lie over each other.
        """
        words = self.words if self.rows is None else [cut(word, TITLE) for word in self.words]
        return np.array([escape(word) for word in words], np.str_)

    def texts(self, rows: np.ndarray | slice = slice(None)) -> dict[str, Any]:
        """The labels of some points, and where these are cut, what hovering shows instead."""
        if self.rows is None:
            return {"text": self.names[rows]}
        return {"text": self.names[rows], "hovertext": self._whole[rows]}

    @cached_property
    def _whole(self) -> np.ndarray:
        return np.array([escape(word) for word in self.words], np.str_)

    @cached_property
    def details(self) -> np.ndarray:
        """(N, 7), the row first: what hovering shows and a click reports."""
        parts = (
            np.arange(len(self.words)), self.counts, self.norms, self.kept,
            self.trustworthiness, self.continuity, self.occurrence,
        )  # fmt: skip
        return np.stack(parts, axis=1, dtype=np.float32, casting="unsafe")


@dataclass(frozen=True)
class Colour:
    """The meaning of colours: values (N,) on a scale from low to high, or labels with names."""

    title: str
    values: np.ndarray
    low: float = 0.0
    high: float = 1.0
    ticks: Sequence[tuple[float, str]] = ()
    names: Sequence[str] | None = None  # of labels 0, 1, …; −1 is noise


@dataclass(frozen=True)
class Chosen:
    """A word's row, its true neighbours, and the words that are near it on the map only."""

    row: int
    true: np.ndarray
    kept: np.ndarray  # which of `true` are near it on the map too
    false: np.ndarray


def word_map(
    words: MappedWords,
    colour: Colour,
    axes: tuple[str, str],
    *,
    square: bool = True,
    uirevision: str = "",
) -> go.Figure:
    """Every word as a point: all of the picture but `places` and `paint`, which the browser keeps.

    `square` gives both axes the same unit. Ticks are left out where the axes have no unit.
    """
    cloud = go.Scattergl(
        mode="markers",
        hovertemplate=words.hover + "<extra></extra>",
        marker={"size": 3.5 if len(words.words) > LARGE else 6, "opacity": 0.9} | _scale(colour),
        selected={"marker": {"opacity": 0.95}},
        unselected={"marker": {"opacity": 0.3}},
        name=say("words" if words.rows is None else "rows"),
        showlegend=False,
    )
    blank = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False}
    layout = {
        "uirevision": uirevision,
        "margin": {"t": 60, "b": 64},
        "showlegend": colour.names is not None,
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        "xaxis": {"title": {"text": axes[0]}} | (blank if square else {}),
        "yaxis": {"title": {"text": axes[1]}}
        | (blank | {"scaleanchor": "x", "scaleratio": 1} if square else {}),
    }
    figure = go.Figure(cloud, layout)  # at once: an update of a layout takes ten times as long
    if colour.names is not None:
        for label, name in enumerate(colour.names):
            figure.add_trace(_key(name, label))
        if (colour.values < 0).any():
            figure.add_trace(_key(say("noise: in no cluster"), -1))
    return figure


def places(words: MappedWords) -> dict[str, Any]:
    """The places and texts of the points: attributes of the first trace of a `word_map`."""
    x, y = words.xy.T.astype(np.float32)
    return {"x": x, "y": y, "customdata": words.details, **words.texts()}


def paint(colour: Colour) -> dict[str, Any]:
    """The colours of the points: attributes of the first trace of a `word_map`."""
    if colour.names is None:
        values = np.clip(colour.values, colour.low, colour.high).astype(np.float32)
        return {"marker": {"color": values}}
    labels = colour.values.astype(int)
    return {
        "marker": {
            "color": [_shade(label) for label in labels],
            "symbol": [_symbol(label) for label in labels],
        }
    }


def _scale(colour: Colour) -> dict[str, object]:
    if colour.names is not None:
        return {}
    bar: dict[str, object] = {
        "title": {"text": colour.title, "side": "top"},
        "orientation": "h",
        "thickness": 9,
        "len": 0.5,
        "x": 1,
        "xanchor": "right",
        "y": 1,
        "yanchor": "bottom",
        "ypad": 2,
    }
    if colour.ticks:
        bar |= {"tickvals": [v for v, _ in colour.ticks], "ticktext": [t for _, t in colour.ticks]}
    return {"colorscale": MARKS, "cmin": colour.low, "cmax": colour.high, "colorbar": bar}


def _shade(label: int) -> str:
    return MUTED if label < 0 else GROUPS[label % len(GROUPS)]


def _symbol(label: int) -> str:
    """Adjacent labels differ by symbol, too; six symbols in six colours distinguish 36."""
    if label < 0:
        return "circle-open"
    return SYMBOLS[(label + label // len(GROUPS)) % len(SYMBOLS)]


def _key(name: str, label: int) -> go.Scatter:
    """An entry of the legend, which has no points."""
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"color": _shade(label), "symbol": _symbol(label), "size": 8},
        name=escape(name),
        hoverinfo="skip",
    )


def marks(words: MappedWords, chosen: Chosen | None) -> list[dict[str, Any]]:
    """Lines to the true neighbours of the chosen word, and rings around the false ones.

    Traces that the browser draws above the points; by WebGL in saved files, where Plotly
    puts that above whatever is not.
    """
    if chosen is None:
        return []
    traces = []
    centre = words.xy[chosen.row]
    for near, dash, symbol, label in (
        (True, "solid", "circle", say("true neighbour, near on the map")),
        (False, "dot", "diamond", say("true neighbour, torn away")),
    ):
        rows = chosen.true[chosen.kept == near]
        ends = np.full((len(rows), 3, 2), np.nan, np.float32)  # a gap ends each line
        ends[:, 0], ends[:, 1] = centre, words.xy[rows]
        x, y = ends.reshape(-1, 2).T
        line = {"width": 1.8, "color": LINE, "dash": dash}
        traces.append(
            {"type": "scattergl", "x": x, "y": y, "mode": "lines", "line": line, "name": label,
             "hoverinfo": "skip", "showlegend": False}
        )  # fmt: skip
        style = {"color": LINE, "size": 9, "symbol": symbol, "line": EDGE}
        traces.append(_points(words, rows, label, style))
    ring = {"color": MUTED, "size": 12, "symbol": "circle-open", "line": {"width": 2}}
    traces.append(_points(words, chosen.false, say("false neighbour"), ring))
    star = {"color": LINE, "size": 18, "symbol": "star", "line": EDGE}
    name = say("chosen word" if words.rows is None else "chosen row")
    traces.append(_points(words, np.array([chosen.row]), name, star))
    return traces


def _points(
    words: MappedWords, rows: np.ndarray, label: str, marker: dict[str, object]
) -> dict[str, Any]:
    return {
        "type": "scattergl",
        "x": words.xy[rows, 0],
        "y": words.xy[rows, 1],
        "mode": "markers",
        "marker": marker,
        "unselected": {"marker": {"opacity": 1}},  # a lasso selects words, not these marks
        **words.texts(rows),
        "customdata": words.details[rows],
        "hovertemplate": f"{words.hover}<br><i>{label}</i><extra></extra>",
        "name": label,
    }
