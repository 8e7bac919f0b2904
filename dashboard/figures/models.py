"""The course of a training: loss against steps."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.template import CATEGORICAL, MUTED
from dashboard.language import say


def loss_curve(
    history: np.ndarray, unit: str, optimum: float = math.nan, step: str = "step‹of a training›"
) -> go.Figure:
    """Loss on training and on held-out data; dotted, the least possible.

    history: (E, 3) step, training, held out (NaN where nothing is); `step` is what a step is.
    """
    figure = go.Figure()
    few = len(history) < 60
    for column, name, colour in ((1, "training", CATEGORICAL[0]), (2, "held out", CATEGORICAL[1])):
        shown = np.isfinite(history[:, column])
        if shown.any():
            figure.add_trace(
                go.Scatter(
                    x=history[shown, 0],
                    y=history[shown, column],
                    mode="lines+markers" if few else "lines",
                    marker={"size": 6, "symbol": "circle" if column == 1 else "diamond"},
                    line={"color": colour, "width": 2, "dash": "solid" if column == 1 else "dash"},
                    name=say(name),
                    hovertemplate=say(
                        "{name} %{{y:.5g}} after {step} %{{x}}<extra></extra>",
                        name=say(name),
                        step=say(step),
                    ),
                )
            )
    if math.isfinite(optimum):
        figure.add_hline(
            optimum,
            line={"dash": "dot", "width": 1.5, "color": MUTED},
            annotation={
                "text": say("least possible {optimum:.4g}", optimum=optimum),
                "xanchor": "right",
            },
        )
    figure.update_layout(
        uirevision="loss",
        margin={"t": 24},
        showlegend=True,
        legend={"x": 1, "xanchor": "right", "y": 1, "yanchor": "top"},
        xaxis={
            "title": {"text": say("{step}, of which 0 is before training", step=say(step))},
            "rangemode": "tozero",
        },
        yaxis={"title": {"text": say("loss, {unit}", unit=say(unit))}},
    )
    return figure
