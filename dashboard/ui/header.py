"""The head of a page: its title, one sentence on what it shows, and the way to share it."""

from __future__ import annotations

import html

import streamlit as st

from dashboard.language import say
from dashboard.ui import share
from dashboard.ui.style import STYLE


def show(title: str, what: str) -> None:
    """The page's title and one sentence on what it shows, and the way to share it."""
    st.html(STYLE)
    title, what = say(title), say(what)
    st.session_state["title"] = title
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="vs-head"><h1>{html.escape(title)}</h1><p>{html.escape(what)}</p></div>'
        )
        share.buttons()
