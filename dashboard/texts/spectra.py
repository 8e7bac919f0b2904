"""Spectra: series sorted into classes by dilated convolutions, and where those look."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.series.data import Series
from core.series.specs import SeriesNet, Spectra
from core.series.splitting import split
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.spec_code import constructor
from dashboard.texts.figures import spectra as figures
from dashboard.texts.parts import (
    spectra_epochs,
    spectra_looks,
    spectra_methods,
    spectra_panel,
    spectra_run,
    spectrum,
)
from dashboard.texts.views import SpectraView
from dashboard.ui import address, code_tab, layout, live_run, provenance_tab
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain

EXAMPLES = 8  # classes of which a series is drawn


def training(spec: SeriesNet) -> None:
    """The buttons of the run, and what its epochs show."""
    with errors_shown():
        live_run.bar(spectra_run.TRAINER, spec)
        run = live_run.run_of(spectra_run.TRAINER, spec)
        if run is None:
            return
        if run.fresh and run.trained.epoch < spec.epochs and not run.trained.ended:
            live_run.steer(spectra_run.TRAINER, spec, run)
        spectra_epochs.draw(run)


def below(spec: SeriesNet) -> None:
    """What the trained network is worth and where it looks, code and provenance."""
    page_tabs(
        {
            "Where it looks": partial(spectra_looks.looks, spec),
            "Methods": partial(spectra_methods.methods, spec),
            "Kernels": partial(spectra_looks.first_layer, spec),
            "Last layer": partial(spectra_methods.vectors, spec),
            "Seeds": partial(spectra_methods.seeds, spec),
            "Code": partial(_code, spec),
            "Provenance": partial(provenance_tab.show, spec),
        },
    )


def given(series: Series, spec: SeriesNet) -> None:
    """The user's own series: how many of which class, and one of each."""
    sizes = np.bincount(series.label)
    rare, rarest = int(sizes.argmin()), int((sizes == sizes.min()).sum())
    first = marked(
        "**{n:,} series of {points:,} points in {k} classes of {few:,} each.**"
        if sizes.max() == sizes.min()
        else "**{n:,} series of {points:,} points in {k} classes, {m:,} of them the rarest, with "
        "{few:,} each.**"
        if rarest > 1
        else "**{n:,} series of {points:,} points in {k} classes; the rarest, {name}, has "
        "{few:,}.**",
        n=len(series.x), points=series.x.shape[1], k=len(sizes), name=series.classes[rare],
        few=int(sizes[rare]), m=rarest,
    )  # fmt: skip
    second = ""
    if series.alike:
        second = say("{n:,} that repeat an earlier one were left out.", n=series.alike)
    st.markdown(paragraph(first, second))
    shown = list(range(min(len(sizes), EXAMPLES)))
    rows = [int(np.flatnonzero(series.label == k)[0]) for k in shown]
    show_figure(
        partial(
            figures.examples, series.axis, series.x[rows], [series.classes[k] for k in shown],
            spectra_looks.axis_title(spec),
        ),
        "examples", made_of=("examples", spec.parting.data), height=90 + 48 * len(shown),
        alt=say("The first series of each of {n} classes", n=len(shown)),
    )  # fmt: skip
    caption(say("The first series of each class, each drawn to its own height."))


def _code(spec: SeriesNet) -> None:
    data = spec.parting.data
    lines = ""
    if isinstance(data, Spectra):
        lines = f"{spectrum.code(data, state.spec(SpectraView))}\n"
    code_tab.show(
        "from core.series import Falling, OwnSeries, SeriesContest, SeriesNet\n"
        "from core.series import SeriesParting, Spectra\n"
        "from core.series import fit, judge\n"
        "from core.series import clean, marked, single, wavelengths\n"
        "from core.series.scores import macro_f1\n"
        "from core.tables.options import TableOptions\n\n"
        f"{lines}"
        f"spec = {constructor(spec)}\n"
        "trained = fit(spec)\n"
        "print(trained.result.tested, macro_f1(trained.result.tested))\n"
        f"judged = judge(SeriesContest(spec, {state.get('method_kernels', 1000)}))\n"
        "print(judged.score('network'), judged.ahead(judged.best_rival))\n"
    )


def _shown(spec: SeriesNet) -> bool:
    """The data, before any training; whether they can be trained on."""
    data = spec.parting.data
    if isinstance(data, Spectra):  # made when they are trained on: a slider does not wait for them
        spectrum.draw(data)
        return True
    obtained = obtain(split, spec.parting, "series")
    if obtained is None or not obtained.fresh:
        return False
    given(obtained.result.series, spec)
    return True


def main() -> None:
    screen, side = layout.columns()
    spec = None
    with side, errors_shown():
        spec = spectra_panel.panel()
    with screen, errors_shown():
        if spec is None and state.get("series_digest", ""):
            st.info(say("Your series are not read yet; the settings beside say why."))
        elif spec is None:
            st.info(say("Open a file of series with classes under “Change”."))
        elif _shown(spec):
            every = live_run.pace(spectra_run.TRAINER, spec)
            st.fragment(training, run_every=every)(spec)
            below(spec)
    address.publish(state.spec(SeriesNet), state.spec(SpectraView))


main()
