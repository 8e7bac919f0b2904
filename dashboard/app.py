"""Entry point: the frame around every page."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # `streamlit run` puts only this file's folder there
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from dashboard.ui import plotly_js  # noqa: E402

plotly_js.load_ahead()  # before any other import: browser and server work at the same time

from dashboard import state  # noqa: E402
from dashboard.language import say  # noqa: E402
from dashboard.navigation import FIRST, SCRIPTS, SECTIONS  # noqa: E402
from dashboard.ui import garbage, switch  # noqa: E402

st.set_page_config(
    page_title="Vectorscope",
    page_icon=str(ROOT / "dashboard" / "static" / "favicon.png"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
garbage.spare_imports()
state.language()
page = st.navigation(
    {
        say(section): [
            st.Page(
                SCRIPTS[room.file],
                title=say(room.title),
                icon=room.icon,
                default=room.file == FIRST,
            )
            for room in rooms
        ]
        for section, rooms in SECTIONS.items()
    },
    position="top",
)
state.go_on(page.url_path or FIRST)
switch.show()
if state.stage():
    from dashboard.ui import stage

    stage.show()
page.run()
state.show_address()
