"""Sharing a page: its link on the clipboard, its figures as files, its settings in them.

All of it happens in the browser when it is asked for (see share.js, saving.js, offline.js).
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from core.specs import Spec
from dashboard.language import say
from dashboard.ui.browser_code import component

WORDS = {
    "copy": "Copy link",
    "copied": "Link copied",
    "refused": "The browser did not allow it: copy the selected link.",
    "save": "Save",
    "link": "Link to this page and its settings",
    "figures": "Figures: a slide, or an interactive page",
    "page": "All figures as one interactive page (HTML)",
    "code": "Numbers as a script or a notebook: in the tab “Code”.",
}
SETTINGS = "Settings"
OPEN = "Open in Vectorscope"

_mount = st.components.v2.component(
    "vectorscope_share",
    js=component("share"),
    isolate_styles=False,
)
_addresser = st.components.v2.component(
    "vectorscope_address",
    css=".st-key-address { display: none; }",
    js=component("address"),
    isolate_styles=False,
)


def buttons() -> None:
    """Copy the link; save the page's figures."""
    words = {name: say(text) for name, text in WORDS.items()}
    _mount(key="share", data=json.dumps(words).encode(), width="content")


def address(page: str, query: Mapping[str, str], number: int) -> None:
    """Have the browser show the query of a page; `page` is the last part of its path.

    The browser reads it again at each new number.
    """
    data = {"page": page, "query": urlencode(query), "number": number}
    _addresser(key="address", data=json.dumps(data).encode())


def settings(specs: Sequence[Spec], number: int) -> None:
    """Put the settings into the page, for its files; those of the highest number apply."""
    kinds = [
        [type(spec).__name__, spec.key, [[n, str(v)] for n, v in spec.leaves() if v != ""]]
        for spec in specs
    ]
    data = json.dumps({"label": say(SETTINGS), "open": say(OPEN), "kinds": kinds})
    # Streamlit's sanitiser drops attributes that seem to close an element
    data = data.replace("<", "\\u003c").replace(">", "\\u003e")
    st.html(
        f'<div hidden class="vs-settings" data-number="{number}" '
        f'data-settings="{html.escape(data)}"></div>'
    )
