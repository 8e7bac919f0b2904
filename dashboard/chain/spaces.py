"""Collections among the models: offered in the lists of pages that take any rows, and brought in.

A list names what is not on the shelf yet as “items:digits”, or “items:open” for the collection
of this session. What is chosen is put on the shelf, and the setting then holds its id.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import streamlit as st

from core.cache import Computation
from core.compare.item_specs import TwoMaps, Versions
from core.errors import CoreError
from core.items.collection import embedded, stored
from core.items.collection_specs import SAMPLES, Embedding
from core.items.collection_specs import Collection as Rows
from core.messages import Message, message
from core.spaces.rows import encoded_for, encoded_texts
from core.spaces.shelving import name_of, plain, shelve, shown_name, space_of
from core.spaces.specs import Space
from core.specs import Spec
from core.text.words import Vocabulary
from core.vectors.models.row_names import RowNames
from core.vectors.specs import Shelved
from core.vectors.store import shelf
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.navigation import PAGES
from dashboard.spec_code import constructor
from dashboard.ui.work import obtain

PREFIX = "items:"
OPEN = f"{PREFIX}open"
DIMENSION = re.compile(r"(?<= )(\d+)-d(?=, |$)")


def offers() -> dict[str, Space]:
    """The samples, and what the page Collection last showed, by their names in settings."""
    offered = {f"{PREFIX}{name}": Space(Rows(name)) for name in SAMPLES}
    try:
        current = state.spec(Space).replace(rows_shuffled=False)
    except CoreError:  # of a damaged link
        return offered
    if current not in offered.values():
        offered[OPEN] = current
    return offered


def called(entry: shelf.Entry) -> str:
    """What an entry is called in the session's language; a name that somebody gave it stays."""
    name = shown_name(entry)
    if isinstance(name, Message):
        return say(name)
    training = entry.training
    return title_of(training) if training and name == shelf.name_of(training) else name


def title_of(spec: Spec) -> str:
    """The name that the model of a spec gets, its dimension in the session's language.

    Settings are named as in links and in code.
    """
    return DIMENSION.sub(lambda found: say("{d}-d", d=int(found[1])), shelf.name_of(spec))


def missing() -> dict[str, str]:
    """The names on the screen of those offered that are not on the shelf."""
    entries = [entry for entry in shelf.entries() if entry.of_items]
    listed = {entry.id for entry in entries}
    held = [space.collection for entry in entries if (space := space_of(entry)) is not None]
    names = {}
    for option, space in offers().items():
        if not stored.ready(space.collection.replace(roles="")):  # looked at by nobody so far
            if option != OPEN and space.collection not in held:
                names[option] = say("Items: {name}", name=say(space.collection.label))
            continue
        spec = _settled(space)
        if spec is not None and spec.key not in listed:
            names[option] = say("Items: {name}", name=say(name_of(spec)))
            listed.add(spec.key)  # the session's collection may be a sample
    return names


def _settled(space: Space) -> Space | None:
    """The spec by which an opened collection is on the shelf; None where it has no vectors."""
    try:
        return plain(space)
    except CoreError:
        return None


def bring(option: str) -> str:
    """The id of an offered collection once it is on the shelf; "" while its vectors are read.

    Raises CoreError where it has none, and for an option that is not offered.
    """
    space = offers().get(option)
    if space is None or not _ready(stored, space.collection.replace(roles="")):
        return ""
    spec = plain(space)
    if spec.from_text:
        ready = _ready(encoded_texts, encoded_for(spec))
    else:
        ready = _ready(embedded, Embedding(spec.collection, spec.embedding))
    return shelve(spec).id if ready else ""


def requested(option: str, offered: Collection[str]) -> dict[str, str]:
    """A collection of a link that is not offered, as it is on the shelf already, and its name."""
    space = offers().get(option)
    if space is None or option in offered:
        return {}
    return {option: say("Items: {name}", name=say(space.collection.label))}


def _ready(compute: Computation[Any], spec: Any) -> bool:
    result = obtain(compute, spec, "collection for the shelf")
    return result is not None and result.fresh


def comparable(a: shelf.Entry, b: shelf.Entry) -> bool:
    """Whether two entries both hold words, or rows of one collection: “#17” is the same in both."""
    first, second = space_of(a), space_of(b)
    if first is None or second is None:
        return a.of_items == b.of_items
    return _same_rows(first, second)


def fits(option: str, beside: shelf.Entry) -> bool:
    """Whether an offered collection is the one whose rows an entry holds."""
    space = space_of(beside)
    return space is not None and _same_rows(offers()[option], space)


def _same_rows(a: Space, b: Space) -> bool:
    """Whether two spaces are of one collection, whatever its columns are taken for."""
    return a.collection.replace(roles="") == b.collection.replace(roles="")


def of_items(source: Any) -> bool:
    """Whether a source of vectors is the rows of a collection."""
    if not isinstance(source, Shelved) or not source.model:
        return False
    entry = shelf.find(source.model)
    return entry is not None and entry.of_items


def written(words: Vocabulary, word: str) -> str:
    """A word as a setting of a page holds it; a row of a collection by its number, “#17”."""
    return words.number(words.index[word]) if isinstance(words, RowNames) else word


def tokens(words: Vocabulary) -> list[str]:
    """The words as files name them, whose formats end a name at a space; of rows their numbers."""
    if isinstance(words, RowNames):
        return [words.number(place) for place in range(len(words.words))]
    return words.words


def space(source: Any) -> Space | None:
    """The space behind a source of vectors that is the rows of a collection."""
    return space_of(shelf.get(source.model)) if of_items(source) else None


def code(*sources: Any) -> str:
    """The lines of Python that put the collections among these sources on the shelf."""
    held = [found for source in dict.fromkeys(sources) if (found := space(source)) is not None]
    if not held:
        return ""
    lines = "".join(f"shelve({constructor(found)})\n" for found in held)
    return (
        "from core.counts import Association, Counts\nfrom core.items import Collection\n"
        "from core.spaces import Space, shelve\nfrom core.text import Corpus, Source, Text\n"
        f"from core.vectors import PpmiSvd, Shelved\n\n{lines}\n"
    )


def open_two_embeddings(space: Space, key: str) -> None:
    """A button that compares a space with others of its rows."""
    page = PAGES["two_embeddings"]

    def leave() -> None:
        state.adopt(TwoMaps(Versions(space)))
        state.leave_for(page.file)

    st.button(
        marked("Open “{page}”", page=say(page.title)), icon=page.icon, key=key, on_click=leave
    )  # fmt: skip


def not_words(name: str) -> Message:
    """Why a page of words does not take a collection."""
    return message("“{name}” holds rows of a collection; this page needs words.", name=name)
