"""The settings of spectra and series: the data, the network, its training."""

from __future__ import annotations

import os
from functools import partial

import streamlit as st

from core import uploads
from core.errors import CoreError
from core.series.data import load
from core.series.files import READABLE, TABLES, columns_of, kind_of, located
from core.series.specs import OwnSeries, SeriesNet, Spectra
from core.tables.preview import preview
from core.tables.table import chunks, separator_of
from core.text import shelf
from dashboard import state
from dashboard.chain.stages import stage
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.slots import slot
from dashboard.texts.memory import SeriesFile
from dashboard.texts.parts import spectra_run, spectrum
from dashboard.texts.parts.spectra_run import RATES
from dashboard.ui import callbacks, controls, live_run, tables
from dashboard.ui.mirrors import follow
from dashboard.ui.tables import left_out
from dashboard.ui.work import obtain

DATA = {"spectra": "Synthetic spectra", "own": "Your own series …"}
MEDIA = {"vacuum": "Vacuum", "air": "Air"}
UNEVEN = {"refuse": "Refuse", "cut": "Cut", "stretch": "Stretch"}
FORMS = {"true": "True", "printed": "As printed"}
POINTS = [64, 128, 256, 512, 1024, 2600]
COUNTS = [400, 800, 1200, 2400, 5000, 10_000, 20_000]
OPTIONS = "series_table_"  # before the names of a table's options
GUESSED = ""


def panel() -> SeriesNet | None:
    """Draw the controls; the run they describe, or None while a file is still to be chosen."""
    stage("1", "Data")
    chosen = controls.pick(SeriesNet, "series", "Data", names=DATA, compact=False)
    given = _own() if chosen == "own" else _made()
    stage("2", "Network and training")
    controls.slider(SeriesNet, "net_epochs", "Epochs", high=100, log=True)
    controls.slider(SeriesNet, "cross_epochs", "Of them with cross-entropy", high=100)
    controls.pick(SeriesNet, "f1_form", "Soft macro-F1", names=FORMS)
    controls.choose(SeriesNet, "net_rate", "Learning rate", RATES, format="{:g}")
    with st.expander(say("More on the network")):
        controls.slider(SeriesNet, "blocks", "Blocks")
        controls.choose(SeriesNet, "channels", "Channels of the first block", [4, 8, 16, 32, 64])
        controls.choose(
            SeriesNet, "vector_dim", "Length of the last layer's vector", [8, 16, 32, 64, 128]
        )
        controls.slider(SeriesNet, "added_noise", "Noise added", step=0.05, format="{:.2f}")
        controls.choose(SeriesNet, "net_batch", "Batch", [16, 32, 64, 128, 256, 512])
        controls.slider(SeriesNet, "tested", "Share that judges", step=0.05, format="{:.0%}")
        controls.slider(SeriesNet, "series_seed", "Seed", high=99)
    callbacks.panel(SeriesNet)
    return live_run.settle(spectra_run.TRAINER, state.spec(SeriesNet)) if given else None


def _made() -> bool:
    """What is drawn, and what all spectra have in common."""
    spectrum.choices()
    controls.slider(Spectra, "snr", "Signal to noise", step=0.1, log=True, format="{:.1f}")
    controls.slider(Spectra, "resolution", "Resolution R", step=10, log=True, format="{:,.0f}")
    controls.pick(Spectra, "medium", "Wavelengths in", names=MEDIA)
    with st.expander(say("More on the spectra")):
        controls.choose(Spectra, "spectra_count", "Spectra‹how many›", COUNTS, format="{:,}")
        controls.choose(Spectra, "spectra_points", "Points of a spectrum", POINTS, format="{:,}")
        controls.slider(Spectra, "star_share", "Share of stars", step=0.01, format="{:.0%}")
        controls.slider(
            Spectra, "calibration", "Error of the continuum", step=0.05, format="{:.2f}"
        )
        controls.slider(Spectra, "sky_seed", "Seed of the spectra", high=99)
    return True


def _own() -> bool:
    """A file of series, how it is read, and its column of classes; whether there is one."""
    name = state.get("series_name", "")
    if name:
        st.caption(marked("In use: {name}", name=name))
    if os.environ.get("VECTORSCOPE_FILES"):
        _on_server()
    _upload()
    spec = _current()
    if not spec.series_digest:
        return False
    try:
        _understood(spec)
        controls.pick(OwnSeries, "uneven", "Unequal series", names=UNEVEN)
        controls.choose(
            OwnSeries, "most_series", "Series at most", [500, 1000, 2000, 5000, 10_000, 50_000],
            format="{:,}",
        )  # fmt: skip
        if (obtained := obtain(load, _current(), "series file")) is None or not obtained.fresh:
            return False
        series = obtained.result
    except CoreError as error:
        _class_column(columns_of(spec), spec.class_column)
        st.error(plain_message(error), icon=":material/error:")
        return False
    _class_column(series.columns, spec.class_column)
    for remark in series.notes:
        st.caption(plain_message(remark))
    left_out(series.set_aside)
    return True


def _current() -> OwnSeries:
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
        say("Files on the server"), names, key="spectra-server", placeholder=say("Choose …"),
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
        shown, spec.series_table, f"series-table-{spec.series_digest[:12]}", numbers=True
    )
    if options != spec.series_table:
        state.put_all({f"{OPTIONS}{name}": value for name, value in options.leaves()})
        st.rerun()


def _class_column(columns: tuple[str, ...], current: str) -> None:
    """Which column holds the classes, where there is a choice."""
    options = [GUESSED, *columns]
    if current not in options:
        options.append(current)
    if len(options) < 2:
        return
    follow("spectra-classes", (columns, current), current)
    chosen = st.selectbox(
        say("Column of the classes"), options, options.index(current), key="spectra-classes",
        format_func=lambda name: name or say("As guessed"),
    )  # fmt: skip
    if chosen != current:
        state.put("class_column", chosen)
        st.rerun()
