"""The one visual language of every figure: template, colour scales, type scale.

The app sends the template to a browser once, with the code that draws figures, which all
inherit everything from it; so a builder writes ``go.Figure(...)``, and Plotly copies no template
of its own into that. In a notebook, ``figure.update_layout(template="vectorscope")`` has the same
effect. Colours of text, grid and lines given here are those of paper (exports, notebooks); on the
screen that code replaces them by those of the live theme, light or dark.

>>> escape("<b>a & b</b>")
'&lt;b&gt;a &amp; b&lt;/b&gt;'
"""

from __future__ import annotations

import html
from typing import Any

import plotly.io as pio

NAME = "vectorscope"

# Okabe & Ito (2008), "Color Universal Design", the darkest first; black and yellow, which
# vanish on one of the two themes, give way to a brown and a grey that no colour vision takes
# for one of the others (tests/figures/test_palette.py).
CATEGORICAL: tuple[str, ...] = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#964F2E",
    "#646A6E",
)

Scale = list[tuple[float, str]]


def _scale(*colours: str) -> Scale:
    """Spread colours evenly over [0, 1]."""
    return [(i / (len(colours) - 1), colour) for i, colour in enumerate(colours)]


# Viridis: lightness grows steadily, also in grey print and for every colour vision.
SEQUENTIAL: Scale = _scale(
    *("#440154", "#482878", "#3E4989", "#31688E", "#26828E"),
    *("#1F9E89", "#35B779", "#6ECE58", "#B5DE2B", "#FDE725"),
)

# Its middle, for small marks: neither end vanishes on light or on dark paper.
MARKS: Scale = _scale(*(colour for _, colour in SEQUENTIAL[2:-1]))

# Blue – white – orange-red, exactly white in the middle: use with zmin = −zmax.
DIVERGING: Scale = _scale(
    *("#053061", "#2166AC", "#4393C3", "#92C5DE", "#D1E5F0"),
    "#FFFFFF",
    *("#FDE3CF", "#F8B98F", "#E67E45", "#C24A10", "#762A06"),
)

# Its upper half, for what is never below zero: the same value keeps the same colour.
POSITIVE: Scale = _scale(*(colour for place, colour in DIVERGING if place >= 0.5))

# Cells that were never met (a count of zero, no value at all): on neither scale, and quiet on
# light and dark paper alike.
NEVER = "rgba(128, 134, 138, 0.28)"
WEAK = "rgba(128, 134, 138, 0.55)"  # met, but with too little evidence

# For the background: lines of a tree, curves of what was dropped.
MUTED = "#70767A"

# The name of the shape that goes with a slider's thumb (see figure.js).
FOLLOW = "follow"

# Type scale, px.
TITLE_SIZE, LABEL_SIZE, TICK_SIZE = 15, 12, 11
FONT = '"Source Sans", "Source Sans 3", system-ui, -apple-system, "Segoe UI", sans-serif'
MARGINS = {"l": 8, "r": 8, "t": 36, "b": 8, "pad": 2}  # automargin adds what labels need

INK, PAPER, GRID, LINE = "#1D2426", "#FFFFFF", "#E6E3DB", "#B9B5AA"

_AXIS = {
    "automargin": True,
    "gridcolor": GRID,
    "linecolor": LINE,
    "zerolinecolor": LINE,
    "zerolinewidth": 1,
    "tickcolor": LINE,
    "tickfont": {"size": TICK_SIZE},
    "title": {"font": {"size": LABEL_SIZE}, "standoff": 8},
}
_AXIS_3D = {
    "gridcolor": GRID,
    "linecolor": LINE,
    "zerolinecolor": LINE,
    "showbackground": False,
    "tickfont": {"size": TICK_SIZE},
}
_COLORBAR = {
    "outlinewidth": 0,
    "thickness": 12,
    "len": 0.9,
    "ticks": "",
    "tickfont": {"size": TICK_SIZE},
    "title": {"font": {"size": LABEL_SIZE}, "side": "right"},
}
_SCALED = {"colorscale": SEQUENTIAL, "colorbar": _COLORBAR}


_LAYOUT = {
    "colorway": CATEGORICAL,
    "colorscale": {
        "sequential": SEQUENTIAL,
        "sequentialminus": SEQUENTIAL[::-1],
        "diverging": DIVERGING,
    },
    "coloraxis": {"colorbar": _COLORBAR, "colorscale": SEQUENTIAL},
    "font": {"family": FONT, "size": LABEL_SIZE, "color": INK},
    "title": {"font": {"size": TITLE_SIZE}, "x": 0, "xref": "container", "xanchor": "left"},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "margin": MARGINS,
    "hovermode": "closest",
    "hoverlabel": {
        "align": "left",
        "bgcolor": PAPER,
        "bordercolor": LINE,
        "font": {"size": LABEL_SIZE, "color": INK, "family": FONT},
    },
    "legend": {"bgcolor": "rgba(0,0,0,0)", "font": {"size": TICK_SIZE}},
    "xaxis": _AXIS,
    "yaxis": _AXIS,
    "scene": {"xaxis": _AXIS_3D, "yaxis": _AXIS_3D, "zaxis": _AXIS_3D},
    "polar": {
        "bgcolor": "rgba(0,0,0,0)",
        "angularaxis": {"gridcolor": GRID, "linecolor": LINE},
        "radialaxis": {"gridcolor": GRID, "linecolor": LINE},
    },
}
# Heatmaps get no grid behind them through the builder; here only what all share.
_DATA = {kind: [{"type": kind, **_SCALED}] for kind in ("heatmap", "contour", "surface")} | {
    kind: [{"type": kind, "marker": {"colorbar": _COLORBAR}}] for kind in ("scatter", "scattergl")
}
TEMPLATE: dict[str, Any] = {"data": _DATA, "layout": _LAYOUT}
pio.templates[NAME] = TEMPLATE
pio.templates.default = None


def cut(text: str, longest: int) -> str:
    """The text, shortened to so many characters.

    >>> cut("Anarchism draws on", 10)
    'Anarchism…'
    """
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def escape(label: object) -> str:
    """Return `label` escaped so that Plotly shows it as plain text, whatever it contains.

    Plotly reads a subset of HTML (``<b>``, ``<a href>``) in labels and ``%{...}`` in
    templates; words of a corpus may contain both. Only the entities that Plotly turns
    back are produced (it knows ``&lt; &gt; &amp;`` and numeric ones, not ``&quot;``).
    Escape for display only: carry ids and words for clicks in ``customdata``.

    >>> escape("%{x} <script>")
    '&#37;{x} &lt;script&gt;'
    """
    return html.escape(str(label), quote=False).replace("%{", "&#37;{")
