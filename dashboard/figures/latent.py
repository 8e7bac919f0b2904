"""Figures of a latent model: its map, its losses, the sizes of its clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.template import CATEGORICAL, INK, MUTED, PAPER, SEQUENTIAL, TICK_SIZE, escape
from dashboard.language import say

HATCHES = ("", "/", "x", ".")
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star")
DASHES = ("solid", "dash", "dot", "dashdot")
PARTS = ("reconstruction", "KL(z)", "KL(y)", "graph")
AROUND = np.linspace(0, 2 * np.pi, 49)


def colour(group: int) -> str:
    """The colour of a cluster or label; those that share one differ by symbol."""
    return CATEGORICAL[group % len(CATEGORICAL)]


def symbol(group: int) -> str:
    """Its shape, for readers who cannot see colour; colour and shape make 56 different pairs."""
    return SYMBOLS[group % len(SYMBOLS)]


def hatch(group: int) -> str:
    """The hatching that distinguishes bars of one colour."""
    return HATCHES[group // len(CATEGORICAL) % len(HATCHES)]


def latent_map(
    places: np.ndarray,
    group: np.ndarray,
    names: Sequence[str],
    hover: Sequence[str],
    *,
    axes: tuple[str, str],
    ellipses: np.ndarray | None = None,
    value: tuple[np.ndarray, str] | None = None,
    extent: np.ndarray | None = None,
    uirevision: str = "",
) -> go.Figure:
    """Items at places (n, 2), coloured by group (n,), or by a value (n,) with its name.

    A point's customdata is its number, which hovering tells before its text. ellipses: (K, P, 2)
    outlines of the prior's clusters, their numbers at the centres; extent: (2, 2) lowest and
    highest place, held while it plays.
    """
    items = np.arange(len(places))
    escaped = {text: escape(text) for text in set(hover)}
    texts = np.array([escaped[text] for text in hover], dtype=object)
    groups = [np.flatnonzero(group == g) for g in range(len(names))]
    if value is not None:
        groups = [items]
    traces: list[go.Scattergl] = []
    for g, part in enumerate(groups):
        if not len(part):
            continue
        marker = {"size": 5, "opacity": 0.8, "color": colour(g), "symbol": symbol(g)}
        if value is not None:
            marker = {
                "size": 5, "opacity": 0.85, "color": value[0].astype(np.float32),
                "colorscale": SEQUENTIAL, "colorbar": {"title": {"text": value[1]}},
            }  # fmt: skip
        traces.append(
            go.Scattergl(
                x=places[part, 0].astype(np.float32),
                y=places[part, 1].astype(np.float32),
                mode="markers",
                marker=marker,
                name="" if value is not None else escape(names[g]),
                showlegend=value is None,
                customdata=part.astype(np.int32),
                text=texts[part],
                hovertemplate=say("item %{customdata} · %{text}<extra></extra>"),
            )
        )
    if ellipses is not None:
        traces += _outlined(ellipses)
    lows, highs = (None, None) if extent is None else extent
    return go.Figure(
        traces,
        {
            "uirevision": uirevision,
            "margin": {"t": 8},
            "dragmode": "lasso",
            "annotations": [] if ellipses is None else _numbered(ellipses),
            "legend": {"title": {"text": ""}, "itemsizing": "constant"},
            "xaxis": _axis(axes[0], lows, highs, 0),
            "yaxis": _axis(axes[1], lows, highs, 1) | {"scaleanchor": "x"},
        },
    )


def _outlined(ellipses: np.ndarray) -> list[go.Scattergl]:
    """The outlines (K, P, 2), gaps between them, dark on light: one of both shows on any paper.

    By WebGL, as the points: Plotly puts that above whatever is not.
    """
    gap = np.full((len(ellipses), 1, 2), np.nan)
    line = np.concatenate([ellipses, gap], axis=1).reshape(-1, 2).astype(np.float32)
    return [
        go.Scattergl(
            x=line[:, 0], y=line[:, 1], mode="lines", line={"color": colour, "width": width},
            hoverinfo="skip", showlegend=False,
        )
        for colour, width in ((PAPER, 3.2), (INK, 1.4))
    ]  # fmt: skip


def _numbered(ellipses: np.ndarray) -> list[dict[str, Any]]:
    """The number of each cluster at its centre, light on dark.

    No trace: of one, Plotly would have a lasso choose points, and draw chosen ones above its text.
    """
    return [
        {
            "x": float(x), "y": float(y), "text": f"<b>{k}</b>", "showarrow": False,
            "font": {"size": 12, "color": PAPER}, "bgcolor": INK, "bordercolor": PAPER,
            "borderwidth": 1, "borderpad": 2,
        }
        for k, (x, y) in enumerate(ellipses[:, :-1].mean(axis=1))
    ]  # fmt: skip


def _line(x: float | None = None, y: float | None = None) -> dict[str, Any]:
    """A dotted line across the picture; `add_vline` would take twenty times as long."""
    ends = {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"} if y is None else {
        "y0": y, "y1": y, "x0": 0, "x1": 1, "xref": "paper",
    }  # fmt: skip
    return {"type": "line", "line": {"color": MUTED, "width": 1, "dash": "dot"}, **ends}


def _axis(title: str, lows: np.ndarray | None, highs: np.ndarray | None, i: int) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": {"text": title}, "zeroline": False}
    if lows is not None and highs is not None:
        axis["range"] = [float(lows[i]), float(highs[i])]
    return axis


def ellipse(mean: np.ndarray, logvar: np.ndarray, W: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """One standard deviation of N(μ_y, Λ_y), projected by W (d, 2): (K, P, 2)."""
    outlines = []
    for m, v in zip(mean, logvar, strict=True):
        root = np.linalg.cholesky(W.T @ (np.exp(v)[:, None] * W) + 1e-12 * np.eye(2))
        circle = np.stack([np.cos(AROUND), np.sin(AROUND)], axis=1)
        outlines.append((m - origin) @ W + circle @ root.T)
    return np.array(outlines)


def loss_curves(
    losses: np.ndarray, epoch: int, evaluated: np.ndarray | None = None, best: int = 0
) -> go.Figure:
    """The parts of the loss by epoch (E, 4), in nats an item; the epoch shown is marked.

    evaluated: (M, 3) epoch, loss of held-out items, and that with the averaged weights; best: the
    epoch to mark as the best, or 0.
    """
    E = len(losses)
    epochs = np.arange(1, E + 1)
    traces = [
        go.Scatter(
            x=epochs,
            y=losses[:, i].astype(np.float32),
            mode="lines+markers" if E < 3 else "lines",
            name=say(name),
            line={"color": CATEGORICAL[i], "width": 2, "dash": dash},
            hovertemplate=say(
                "{part} after epoch %{{x}}: %{{y:.3f}} nats<extra></extra>", part=say(name)
            ),
        )
        for i, (name, dash) in enumerate(zip(PARTS, DASHES, strict=True))
        if i < 3 or losses[:, 3].any()
    ]
    if evaluated is not None:
        traces += _held_out(evaluated)
    marks = [_mark(best)] if best else []
    return go.Figure(
        traces,
        {
            "uirevision": "loss",
            "margin": {"t": 26},
            "shapes": [_line(x=at) for at in dict.fromkeys((epoch, best)) if at],
            "annotations": marks,
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
            "xaxis": {"title": {"text": say("epoch")}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": say("nats an item")}, "type": "log", "dtick": 1,
                      "exponentformat": "power"},
        },
    )  # fmt: skip


def _held_out(evaluated: np.ndarray) -> list[go.Scatter]:
    """The loss of held-out items, and the same with the averaged weights, where there are any."""
    texts = (
        (1, "held out", say("held-out items after epoch %{x}: %{y:.3f} nats<extra></extra>")),
        (
            2,
            "averaged weights",
            say("held-out items, averaged weights, epoch %{x}: %{y:.3f} nats<extra></extra>"),
        ),
    )
    return [
        go.Scatter(
            x=evaluated[:, 0],
            y=evaluated[:, column].astype(np.float32),
            mode="lines+markers",
            name=say(name),
            line={"color": CATEGORICAL[3 + column], "width": 2, "dash": DASHES[column - 1]},
            marker={"size": 5, "symbol": SYMBOLS[column]},
            hovertemplate=hover,
        )
        for column, name, hover in texts
        if np.isfinite(evaluated[:, column]).any()
    ]


def _mark(best: int) -> dict[str, object]:
    """The label beside the line of the best epoch."""
    return {
        "x": best, "xref": "x", "xanchor": "right", "showarrow": False,
        "y": 0.45, "yref": "paper", "yanchor": "middle", "text": say("best"),
        "font": {"size": TICK_SIZE},
    }  # fmt: skip


def rate_curve(rates: np.ndarray, epoch: int) -> go.Figure:
    """The learning rate at the end of each epoch, (E,)."""
    return go.Figure(
        go.Scatter(
            x=np.arange(1, len(rates) + 1),
            y=rates.astype(np.float32),
            mode="lines+markers" if len(rates) < 3 else "lines",
            line={"color": CATEGORICAL[0], "width": 2},
            hovertemplate=say("learning rate after epoch %{x}: %{y:.3g}<extra></extra>"),
        ),
        {
            "uirevision": "rate",
            "margin": {"t": 8},
            "shapes": [_line(x=epoch)] if epoch else [],
            "xaxis": {"title": {"text": say("epoch")}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": say("learning rate")}, "rangemode": "tozero",
                      "nticks": 4, "exponentformat": "power"},
        },
    )  # fmt: skip


def cluster_sizes(cluster: np.ndarray, K: int) -> go.Figure:
    """The number of items in each cluster; an empty cluster is a gap."""
    sizes = np.bincount(cluster, minlength=K)
    even = len(cluster) / K
    return go.Figure(
        go.Bar(
            x=[str(k) for k in range(K)],
            y=sizes,
            marker={
                "color": [colour(k) for k in range(K)],
                "pattern": {"shape": [hatch(k) for k in range(K)], "size": 7, "solidity": 0.3},
            },
            hovertemplate=say("cluster %{x}: %{y:,} items<extra></extra>"),
        ),
        {
            "uirevision": "sizes",
            "margin": {"t": 22},
            "shapes": [_line(y=even)],
            "annotations": [
                {
                    "x": 1, "xref": "paper", "xanchor": "right", "showarrow": False,
                    "y": 1, "yref": "paper", "yanchor": "bottom",  # above the bars, not on them
                    "text": say("dashed: n/K = {even:,.0f}", even=even),
                    "font": {"size": TICK_SIZE},
                }
            ],
            "xaxis": {"title": {"text": say("cluster")}, "type": "category", "showgrid": False},
            "yaxis": {"title": {"text": say("items")}},
            "bargap": 0.25,
        },
    )  # fmt: skip


def kl_bars(kl: np.ndarray, order: np.ndarray) -> go.Figure:
    """KL of each dimension of z (d,), in nats, in this order."""
    return go.Figure(
        go.Bar(
            x=[f"z{i}" for i in order],
            y=kl[order].astype(np.float32),
            marker={"color": CATEGORICAL[0]},
            hovertemplate=say("%{x}: %{y:.3f} nats<extra></extra>"),
        ),
        {
            "uirevision": "kl",
            "margin": {"t": 8},
            "xaxis": {
                "title": {"text": say("dimension of z")}, "type": "category", "showgrid": False,
            },
            "yaxis": {"title": {"text": say("KL, nats")}, "rangemode": "tozero"},
        },
    )  # fmt: skip
