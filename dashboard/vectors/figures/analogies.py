"""An analogy as a parallelogram with its candidates, and scores with their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.vectors.evaluate.benchmarks import ANALOGY_SETS, PAIR_SETS
from core.vectors.evaluate.scores import Score
from dashboard.figures.template import CATEGORICAL, MUTED, escape
from dashboard.language import say


def parallelogram(
    words: Sequence[str], places: np.ndarray, rules: Sequence[str], candidates: Sequence[str]
) -> go.Figure:
    """a, b, c and the point b − a + c, and the candidates round it, in the plane of the three.

    places: (3 + n, 2), of a, b, c and the candidates; rules: which rule put each first, or "".
    """
    a, b, c = places[:3]
    goal = b - a + c
    figure = go.Figure()
    for start, end, dash in ((a, b, "solid"), (a, c, "solid"), (c, goal, "dot"), (b, goal, "dot")):
        figure.add_trace(
            go.Scatter(
                x=[start[0], end[0]],
                y=[start[1], end[1]],
                mode="lines",
                line={"color": MUTED, "width": 2, "dash": dash},
                hoverinfo="skip",
            )
        )
    ends = np.concatenate([places, goal[None]])
    names = [*words, *candidates, "b − a + c"]
    best = [bool(rule) for rule in rules]
    signs = ["square"] * 3 + ["circle"] * len(best) + ["x"]
    colours = [CATEGORICAL[2]] * 3 + [CATEGORICAL[1 if b else 0] for b in best] + [MUTED]
    notes = ["", "", "", *(_firsts(rule) for rule in rules), ""]
    N = len(best)
    figure.add_trace(
        go.Scatter(
            x=ends[:, 0].astype(np.float32),
            y=ends[:, 1].astype(np.float32),
            mode="markers",
            text=[escape(name) for name in names],
            customdata=[escape(note) for note in notes],
            hovertemplate="<b>%{text}</b>%{customdata}<extra></extra>",
            marker={
                "color": colours,
                "size": [11] * 3 + [11 if b else 7 for b in best] + [12],
                "symbol": signs,
                "opacity": 1,
            },
            # written beside their points as far as there is room, these first
            meta={"first": [0, 1, 2, N + 3, *(3 + i for i in range(N) if best[i])]},
            cliponaxis=False,
        )
    )
    figure.update_layout(
        uirevision=" ".join(words),
        showlegend=False,
        margin={"t": 16},
        xaxis={
            "title": {"text": say("along b − a")}, "zeroline": False, "range": _room(ends[:, 0]),
        },
        yaxis={
            "title": {"text": say("along c − a, less what lies along b − a")},
            "zeroline": False,
            "scaleanchor": "x",
            "range": _room(ends[:, 1]),
        },
    )  # fmt: skip
    return figure


def _room(values: np.ndarray) -> list[float]:
    """The range of an axis with room for words at both ends."""
    low, high = float(values.min()), float(values.max())
    margin = 0.12 * (high - low) or 1.0
    return [low - margin, high + margin]


def _firsts(rules: str) -> str:
    return say(" · first by {rules}", rules=rules) if rules else ""


def list_name(name: str) -> str:
    """The translated name of a built-in list; a section's or a user's own name unchanged."""
    return say(name) if name in PAIR_SETS or name in ANALOGY_SETS else name


def _row(score: Score) -> str:
    name = escape(list_name(score.name))
    return say("{name}<br>{share:.0%} covered", name=name, share=score.coverage)


def score_rows(
    scores: Sequence[Score], published: Mapping[str, Sequence[tuple[str, float]]], axis: str
) -> go.Figure:
    """One row a list: the score with its interval, random vectors, and published figures."""
    rows = list(range(len(scores)))
    figure = go.Figure()
    x, y, names = [], [], []
    for row, score in enumerate(scores):
        for name, value in published.get(score.name, ()):
            x.append(value)
            y.append(row)
            names.append(escape(say(name)))
    if x:
        figure.add_trace(
            go.Scatter(
                x=x, y=y, mode="markers", name=say("published (1.5 G tokens, 500-d)"), text=names,
                marker={"symbol": "diamond-open", "size": 10, "color": CATEGORICAL[2],
                        "line": {"width": 1.5}},
                hovertemplate=say("%{text}: %{x:.3f}<extra>Levy et al. 2015</extra>"),
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[score.baseline for score in scores], y=rows, mode="markers",
            name=say("random vectors, 20 draws"),
            marker={"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": MUTED}},
            error_x={
                "type": "data", "symmetric": False, "thickness": 1.5, "width": 3, "color": MUTED,
                "array": [score.best - score.baseline for score in scores],
                "arrayminus": [score.baseline - score.worst for score in scores],
            },
            customdata=[[score.worst, score.best] for score in scores],
            hovertemplate=say("random vectors: mean %{x:.3f}, from %{customdata[0]:.3f} to "
"%{customdata[1]:.3f} in 20 draws<extra></extra>"),
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[score.value for score in scores],
            y=rows,
            mode="markers",
            name=say("this model, 95 %, the luck of the items"),
            marker={"size": 10, "color": CATEGORICAL[0]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [score.high - score.value for score in scores],
                "arrayminus": [score.value - score.low for score in scores],
                "thickness": 2,
                "width": 4,
            },
            customdata=[[score.covered, score.total, score.low, score.high] for score in scores],
            hovertemplate=say(
                "%{x:.3f}, 95 % from %{customdata[2]:.3f} to "
                "%{customdata[3]:.3f}<br>%{customdata[0]:,} of %{customdata[1]:,} "
                "covered<extra></extra>"
            ),
        )
    )
    figure.update_layout(
        uirevision=axis,
        margin={"t": 40},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        xaxis={"title": {"text": axis}},
        yaxis={
            "tickvals": rows,
            "ticktext": [
                say(
                    "{name}<br>{share:.0%} covered",
                    name=escape(list_name(s.name)),
                    share=s.coverage,
                )
                for s in scores
            ],
            "range": [len(scores) - 0.4, -0.6],
            "zeroline": False,
            "fixedrange": True,
        },
    )
    return figure
