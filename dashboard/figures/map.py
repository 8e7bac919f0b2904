"""The map of words: every word a point, the chosen one joined to its true neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from dashboard.figures.template import CATEGORICAL, MARKS, MUTED, escape
from dashboard.language import say

MET = "met %{customdata[1]:,} times · "
HOVER = (
    "norm %{customdata[2]:.3f}<br>"
    "%{customdata[3]:.0%} of its true neighbours kept<br>"
    "trustworthiness %{customdata[4]:.3f} · continuity %{customdata[5]:.3f}<br>"
    "in %{customdata[6]} lists of neighbours"
)
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
LARGE = 5_000  # words from which points are drawn smaller
LINE = CATEGORICAL[1]
GROUPS = tuple(
    colour for colour in CATEGORICAL[:-1] if colour != LINE
)  # a chosen word's is its own
EDGE = {"width": 1, "color": "white"}


@dataclass(frozen=True, eq=False)
class Word:
    """The words of a map, everything a point says of itself: (N,) each, places (N, 2)."""

    words: Sequence[str]
    xy: np.ndarray
    counts: np.ndarray
    norms: np.ndarray
    kept: np.ndarray
    trustworthiness: np.ndarray
    continuity: np.ndarray
    occurrence: np.ndarray

    @property
    def hover(self) -> str:
        """What hovering tells; of a loaded model it is not known how often a word was met."""
        met = say(MET) if self.counts.any() else ""
        return f"<b>%{{text}}</b><br>{met}{say(HOVER)}"

    @cached_property
    def names(self) -> np.ndarray:
        """(N,) the words as labels: an array, which Plotly does not look into one by one."""
        return np.array([escape(word) for word in self.words], np.str_)

    @cached_property
    def details(self) -> np.ndarray:
        """(N, 7), the row first: what hovering tells and a click reports."""
        parts = (
            np.arange(len(self.words)), self.counts, self.norms, self.kept,
            self.trustworthiness, self.continuity, self.occurrence,
        )  # fmt: skip
        return np.stack(parts, axis=1, dtype=np.float32, casting="unsafe")


@dataclass(frozen=True)
class Colour:
    """What colours mean: values (N,) on a scale from low to high, or labels with names."""

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
    words: Word,
    colour: Colour,
    axes: tuple[str, str],
    *,
    chosen: Chosen | None = None,
    first: Sequence[int] = (),
    square: bool = True,
    uirevision: str = "",
) -> go.Figure:
    """Draw every word as a point; the chosen one is joined to its true neighbours.

    `first` are the rows that get a label before all others; `square` gives both axes
    the same unit. Ticks are left out where the axes have no unit.
    """
    details, names = words.details, words.names
    x, y = words.xy[:, 0].astype(np.float32), words.xy[:, 1].astype(np.float32)
    faint = 0.4 if chosen else 0.9
    cloud = go.Scattergl(
        x=x,
        y=y,
        mode="markers",
        text=names,
        customdata=details,
        hovertemplate=words.hover + "<extra></extra>",
        marker=_marker(colour, 3.5 if len(names) > LARGE else 6) | {"opacity": faint},
        selected={"marker": {"opacity": 0.95}},
        unselected={"marker": {"opacity": 0.3}},
        meta={"first": [int(i) for i in first], "bold": chosen is not None},
        name=say("words"),
        showlegend=False,
    )
    blank = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False}
    layout = {
        "uirevision": uirevision,
        # room for a line of legend, there or not: the view stays when a word is chosen
        "margin": {"t": 60, "b": 64},
        "showlegend": colour.names is not None or chosen is not None,
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
    if chosen is not None:
        _draw_chosen(figure, chosen, words, details, names)
    return figure


@lru_cache(maxsize=1)
def marks() -> tuple[BaseTraceType, ...]:
    """The marks of a chosen word, of one that is nowhere: for pictures that may get them."""
    nothing = np.full(1, np.nan, np.float32)
    nowhere = Word([""], np.full((1, 2), np.nan, np.float32), *[nothing] * 6)
    figure, row = go.Figure(), np.zeros(1, np.int64)
    both = Chosen(0, np.zeros(2, np.int64), np.array([True, False]), row)
    _draw_chosen(figure, both, nowhere, nowhere.details, nowhere.names)
    figure.update_traces(showlegend=False, hoverinfo="skip", hovertemplate=None)
    return figure.data  # type: ignore[no-any-return]


def _marker(colour: Colour, size: float) -> dict[str, object]:
    if colour.names is not None:
        labels = colour.values.astype(int)
        return {
            "size": size,
            "color": [_shade(label) for label in labels],
            "symbol": [_symbol(label) for label in labels],
        }
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
    return {
        "size": size,
        "color": np.clip(colour.values, colour.low, colour.high).astype(np.float32),
        "colorscale": MARKS,
        "cmin": colour.low,
        "cmax": colour.high,
        "colorbar": bar,
    }


def _shade(label: int) -> str:
    return MUTED if label < 0 else GROUPS[label % len(GROUPS)]


def _symbol(label: int) -> str:
    """Neighbours in the list differ by it, too; with six colours, 36 can be told apart."""
    if label < 0:
        return "circle-open"
    return SYMBOLS[(label + label // len(GROUPS)) % len(SYMBOLS)]


def _key(name: str, label: int) -> go.Scatter:
    """An entry of the legend."""
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"color": _shade(label), "symbol": _symbol(label), "size": 8},
        name=escape(name),
        hoverinfo="skip",
    )


def _draw_chosen(
    figure: go.Figure, chosen: Chosen, words: Word, details: np.ndarray, names: np.ndarray
) -> None:
    """Lines to the true neighbours, and rings around the false ones.

    All by WebGL: Plotly puts that above whatever is not.
    """
    centre = words.xy[chosen.row]
    for near, dash, symbol, said in (
        (True, "solid", "circle", say("true neighbour, near on the map")),
        (False, "dot", "diamond", say("true neighbour, torn away")),
    ):
        rows = chosen.true[chosen.kept == near]
        ends = np.full((len(rows), 3, 2), np.nan, np.float32)  # a gap ends each line
        ends[:, 0], ends[:, 1] = centre, words.xy[rows]
        line = ends.reshape(-1, 2)
        figure.add_trace(
            go.Scattergl(
                x=line[:, 0],
                y=line[:, 1],
                mode="lines",
                line={"width": 1.8, "color": LINE, "dash": dash},
                hoverinfo="skip",
                name=said,
                showlegend=False,
            )
        )
        style = {"color": LINE, "size": 9, "symbol": symbol, "line": EDGE}
        figure.add_trace(_points(words, details, names, rows, said, **style))
    ring = {"color": MUTED, "size": 12, "symbol": "circle-open", "line": {"width": 2}}
    figure.add_trace(_points(words, details, names, chosen.false, say("false neighbour"), **ring))
    star = {"color": LINE, "size": 18, "symbol": "star", "line": EDGE}
    here = np.array([chosen.row])
    figure.add_trace(_points(words, details, names, here, say("chosen word"), **star))


def _points(
    words: Word,
    details: np.ndarray,
    names: np.ndarray,
    rows: np.ndarray,
    said: str,
    **marker: object,
) -> go.Scattergl:
    return go.Scattergl(
        x=words.xy[rows, 0],
        y=words.xy[rows, 1],
        mode="markers",
        marker=marker,
        unselected={"marker": {"opacity": 1}},  # a lasso is for the words, not for these
        text=names[rows],
        customdata=details[rows],
        hovertemplate=f"{words.hover}<br><i>{said}</i><extra></extra>",
        name=said,
    )
