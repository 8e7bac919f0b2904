"""The bar above every page: what the program is, what the page shows of whose data, and one
picker that changes it.

What a page shows is its `subject` in the navigation. The bar is drawn before the page, and its
text again by each run of a part of the page, for that may change a name in it.
"""

from __future__ import annotations

import html
import importlib
import json
from dataclasses import dataclass
from typing import Protocol, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from core.specs import declared
from dashboard import state
from dashboard.language import say
from dashboard.navigation import FIRST, PAGES, SUBJECTS, kinds
from dashboard.slots import slot
from dashboard.ui.browser_code import component
from dashboard.ui.work import errors_shown

PRODUCT = "Vectorscope"
WORD_BOXES = {
    "path_word", "expression", "row_list", "row_word", "column_list", "column_word", "search",
    "first", "second", "third", "freedom_word", "x_axis", "y_axis",
}  # fmt: skip
"""Settings whose boxes take words of the text in use, and offer them while one types."""
OFFERED = 2_000  # of the words, the first
_mount = st.components.v2.component(
    "vectorscope_context",
    css=".st-key-context-words { display: none; }",
    js=component("context"),
    isolate_styles=False,
)


class Subject(Protocol):
    """A module that names what is in use, and draws its picker."""

    def context(self) -> list[tuple[str, str]]:
        """(heading, name) of each thing in use, untranslated headings; none where none is."""

    def pick(self) -> object:
        """Draw the picker; what is chosen becomes a setting once it can be read."""

    def words(self) -> list[str]:
        """The words that boxes offer; none where they are not known, or none are typed."""


@dataclass
class _Bar:
    """The place of the bar's text in the page that is shown."""

    text: DeltaGenerator | None = None


def subject(page: str) -> Subject | None:
    """The module of what a page shows; None where it shows nothing of the user's."""
    name = PAGES[page].subject
    return module(name) if name else None


def module(name: str) -> Subject:
    """The module of a subject, by its name."""
    return cast(Subject, importlib.import_module(SUBJECTS[name]))


def show(home: StreamlitPage) -> None:
    """Draw the bar of the page that is shown; home: the page that the product's name opens."""
    bar = slot(_Bar)
    with st.container(key="context", horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(home, label=PRODUCT, icon=":material/troubleshoot:", width="content")
        bar.text = st.empty()
        refresh()
        chosen = subject(state.page())
        if chosen is not None and state.page() != FIRST:  # there it has doors of its own
            with (
                st.popover(say("Change"), icon=":material/swap_horiz:", key="context-picker"),
                errors_shown(),
            ):
                chosen.pick()


def attend() -> None:
    """Have the browser complete words in the page's boxes, and remember what was opened.

    Call it when the page has run: the address that is remembered holds its settings by then.
    """
    row, chosen = PAGES[state.page()], subject(state.page())
    if chosen is None:
        return
    names = sorted(WORD_BOXES & {name for kind in kinds(row.file) for name in declared(kind)})
    label = "" if row.file == FIRST else " · ".join(name for _, name in chosen.context())
    data = {
        "known": chosen.words()[:OFFERED] if names else [], "names": names, "label": label,
        "title": say(row.title),
    }  # fmt: skip
    _mount(key="context-words", data=json.dumps(data).encode())


def recent() -> None:
    """What this browser opened last, as links; the browser alone knows it."""
    _mount(key="recent", data=json.dumps({"heading": say("Opened last")}).encode())


def refresh() -> None:
    """Write what is in use; a part of the page calls it when it has run."""
    place, chosen = slot(_Bar).text, subject(state.page())
    if place is None or chosen is None:
        return
    parts = [
        f"<div><span>{html.escape(say(heading))}</span> <b>{html.escape(name)}</b></div>"
        for heading, name in chosen.context()
    ]
    text = " <i>·</i> ".join(parts)
    place.html(f'<div class="vs-context">{text}</div>', width="content")
