"""The results stored on disk: their size, and a button that deletes them."""

from __future__ import annotations

import streamlit as st

from core import cache
from dashboard.language import say
from dashboard.markdown import marked


def popover() -> None:
    """The size of the stored results, and a button that deletes them."""
    with st.popover(say("Stored results"), icon=":material/database:", width="stretch"):
        st.caption(
            marked(
                "{size:,.0f} MB of results in {folder}. They are made again when they are "
                "needed. Uploaded files are kept.",
                size=cache.size() / 1e6,
                folder=str(cache.folder()),
            )
        )
        if st.button(say("Forget all results"), icon=":material/delete:"):
            cache.clear()
            st.rerun()
