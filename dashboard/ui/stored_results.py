"""The results stored on disk: their size, and a button that deletes them."""

from __future__ import annotations

import streamlit as st

from core import cache
from dashboard.language import say
from dashboard.markdown import marked


def popover() -> None:
    """The size of the stored results, and a button that deletes them."""
    with st.popover(say("Stored results"), icon=":material/database:", width="stretch"):
        results, everything = _sizes()
        st.caption(
            marked(
                "{results:,.0f} MB of results; {everything:,.0f} MB on the disk with uploads, "
                "models and sweeps. Results are made again when they are needed; the rest is kept.",
                results=results / 1e6,
                everything=everything / 1e6,
            )
        )
        if st.button(say("Forget all results"), icon=":material/delete:"):
            cache.clear()
            _sizes.clear()
            st.rerun()


@st.cache_data(ttl=10, show_spinner=False)
def _sizes() -> tuple[int, int]:
    """Bytes of the results, and of all that is stored."""
    return cache.size(), cache.size_on_disk()
