"""What of a link could not be used, said at the top of its page."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.markdown import plain_message


def show(sentences: Iterable[str]) -> None:
    """Say what of a link could not be used; `add` adds to it."""
    place = st.session_state["notices-place"] = st.container()
    with place:
        for sentence in sentences:
            _warn(sentence)


def add(sentence: str) -> None:
    """Say of a link what came out while its page was drawn, until a setting changes."""
    session = st.session_state
    if sentence in session["notices"]:
        return
    session["notices"].append(sentence)
    session["noticed"] = None  # what `state.publish` tells a change by: it starts from here
    context = get_script_run_ctx()
    if context is not None and context.fragment_ids_this_run:
        _warn(sentence)  # the top of the page is of an earlier run
    else:
        with session["notices-place"]:
            _warn(sentence)


def _warn(sentence: str) -> None:
    st.warning(plain_message(sentence), icon=":material/link_off:")
