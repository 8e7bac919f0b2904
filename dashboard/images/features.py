"""Features: an encoder by mutual information alone, and encoders side by side."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.features.judgement import compared
from core.features.saving import from_bytes
from core.features.specs import InfoMax
from core.items.data import Loaded, load
from dashboard import state
from dashboard.images.parts import (
    features_gallery,
    features_judged,
    features_lineup,
    features_panel,
    features_training,
    latent_panel,
    saved_runs,
)
from dashboard.images.parts.features_run import TRAINER
from dashboard.images.views import FeaturesView
from dashboard.spec_code import constructor
from dashboard.ui import address, code_tab, layout, live_run, provenance_tab
from dashboard.ui.live_run import LiveRun
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown


def stage(spec: InfoMax, data: Loaded | None) -> None:
    """The tabs; the first has the buttons of the run above it."""
    page_tabs(
        {
            "Training": partial(_training, spec, data),
            "Neighbours‹of items›": partial(_with_items, spec, data, features_gallery.draw),
            "Judged": partial(_with_items, spec, data, features_judged.draw),
            "Code": partial(_code, spec),
            "Provenance": partial(provenance_tab.show, spec),
        }
    )
    address.publish(features_lineup.contest(), state.spec(FeaturesView))


def _training(spec: InfoMax, data: Loaded | None) -> None:
    if data is None:
        return
    live_run.bar(TRAINER, spec)
    run = live_run.run_of(TRAINER, spec)
    if run is None:
        features_training.before(spec, data)
        return
    features_training.draw(run, data if run.fresh else load(run.spec.items))


def _with_items(
    spec: InfoMax, data: Loaded | None, draw: Callable[[InfoMax, Loaded], None]
) -> None:
    if data is not None:
        draw(spec, data)


def _code(spec: InfoMax) -> None:
    run: LiveRun | None = live_run.run_of(TRAINER, spec)
    shown = spec if run is None else run.spec
    names = "InfoMax, Items, fit" if "Items" in constructor(shown) else "InfoMax, fit"
    lines = [
        f"from core.features import {names}",
        "from core.features.snapshots import moments",
        "",
        f"spec = {constructor(shown)}",
        "trained = fit(spec)",
        "last = trained.result",
        "print(trained.estimates, moments(last.mean, last.logvar))",
    ]
    asked = features_lineup.contest()
    if compared.stored(asked):
        lines += [
            "",
            "from core.features.encoders import Encoded",
            "from core.features.judgement import EncoderContest, compared",
            "",
            f"print(compared({constructor(asked, {shown: 'spec'})}).values)",
        ]
    code_tab.show("\n".join(lines) + "\n")


def main() -> None:
    screen, side = layout.columns()
    with side, errors_shown():
        spec = features_panel.panel()
        saved_runs.loader(TRAINER, from_bytes)
    with screen, errors_shown():
        data = latent_panel.items(spec.items)
        st.fragment(stage, run_every=live_run.pace(TRAINER, spec))(spec, data)


main()
