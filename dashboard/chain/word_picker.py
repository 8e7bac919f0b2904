"""Choosing a word from a list that completes what one types."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import state
from dashboard.language import say


def pick(words: Sequence[str], setting: str, label: str) -> str:
    """A list of words; returns the one chosen, "" for none. Any other can be typed."""
    key = state.seed(setting, "")
    current = st.session_state[key] or None
    options = list(words)
    if current is not None and current not in options:
        options = [current, *options]
    st.session_state[key] = current
    index = None if current is None else options.index(current)
    word = st.selectbox(
        say(label), options, index, key=key, placeholder=say("Type a word …"),
        accept_new_options=True,
    )  # fmt: skip
    return str(state.keep(setting, word or ""))
