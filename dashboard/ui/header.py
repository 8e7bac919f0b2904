"""The head of a page: its title, one sentence on what it shows, and the buttons that share it."""

from __future__ import annotations

import html

import streamlit as st

from dashboard.language import say
from dashboard.page_row import Page
from dashboard.ui import recording, share
from dashboard.ui.style import STYLE


def show(page: Page) -> None:
    """Title and sentence, and the buttons beside them."""
    st.html(STYLE)
    title, subtitle = html.escape(say(page.title)), html.escape(say(page.subtitle))
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="vs-head"><h1>{title}</h1><p>{subtitle}</p></div>')
        recording.button(page.file)
        share.buttons()
