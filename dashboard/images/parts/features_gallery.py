"""The same held-out item through every encoder: its nearest neighbours in each."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.features.neighbours import NEARNESS, distances, nearest
from core.features.snapshots import parted
from core.features.specs import InfoMax
from core.items.data import Loaded
from dashboard.figures.mosaic import GAP, height, mosaic, shape
from dashboard.figures.template import CATEGORICAL, escape
from dashboard.images.parts import features_lineup, features_shelf
from dashboard.images.views import FeaturesView
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.ui import captions, controls
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

SHOWN = 10  # neighbours of the query
BY = {"euclidean": "Distance", "cosine": "Angle‹between vectors›"}
WRONG = CATEGORICAL[1]


def draw(spec: InfoMax, data: Loaded) -> None:
    """The controls, and a row of pictures for each encoder."""
    features_lineup.controls_of(spec)
    V = features_lineup.at_hand(features_lineup.contest())
    held = parted(spec, len(data.x)).held_out
    if len(held) < 2:
        st.info(say("Too few held-out items to be judged by neighbours."))
        return
    features_shelf.loader()
    V |= features_shelf.vectors(data, held)
    left, right = st.columns([2.2, 1.0], vertical_alignment="bottom", gap="medium")
    with left:
        most = max(len(held) - 1, 1)
        query = controls.slider(
            FeaturesView, "feature_query", "Held-out item", high=min(most, 4999)
        )
    with right:
        by = controls.pick(FeaturesView, "near_by", "Nearest by", names=BY, options=NEARNESS)
    query, k = min(int(query), len(held) - 1), min(SHOWN, len(held) - 1)
    near = {name: nearest(W[held], k, by, np.array([query])).rows[0] for name, W in V.items()}
    st.markdown(_answer(data, held, query, near))
    _pictures(data, held, query, near, V, by)
    features_lineup.collections(spec, data, V)


def _answer(data: Loaded, held: np.ndarray, query: int, near: dict[str, np.ndarray]) -> str:
    """Which encoder brings most neighbours of the query's label, and what InfoMax brings."""
    if not _labelled(data, int(held[query])):
        return marked("Item {i} and its neighbours; without labels only the eye can judge.",
                      i=int(held[query]))  # fmt: skip
    own = data.labels[held[query]]
    alike = {name: int((data.labels[held[rows]] == own).sum()) for name, rows in near.items()}
    k, most = len(next(iter(near.values()))), max(alike.values())
    best = [features_shelf.name(name) for name, count in alike.items() if count == most]
    first = marked(
        "Item {i} has the label {label}. All encoders alike find it in {most} of its {k} nearest."
        if len(best) == len(near) > 1
        else "Item {i} has the label {label}. At most {most} of its {k} nearest have the same, by "
        "{best}.",
        i=int(held[query]), label=data.classes[own], k=k, most=most, best=captions.listed(best),
    )  # fmt: skip
    second = ""
    if "infomax" in alike:
        second = marked("InfoMax: {n} of {k}.", n=alike["infomax"], k=k)
    return paragraph(first, second, say("One item is an anecdote; the tab Judged asks all."))


def _pictures(
    data: Loaded, held: np.ndarray, query: int, near: dict[str, np.ndarray],
    V: dict[str, np.ndarray], by: str,
) -> None:  # fmt: skip
    """The query, then its neighbours; those of another label are underlined."""
    R, k, D = len(near), len(next(iter(near.values()))), data.x.shape[1]
    grid = np.stack([data.x[held[np.concatenate([[query], rows])]] for rows in near.values()])
    hover: list[list[str]] = []
    wrong: list[tuple[int, int]] = []
    for r, (name, rows) in enumerate(near.items()):
        apart = distances(V[name][held], query, rows, by)
        texts = [_text(data, int(held[query]), say("the query"))]
        for c, (row, far) in enumerate(zip(rows, apart, strict=True)):
            unit = say("distance {far:.3g}" if by == "euclidean" else "1 − cos = {far:.3g}",
                       far=far)  # fmt: skip
            texts.append(_text(data, int(held[row]), unit))
            if len(data.labels) and data.labels[held[row]] != data.labels[held[query]]:
                wrong.append((r, c + 1))
        hover.append(texts)
    figure = mosaic(
        grid, data.picture, rows=[features_shelf.name(name) for name in near],
        hover=np.array(hover, object),
        split=1, heads=(say("query"), say("nearest others, nearest first")),
    )  # fmt: skip
    figure.update_layout(shapes=_underlined(figure, data, wrong, D), yaxis_constraintoward="top")
    show_figure(
        figure, "gallery",
        alt=say("An item and its {k} nearest neighbours by each of {n} encoders", k=k, n=R),
        height=height(R, k + 3, data.picture, D) + 10, shape=shape(R, k + 2, data.picture, D),
    )  # fmt: skip
    if len(data.labels):
        caption(say("Underlined: of another label than the query. All pictures are of held-out "
                    "items, which no encoder was trained on."))  # fmt: skip


def _labelled(data: Loaded, item: int) -> bool:
    return bool(len(data.labels)) and int(data.labels[item]) >= 0


def _text(data: Loaded, item: int, further: str) -> str:
    label = ""
    if _labelled(data, item):
        label = " · " + say("label {label}", label=escape(data.classes[data.labels[item]]))
    return say("item {i}", i=item) + label + " · " + further


def _underlined(figure: Any, data: Loaded, wrong: list[tuple[int, int]], D: int) -> list[Any]:
    """A line below each of these places of a mosaic."""
    middles, y = figure.data[1].x, figure.data[1].y
    h, w = data.picture or (max(1, D // 8), D)
    return [
        {
            "type": "line", "x0": middles[c] - w / 2, "x1": middles[c] + w / 2,
            "y0": y[r] + h / 2 - GAP / 2, "y1": y[r] + h / 2 - GAP / 2,
            "line": {"color": WRONG, "width": 3},
        }
        for r, c in wrong
    ]  # fmt: skip
