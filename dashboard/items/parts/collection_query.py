"""A query beside a collection's rows: its nearest rows, and where it lies on their map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import CoreError
from core.items.collection import Table
from core.spaces.queries import (
    KEPT,
    LONGEST,
    PASTED,
    Answer,
    Asked,
    Transformed,
    ask,
    kept,
    transformed,
)
from core.specs import limits
from dashboard import state
from dashboard.items.parts.collection_colours import titles
from dashboard.items.parts.mapped import Mapped
from dashboard.items.views import CollectionView
from dashboard.language import say
from dashboard.markdown import plain_message
from dashboard.ui import controls
from dashboard.ui.captions import caption
from dashboard.ui.work import errors_shown, obtain

TITLE = 80  # characters
PROJECTED = (
    "It lies where its vector is projected on the map's two principal components. The map stays "
    "as it is."
)
AVERAGED = (
    "It lies at the mean of the places of its {k} nearest rows, weighted as UMAP weighs the edges "
    "of a row that it adds. The map stays as it is: a query far from all rows lies among them "
    "nevertheless; see its cosines."
)
BOTH = (
    "umap-learn's transform (open diamond) begins at such a mean and descends from there, the map "
    "held. Of the {k} nearest rows, {ours:.0%} are among the {k} nearest on the map to our place, "
    "{theirs:.0%} to umap-learn's."
)


def asked(mapped: Mapped) -> Asked:
    """The query of the page's settings, on the map that is shown."""
    usual = Asked()
    return Asked(
        mapped.spec.place,
        state.get("asked", usual.asked).strip(),
        min(state.get("asked_k", usual.asked_k), len(mapped.placed.rows)),
    )


def answered(mapped: Mapped) -> Answer | None:
    """The answer to the query; None where there is none, or not yet. Raises QueryError."""
    spec = asked(mapped)
    if not spec.asked:
        return None
    result = obtain(ask, spec, "query")
    if result is None or not result.fresh:
        return None
    answer: Answer = result.result
    return answer


def _wanted(mapped: Mapped, answer: Answer | None) -> bool:
    on_umap = mapped.spec.place.layout == "umap"
    return answer is not None and on_umap and bool(state.get("by_transform", False))


def placed_by_library(mapped: Mapped, answer: Answer | None) -> Transformed | None:
    """Where umap-learn puts the query, if that is asked for and known."""
    if not _wanted(mapped, answer):
        return None
    with errors_shown():
        result = obtain(transformed, asked(mapped), "query by umap-learn")
        if result is not None and result.fresh:
            placed: Transformed = result.result
            return placed
    return None


def _area() -> None:
    """The field for the query: what a link does not hold is stored, and its digest shown."""
    key = state.seed("asked", "")

    def change() -> None:
        try:
            state.put("asked", kept(st.session_state[key]))
        except CoreError as error:
            st.toast(plain_message(error), icon=":material/error:")

    value = st.text_area(
        say("A text, or a vector"), st.session_state[key], key=key, height=110, max_chars=PASTED,
        help=say(limits(Asked, "asked")["help"]), on_change=change,
        placeholder=say("Type a text, or numbers such as [0.1, 0.2, …]"),
    )  # fmt: skip
    state.keep("asked", value if len(value) <= LONGEST else "")
    if KEPT.fullmatch(value):
        caption(
            say(
                "A link holds {n:,} characters. This query has more; it is stored here, and links "
                "name it by its SHA-256.",
                n=LONGEST,
            )
        )


def show(table: Table, mapped: Mapped, answer: Answer | None) -> None:
    """What is asked, and its nearest rows."""
    left, right = st.columns([2.2, 1], gap="large")
    with left:
        _area()
    with right:
        controls.slider(Asked, "asked_k", "Nearest rows")
        if mapped.spec.place.layout == "umap":
            controls.toggle(CollectionView, "by_transform", "Also by umap-learn")
    if answer is None:
        return
    k = len(answer.near)
    projected = not len(answer.weights)
    caption(say(PROJECTED) if projected else say(AVERAGED, k=k))
    if _wanted(mapped, answer) and transformed.ready(asked(mapped)):
        placed = transformed(asked(mapped))
        caption(say(BOTH, k=k, ours=placed.ours, theirs=placed.theirs))
    rows = mapped.placed.rows[answer.near]
    line = titles(table)
    data: dict[str, object] = {
        "row": rows,
        "title": [line[row][:TITLE] for row in rows],
        "cosine": np.round(answer.cosines, 4),
    }
    if not projected:
        data["weight"] = np.round(answer.weights, 3)
    st.dataframe(
        pd.DataFrame(data), hide_index=True, key="query-rows", placeholder="–",
        column_config={name: say(name) for name in data},
    )  # fmt: skip
