"""The button that changes the language, at the right of the app's frame."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.language import SPOKEN, naming_script

STYLE = """<style>
/* Left of the sign that Streamlit shows while it runs. */
.st-key-language { position:fixed; top:.75rem; right:8.2rem; z-index:999992; width:auto; }
.st-key-language button { min-height:1.9rem; padding:0 .5rem; opacity:.85; }
</style>"""


def show() -> None:
    """Offer the other language, by its own name, and tell the browser which one this is."""
    language = state.language()
    [other] = [name for name in SPOKEN if name != language]
    with st.container(key="language"):
        st.html(STYLE)
        st.button(
            SPOKEN[other], key="language-switch", type="tertiary", on_click=state.set_language,
            args=(other,),
        )  # fmt: skip
        st.html(  # for screen readers, and for the forms of Chinese characters
            f"<script>{naming_script(language)}</script>",
            unsafe_allow_javascript=True,
        )
