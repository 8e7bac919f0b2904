"""The settings of spectra and series: the data, the network, its training."""

from __future__ import annotations

import streamlit as st

from core.errors import CoreError
from core.series.data import load
from core.series.files import columns_of
from core.series.specs import OwnSeries, SeriesNet, Spectra
from dashboard import state
from dashboard.chain.stages import stage
from dashboard.language import say
from dashboard.markdown import plain_message
from dashboard.texts.parts import series_picker, spectra_run, spectrum
from dashboard.texts.parts.spectra_run import RATES
from dashboard.ui import callbacks, controls, live_run
from dashboard.ui.mirrors import follow
from dashboard.ui.tables import left_out
from dashboard.ui.work import obtain

MEDIA = {"vacuum": "Vacuum", "air": "Air"}
UNEVEN = {"refuse": "Refuse", "cut": "Cut", "stretch": "Stretch"}
FORMS = {"true": "True", "printed": "As printed"}
POINTS = [64, 128, 256, 512, 1024, 2600]
COUNTS = [400, 800, 1200, 2400, 5000, 10_000, 20_000]
GUESSED = ""


def panel() -> SeriesNet | None:
    """Draw the controls; the run they describe, or None while a file is still to be chosen."""
    stage("1", "Data")
    own = state.get("series", SeriesNet().leaf("series")) == "own"
    given = _own() if own else _made()
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
    """How the series of a file are used, and its column of classes; whether there is one."""
    spec = series_picker.in_use()
    if not spec.series_digest:
        return False
    try:
        controls.pick(OwnSeries, "uneven", "Unequal series", names=UNEVEN)
        controls.choose(
            OwnSeries, "most_series", "Series at most", [500, 1000, 2000, 5000, 10_000, 50_000],
            format="{:,}",
        )  # fmt: skip
        obtained = obtain(load, series_picker.in_use(), "series file")
        if obtained is None or not obtained.fresh:
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


def _class_column(columns: tuple[str, ...], current: str) -> None:
    """Which column holds the classes, where there is a choice."""
    options = [GUESSED, *columns]
    if current not in options:
        options.append(current)
    if len(options) < 2:
        return
    key = state.worded("spectra-classes")
    follow(key, (columns, current), current)
    chosen = st.selectbox(
        say("Column of the classes"), options, options.index(current), key=key,
        format_func=lambda name: name or say("As guessed"),
    )  # fmt: skip
    if chosen != current:
        state.put("class_column", chosen)
        st.rerun()
