"""Sentences: an encoder that learns which sentences belong together, and what a margin does."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.sequences.specs import Sentences
from core.sequences.splitting import split
from dashboard import state
from dashboard.language import say
from dashboard.spec_code import constructor
from dashboard.texts.parts import comparison, epochs, losses, margin, sentence_panel, sentence_run
from dashboard.texts.views import SentenceView
from dashboard.ui import address, code_tab, layout, live_run, provenance_tab
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain


def training(spec: Sentences) -> None:
    """The buttons of the run, and what its epochs show."""
    with errors_shown():
        live_run.bar(sentence_run.TRAINER, spec)
        run = live_run.run_of(sentence_run.TRAINER, spec)
        if run is None:
            return
        if run.fresh and run.trained.epoch < spec.epochs and not run.trained.ended:
            live_run.steer(sentence_run.TRAINER, spec, run)
        epochs.draw(run)


def below(spec: Sentences) -> None:
    """The encoder beside other methods, code and provenance."""
    page_tabs(
        {
            "Retrieval": partial(comparison.retrieval, spec),
            "Your sentence": partial(comparison.typed, spec),
            "People": partial(comparison.people, spec),
            "Losses": partial(losses.draw, spec),
            "Code": partial(_code, spec),
            "Provenance": partial(provenance_tab.show, spec),
        },
    )


def _code(spec: Sentences) -> None:
    view = state.spec(SentenceView)
    circle = margin.shown(spec, view)
    code_tab.show(
        "from core.learning.specs import Callbacks\n"
        "from core.sequences import Circle, Parting, Sentences, TextGroups, fit, judge\n"
        "from core.sequences.labels import LabelTable\n"
        "from core.text import Source, Text\n\n"
        f"circle = {circle!r}\n"
        "print(circle.reach, circle.gap, circle.least)\n\n"
        f"spec = {constructor(spec)}\n"
        "trained = fit(spec)\n"
        "print(trained.result.found)\n"
        "judged = judge(spec)\n"
        'print(judged.of("encoder", 0).share(1), judged.of("tf-idf", 0).share(1))\n'
    )


def lead(spec: Sentences | None) -> bool:
    """What texts there are; whether they can be used."""
    if spec is None:
        st.info(say("Open a table of texts with labels under “Change”, and name its columns."))
        return False
    obtained = obtain(split, spec.parting, "texts")
    if obtained is None or not obtained.fresh:
        return False
    comparison.table_of_texts(spec)
    return True


def main() -> None:
    screen, side = layout.columns()
    spec = None
    with side, errors_shown():
        spec = sentence_panel.panel()
    with screen:
        usable = False
        with errors_shown():
            margin.draw()
        with errors_shown():
            usable = lead(spec)
        with errors_shown():
            if spec is not None and usable:
                every = live_run.pace(sentence_run.TRAINER, spec)
                st.fragment(training, run_every=every)(spec)
                below(spec)
    published = (state.spec(Sentences),) if spec is not None else ()
    address.publish(*published, state.spec(SentenceView))


main()
