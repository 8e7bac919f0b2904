"""Text classes: reviews judged by what a network reads of them, characters or words."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.text_classes.division import divide
from core.text_classes.specs import TextClasses
from dashboard import state
from dashboard.language import say
from dashboard.spec_code import constructor
from dashboard.texts.parts import (
    class_bottleneck,
    class_epochs,
    class_methods,
    class_mistakes,
    class_panel,
    class_rivals,
    class_run,
    class_typed,
)
from dashboard.texts.views import ClassView
from dashboard.ui import address, code_tab, layout, live_run, provenance_tab
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain


def training(spec: TextClasses) -> None:
    """The buttons of the run, how long it takes, and what its epochs show."""
    with errors_shown():
        live_run.bar(class_run.TRAINER, spec)
        run = live_run.run_of(class_run.TRAINER, spec)
        if run is None or not run.fresh:
            class_epochs.expected(spec)
        if run is None:
            return
        if run.fresh and run.trained.epoch < spec.epochs and not run.trained.ended:
            live_run.steer(class_run.TRAINER, spec, run)
        class_epochs.draw(run)


def below(spec: TextClasses) -> None:
    """Methods side by side, texts to read, comparisons over seeds and λ, code and provenance."""
    page_tabs(
        {
            "Methods": partial(class_methods.draw, spec),
            "One text": partial(class_typed.draw, spec),
            "Mistakes": partial(class_mistakes.draw, spec),
            "Characters or words": partial(class_rivals.draw, spec),
            "Bottleneck": partial(class_bottleneck.draw, spec),
            "Code": partial(_code, spec),
            "Provenance": partial(provenance_tab.show, spec),
        },
    )


def _code(spec: TextClasses) -> None:
    view = state.spec(ClassView)
    code_tab.show(
        "from core.learning.specs import Callbacks\n"
        "from core.text_classes import (\n"
        "    Comparison, Division, LabelTable, LabelledTexts, Reading, TextClasses, compare, fit,\n"
        "    moved,\n"
        ")\n\n"
        f"spec = {constructor(spec)}\n"
        f"compared = compare(Comparison(spec.division, {view.sum_model!r}))\n"
        "print(compared.best, compared.right(compared.best).mean())\n"
        "trained = fit(spec)\n"
        "print(trained.result.accuracy)\n"
        f"told = moved(spec, {view.typed_review!r})\n"
        "print(told.probabilities, told.effects(told.best))\n"
    )


def main() -> None:
    screen, side = layout.columns()
    spec = None
    with side, errors_shown():
        spec = class_panel.panel()
    with screen, errors_shown():
        if spec is None:
            st.info(say("Open a table of texts with labels under “Change”, and name its columns."))
        elif (divided := obtain(divide, spec.division, "class texts")) and divided.fresh:
            class_epochs.lead(spec)
            every = live_run.pace(class_run.TRAINER, spec)
            st.fragment(training, run_every=every)(spec)
            below(spec)
    published = (state.spec(TextClasses),) if spec is not None else ()
    address.publish(*published, state.spec(ClassView))


main()
