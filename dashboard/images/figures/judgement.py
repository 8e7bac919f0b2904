"""How good a clustering is, how dense the data, how much z tells: the pictures of doubt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.latent.information import Information, Squeezed
from core.latent.judgement import Judgement
from dashboard.figures.template import CATEGORICAL, MUTED, SEQUENTIAL, escape
from dashboard.language import say


def confusion(judgement: Judgement, classes: Sequence[str]) -> go.Figure:
    """Items of each cluster by label, clusters in the order of the labels they match."""
    K = len(judgement.table)
    order = np.argsort(np.where(judgement.match < 0, len(classes) + np.arange(K), judgement.match))
    none = say("none")
    names = [
        f"{k} → {classes[judgement.match[k]] if judgement.match[k] >= 0 else none}" for k in order
    ]  # fmt: skip
    return shares(
        judgement.table[order],
        rows=names,
        columns=classes,
        axes=(say("label"), say("cluster → its label")),
        colours=say("share of the cluster"),
        hover=say(
            "cluster %{customdata[0]}, label %{customdata[1]}: %{text} items, %{z:.0%}"
            "<extra></extra>"
        ),
        uirevision="confusion",
    )


def shares(
    table: np.ndarray,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    axes: tuple[str, str],
    colours: str,
    hover: str,
    uirevision: str,
) -> go.Figure:
    """Items (R, C) by cluster and by something else, coloured by their share of the row.

    A cell's customdata is the names of its row and its column. axes: titles of x and y.
    """
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    down, across = [escape(name) for name in rows], [escape(name) for name in columns]
    return go.Figure(
        go.Heatmap(
            z=share.astype(np.float32),
            x=list(range(len(across))),
            y=list(range(len(down))),
            text=table,
            texttemplate="%{text}",
            customdata=[[[row, column] for column in across] for row in down],
            colorscale=SEQUENTIAL,
            zmin=0,
            zmax=1,
            colorbar={"title": {"text": colours}},
            hovertemplate=hover,
            xgap=1,
            ygap=1,
        ),
        {
            "uirevision": uirevision,
            "margin": {"t": 8},
            "xaxis": {
                "title": {"text": axes[0]}, "tickvals": list(range(len(across))),
                "ticktext": across, "showgrid": False,
            },
            "yaxis": {
                "title": {"text": axes[1]}, "tickvals": list(range(len(down))),
                "ticktext": down, "autorange": "reversed", "showgrid": False,
            },
        },
    )  # fmt: skip


def convergence(
    bound: np.ndarray, sizes: np.ndarray, means: np.ndarray, M: int, unit: str
) -> go.Figure:
    """The bound on ln p(x) against M: one sequence of draws, and the mean over groups of M."""
    count = np.arange(1, len(bound) + 1)
    some = np.unique(np.geomspace(1, len(bound), 300).round().astype(int)) - 1
    figure = go.Figure(
        [
            go.Scatter(
                x=count[some], y=bound[some].astype(np.float32), mode="lines",
                name=say("these draws, one after another"),
                line={"color": CATEGORICAL[0], "width": 1.5},
                hovertemplate=f"M = %{{x:,}}: %{{y:.2f}} {say(unit)}<extra></extra>",
            ),
            go.Scatter(
                x=sizes, y=means.astype(np.float32), mode="lines+markers",
                name=say("mean over groups of M"), line={"color": CATEGORICAL[1], "width": 2},
                hovertemplate=say(
                    "mean over groups of %{{x:,}}: %{{y:.2f}} {unit}<extra></extra>",
                    unit=say(unit),
                ),
            ),
        ]
    )  # fmt: skip
    figure.add_vline(x=M, line={"color": MUTED, "width": 1, "dash": "dot"})
    figure.update_layout(
        uirevision="density",
        margin={"t": 26},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": say("M, draws of z")}, "type": "log", "dtick": 1},
        yaxis={"title": {"text": say("estimate of ln p(x), {unit}", unit=say(unit))}},
    )
    return figure


def densities(log_p: np.ndarray, marked: float) -> go.Figure:
    """How ln p(x) is spread over the items; one item is marked."""
    figure = go.Figure(
        go.Histogram(
            x=log_p.astype(np.float32),
            nbinsx=50,
            marker={"color": CATEGORICAL[0], "opacity": 0.85},
            hovertemplate=say("ln p(x) %{x}: %{y:,} items<extra></extra>"),
        )
    )
    figure.add_vline(x=marked, line={"color": CATEGORICAL[1], "width": 2})
    figure.update_layout(
        uirevision="densities",
        margin={"t": 8},
        xaxis={"title": {"text": say("ln p(x), nats")}},
        yaxis={"title": {"text": say("items")}},
        bargap=0.05,
    )
    return figure


def information_bars(information: Information) -> go.Figure:
    """I(x, z_i) and KL(p(z_i) ‖ q(z_i)) of each coordinate alone, stacked, in nats."""
    order = np.argsort(-information.by_dimension[0])
    names = [f"z{i}" for i in order]
    figure = go.Figure(
        [
            go.Bar(
                x=names, y=information.by_dimension[part][order].astype(np.float32), name=name,
                marker={"color": CATEGORICAL[part]},
                hovertemplate=say("%{{x}}: {name} %{{y:.3f}} nats<extra></extra>", name=name),
            )
            for part, name in enumerate(("I(x, zᵢ)", "KL(p(zᵢ) ‖ q(zᵢ))"))
        ]
    )  # fmt: skip
    figure.update_layout(
        barmode="stack",
        uirevision="information",
        margin={"t": 26},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": say("dimension of z")}, "type": "category", "showgrid": False},
        yaxis={"title": {"text": say("nats")}},
    )
    return figure


def bottleneck(squeezed: Squeezed, most: float) -> go.Figure:
    """Information against the error of reconstruction, as λ grows."""
    figure = go.Figure()
    for part, (name, values) in enumerate(
        (("I(x, z)", squeezed.mutual), ("KL(p(z) ‖ q(z))", squeezed.mismatch))
    ):
        figure.add_trace(
            go.Scatter(
                x=squeezed.precision, y=values.astype(np.float32), mode="lines+markers", name=name,
                line={"color": CATEGORICAL[part], "width": 2},
                customdata=squeezed.error.astype(np.float32),
                hovertemplate=say(
                    "λ = %{{x:g}}: {name} %{{y:.2f}} nats, mean ‖x − x̂‖² %{{customdata:.2f}}"
                    "<extra></extra>",
                    name=name,
                ),
            )
        )  # fmt: skip
    figure.add_hline(y=most, line={"color": MUTED, "width": 1, "dash": "dot"})
    figure.update_layout(
        uirevision="bottleneck",
        margin={"t": 26},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": "λ = 1/σₓ²"}, "type": "log", "dtick": 1},
        yaxis={"title": {"text": say("nats")}, "rangemode": "tozero"},
    )
    return figure
