"""A collection's vectors on the pages that words have: neighbours, map, two models, sweeps."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.errors import CoreError
from core.items.collection import Table
from core.registry import LABELLED, TRUST
from core.spaces.doubts import Labelled
from core.spaces.shelving import shelve
from core.spaces.specs import Place, Space
from core.specs import Spec
from core.sweeps.specs import Sweep
from core.sweeps.targets import write
from dashboard import state
from dashboard.language import say
from dashboard.markdown import plain_message
from dashboard.navigation import PAGES

TO = {"neighbours": "model", "map": "model", "compare": "a_model"}
"""Pages, and the setting that holds the vectors there."""


def show(table: Table) -> None:
    """A button for each page; the vectors go to the shelf, among the models."""
    with st.popover(say("On other pages"), icon=":material/open_in_new:", width="stretch"):
        st.caption(
            say(
                "The rows go to the shelf, where models of words are: the pages below offer them "
                "from then on, and links to them name them."
            )
        )
        for page, setting in TO.items():
            _button(page, partial(_open, page, setting))
        _button("sweeps", partial(_sweep, table))


def _button(page: str, leave: partial[None]) -> None:
    st.button(
        say(PAGES[page].title), icon=PAGES[page].icon, key=f"elsewhere:{page}", on_click=leave,
        width="stretch",
    )  # fmt: skip


def _open(page: str, setting: str) -> None:
    try:
        id = shelve(state.spec(Space)).id
    except CoreError as error:
        st.toast(plain_message(error), icon=":material/error:")
        return
    state.put_all({setting: id, "part": "word"})
    if page == "compare":
        state.put("b_model", "")
    state.leave_for(page)


def _sweep(table: Table) -> None:
    """A sweep of maps: judged by the labels where there are any, else by their trust alone."""
    space = state.spec(Space).replace(rows_shuffled=False)
    try:
        if table.names("category"):
            swept: Spec = Labelled(Place(space), state.get("label_column", ""))
            start = LABELLED.start
        else:
            swept = TRUST.spec().replace(model=shelve(space).id)
            start = {**TRUST.start, "axes": "map.map_method = pca, umap, t-sne"}
        state.adopt(Sweep(**{**start, "swept": write(swept)}))
    except CoreError as error:
        st.toast(plain_message(error), icon=":material/error:")
        return
    state.leave_for("sweeps")
