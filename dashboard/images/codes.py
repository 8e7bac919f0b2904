"""Codes: pictures as grids of codes, trained in front of the audience."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.items.data import Loaded, load
from core.quantised.methods import Methods, compared
from core.quantised.prior import CodePrior, fit_prior
from core.quantised.saving import from_bytes
from core.quantised.specs import Codes
from dashboard import state
from dashboard.images.parts import (
    code_run,
    codes_idea,
    codes_methods,
    codes_panel,
    codes_picture,
    codes_samples,
    codes_training,
    latent_panel,
    saved_runs,
)
from dashboard.images.parts.codes_samples import MEASURED
from dashboard.images.views import CodesView, PlaneView
from dashboard.language import say
from dashboard.spec_code import constructor
from dashboard.ui import address, code_tab, layout, live_run, provenance_tab
from dashboard.ui.live_run import LiveRun
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown


def stage(spec: Codes, data: Loaded | None) -> None:
    """The tabs; those of a trained model have the buttons of the run above them."""
    page_tabs(
        {
            "Idea": codes_idea.draw,
            "Training": partial(_with_run, spec, data, codes_training.draw),
            "One picture": partial(_with_run, spec, data, codes_picture.draw),
            "Methods": partial(_methods, spec, data),
            "Samples": partial(_with_run, spec, data, codes_samples.draw),
            "Code": partial(_code, spec),
            "Provenance": partial(provenance_tab.show, spec),
        }
    )
    address.publish(state.spec(Codes), state.spec(PlaneView), state.spec(CodesView))


def _methods(spec: Codes, data: Loaded | None) -> None:
    if data is not None:
        codes_methods.draw(spec)


def _with_run(spec: Codes, data: Loaded | None, draw: Callable[[LiveRun, Loaded], None]) -> None:
    """The buttons of the run, and what is drawn of it."""
    if data is None:
        return
    live_run.bar(code_run.TRAINER, spec)
    run = live_run.run_of(code_run.TRAINER, spec)
    if run is None:
        begun = live_run.running(code_run.TRAINER, spec) is not None
        st.info(say(live_run.FIRST_EPOCH if begun else "Train the model first: press Train."))
        return
    draw(run, data if run.fresh else load(run.spec.items))


def _code(spec: Codes) -> None:
    run: LiveRun | None = live_run.run_of(code_run.TRAINER, spec)
    view, view_of_codes = state.spec(PlaneView), state.spec(CodesView)
    lines = [
        "from core.quantised import plane",
        "",
        f"print(plane.pair({view.turn}, {view.size_ratio!r}, {view.wanted}))",
        f"print(plane.codebook({view.plane_codes}, {view.plane_draw}))",
    ]
    if run is not None:
        names = "Callbacks, Codes, Items, fit" if "Callbacks" in constructor(run.spec) else (
            "Codes, Items, fit"
        )  # fmt: skip
        lines = [
            f"from core.quantised import {names}",
            "from core.quantised.snapshots import decode",
            *lines,
            "",
            f"spec = {constructor(run.spec)}",
            "trained = fit(spec)",
            "last = trained.result",
            "print(trained.history.parts, last.usage(spec.size))",
            "print(decode(spec, trained.network(spec), last.codes[:16]))",
        ]
    table = Methods(spec, view_of_codes.method_seeds).shared
    if compared.stored(table):
        lines += [
            "",
            "from core.quantised.methods import Methods, compared",
            "",
            f"print(compared({constructor(table)}).values)",
        ]
    if run is not None and fit_prior.stored(CodePrior(run.spec)):
        lines += [
            "",
            "from core.quantised.prior import CodePrior, fit_prior, restored, sampled",
            "",
            "asked = CodePrior(spec)",
            "prior = fit_prior(asked)",
            "print(prior.bits, prior.independent, prior.fixed)",
            f"print(sampled(restored(asked, prior), len(prior.frequencies), {MEASURED}, "
            f"{view_of_codes.sharpness!r}, {view_of_codes.sample_draw}))",
        ]
    code_tab.show("\n".join(lines) + "\n")


def main() -> None:
    screen, side = layout.columns()
    spec = None
    with side, errors_shown():
        spec = codes_panel.panel()
        saved_runs.loader(code_run.TRAINER, from_bytes)
    if spec is None:  # its levels cannot be read: why is said beside them
        return
    with screen, errors_shown():
        data = latent_panel.items(spec.items)
        st.fragment(stage, run_every=live_run.pace(code_run.TRAINER, spec))(spec, data)


main()
