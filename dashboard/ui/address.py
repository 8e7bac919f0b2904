"""The address of a page, which holds its settings, as do the files that the page saves."""

from __future__ import annotations

import streamlit as st

from core.specs import Spec
from dashboard import state
from dashboard.slots import slot
from dashboard.ui import share
from dashboard.ui.live_slider import is_dragged


def publish(*specs: Spec) -> None:
    """Write the settings of these specs, where they differ from the defaults, into the URL.

    Not while a slider is dragged: every URL is a step of the back button.
    """
    here = slot(state.Place)
    if any(is_dragged(f"setting:{name}") for name in slot(state.Settings).drawn):
        return
    query: dict[str, str] = {}
    for spec in specs:
        query |= spec.to_query()
    query |= here.stage
    query |= state.language_parameter()
    if here.arrivals.get(here.page, query) is None:  # the browser writes this one: address.js
        here.arrivals[here.page] = query
    elif dict(st.query_params.items()) != query:
        st.query_params.from_dict(query)
    published = here.published
    published.page, published.specs, published.query = here.page, specs, query
    published.number += 1
    share.settings(specs, published.number)
    here.current = True
    if here.notices_query not in (None, query):
        here.notices = []
    here.notices_query = query


def show(path: str) -> None:
    """Have the browser show the settings this run published; call it last.

    path: the last part of the page's path, as the browser has it.
    """
    here = slot(state.Place)
    if here.current:
        share.address(path, here.published.query, here.published.number)
