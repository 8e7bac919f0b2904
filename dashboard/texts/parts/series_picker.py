"""Choosing series with classes: synthetic spectra, or a file of one's own."""

from __future__ import annotations

import os
from functools import partial

import streamlit as st

from core import uploads
from core.errors import CoreError
from core.series.files import READABLE, TABLES, kind_of, located
from core.series.specs import OwnSeries, SeriesNet
from core.tables.no_tables import check_sheet
from core.tables.preview import preview
from core.tables.table import chunks, separator_of
from core.text import shelf
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.slots import slot
from dashboard.texts.memory import SeriesFile
from dashboard.ui import controls, tables
from dashboard.ui.mirrors import follow

DATA = {"spectra": "Synthetic spectra", "own": "Your own series …"}
OPTIONS = "series_table_"  # before the names of a table's options


def context() -> list[tuple[str, str]]:
    """The series in use."""
    chosen = str(state.get("series", SeriesNet().leaf("series")))
    name = state.get("series_name", "") if chosen == "own" else ""
    return [("Data", name or say(DATA[chosen]))]


def pick() -> None:
    """Draw the picker: spectra or a file, and how that is read."""
    if controls.pick(SeriesNet, "series", "Data", names=DATA, compact=False) != "own":
        return
    name = state.get("series_name", "")
    if name:
        st.caption(marked("In use: {name}", name=name))
    _upload()
    if os.environ.get("VECTORSCOPE_FILES"):
        _on_server()
    spec = in_use()
    if spec.series_digest:
        try:
            _understood(spec)
        except CoreError as error:
            st.error(plain_message(error), icon=":material/error:")


def in_use() -> OwnSeries:
    """The file of series that the settings name, and how it is read."""
    names = dict(OwnSeries().leaves())
    return OwnSeries().replace(**{name: state.get(name, usual) for name, usual in names.items()})


def _upload() -> None:
    file = st.file_uploader(
        say("Series with classes"), key="spectra-file",
        help=say(
            "One series a row, its class in a column: CSV, TSV, an .npz with the series and their "
            "classes, UCR's .ts and .tsv, or a table in a FITS file. It stays on the machine this "
            "app runs on."
        ),
    )  # fmt: skip
    stored = slot(SeriesFile)
    if file is None or stored.file == file.file_id:
        return
    name = uploads.base_name(file.name)
    try:
        check_sheet(name)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
        return
    if not kind_of(name):
        st.error(
            marked("“{name}” cannot be read as series; choose one of {kinds}.",
                   name=name, kinds=", ".join(READABLE)),
            icon=":material/error:",
        )  # fmt: skip
        return
    try:
        digest = uploads.keep(file.name, file)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
        return
    stored.file = file.file_id
    _adopt("upload", name, digest)


def _on_server() -> None:
    try:
        names = [name for name in shelf.list_files(text=False) if kind_of(name)]
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
        return
    if not names:
        st.info(say("The folder that may be read holds no series."))
        return
    current = state.get("series_name", "") if state.get("series_from", "") == "file" else ""
    follow("spectra-server", current, current if current in names else None)
    chosen = st.selectbox(
        say("Or a file on the server"), names, key="spectra-server", placeholder=say("Choose …"),
        index=names.index(current) if current in names else None,
    )  # fmt: skip
    if chosen and chosen != current:
        _adopt("file", chosen, shelf.file_source(chosen).digest)


def _adopt(kind: str, name: str, digest: str) -> None:
    usual = dict(OwnSeries().leaves())
    state.put_all(
        usual | {"series_from": kind, "series_name": name, "series_digest": digest,
                 "uneven": state.get("uneven", usual["uneven"])}
    )  # fmt: skip
    st.rerun()


def _understood(spec: OwnSeries) -> None:
    """How a table was read, and what the user says of it."""
    if kind_of(spec.series_name) not in TABLES:
        return
    shown = preview(
        partial(chunks, located(spec)), spec.series_name, spec.series_table,
        usual=separator_of(spec.series_name), spaces=True, numbers=True,
    )  # fmt: skip
    options = tables.understood(
        shown, spec.series_table, f"series-table-{spec.series_digest[:12]}", numbers=True,
        named=True,
    )  # fmt: skip
    if options != spec.series_table:
        state.put_all({f"{OPTIONS}{name}": value for name, value in options.leaves()})
        st.rerun()
