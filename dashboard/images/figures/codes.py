"""Figures of a trained model with codes: its losses, the use of its codes, grids of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.quantised.usage import Usage
from dashboard.figures.template import CATEGORICAL, MUTED, SEQUENTIAL
from dashboard.language import say

NAMES = ("reconstruction", "commitment")


def losses(parts: np.ndarray, epoch: int) -> dict[str, Any]:
    """Reconstruction and commitment by epoch, squared error an item; parts (E, 3)."""
    epochs = np.arange(1, len(parts) + 1)
    traces = [
        {
            "type": "scatter", "x": epochs, "y": parts[:, column].astype(np.float32),
            "mode": "lines+markers" if len(parts) < 3 else "lines", "name": say(name),
            "line": {"color": CATEGORICAL[i], "width": 2, "dash": ("solid", "dash")[i]},
            "hovertemplate": say(
                "{part} in epoch %{{x}}: %{{y:.3f}}<extra></extra>", part=say(name)
            ),
        }
        for i, (name, column) in enumerate(zip(NAMES, (0, 2), strict=True))
        if parts[:, column].any()
    ]  # fmt: skip
    return {
        "data": traces,
        "layout": {
            "uirevision": "code_losses", "margin": {"t": 26}, "shapes": _line(epoch),
            "legend": _ABOVE,
            "xaxis": {"title": {"text": say("epoch")}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": say("squared error an item")}, "type": "log",
                      "exponentformat": "power"},
        },
    }  # fmt: skip


def use(epochs: list[int], usages: list[Usage], K: int, epoch: int) -> dict[str, Any]:
    """The codes used and the perplexity, by stored epoch, both as numbers of codes."""
    rows = (
        ("codes used", [K * u.used for u in usages], "solid"),
        ("perplexity", [u.perplexity for u in usages], "dash"),
    )
    traces = [
        {
            "type": "scatter", "x": epochs, "y": np.array(values, np.float32),
            "mode": "lines+markers" if len(epochs) < 3 else "lines", "name": say(name),
            "line": {"color": CATEGORICAL[2 + i], "width": 2, "dash": dash},
            "hovertemplate": say(
                "{part} after epoch %{{x}}: %{{y:.1f}}<extra></extra>", part=say(name)
            ),
        }
        for i, (name, values, dash) in enumerate(rows)
    ]  # fmt: skip
    return {
        "data": traces,
        "layout": {
            "uirevision": f"code_use {K}", "margin": {"t": 26}, "shapes": _line(epoch),
            "legend": _ABOVE,
            "xaxis": {"title": {"text": say("epoch")}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": say("codes")}, "range": [0, 1.04 * K]},
        },
    }  # fmt: skip


def frequencies(counts: np.ndarray) -> dict[str, Any]:
    """How often each code occurs, the commonest first, (K,)."""
    order = np.argsort(-counts, kind="stable")
    even = counts.sum() / len(counts)
    return {
        "data": [
            {
                "type": "bar", "x": np.arange(1, len(counts) + 1), "y": counts[order],
                "customdata": order, "marker": {"color": CATEGORICAL[0]},
                "hovertemplate": say("code %{customdata}: %{y:,} places<extra></extra>"),
            }
        ],
        "layout": {
            "uirevision": f"frequencies {len(counts)}", "margin": {"t": 8}, "bargap": 0.15,
            "shapes": [
                {"type": "line", "y0": even, "y1": even, "x0": 0, "x1": 1, "xref": "paper",
                 "line": {"color": MUTED, "width": 1, "dash": "dot"}}
            ],
            "xaxis": {"title": {"text": say("codes, the commonest first")}},
            "yaxis": {"title": {"text": say("places")}, "rangemode": "tozero"},
        },
    }  # fmt: skip


def codebook_map(places: np.ndarray, counts: np.ndarray, axes: tuple[str, str]) -> dict[str, Any]:
    """The codes at places (K, 2), as large as they are common; unused ones are crosses."""
    used = counts > 0
    size = 5 + 22 * np.sqrt(counts / max(counts.max(), 1))
    traces = [
        {
            "type": "scatter", "x": places[rows, 0], "y": places[rows, 1], "mode": "markers",
            "name": name, "customdata": np.flatnonzero(rows), "text": counts[rows],
            "marker": {"symbol": symbol, "size": size[rows], "color": colour, "opacity": 0.75},
            "hovertemplate": say("code %{customdata}: %{text:,} places<extra></extra>"),
        }
        for rows, name, symbol, colour in (
            (used, say("used"), "circle", CATEGORICAL[0]),
            (~used, say("never used"), "x-thin-open", CATEGORICAL[1]),
        )
        if rows.any()
    ]  # fmt: skip
    return {
        "data": traces,
        "layout": {
            "uirevision": "codebook_map", "margin": {"t": 26}, "legend": _ABOVE,
            "xaxis": {"title": {"text": axes[0]}, "zeroline": False},
            "yaxis": {"title": {"text": axes[1]}, "zeroline": False},
        },
    }  # fmt: skip


def grid(codes: np.ndarray, cell: int, edited: np.ndarray) -> dict[str, Any]:
    """An item's codes as a grid of numbers (r, c), the chosen cell framed, changed ones marked."""
    r, c = codes.shape
    row, column = divmod(cell, c)
    text = np.where(edited, [[f"<b>{k}</b>*" for k in line] for line in codes],
                    [[str(k) for k in line] for line in codes])  # fmt: skip
    return {
        "data": [
            {
                "type": "heatmap", "z": edited.astype(np.float32), "zmin": 0, "zmax": 1,
                "text": codes, "showscale": False, "xgap": 2, "ygap": 2,
                "colorscale": [[0, "rgba(128,134,138,0.20)"], [1, "rgba(230,159,0,0.55)"]],
                "hovertemplate": say("row %{y}, column %{x}: code %{text}<extra></extra>"),
            },
            {
                "type": "scatter", "x": np.tile(np.arange(c), r), "y": np.repeat(np.arange(r), c),
                "mode": "text", "text": text.ravel(), "hoverinfo": "skip", "showlegend": False,
            },  # in the ink of the theme, which text within a heatmap does not take on
        ],
        "layout": {
            "uirevision": f"grid {r} {c}", "margin": {"t": 8},
            "shapes": [
                {"type": "rect", "x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5,
                 "y1": row + 0.5, "line": {"color": CATEGORICAL[1], "width": 3}}
            ],
            "xaxis": {"visible": False, "constrain": "domain", "range": [-0.55, c - 0.45]},
            "yaxis": {"visible": False, "range": [r - 0.45, -0.55], "scaleanchor": "x",
                      "constrain": "domain"},
        },
    }  # fmt: skip


def where(counts: np.ndarray, items: int) -> dict[str, Any]:
    """How often a code stands at each place of the grid, (r, c), as a share of the items."""
    return {
        "data": [
            {
                "type": "heatmap", "z": (counts / items).astype(np.float32), "zmin": 0,
                "zmax": max(float(counts.max()) / items, 0.01),
                "colorscale": SEQUENTIAL, "colorbar": {"tickformat": "~%"}, "xgap": 1, "ygap": 1,
                "hovertemplate": say("row %{y}, column %{x}: %{z:.1%} of items<extra></extra>"),
            }
        ],
        "layout": {
            "uirevision": "where", "margin": {"t": 8},
            "xaxis": {"visible": False, "constrain": "domain"},
            "yaxis": {"visible": False, "autorange": "reversed", "scaleanchor": "x",
                      "constrain": "domain"},
        },
    }  # fmt: skip


def _line(epoch: int) -> list[dict[str, Any]]:
    """A dotted line at the epoch shown."""
    if not epoch:
        return []
    line = {"color": MUTED, "width": 1, "dash": "dot"}
    return [
        {"type": "line", "x0": epoch, "x1": epoch, "y0": 0, "y1": 1, "yref": "paper", "line": line}
    ]


_ABOVE = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0}
