"""A latent model on paper: its map, its losses, the sizes of its clusters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.template import CATEGORICAL, MUTED, SEQUENTIAL, escape

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star")
PARTS = ("reconstruction", "KL(z)", "KL(y)", "graph")
AROUND = np.linspace(0, 2 * np.pi, 49)


def colour(group: int) -> str:
    """The colour of a cluster or label; its symbol tells those apart that share one."""
    return CATEGORICAL[group % len(CATEGORICAL)]


def symbol(group: int) -> str:
    return SYMBOLS[group // len(CATEGORICAL) % len(SYMBOLS)]


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

    A point's customdata is its number. ellipses: (K, P, 2) outlines of the prior's clusters,
    their numbers at the centres; extent: (2, 2) lowest and highest place, held while it plays.
    """
    figure = go.Figure()
    items = np.arange(len(places))
    texts = np.array([escape(text) for text in hover], dtype=object)
    groups = (
        [items] if value is not None else [np.flatnonzero(group == g) for g in range(len(names))]
    )
    for g, part in enumerate(groups):
        if not len(part):
            continue
        marker = {"size": 5, "opacity": 0.8, "color": colour(g), "symbol": symbol(g)}
        if value is not None:
            marker = {
                "size": 5, "opacity": 0.85, "color": value[0].astype(np.float32),
                "colorscale": SEQUENTIAL, "colorbar": {"title": {"text": value[1]}},
            }  # fmt: skip
        figure.add_trace(
            go.Scattergl(
                x=places[part, 0].astype(np.float32),
                y=places[part, 1].astype(np.float32),
                mode="markers",
                marker=marker,
                name="" if value is not None else escape(names[g]),
                showlegend=value is None,
                customdata=part.astype(np.int32),
                text=texts[part],
                hovertemplate="%{text}<extra></extra>",
            )
        )
    for k, outline in enumerate(ellipses if ellipses is not None else ()):
        middle = outline[:-1].mean(axis=0)
        figure.add_trace(
            go.Scatter(
                x=outline[:, 0].astype(np.float32),
                y=outline[:, 1].astype(np.float32),
                mode="lines",
                line={"color": MUTED, "width": 1.2},
                hoverinfo="skip",
                showlegend=False,
            )
        )
        figure.add_annotation(
            x=float(middle[0]), y=float(middle[1]), text=f"<b>{k}</b>", showarrow=False
        )
    lows, highs = (None, None) if extent is None else extent
    figure.update_layout(
        uirevision=uirevision,
        margin={"t": 8},
        dragmode="lasso",
        legend={"title": {"text": ""}, "itemsizing": "constant"},
        xaxis=_axis(axes[0], lows, highs, 0),
        yaxis=_axis(axes[1], lows, highs, 1) | {"scaleanchor": "x"},
    )
    return figure


def _axis(title: str, lows: np.ndarray | None, highs: np.ndarray | None, i: int) -> dict:
    axis: dict = {"title": {"text": title}, "zeroline": False}
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


def loss_curves(losses: np.ndarray, epoch: int) -> go.Figure:
    """The parts of the loss by epoch (E, 4), in nats an item; the epoch shown is marked."""
    E = len(losses)
    epochs = np.arange(1, E + 1)
    figure = go.Figure()
    for i, (name, dash) in enumerate(zip(PARTS, ("solid", "dash", "dot", "dashdot"), strict=True)):
        if i == 3 and not losses[:, 3].any():
            continue
        figure.add_trace(
            go.Scatter(
                x=epochs,
                y=losses[:, i].astype(np.float32),
                mode="lines+markers" if E < 3 else "lines",
                name=name,
                line={"color": CATEGORICAL[i], "width": 2, "dash": dash},
                hovertemplate=f"{name} after epoch %{{x}}: %{{y:.3f}} nats<extra></extra>",
            )
        )
    if epoch:
        figure.add_vline(x=epoch, line={"color": MUTED, "width": 1, "dash": "dot"})
    figure.update_layout(
        uirevision="loss",
        margin={"t": 26},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": "epoch"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "nats an item"}, "type": "log", "dtick": 1,
               "exponentformat": "power"},
    )  # fmt: skip
    return figure


def cluster_sizes(cluster: np.ndarray, K: int) -> go.Figure:
    """How many items each cluster has: a cluster that died is a gap."""
    sizes = np.bincount(cluster, minlength=K)
    figure = go.Figure(
        go.Bar(
            x=[str(k) for k in range(K)],
            y=sizes,
            marker={"color": [colour(k) for k in range(K)]},
            hovertemplate="cluster %{x}: %{y:,} items<extra></extra>",
        )
    )
    figure.add_hline(y=len(cluster) / K, line={"color": MUTED, "width": 1, "dash": "dot"})
    figure.update_layout(
        uirevision="sizes",
        margin={"t": 8},
        xaxis={"title": {"text": "cluster"}, "type": "category", "showgrid": False},
        yaxis={"title": {"text": "items"}},
        bargap=0.25,
    )
    return figure


def kl_bars(kl: np.ndarray, order: np.ndarray) -> go.Figure:
    """KL of each dimension of z (d,), in nats, in this order."""
    figure = go.Figure(
        go.Bar(
            x=[f"z{i}" for i in order],
            y=kl[order].astype(np.float32),
            marker={"color": CATEGORICAL[0]},
            hovertemplate="%{x}: %{y:.3f} nats<extra></extra>",
        )
    )
    figure.update_layout(
        uirevision="kl",
        margin={"t": 8},
        xaxis={"title": {"text": "dimension of z"}, "type": "category", "showgrid": False},
        yaxis={"title": {"text": "KL, nats"}, "rangemode": "tozero"},
    )
    return figure
