"""Entry point: the frame around every page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # `streamlit run` puts only this file's folder there
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from streamlit.navigation.page import StreamlitPage  # noqa: E402

from dashboard.ui import plotly_js  # noqa: E402

plotly_js.load_ahead()  # before any other import: browser and server work at the same time

from dashboard import navigation, state  # noqa: E402
from dashboard.language import say  # noqa: E402
from dashboard.navigation import FIRST, PAGES, SCRIPTS, SECTIONS  # noqa: E402
from dashboard.page_row import Page  # noqa: E402
from dashboard.ui import address, context, header, notices, process, switch  # noqa: E402

st.set_page_config(
    page_title="Vectorscope",
    page_icon=str(ROOT / "dashboard" / "static" / "favicon.png"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
process.prepare()
state.language()


def entry(row: Page, path: str, **more: Any) -> StreamlitPage:
    """A page of the navigation, which links call by this path."""
    title = say(row.title)
    return st.Page(SCRIPTS[row.file], title=title, icon=row.icon, url_path=path, **more)


home = entry(PAGES[FIRST], navigation.address(FIRST), default=True, visibility="hidden")
entries = {
    say(task): [entry(row, navigation.address(row.file)) for row in rows]
    for task, rows in SECTIONS.items()
}
# Links may name the first page explicitly, too.
named_home = entry(PAGES[FIRST], FIRST, visibility="hidden")
page = st.navigation({"": [home, named_home], **entries}, position="top")
name = page.url_path or FIRST
state.go_on(name)
switch.show()
if state.stage():
    from dashboard.ui import stage

    stage.show()
wrong = state.begin(name)
bar = st.container()
header.show(PAGES[name])
notices.show(wrong)
with bar:  # its picker may add a notice
    context.show(home)
page.run()
address.show(page.url_path)
context.attend()
