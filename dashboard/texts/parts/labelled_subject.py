"""What the pages on texts with labels and on series show, for the bar above them."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.chain import corpus_picker
from dashboard.language import say


def context() -> list[tuple[str, str]]:
    """The text whose documents are groups, or the table or the series in use."""
    if _of_documents():
        return corpus_picker.context()
    if state.page() == "spectra":
        own = state.get("series", "spectra") == "own"
        return [("Data", state.get("series_name", "") if own else say("Synthetic spectra"))]
    table = state.get("group_file", "")
    return [("Texts", table or say("Chinese reviews"))]


def pick() -> None:
    """Draw the picker of a text; tables and series are opened beside their columns."""
    if _of_documents():
        corpus_picker.pick()
    else:
        st.caption(
            say("A file of your own is opened among the settings of this page, where its columns "
                "are chosen.")
        )  # fmt: skip
        _own_file()


def _own_file() -> None:
    """A button that has the settings ask for a file."""
    if state.page() == "spectra":
        st.button(say("Your own series …"), on_click=state.put, args=("series", "own"))
    elif state.page() == "text_classes":
        from dashboard.texts.parts import class_panel

        st.button(say("Your table"), on_click=class_panel.ask_for_table)


def words() -> list[str]:
    """No words: texts are typed here, not words of one text."""
    return []


def _of_documents() -> bool:
    return state.page() == "sentences" and state.get("grouping", "documents") == "documents"
