"""Tours: lessons in steps, each a page with its settings; those shipped and the user's own."""

from __future__ import annotations

import streamlit as st

from dashboard import tours
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.slots import slot
from dashboard.ui import layout, stage
from dashboard.ui.captions import caption
from dashboard.ui.recording import Recording
from dashboard.ui.work import errors_shown
from dashboard.words.memory import LoadedTour

STYLE = """
<style>
.vs-tour h2 { font-size:1.15rem; font-weight:650; margin:0 0 .3rem; padding:0; }
.vs-tour p { margin:0 0 .5rem; font-size:.92rem; opacity:.85; min-height:2.8em; }
.vs-tour ol { margin:0 0 .3rem; padding-left:1.2rem; font-size:.85rem; opacity:.8;
  line-height:1.5; }
[class*="st-key-tour-"] { height:100%; padding:1rem 1.1rem;
  border:1px solid color-mix(in srgb, currentColor 17%, transparent); border-radius:.4rem;
  background:color-mix(in srgb, currentColor 2.5%, transparent); }
</style>
"""
FORMAT = (
    "A tour is a text file: “# ” and its title, a sentence, then steps. A step is “## ” and a "
    "title, a line “open: ” with what stands in the address bar behind the host’s name, and a "
    "few sentences. “question: ” and “answer: ” may follow; the answer is hidden until it is "
    "asked for. “point: folk”, or “point: music × folk” for a cell, draws an arrow at what has "
    "this name; “show: ” lists the settings whose controls stay on the stage, and a tab to open; "
    "“notes: ” are for the presenter alone. Load one of these files to begin with yours."
)


def card(tour: tours.Tour) -> None:
    with st.container(key=f"tour-{tour.id}"):
        stage.outline(tour)
        st.button(
            say("Start"), key=f"start-{tour.id}", icon=":material/play_arrow:",
            on_click=stage.begin, args=(tour, 1),
        )  # fmt: skip


def load_own() -> None:
    """Load a tour of the user's own."""
    layout.heading("Your own")
    caption(say(FORMAT))
    left, right = st.columns([1.4, 1], gap="large")
    with left, errors_shown():
        data = st.file_uploader(
            say("Tour file"), type=["md", "txt"], max_upload_size=1, key="tour-file",
            help=marked("UTF-8 text of at most {most:,} bytes.", most=tours.LARGEST),
        )  # fmt: skip
        if data is not None:
            tour = tours.keep(data.getvalue())
            slot(LoadedTour).tour = tour.id
        if slot(LoadedTour).tour:
            card(tours.find(slot(LoadedTour).tour))
    with right:
        for path in tours.files():
            st.download_button(
                path.name, path.read_bytes(), path.name, "text/markdown", on_click="ignore",
                icon=":material/download:", key=f"file-{path.stem}", type="tertiary",
            )  # fmt: skip


def recorded() -> None:
    """The tour that was recorded here: its text to edit, to play and to keep."""
    layout.heading("Recorded here")
    mine = slot(Recording)
    if not mine.text:
        caption(say("“Add to tour”, at the top of every page, makes what is shown there a step."))
        return
    mine.text = st.text_area(
        say("Text of the tour"), mine.text, key="recorded-text", height=300, max_chars=tours.LARGEST
    )
    with errors_shown(), st.container(horizontal=True, gap="small"):
        tour = tours.parse(mine.text)
        st.button(
            say("Play"), key="recorded-play", icon=":material/play_arrow:", on_click=_play,
            args=(mine.text,),
        )  # fmt: skip
        st.download_button(
            say("Save as a file"), mine.text, f"{tour.title[:40]}.md", "text/markdown",
            on_click="ignore", icon=":material/download:", key="recorded-file",
        )  # fmt: skip
        st.button(say("Discard"), key="recorded-discard", icon=":material/delete:",
                  on_click=_discard)  # fmt: skip


def _play(text: str) -> None:
    stage.begin(tours.keep(text.encode()), 1)


def _discard() -> None:
    slot(Recording).text = ""


def main() -> None:
    st.html(STYLE)
    shipped = tours.shipped()
    for start in range(0, len(shipped), 2):
        for place, tour in zip(st.columns(2), shipped[start : start + 2], strict=False):
            with place:
                card(tour)
    recorded()
    load_own()


main()
