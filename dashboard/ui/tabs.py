"""Tabs below a picture, of which only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.language import say
from dashboard.ui.work import told


def tabs(key: str, shown: dict[str, Callable[[], object]]) -> None:
    """Tabs by name; what goes wrong for the user's own reasons is told inside the tab."""
    drawn = st.tabs([say(name) for name in shown], on_change="rerun", key=key)
    for tab, show in zip(drawn, shown.values(), strict=True):
        if tab.open:
            with tab, told():
                show()
