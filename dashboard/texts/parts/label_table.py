"""A table of texts with labels: its file, and the columns of both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from core import uploads
from core.errors import CoreError
from core.items.opening import preview
from core.sequences.labels import LabelTable, collection, suggested, table
from core.specs import Spec, limits
from core.tables.options import GUESSED
from core.text import shelf
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.slots import slot
from dashboard.texts.memory import LabelledFile
from dashboard.ui import tables
from dashboard.ui.mirrors import follow, note

KINDS = ["csv", "tsv", "jsonl", "ndjson", "parquet", "pq", "gz", "bz2", "xz"]
NONE = {"group_file": "", "group_digest": "", "text_column": "", "group_column": ""}
"""The settings of no table."""
OPTIONS = "group_table_"  # before the names of a table's options
GUESSES = {f"{OPTIONS}{name}": value for name, value in GUESSED.leaves()}


def origin(kind: type[Spec], field: str, title: str, names: Mapping[str, str], key: str) -> bool:
    """Ask where texts come from, and for the table where that is chosen; whether it is.

    names: of the two choices, a text of the program and then the table, which becomes the setting
    `field` of a spec only once there is a file and its columns are known.
    """
    own, of_table = names
    now = str(state.get(field, kind().leaf(field)))
    follow(key, now, now)
    labels = {name: say(label) for name, label in names.items()}
    value = st.segmented_control(
        say(title), list(names), default=st.session_state[key], key=key,
        format_func=labels.__getitem__, required=True, width="stretch",
        help=say(limits(kind, field)["help"]),
    )  # fmt: skip
    if value == own and now == of_table:
        state.put_all({field: own, **NONE, **GUESSES})
        st.rerun()
    if value != of_table:
        return False
    if pick() and state.get(field, "") != of_table:
        state.put(field, of_table)
        note(key, of_table)
        st.rerun()  # the bar names the file
    return True


def is_settled(kind: type[Spec], field: str, of_table: str) -> bool:
    """Whether there are texts: those of the program, or a table of which both columns are known."""
    if state.get(field, kind().leaf(field)) != of_table:
        return True
    return all(state.get(name, "") for name in NONE)


def pick() -> bool:
    """Draw the file and its two columns; whether they are chosen."""
    name = state.get("group_file", "")
    if name:
        st.caption(marked("In use: {name}", name=name))
    if not _given():
        return False
    if os.environ.get("VECTORSCOPE_FILES"):
        _served()
    spec = in_use().replace(text_column="", group_column="")
    if not spec.group_digest:
        return False
    try:
        rows = table(spec)
    except CoreError as error:
        with suppress(CoreError):  # else the same is said twice
            _understood(spec)
        st.error(plain_message(error), icon=":material/error:")
        return False
    for remark in rows.stored.notes:
        st.caption(plain_message(remark))
    _understood(spec, len(rows))
    columns, (text, label) = rows.arrow.column_names, suggested(rows)
    chosen = (
        _column("text_column", "Column of the texts", columns, text),
        _column("group_column", "Column of the labels", columns, label),
    )
    if not all(chosen):
        st.info(
            marked("No column of “{name}” looks like labels; choose one.", name=spec.group_file)
        )
    return all(chosen)


def in_use() -> LabelTable:
    """The table that the settings name, and how it is read."""
    names = dict(LabelTable().leaves())
    return LabelTable().replace(**{name: state.get(name, usual) for name, usual in names.items()})


def _understood(spec: LabelTable, rows: int | None = None) -> None:
    """How the table was read, and what the user says of it. Raises SourceError."""
    shown = preview(collection(spec))
    if shown is None:
        return
    options = tables.understood(
        shown, spec.group_table, f"label-table-{spec.group_digest[:12]}", rows=rows
    )
    if options != spec.group_table:
        chosen = {f"{OPTIONS}{name}": value for name, value in options.leaves()}
        state.put_all(chosen | {"text_column": "", "group_column": ""})
        st.rerun()


def _given() -> bool:
    """Ask for a file, and keep a new one; whether that went well."""
    file = st.file_uploader(
        say("Texts with labels"), type=KINDS, key="sentences-file",
        help=say(
            "CSV, TSV, JSON lines or Parquet: one text a row, its group in a column. It stays on "
            "the machine this app runs on."
        ),
    )  # fmt: skip
    stored = slot(LabelledFile)
    if file is None or stored.file == file.file_id:
        return True
    try:
        digest = uploads.keep(file.name, file)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
        return False
    stored.file = file.file_id
    _adopt(uploads.base_name(file.name), digest)
    return True


def _served() -> None:
    """The tables of the folder that may be read; a copy is kept of the one that is chosen."""
    key = "labelled-server"
    try:
        names = [name for name in shelf.list_files(text=False) if _ending(name) in KINDS]
        now = state.get("group_digest", "")
        follow(key, now, None)
        chosen = st.selectbox(
            say("Or a file on the server"), names, None, key=key, placeholder=say("Choose …")
        )
        if chosen is None or slot(LabelledFile).served == (chosen, now):
            return
        [(path, name)] = shelf.locate(shelf.file_source(chosen))
        with path.open("rb") as file:
            digest = uploads.keep(name, file)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
        return
    slot(LabelledFile).served = chosen, digest
    note(key, digest)
    _adopt(uploads.base_name(name), digest)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _adopt(name: str, digest: str) -> None:
    state.put_all({**NONE, **GUESSES, "group_file": name, "group_digest": digest})


def _column(field: str, label: str, columns: list[str], guess: str) -> str:
    """A column of the table, by default what it most likely is."""
    current = state.get(field, "")
    options = [*columns] if current in columns or not current else [*columns, current]
    if not current and guess:
        current = guess
        state.put(field, guess)
    key = f"sentences:{field}"
    st.session_state[key] = current or None
    value = st.selectbox(
        say(label), options, index=options.index(current) if current else None, key=key,
        placeholder=say("Choose a column"),
    )  # fmt: skip
    if value and value != current:
        state.put(field, value)
    return str(value or "")
