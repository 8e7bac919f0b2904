"""Tabs below a picture, of which only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import state
from dashboard.language import say
from dashboard.navigation import PAGES
from dashboard.ui.work import errors_shown

Shown = dict[str, Callable[[], object]]


def page_tabs(shown: Shown) -> None:
    """The tabs of the page's row in the navigation, in the order given there."""
    page = PAGES[state.page()]
    if set(shown) != set(page.tabs):
        raise ValueError(f"the row of {page.file} has the tabs {page.tabs}; shown: {list(shown)}")
    tabs(f"{page.file}-tabs", {name: shown[name] for name in page.tabs})


def tabs(key: str, shown: Shown) -> None:
    """Tabs by name; errors that a user can act on are shown inside the tab."""
    containers = st.tabs([say(name) for name in shown], on_change="rerun", key=key)
    for tab, show in zip(containers, shown.values(), strict=True):
        if tab.open:
            with tab, errors_shown():
                show()
