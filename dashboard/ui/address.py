"""The address of a page, which holds its settings, as do the files that the page saves."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.specs import Spec
from dashboard import state
from dashboard.slots import slot
from dashboard.ui import context, share
from dashboard.ui.live_slider import is_dragged


def publish(*specs: Spec) -> None:
    """Write the settings of these specs, where they differ from the defaults, into the URL.

    Not while a slider is dragged: every URL is a step of the back button.
    """
    context.refresh()
    place = slot(state.Place)
    if any(is_dragged(f"setting:{name}") for name in slot(state.Settings).drawn):
        return
    query: dict[str, str] = {}
    for spec in specs:
        query |= spec.to_query()
    query |= place.stage
    query |= state.language_parameter()
    if place.arrivals.get(place.page, query) is None:  # the browser writes this one: address.js
        place.arrivals[place.page] = query
    elif dict(st.query_params.items()) != query:
        st.query_params.from_dict(query)
    published = place.published
    published.page, published.specs, published.query = place.page, specs, query
    published.number += 1
    share.settings(specs, published.number)
    place.current = True
    outdated = place.notices and place.notices_query not in (None, query)
    place.notices_query = query
    if outdated:
        place.notices = []
        run = get_script_run_ctx()
        if run is not None and run.fragment_ids_this_run:
            st.rerun()  # they stand at the top of the page, which a fragment cannot change


def show(path: str) -> None:
    """Have the browser show the settings this run published; call it last.

    path: the last part of the page's path, as the browser has it.
    """
    place = slot(state.Place)
    if place.current:
        share.address(path, place.published.query, place.published.number)
