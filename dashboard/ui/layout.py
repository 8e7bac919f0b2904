"""The layout of a page: the picture, and beside it the panel of its controls."""

from __future__ import annotations

import html

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.language import say


def columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """(screen, panel): the picture left and its controls right; on a phone, below it."""
    screen, panel = st.columns([3.3, 1.15], gap="large")
    return screen, panel.container(key="panel")


def heading(name: str) -> None:
    """A heading among the controls of a panel."""
    st.html(f'<div class="vs-stage">{html.escape(say(name))}</div>')
