"""The map of a collection: every row a point, coloured by a column; and counts of columns."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.maps.density import Regions
from core.spaces.queries import Answer, Transformed
from dashboard.figures.template import CATEGORICAL, MARKS, MUTED, escape
from dashboard.language import say

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
SHADES = CATEGORICAL[:-1]
LARGE = 5_000  # rows above which points are smaller, and drawn without plotly.js
MOST_NAMES = 12  # categories with a colour of their own; the rest are grey
HOVER = 120  # characters of a title under the pointer
MOST_TITLES = 100_000  # rows whose titles are sent with the map; above, their numbers alone
BARS = 10  # categories counted beside the map
BINS = 24
FEW = 8  # bins, each of which has its own number below it
CHOSEN = {"size": 16, "symbol": "star", "color": CATEGORICAL[1],
          "line": {"width": 1, "color": "white"}}  # fmt: skip


QUERY = {"size": 15, "symbol": "diamond", "color": CATEGORICAL[3],
         "line": {"width": 1, "color": "white"}}  # fmt: skip


@dataclass(frozen=True, eq=False)
class MappedRows:
    """Rows of a map: numbers (m,) in the table, places xy (m, 2), titles, and which are shown.

    Without titles a row is called by its number.
    """

    rows: np.ndarray
    xy: np.ndarray
    titles: Sequence[str] | None
    shown: np.ndarray


@dataclass(frozen=True, eq=False)
class Colour:
    """The meaning of colours: values (m,) from low to high, NaN for none; or codes with names.

    names: of the codes 0, 1, …; −1 is none of them, and called `rest`. ticks: of a scale.
    """

    title: str
    values: np.ndarray
    low: float = 0.0
    high: float = 1.0
    ticks: Sequence[tuple[float, str]] = ()
    names: Sequence[str] | None = None
    rest: str = ""

    @property
    def made_of(self) -> str:
        """A digest of all this: maps of the same rows with the same one look the same."""
        names = tuple(self.names) if self.names is not None else None
        text = repr((self.title, self.low, self.high, *self.ticks, names, self.rest))
        return hashlib.sha256(text.encode() + self.values.tobytes()).hexdigest()


def collection_map(
    mapped: MappedRows,
    colour: Colour,
    axes: tuple[str, str],
    uirevision: str,
    dense: Regions | None = None,
    placed: bool = True,
) -> dict[str, Any]:
    """Every shown row as a point, those filtered out faint below; a legend toggles categories.

    dense: regions that are outlined; placed: with the places of the points, see `places`.
    """
    there = np.isfinite(mapped.xy).all(axis=1)
    parts = [(group, _rows_of(group, mapped, colour) & there) for group in groups(mapped, colour)]
    points = [_points(group, mapped, colour, rows, placed) for group, rows in parts if rows.any()]
    outlines = [] if dense is None else [_outlines(dense)]
    return {"data": [*outlines, *points], "layout": _layout(colour, axes, uirevision)}


def one_group(mapped: MappedRows, colour: Colour) -> bool:
    """Whether all rows are drawn, in one trace: then their places stay while colours change."""
    return colour.names is None and all(
        np.isfinite(values).all() for values in (colour.values, mapped.xy)
    ) and bool(mapped.shown.all())  # fmt: skip


def places(mapped: MappedRows, rows: np.ndarray, titled: bool = True) -> dict[str, Any]:
    """Where rows (m,) are, and what they are called."""
    data: dict[str, Any] = {
        "x": mapped.xy[rows, 0],
        "y": mapped.xy[rows, 1],
        "customdata": mapped.rows[rows].astype(np.int32),  # a lasso goes by place alone
    }
    if mapped.titles is not None and titled:
        at = np.flatnonzero(rows).tolist()
        data["text"] = [escape(mapped.titles[place]) for place in at]
    return data


def hollow_map(
    mapped: MappedRows,
    colour: Colour,
    axes: tuple[str, str],
    uirevision: str,
    dense: Regions | None = None,
) -> dict[str, Any]:
    """The same without its points, of which each trace names the group: for `show_figure`, which
    draws many points by itself (see `dashboard.items.parts.collection_cloud`).

    It is the same whatever is filtered out.
    """
    hollow = [group.trace | {"meta": {"cloud": group.code}} for group in groups(mapped, colour)]
    outlines = [] if dense is None else [_outlines(dense)]
    return {"data": [*hollow, *outlines], "layout": _layout(colour, axes, uirevision)}


def _layout(colour: Colour, axes: tuple[str, str], uirevision: str) -> dict[str, Any]:
    return {
        "uirevision": uirevision,
        "margin": {"t": 46, "b": 64},
        "showlegend": colour.names is not None,
        "legend": {
            "traceorder": "normal",
            "orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0,
            "itemsizing": "constant",
        },
        "xaxis": _blank(axes[0]),
        "yaxis": _blank(axes[1]) | {"scaleanchor": "x", "scaleratio": 1},
    }  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Rows that are drawn alike: `code`, "out" of those filtered out, "scale" of those with a
    number, −1 of those without a value, else that of their category; and the trace without them."""

    code: int | str
    trace: dict[str, Any]


