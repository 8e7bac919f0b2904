"""Maps of words: the map itself, the same from several seeds, and the distribution of hubs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.template import CATEGORICAL, MARKS, MUTED, escape

HOVER = (
    "<b>%{text}</b><br>"
    "met %{customdata[1]:,} times · norm %{customdata[2]:.3f}<br>"
    "%{customdata[3]:.0%} of its true neighbours kept<br>"
    "trustworthiness %{customdata[4]:.3f} · continuity %{customdata[5]:.3f}<br>"
    "in %{customdata[6]} lists of neighbours"
)
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
LARGE = 5_000  # words from which points are drawn smaller
LINE = CATEGORICAL[1]
EDGE = {"width": 1, "color": "white"}


@dataclass(frozen=True)
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
    details, names = words.details(), [escape(word) for word in words.words]
    x, y = words.xy[:, 0].astype(np.float32), words.xy[:, 1].astype(np.float32)
    faint = 0.4 if chosen else 0.9
    figure = go.Figure(
        go.Scattergl(
            x=x,
            y=y,
            mode="markers",
            text=names,
            customdata=details,
            hovertemplate=HOVER + "<extra></extra>",
            marker=_marker(colour, 3.5 if len(names) > LARGE else 6) | {"opacity": faint},
            selected={"marker": {"opacity": 0.95}},
            unselected={"marker": {"opacity": 0.3}},
            meta={"first": [int(i) for i in first], "bold": chosen is not None},
            name="words",
            showlegend=False,
        )
    )
    if colour.names is not None:
        for label, name in enumerate(colour.names):
            figure.add_trace(_key(name, label))
        if (colour.values < 0).any():
            figure.add_trace(_key("noise: in no cluster", -1))
    if chosen is not None:
        _draw_chosen(figure, chosen, words, details, names)
    blank = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False}
    figure.update_layout(
        uirevision=uirevision,
        # room for a line of legend, there or not: the view stays when a word is chosen
        margin={"t": 60, "b": 64},
        showlegend=colour.names is not None or chosen is not None,
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": axes[0]}} | (blank if square else {}),
        yaxis={"title": {"text": axes[1]}} | (blank if square else {}),
    )
    if square:
        figure.update_yaxes(scaleanchor="x", scaleratio=1)
    return figure


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
    return MUTED if label < 0 else CATEGORICAL[label % (len(CATEGORICAL) - 1)]


def _symbol(label: int) -> str:
    """Seven clusters share a symbol: with it, 42 can be told apart."""
    if label < 0:
        return "circle-open"
    return SYMBOLS[label // (len(CATEGORICAL) - 1) % len(SYMBOLS)]


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
    figure: go.Figure, chosen: Chosen, words: Word, details: np.ndarray, names: list[str]
) -> None:
    """Lines to the true neighbours, and rings around the false ones.

    All by WebGL: Plotly puts that above whatever is not.
    """
    centre = words.xy[chosen.row]
    for near, dash, symbol, said in (
        (True, "solid", "circle", "true neighbour, near on the map"),
        (False, "dot", "diamond", "true neighbour, torn away"),
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
    figure.add_trace(_points(words, details, names, chosen.false, "false neighbour", **ring))
    star = {"color": LINE, "size": 18, "symbol": "star", "line": EDGE}
    figure.add_trace(_points(words, details, names, np.array([chosen.row]), "chosen word", **star))


def _points(
    words: Word,
    details: np.ndarray,
    names: list[str],
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
        text=[names[i] for i in rows],
        customdata=details[rows],
        hovertemplate=f"{HOVER}<br><i>{said}</i><extra></extra>",
        name=said,
    )


def small_multiples(
    maps: np.ndarray, titles: Sequence[str], kept: np.ndarray, words: Sequence[str]
) -> go.Figure:
    """Maps (S, N, 2) of the same words side by side, coloured by how stable each word is (N,)."""
    rows = -(-len(maps) // 2)
    names = [escape(word) for word in words]
    figure = go.Figure()
    low, high = maps.min(axis=(0, 1)), maps.max(axis=(0, 1))
    for i, xy in enumerate(maps):
        end = str(i + 1) if i else ""
        figure.add_trace(
            go.Scattergl(
                x=xy[:, 0],
                y=xy[:, 1],
                xaxis=f"x{end}",
                yaxis=f"y{end}",
                mode="markers",
                text=names,
                customdata=kept,
                hovertemplate="<b>%{text}</b><br>%{customdata:.0%} of its neighbours on the map "
                "stay<extra></extra>",
                marker={"size": 3, "opacity": 0.8, "color": kept, "coloraxis": "coloraxis"},
                showlegend=False,
            )
        )
        left, down = (i % 2) * 0.51, 1 - (i // 2 + 1) / rows
        axis = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False}
        figure.update_layout(
            {
                f"xaxis{end}": axis
                | {"domain": [left, left + 0.49], "anchor": f"y{end}", "showline": True,
                   "mirror": True, "range": _padded(low[0], high[0])},
                f"yaxis{end}": axis
                | {"domain": [down + 0.01, down + 1 / rows - 0.1 / rows], "anchor": f"x{end}",
                   "showline": True, "mirror": True, "range": _padded(low[1], high[1])},
            }
        )  # fmt: skip
        figure.add_annotation(
            text=escape(titles[i]), x=left, y=down + 1 / rows - 0.095 / rows, xref="paper",
            yref="paper", showarrow=False, xanchor="left", yanchor="bottom",
        )  # fmt: skip
    bar = {"title": {"text": "share kept", "side": "top"}, "orientation": "h", "thickness": 9,
           "len": 0.5, "x": 1, "xanchor": "right", "y": 1.0, "yanchor": "bottom"}  # fmt: skip
    figure.update_layout(
        uirevision="seeds",
        margin={"t": 20},
        coloraxis={"cmin": 0, "cmax": 1, "colorscale": MARKS, "colorbar": bar},
    )
    return figure


def _padded(low: float, high: float) -> list[float]:
    return [float(low - 0.04 * (high - low)), float(high + 0.04 * (high - low))]


def hub_distribution(
    before: np.ndarray, after: np.ndarray | None, random: np.ndarray, said: str
) -> go.Figure:
    """In how many lists of neighbours words stand: the share of words in at least so many.

    before, after: (N,) occurrences; random: (M,) the share expected, for 0, 1, … lists,
    were neighbours drawn by lot.
    """
    figure = go.Figure()
    for values, name, colour, width in (
        (before, "vectors as they are", CATEGORICAL[0], 2),
        (after, said, CATEGORICAL[1], 2),
    ):
        if values is not None:
            x, y = _survivors(values)
            figure.add_trace(
                go.Scatter(
                    x=x,
                    y=y,
                    mode="lines",
                    line={"shape": "hv", "color": colour, "width": width},
                    name=name,
                    hovertemplate="%{y:.2%} of the words are in ≥ %{x} lists<extra></extra>",
                )
            )
    figure.add_trace(
        go.Scatter(
            x=np.arange(len(random)),
            y=random,
            mode="lines",
            line={"dash": "dot", "color": MUTED, "width": 1.5},
            name="neighbours drawn by lot",
            hoverinfo="skip",
        )
    )
    least = 0.5 / len(before)
    figure.update_layout(
        uirevision="hubs",
        margin={"t": 30},
        legend={"x": 1, "xanchor": "right", "y": 1},
        xaxis={"title": {"text": "lists of neighbours a word is in, at least"}},
        yaxis={
            "type": "log",
            "title": {"text": "share of words"},
            "tickformat": "~%",
            "range": [float(np.log10(least)), 0.1],
        },
    )
    return figure


def _survivors(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x = 0, 1, …, max and the share of values ≥ x."""
    counted = np.bincount(values)
    return np.arange(len(counted)), counted[::-1].cumsum()[::-1] / len(values)
