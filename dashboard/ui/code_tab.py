"""The tab “Code”: the lines of Python that give what is shown."""

from __future__ import annotations

import streamlit as st

from dashboard.language import say
from dashboard.ui import downloads


def show(lines: str) -> None:
    """The lines of `core` that give what is shown: to copy, and as a script or a notebook."""
    from dashboard import notebook

    lines = notebook.complete(lines)
    st.code(lines)
    session = st.session_state
    page, title, address = session["page"], session["title"], st.context.url or ""
    told = session.setdefault("published", {})  # at the end of this run: see `state.publish`

    def view() -> notebook.View:
        known = told if told.get("page") == page else {}
        return notebook.View(page, title, address, known.get("query"), known.get("specs", ()))

    stem = notebook.name(view())
    with st.container(horizontal=True, gap="small"):
        downloads.later(say("Script"), lambda: notebook.script(view(), lines), f"{stem}.py",
                       "text/x-python", "code:script")  # fmt: skip
        downloads.later(say("Notebook"), lambda: notebook.notebook(view(), lines), f"{stem}.ipynb",
                       "application/x-ipynb+json", "code:notebook")  # fmt: skip