def groups(mapped: MappedRows, colour: Colour) -> list[Group]:
    """The groups of a map that have rows, filtered out or not, in the order they are drawn in."""
    size = 3.5 if len(mapped.rows) > LARGE else 6.0
    faint = {"size": max(size - 1.5, 2), "color": MUTED, "opacity": 0.15}
    out = Group(
        "out",
        {"type": "scattergl", "mode": "markers", "marker": faint, "hoverinfo": "skip",
         "showlegend": False, "name": say("filtered out")},
    )  # fmt: skip
    if colour.names is None:
        blank = {"color": MUTED, "symbol": "circle-open"}
        unknown = Group(-1, _group(mapped, size, blank, say("none"), False))
        scale = Group("scale", _group(mapped, size, _scale(colour), colour.title, False))
        missing = not np.isfinite(colour.values).all()
        return [out, *([unknown] if missing else []), scale]
    shown = [out]
    present = np.bincount(np.asarray(colour.values, np.int64) + 1, minlength=len(colour.names) + 1)
    for code in (-1, *range(len(colour.names))):  # the others below
        if present[code + 1]:
            name = colour.names[code] if code >= 0 else colour.rest
            marker: dict[str, Any] = {"color": _shade(code), "symbol": _symbol(code)}
            marker |= {"opacity": 0.35} if code < 0 else {}
            shown.append(Group(code, _group(mapped, size, marker, name, True)))
    return shown


def _rows_of(group: Group, mapped: MappedRows, colour: Colour) -> np.ndarray:
    """Which rows (m,) are of a group."""
    if group.code == "out":
        return ~mapped.shown
    if colour.names is None:
        known = np.isfinite(colour.values)
        return np.asarray(mapped.shown & (known if group.code == "scale" else ~known))
    return np.asarray(mapped.shown & (colour.values == group.code))


def marks(mapped: MappedRows, chosen: int, near: Sequence[int]) -> list[dict[str, Any]]:
    """Lines from a chosen row to its true neighbours, as places among the mapped rows."""
    if chosen < 0 or not np.isfinite(mapped.xy[chosen]).all():
        return []
    ends = np.full((len(near), 3, 2), np.nan, np.float32)  # a gap ends each line
    ends[:, 0], ends[:, 1] = mapped.xy[chosen], mapped.xy[list(near)]
    x, y = ends.reshape(-1, 2).T
    line = {"width": 1.6, "color": CATEGORICAL[1]}
    star, own = mapped.xy[[chosen]], mapped.rows[chosen]
    rows = np.full((len(near), 3), own, np.int32)
    rows[:, 1] = mapped.rows[list(near)]
    return [
        {"type": "scattergl", "x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip",
         "showlegend": False, "customdata": rows.ravel()},
        {"type": "scattergl", "x": star[:, 0], "y": star[:, 1], "mode": "markers",
         "marker": CHOSEN, "hoverinfo": "skip", "showlegend": False, "name": say("chosen row"),
         "customdata": np.array([own], np.int32)},
    ]  # fmt: skip


def query_marks(mapped: MappedRows, answer: Answer | None) -> list[dict[str, Any]]:
    """Where a query lies, and lines to its nearest rows, as places among the mapped rows."""
    if answer is None:
        return []
    ends = np.full((len(answer.near), 3, 2), np.nan, np.float32)  # a gap ends each line
    ends[:, 0], ends[:, 1] = answer.xy, mapped.xy[answer.near]
    ends = ends[np.isfinite(ends[:, 1]).all(axis=1)]
    x, y = ends.reshape(-1, 2).T
    line = {"width": 1.2, "color": CATEGORICAL[3], "dash": "dot"}
    return [
        {"type": "scattergl", "x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip",
         "showlegend": False},
        {"type": "scattergl", "x": answer.xy[:1], "y": answer.xy[1:], "mode": "markers",
         "marker": QUERY, "hoverinfo": "skip", "name": say("query")},
    ]  # fmt: skip


def transform_marks(placed: Transformed | None) -> list[dict[str, Any]]:
    """Where umap-learn's transform puts the query."""
    if placed is None:
        return []
    return [
        {"type": "scattergl", "x": placed.xy[:1], "y": placed.xy[1:], "mode": "markers",
         "marker": QUERY | {"symbol": "diamond-open"}, "hoverinfo": "skip",
         "name": say("query, by umap-learn")},
    ]  # fmt: skip


def category_bars(names: Sequence[str], all_: np.ndarray, shown: np.ndarray) -> dict[str, Any]:
    """How many rows each category has in all, and how many of those shown; a click takes one."""
    labels = [_cut(name) for name in names]
    return _counts(
        list(range(len(labels))), all_, shown, "h",
        {"tickvals": list(range(len(labels))), "ticktext": labels, "autorange": "reversed"},
        [[name] for name in names],
    )  # fmt: skip


