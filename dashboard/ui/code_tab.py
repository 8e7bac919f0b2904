"""The tab “Code”: the lines of Python that reproduce what is shown."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.language import say
from dashboard.navigation import PAGES
from dashboard.slots import slot
from dashboard.ui import downloads


def show(lines: str) -> None:
    """Lines that reproduce what is shown by `core` alone: to copy, as a script or a notebook."""
    from dashboard import notebook

    lines = notebook.complete(lines)
    st.code(lines)
    page, address = state.page(), st.context.url or ""
    title = say(PAGES[page].title)
    published = slot(state.Place).published  # at the end of this run: see `address.publish`

    def view() -> notebook.View:
        if published.page != page:
            return notebook.View(page, title, address)
        return notebook.View(page, title, address, published.query, published.specs)

    stem = notebook.name(view())
    with st.container(horizontal=True, gap="small"):
        downloads.later(say("Script"), lambda: notebook.script(view(), lines), f"{stem}.py",
                       "text/x-python", "code:script")  # fmt: skip
        downloads.later(say("Notebook"), lambda: notebook.notebook(view(), lines), f"{stem}.ipynb",
                       "application/x-ipynb+json", "code:notebook")  # fmt: skip
