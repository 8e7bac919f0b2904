"""A tour that records itself: each view one likes becomes a step of it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.messages import message
from dashboard import state, tours
from dashboard.language import say
from dashboard.navigation import PAGES
from dashboard.slots import slot

UNRECORDED = ("start", "tours")  # pages that show nothing of the user's


@dataclass
class Recording:
    """The tour being recorded, as the text of its file; nothing before its first step."""

    text: str = ""


def button(page: str) -> None:
    """A button in the head of a page that adds what it shows to the recording."""
    if page in UNRECORDED:
        return
    st.button(
        say("Add to tour"), key="record", icon=":material/playlist_add:", type="tertiary",
        on_click=add, help=say("Makes this view, with its settings, a step of a tour of your own; "
                               "edit and play it on the page Tours."),
    )  # fmt: skip


def add() -> None:
    """Make what the page published last a step."""
    published, recording = slot(state.Place).published, slot(Recording)
    page = PAGES[published.page]
    step = tours.written_step(say(page.title), page.file, published.query, say(page.subtitle))
    begun = recording.text or tours.written_title(say("My tour"), say("Recorded in Vectorscope."))
    recording.text = f"{begun.rstrip()}\n\n{step}"
    st.toast(
        say(message("Added as step {n}.", n=recording.text.count("\n## "))),
        icon=":material/playlist_add_check:",
    )