def number_bars(
    edges: np.ndarray, ranges: list[list[float]], all_: np.ndarray, shown: np.ndarray, dates: bool
) -> dict[str, Any]:
    """How many rows have a number in each bin between edges; a click takes a bin's range."""
    middle = (edges[:-1] + edges[1:]) / 2
    axis: dict[str, Any] = {}
    if len(middle) <= FEW:
        axis = {"tickvals": middle.tolist(), "ticktext": [f"{value:g}" for value in middle]}
    if len(middle) == 1:
        axis["range"] = [middle[0] - 2, middle[0] + 2]
    places: Any = middle
    if dates:  # days since 1970
        places = middle.astype("datetime64[D]").astype(str).tolist()
        axis = {"tickvals": places} if len(places) == 1 else {}
    return _counts(places, all_, shown, "v", axis, ranges)


def _counts(
    places: Any, all_: np.ndarray, shown: np.ndarray, orientation: str, axis: dict[str, Any],
    customdata: list[list[Any]],
) -> dict[str, Any]:  # fmt: skip
    along, across = ("y", "x") if orientation == "h" else ("x", "y")
    bars = [
        {
            "type": "bar", along: places, across: values, "orientation": orientation,
            "marker": {"color": colour}, "name": name, "customdata": customdata,
            "hovertemplate": f"%{{{across}:,}} {name}<extra></extra>",
        }
        for values, colour, name in (
            (all_, "rgba(128, 134, 138, 0.3)", say("all rows")),
            (shown, CATEGORICAL[0], say("rows shown")),
        )
    ]  # fmt: skip
    layout = {
        "barmode": "overlay", "bargap": 0.12, "showlegend": False, "margin": {"t": 6, "b": 6},
        f"{along}axis": axis | {"showgrid": False},
        f"{across}axis": {"tickformat": "~s", "nticks": 4, "rangemode": "tozero"},
    }  # fmt: skip
    return {"data": bars, "layout": layout}


def _outlines(dense: Regions) -> dict[str, Any]:
    """Lines within which a quarter, half and three quarters of the shown rows lie."""
    return {
        "type": "contour", "x": dense.x, "y": dense.y, "z": dense.share,
        "contours": {
            "start": 0.25, "end": 0.75, "size": 0.25, "coloring": "none", "showlabels": True,
            "labelformat": ".0%", "labelfont": {"color": MUTED, "size": 11},
        },
        "line": {"color": MUTED, "width": 1.4, "smoothing": 0.8},
        "showscale": False, "showlegend": False, "hoverinfo": "skip", "name": say("dense regions"),
    }  # fmt: skip


def _group(
    mapped: MappedRows, size: float, marker: dict[str, Any], name: str, legend: bool
) -> dict[str, Any]:
    title = "#%{customdata}" if mapped.titles is None else "%{text}"
    return {
        "type": "scattergl",
        "mode": "markers",
        "marker": {"size": size, "opacity": 0.85} | marker,
        "selected": {"marker": {"opacity": 0.95}},
        "unselected": {"marker": {"opacity": 0.25}},
        "hovertemplate": f"{title}<extra></extra>",
        "name": escape(_cut(name)),
        "showlegend": legend,
    }


def _points(
    group: Group, mapped: MappedRows, colour: Colour, rows: np.ndarray, placed: bool
) -> dict[str, Any]:
    """The trace of a group with its rows (m,)."""
    data = places(mapped, rows, group.code != "out") if placed else {}
    if group.code == "scale":
        values = np.clip(colour.values[rows], colour.low, colour.high).astype(np.float32)
        data["marker"] = group.trace["marker"] | {"color": values}
    return group.trace | data


def _scale(colour: Colour) -> dict[str, Any]:
    bar: dict[str, Any] = {
        "title": {"text": escape(colour.title), "side": "top"}, "orientation": "h",
        "thickness": 9, "len": 0.5, "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom",
        "ypad": 2,
    }  # fmt: skip
    if colour.ticks:
        bar |= {"tickvals": [v for v, _ in colour.ticks], "ticktext": [t for _, t in colour.ticks]}
    return {"colorscale": MARKS, "cmin": colour.low, "cmax": colour.high, "colorbar": bar}


def _blank(title: str) -> dict[str, Any]:
    return {
        "title": {"text": title}, "showticklabels": False, "ticks": "", "showgrid": False,
        "zeroline": False,
    }  # fmt: skip


def _shade(code: int) -> str:
    return MUTED if code < 0 else SHADES[code % len(SHADES)]


def _symbol(code: int) -> str:
    return "circle-open" if code < 0 else SYMBOLS[(code // len(SHADES)) % len(SYMBOLS)]


def _cut(name: str, most: int = 28) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
