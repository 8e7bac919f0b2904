"""A matrix as a picture: a photograph, a page of digits, cells with words, or a map of colours.

Only what is drawn is asked for: a `Frame` says which rows and columns that is.
Large pictures travel as PNG, a byte an entry; small ones as numbers, with hover.
"""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image
from plotly.colors import hex_to_rgb

from dashboard.figures.template import CATEGORICAL, DIVERGING, SEQUENTIAL, escape
from dashboard.language import say

Ints = np.ndarray
Parts = tuple[list[Any], dict[str, Any]]  # traces and layout
WORDS = 24  # rows and columns of named cells shown at once
CELLS = 3000  # a matrix of so few entries is drawn cell by cell
MOST = 300  # rows and columns of a map
TILES = (6, 12)  # digits on a page
SIDE = 8  # pixels of a digit
LEVELS = 84  # colours of a PNG: so many for plain entries, columns and rows each
GAP = 255  # the see-through one
GREYS = [(0.0, "#000000"), (1.0, "#FFFFFF")]
COLUMN, ROW = CATEGORICAL[1], CATEGORICAL[5]


@dataclass(frozen=True)
class Frame:
    """What of an (m, n) matrix is drawn: rows `down`, columns `across`, and how."""

    style: str  # photograph, digits, cells, map
    shape: tuple[int, int]
    down: Ints
    across: Ints
    rows: tuple[str, ...] = ()  # names of those drawn
    columns: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every entry is drawn."""
        return len(self.down) == self.shape[0] and len(self.across) == self.shape[1]


@dataclass(frozen=True)
class Colours:
    """Where the colours of a picture end."""

    low: float
    high: float
    scale: list[tuple[float, str]] = field(default_factory=lambda: SEQUENTIAL)


def frame(
    shape: tuple[int, int],
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    *,
    style: str = "",
    first: tuple[int, int] = (0, 0),
    ahead: tuple[Sequence[int], Sequence[int]] = ((), ()),
) -> Frame:
    """Choose what is drawn of a matrix of this shape; `style`, if it is known to be a picture.

    Named rows or columns are shown a few at a time: those `ahead` (rows, columns), then
    from the `first` ones on.
    """
    m, n = shape
    if style == "photograph":
        return Frame(style, shape, np.arange(m), np.arange(n))
    if style == "digits":
        return Frame(style, shape, _window(m, first[0], TILES[0] * TILES[1]), np.arange(n))
    if rows or columns or m * n <= CELLS:
        small = m * n <= CELLS
        down = np.arange(m) if small else _after(ahead[0], _window(m, first[0], WORDS))
        across = np.arange(n) if small else _after(ahead[1], _window(n, first[1], WORDS))
        names = tuple(rows[i] for i in down.tolist()) if rows else ()
        heads = tuple(columns[j] for j in across.tolist()) if columns else ()
        return Frame("cells", shape, down, across, names, heads)
    return Frame("map", shape, _spread(m), _spread(n))


def colours(values: np.ndarray, style: str) -> Colours:
    """The scale of a matrix, from what is drawn of it; white or black is zero."""
    if style == "photograph":
        return Colours(0.0, 1.0, GREYS)
    limit = float(np.quantile(np.abs(values), 0.995)) if values.size else 0.0
    limit = limit or float(np.abs(values).max(initial=0.0)) or 1.0
    if style == "digits":
        return Colours(0.0, limit, GREYS)
    if values.size and values.min() < 0:
        return Colours(-limit, limit, DIVERGING)
    return Colours(0.0, limit, SEQUENTIAL)


def residual_colours(of: Colours) -> Colours:
    """The scale of residuals: the same at every rank, half as far as the matrix's own."""
    limit = max(abs(of.low), abs(of.high)) / 2
    return Colours(-limit, limit, DIVERGING)


def picture(
    values: np.ndarray,
    shown: Frame,
    scale: Colours,
    *,
    chosen: tuple[Ints, Ints] | None = None,
    title: str = "",
) -> go.Figure:
    """Draw the framed values (rows, columns) of a matrix.

    chosen: (columns, rows) of the matrix to be marked, orange and blue.
    """
    across, down = chosen or (np.zeros(0, np.int64), np.zeros(0, np.int64))
    marked = np.isin(shown.across, across), np.isin(shown.down, down)
    build = _cells if shown.style == "cells" else _image
    traces, layout = build(values, shown, scale, *marked)
    layout |= {
        "title": {"text": title, "font": {"size": 13}, "pad": {"l": 2}},
        "margin": {"t": 30, "b": 4, "l": 4, "r": 4},
        "uirevision": f"{shown.style}{shown.shape}{shown.down[:1]}{shown.across[:1]}",
    }
    return go.Figure(traces, layout)  # at once: adding to a figure takes several times as long


def _cells(values: np.ndarray, shown: Frame, scale: Colours, columns: Ints, rows: Ints) -> Parts:
    R, C = values.shape
    row_i, column_j = say("row"), say("column")
    row = [escape(w) for w in shown.rows] or [f"{row_i} {i + 1}" for i in shown.down]
    column = [escape(w) for w in shown.columns] or [f"{column_j} {j + 1}" for j in shown.across]
    cells = go.Heatmap(
        z=values.astype(np.float32),
        x=np.arange(C),
        y=np.arange(R),
        text=[[f"{a}, {b}" for b in column] for a in row],
        colorscale=scale.scale,
        zmin=scale.low,
        zmax=scale.high,
        colorbar=_bar() | ({"y": -0.14} if shown.columns else {}),
        hovertemplate="<b>%{text}</b><br>%{z:.4g}<extra></extra>",
    )
    band = {"type": "rect", "fillcolor": "rgba(0,0,0,0)"}
    across = [
        {**band, "x0": j - 0.5, "x1": j + 0.5, "y0": -0.5, "y1": R - 0.5,
         "line": {"color": COLUMN, "width": 2}}
        for j in np.flatnonzero(columns).tolist()
    ]  # fmt: skip
    down = [
        {**band, "y0": i - 0.5, "y1": i + 0.5, "x0": -0.5, "x1": C - 0.5,
         "line": {"color": ROW, "width": 2}}
        for i in np.flatnonzero(rows).tolist()
    ]  # fmt: skip
    plain = {"showgrid": False, "zeroline": False, "tickfont": {"size": 9}}
    return [cells], {
        "shapes": across + down,
        "xaxis": {"range": [-0.5, C - 0.5], "tickangle": -60, **plain, **_ticks(shown.columns)},
        "yaxis": {"range": [R - 0.5, -0.5], **plain, **_ticks(shown.rows)},
    }


