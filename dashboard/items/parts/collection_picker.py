"""Choosing a collection: a sample, uploaded files, or files on the server."""

from __future__ import annotations

import os
from contextlib import suppress

import streamlit as st

from core import uploads
from core.compare.item_specs import Versions
from core.errors import CoreError
from core.items.collection import Table, stored, table_of
from core.items.collection_specs import OWN, SAMPLES, Collection, of_files
from core.items.opening import READABLE
from core.spaces.clusters import Groups
from core.spaces.queries import Asked
from core.specs import defaults
from core.tables.options import GUESSED
from core.text import shelf
from dashboard import state
from dashboard.items.memory import Stored, Unseen
from dashboard.items.parts import collection_reading, collection_roles
from dashboard.items.views import CollectionView, TwoView
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.slots import slot
from dashboard.ui.mirrors import follow
from dashboard.ui.work import obtain

OF_COLUMNS = (
    "embedding", "from_text", "text_column", "given_places", "layout", "naming_column", "b_by",
    "b_column", "told_column", "asked",
)  # fmt: skip


def context() -> list[tuple[str, str]]:
    """The collection in use."""
    return [("Collection", say(in_use().label))]


def in_use() -> Collection:
    """The collection that the pages show."""
    return state.spec(Collection)


def words() -> list[str]:
    """No words: nothing of this is typed."""
    return []


def pick() -> None:
    """Draw the picker; what is chosen becomes a setting once it can be opened."""
    current = in_use()
    try:
        _upload(current)
        _samples(current)
        if os.environ.get("VECTORSCOPE_FILES"):
            _files(current)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")


def _samples(current: Collection) -> None:
    """The samples, as a list that shows files of one's own where those are in use."""
    options = [*SAMPLES, *([current.rows_from] if current.rows_from in OWN else [])]
    names = {o: say(label) for o, label in SAMPLES.items()}
    names[current.rows_from] = say(current.label)
    key = state.worded("collection-choice")
    follow(key, current, current.rows_from)
    chosen = st.selectbox(
        say("Or a sample"),
        options,
        options.index(st.session_state[key]),
        key=key,
        format_func=names.__getitem__,
    )
    if chosen != current.rows_from:
        adopt(Collection(chosen))


def opened(collection: Collection) -> Table | None:
    """The collection's table, None while it is read, and while the roles of its columns are
    looked at: files that were opened here are shown before anything is computed of them.

    Raises SourceError where that fails, SpecError for roles that its columns cannot have.
    """
    try:
        result = obtain(stored, collection.replace(roles=""), "collection")
    except CoreError:
        with suppress(CoreError):  # else the same is said twice
            collection_reading.show(collection)
        raise
    if result is None or not result.fresh:
        return None
    table = table_of(collection)
    table.names()  # the roles are checked here
    if slot(Unseen).collection == collection.replace(roles="", zip_table="", rows_table=GUESSED):
        collection_roles.first_look(table)
        return None
    return table


def adopt(collection: Collection) -> None:
    """Make a collection the page's; settings that name columns of another one go."""
    put(collection)
    st.rerun()


def put(collection: Collection) -> None:
    """The settings of a collection that nothing is set for yet."""
    views = {**defaults(CollectionView), **defaults(TwoView)}
    usual = {**defaults(Asked), **defaults(Groups), **defaults(Versions), **views}
    here = {*OF_COLUMNS, *views}
    named = {name: value for name, value in usual.items() if name in here}
    state.put_all(named | dict(collection.leaves()))


def look_at(collection: Collection) -> None:
    """Make a collection just opened the page's, and show what its columns were taken for."""
    bring(collection)
    st.rerun()


def bring(collection: Collection) -> None:
    """The same for the page that is opened next."""
    slot(Unseen).collection = collection
    put(collection)


def _upload(current: Collection) -> None:
    files = st.file_uploader(
        say("Open your own vectors or table"),
        key="collection-upload",
        accept_multiple_files=True,
        help=marked(
            "{kinds}. Several files at once: arrays or further columns for the same rows, parts "
            "of one table, or a zip of the pictures that a column names. They stay on the "
            "machine this app runs on.",
            kinds=", ".join(READABLE),
        ),
    )
    stored, ids = slot(Stored), tuple(file.file_id for file in files or ())
    if ids and stored.files != ids:
        kept = [(uploads.base_name(f.name), uploads.keep(f.name, f)) for f in files]
        stored.files = ids
        look_at(of_files("upload", kept))


def _files(current: Collection) -> None:
    names = [n for n in shelf.list_files(text=False) if n.lower().endswith(READABLE)]
    if not names:
        st.info(say("The folder that may be read holds no tables."))
        return
    used = [n for n, _ in current.files] if current.rows_from == "file" else []
    chosen = st.multiselect(
        say("Files"), names, [n for n in used if n in names], key="collection-files",
        placeholder=say("Choose …"),
    )  # fmt: skip
    if chosen and st.button(say("Open"), icon=":material/folder_open:", key="collection-open"):
        look_at(of_files("file", [(name, shelf.file_source(name).digest) for name in chosen]))
