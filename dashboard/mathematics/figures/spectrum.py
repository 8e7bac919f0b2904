"""What stands behind the errors: singular values, neighbours kept, the ridge's limit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.lowrank.pseudoinverse import Ridge
from core.matrices.words import Neighbourhoods
from dashboard.figures.template import CATEGORICAL, FOLLOW, MUTED, escape
from dashboard.language import say


def singular_values(
    s: np.ndarray, rank: int, marks: Sequence[tuple[str, float]], *, log_rank: bool = True
) -> go.Figure:
    """σ_i against i, those kept at this rank filled; marks: named ranks (stable, effective, …)."""
    i = np.arange(1, len(s) + 1)
    least = float(s[0]) * 1e-16 if len(s) and s[0] > 0 else 1e-300
    kept = i <= rank
    traces = [
        go.Scatter(
            x=i[part], y=np.where(s > least, s, np.nan)[part], mode="lines+markers",
            name=say(name), line={"color": tone, "width": 1.5}, marker={"size": 4, "color": tone},
            hovertemplate="σ<sub>%{x}</sub> = %{y:.4g}<extra></extra>",
        )
        for name, part, tone in (("kept", kept, CATEGORICAL[0]), ("left out", ~kept, MUTED))
    ]  # fmt: skip
    shapes, notes = [], []
    for level, (name, at) in enumerate(marks):
        if at <= 0:
            continue
        tone = CATEGORICAL[1 + level]
        shapes.append(
            {
                "type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper",
                "line": {"color": tone, "width": 1.5, "dash": "dash"},
            }
        )  # fmt: skip
        notes.append(
            {
                "x": np.log10(at) if log_rank else at, "y": 0.02 + 0.08 * level, "yref": "paper",
                "text": f"{name} {at:,.4g}", "showarrow": False, "xanchor": "left",
                "yanchor": "bottom", "xshift": 4, "font": {"size": 11, "color": tone},
            }
        )  # fmt: skip
    layout = {
        "uirevision": f"spectrum{len(s)}{log_rank}",
        "margin": {"t": 14},
        "legend": {"x": 1, "xanchor": "right", "y": 1},
        "shapes": shapes,
        "annotations": notes,
        "xaxis": {"title": {"text": say("index i")}, "type": "log" if log_rank else "linear"}
        | ({"dtick": 1} if log_rank else {}),
        "yaxis": {
            "title": {"text": say("singular value σᵢ")}, "type": "log", "dtick": 1,
            "exponentformat": "power",
        },
    }  # fmt: skip
    return go.Figure(traces, layout)


def neighbours_kept(neighbourhoods: Neighbourhoods, rank: int) -> go.Figure:
    """Overlap@10 with the whole matrix at a grid of ranks: the mean, and 80 % of the words."""
    low, high = np.quantile(neighbourhoods.kept, (0.1, 0.9), axis=1)
    x = neighbourhoods.ranks
    figure = go.Figure(
        [
            go.Scatter(
                x=np.concatenate([x, x[::-1]]), y=100 * np.concatenate([high, low[::-1]]),
                fill="toself", fillcolor="rgba(0, 114, 178, 0.18)", line={"width": 0},
                hoverinfo="skip", name=say("80 % of the words"),
            ),
            go.Scatter(
                x=x, y=100 * neighbourhoods.mean, mode="lines+markers", name=say("mean"),
                line={"color": CATEGORICAL[0], "width": 2.5}, marker={"size": 6},
                hovertemplate=say("rank %{x}: %{y:.1f} % kept<extra></extra>"),
            ),
        ]
    )  # fmt: skip
    figure.add_shape(
        type="line", name=FOLLOW, x0=rank, x1=rank, y0=0, y1=1, yref="paper",
        line={"color": MUTED, "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    figure.update_layout(
        uirevision=f"kept{len(x)}{x[-1]}",
        margin={"t": 14},
        legend={"x": 1, "xanchor": "right", "y": 0.05},
        xaxis={"type": "log", "dtick": 1, "title": {"text": say("rank r")}},
        yaxis={"range": [0, 103], "title": {"text": say("of ten nearest words kept, %")}},
    )
    return figure


def words_that_lose(words: Sequence[tuple[str, float]], rank: int) -> go.Figure:
    """The words that keep the fewest of their neighbours, a bar each; customdata is the word."""
    names = [word for word, _ in words]
    share = np.array([number for _, number in words])
    figure = go.Figure(
        go.Bar(
            x=100 * share, y=np.arange(len(names)), orientation="h", customdata=names,
            marker={"color": CATEGORICAL[1], "opacity": 0.85},
            text=[say("{n:.0f} of 10", n=10 * number) for number in share], textposition="outside",
            cliponaxis=False,
            hovertext=[escape(name) for name in names],
            hovertemplate=say(
                "<b>%{hovertext}</b> keeps %{x:.0f} %: click for its neighbours<extra></extra>"
            ),
        )
    )  # fmt: skip
    figure.update_layout(
        uirevision="lose",
        margin={"t": 14},
        bargap=0.3,
        xaxis={
            "range": [0, 100],
            "title": {"text": say("neighbours kept at rank {rank}, %", rank=rank)},
        },
        yaxis={
            "range": [len(names) - 0.5, -0.5], "tickvals": list(range(len(names))),
            "ticktext": [escape(name) for name in names], "showgrid": False, "zeroline": False,
        },
    )  # fmt: skip
    return figure


def ridge_limit(inverses: Ridge, errors: np.ndarray, epsilon: float, scale: float) -> go.Figure:
    """How the ridge inverse nears A⁺, and its product the projection, as ε → 0.

    errors: (e + 1,) relative, the limit's last; epsilon as `found.epsilon`, in units of `scale`.
    """
    x = inverses.epsilon / scale
    gap = inverses.frobenius / inverses.norm if inverses.norm > 0 else np.zeros(len(x))
    figure = go.Figure(
        [
            go.Scatter(
                x=x, y=np.where(gap > 0, gap, np.nan), mode="lines",
                name="‖(AᵀA + εI)⁻¹Aᵀ − A⁺‖ / ‖A⁺‖",
                line={"color": CATEGORICAL[1], "width": 2.2},
                hovertemplate="ε = %{x:.1e} σ₁²: %{y:.3g}<extra></extra>",
            ),
            go.Scatter(
                x=x, y=errors[:-1], mode="lines",
                name=say("‖M − AB‖ / ‖M‖ with this B"),
                line={"color": CATEGORICAL[0], "width": 2.2},
                hovertemplate="ε = %{x:.1e} σ₁²: %{y:.4g}<extra></extra>",
            ),
            go.Scatter(
                x=x[[0, -1]], y=[errors[-1]] * 2, mode="lines", name=say("its limit, B = A⁺M"),
                line={"color": MUTED, "width": 1.5, "dash": "dash"}, hoverinfo="skip",
            ),
        ]
    )  # fmt: skip
    figure.add_shape(
        type="line", name=FOLLOW, x0=epsilon, x1=epsilon, y0=0, y1=1, yref="paper",
        line={"color": MUTED, "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    figure.update_layout(
        uirevision="ridge",
        margin={"t": 14},
        legend={"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        xaxis={
            "type": "log", "dtick": 2, "exponentformat": "power",
            "title": {"text": "ε / σ₁(A)²"},
        },
        yaxis={
            "type": "log", "dtick": 2, "exponentformat": "power",
            "title": {"text": say("relative distance")},
        },
    )  # fmt: skip
    return figure