def _ticks(names: Sequence[str]) -> dict[str, object]:
    if not names:
        return {"showticklabels": False, "ticks": ""}
    return {"tickvals": list(range(len(names))), "ticktext": [escape(w) for w in names]}


def _image(values: np.ndarray, shown: Frame, scale: Colours, columns: Ints, rows: Ints) -> Parts:
    level = values - scale.low
    level *= (LEVELS - 1) / (scale.high - scale.low)
    level += 0.5  # rounded when cut to whole numbers
    index = np.clip(level, 0.0, LEVELS - 0.5, out=level).astype(np.uint8)
    index[:, columns] += LEVELS
    index[rows] = index[rows] % LEVELS + 2 * LEVELS
    if shown.style == "digits":
        index = _tiles(index)
    high, wide = index.shape
    m, n = (high, wide) if shown.style == "digits" else shown.shape
    hover = say("row %{y:.0f}, column %{x:.0f}<extra></extra>")
    image = go.Image(
        source=_png(index, scale),
        x0=n / wide / 2,
        y0=m / high / 2,
        dx=n / wide,
        dy=m / high,
        zsmooth="fast" if shown.style == "photograph" else False,
        hovertemplate=None if shown.style == "digits" else hover,
        hoverinfo="skip" if shown.style == "digits" else None,
    )
    stretched = max(m, n) > 3 * min(m, n)  # neither a line nor a dot
    hidden = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": ""}
    return [image, _legend(scale)], {
        "xaxis": {"range": [0, n], "constrain": "domain", **hidden},
        "yaxis": {
            "range": [m, 0],
            "scaleanchor": False if stretched else "x",
            "constrain": "domain",
            **hidden,
        },
    }


def _tiles(index: np.ndarray) -> np.ndarray:
    """Rows of SIDE² entries, each a little picture, side by side with gaps between."""
    tall, wide = TILES
    page = np.full((tall * wide, SIDE + 1, SIDE + 1), GAP, np.uint8)
    page[: len(index), :SIDE, :SIDE] = index.reshape(-1, SIDE, SIDE)
    rows = page.reshape(tall, wide, SIDE + 1, SIDE + 1).transpose(0, 2, 1, 3)
    return rows.reshape(tall * (SIDE + 1), wide * (SIDE + 1))


def _png(index: np.ndarray, scale: Colours) -> str:
    """A data address of a PNG of palette indices."""
    image = Image.frombytes("P", index.shape[::-1], index.tobytes())
    image.putpalette(_palette(tuple(scale.scale)))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1, transparency=GAP)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


@functools.lru_cache(maxsize=8)
def _palette(scale: tuple[tuple[float, str], ...]) -> bytes:
    """LEVELS colours of a scale, then the same with a tint of orange, then of blue."""
    stops = np.array([hex_to_rgb(colour) for _, colour in scale], float)
    at, places = [place for place, _ in scale], np.linspace(0, 1, LEVELS)
    base = np.stack([np.interp(places, at, stops[:, i]) for i in range(3)], axis=1)
    tinted = [0.5 * base + 0.5 * np.array(hex_to_rgb(tint)) for tint in (COLUMN, ROW)]
    palette = np.zeros((256, 3))
    palette[: 3 * LEVELS] = np.concatenate([base, *tinted])
    return np.rint(palette).astype(np.uint8).tobytes()


def _legend(scale: Colours) -> go.Scatter:
    """Nothing but the colour bar of a picture."""
    return go.Scatter(
        x=[None],
        y=[None],
        showlegend=False,
        hoverinfo="skip",
        marker={
            "colorscale": scale.scale,
            "cmin": scale.low,
            "cmax": scale.high,
            "color": [scale.low],
            "showscale": True,
            "colorbar": _bar(),
        },
    )


def _bar() -> dict[str, object]:
    """A thin colour bar below the picture."""
    return {
        "orientation": "h", "thickness": 6, "len": 0.7, "x": 0.5, "xanchor": "center", "y": 0,
        "yanchor": "top", "ypad": 6, "nticks": 5, "tickfont": {"size": 10},
    }  # fmt: skip


def _window(side: int, first: int, most: int) -> Ints:
    """At most `most` numbers in a row, from `first` on, or as near to it as they fit."""
    start = min(max(first, 0), max(side - most, 0))
    return np.arange(start, min(start + most, side))


def _after(ahead: Sequence[int], window: Ints) -> Ints:
    """Those ahead, then as many of the window as there is room for."""
    lead = np.array(ahead, np.int64)
    return np.concatenate([lead, window[~np.isin(window, lead)]])[: max(len(window), len(lead))]


def _spread(side: int) -> Ints:
    """At most MOST numbers, evenly spread over the side."""
    return np.unique(np.linspace(0, side - 1, min(side, MOST)).round().astype(np.int64))
