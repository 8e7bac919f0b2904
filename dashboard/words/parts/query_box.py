"""The question of the page Neighbours: a word or a sum of them, or the row of a collection."""

from __future__ import annotations

import re

import streamlit as st

from core.errors import UnknownWord
from core.text.words import Vocabulary
from core.vectors.models.row_names import RowNames
from core.vectors.specs import Query, Shelved
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import row_picker, spaces
from dashboard.language import say
from dashboard.markdown import marked, plain
from dashboard.slots import slot
from dashboard.ui import controls
from dashboard.words.memory import Trails

TRAIL = 10
TITLE = 40  # characters of a row's title in the trail


def show(source: Shelved) -> str:
    """The query box: for words a text, for the rows of a collection a list of titles."""
    left, right = st.columns([4, 1.4], vertical_alignment="bottom")
    names = shelf.load(source.model).vocabulary if spaces.of_items(source) else None
    with left:
        if isinstance(names, RowNames):
            text = row_picker.pick(names, "expression", "Item, or a sum of rows", first=True)
        else:
            text = controls.words(
                Query,
                "expression",
                "Word or expression",
                hint="a word, or king - man + woman, or 2*paris - 0.5*(france + germany)",
            )
    with right:
        own = "Leave out its own words" if names is None else "Leave out the item itself"
        controls.toggle(Query, "exclude_inputs", own)
    return text.strip()


def title(words: Vocabulary, text: str) -> str:
    """A query as people read it: of a collection's row, its title."""
    return row_picker.title(words, text) if isinstance(words, RowNames) else text


def remember(text: str, text_key: str, words: Vocabulary) -> None:
    """Keep the trail of queries to this text, the newest first, and offer them."""
    trail = slot(Trails).of_text.setdefault(text_key, [])
    if not trail or trail[0] != text:
        trail[:] = [text, *(earlier for earlier in trail if earlier != text)][:TRAIL]
    if len(trail) > 1:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.caption(say("Earlier"), width="content")
            for earlier in trail[1:]:
                st.button(
                    plain(title(words, earlier)[:TITLE]),
                    key=f"trail:{earlier}",
                    on_click=_search_for,
                    args=(earlier,),
                    type="tertiary",
                )


def _search_for(text: str) -> None:
    state.put("expression", text)


def unknown(error: UnknownWord, text: str) -> None:
    """Say which word is unknown, and offer similar spellings."""
    warning = marked("“{word}” is not in the vocabulary.", word=error.word)
    st.warning(warning, icon=":material/search_off:")
    whole = re.compile(rf"(?<![^\W\d]){re.escape(error.word)}(?!\w)")  # "war" in "2war" is a word
    if error.near:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.caption(say("Did you mean"), width="content")
            for near in error.near:
                better = near.join(whole.split(text))
                st.button(plain(near), key=f"near:{near}", on_click=_search_for, args=(better,))
