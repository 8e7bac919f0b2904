"""Start: what the program is, three ways in, and the Signal path of the text in use."""

from __future__ import annotations

import html

import streamlit as st

from dashboard import state, tours
from dashboard.language import say
from dashboard.ui import context, stage
from dashboard.words.parts import doors, word_path

BEST = (
    "from-counts-to-vectors",
    "why-cosine-is-not-relatedness",
    "where-labels-and-vectors-disagree",
    "a-vae-finds-the-digits",
)
STYLE = """
<style>
.vs-door h2 { font-size:1.12rem; font-weight:650; margin:0 0 .2rem; padding:0; }
.vs-door p { margin:0; font-size:.9rem; opacity:.85; }
[class*="st-key-door_"] { padding:.8rem 1rem; gap:.6rem; border-radius:.4rem;
  border:1px solid color-mix(in srgb, currentColor 17%, transparent);
  background:color-mix(in srgb, currentColor 2.5%, transparent); }
.st-key-onward { align-items:center; gap:.1rem .9rem; }
.st-key-onward button { min-height:1.7rem; padding:0; }
</style>
"""


def onward() -> None:
    """The best tours, and what this browser opened last."""
    titles = tours.titles()
    with st.container(horizontal=True, key="onward"):
        st.html(f"<b>{html.escape(say('Tours'))}</b>", width="content")
        for id in BEST:
            st.button(
                titles[id], key=f"tour:{id}", icon=":material/play_arrow:", type="tertiary",
                on_click=_play, args=(id,),
            )  # fmt: skip
    context.recent()


def _play(id: str) -> None:
    stage.begin(tours.find(id), 1)


def main() -> None:
    if not state.stage():
        st.html(STYLE)
        doors.show()
        onward()
        st.html(f'<div class="vs-stage">{html.escape(say("Signal path"))}</div>')
    word_path.show()


main()
