"""What stands at the top of a page: parts of its link that could not be used, refused uploads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import state, upload_limit
from dashboard.markdown import plain_message
from dashboard.slots import slot


@dataclass
class _Top:
    """The place at the top of the page."""

    container: DeltaGenerator | None = None


def show(sentences: Iterable[str]) -> None:
    """Warn of what could not be used in a link, and of an upload; `add` adds to it."""
    place = slot(_Top).container = st.container()
    with place:
        for sentence in sentences:
            _warn(sentence)
        context = get_script_run_ctx()
        if context is not None and (refused := upload_limit.refusal(context.session_id)):
            st.error(plain_message(refused), icon=":material/error:")


def add(sentence: str) -> None:
    """Warn of a problem with the link found while its page was drawn, until a setting changes."""
    place = slot(state.Place)
    if sentence in place.notices:
        return
    place.notices.append(sentence)
    place.notices_query = None  # `address.publish` detects a change of settings from here on
    context = get_script_run_ctx()
    if context is not None and context.fragment_ids_this_run:
        _warn(sentence)  # the top of the page belongs to an earlier run
    else:
        top = slot(_Top).container
        assert top is not None, "a page begins with `show`"
        with top:
            _warn(sentence)


def _warn(sentence: str) -> None:
    st.warning(plain_message(sentence), icon=":material/link_off:")
