"""Generators: games of a generator and a discriminator, and the term that the GAN forgot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.adversarial.claim import Claim
from core.adversarial.dirac import Dirac
from core.adversarial.specs import Gan, OGan
from core.errors import SpecError
from core.items.data import load
from dashboard import state
from dashboard.images.parts import (
    game_cards,
    game_claim,
    game_dirac,
    game_items,
    game_plane,
    generator_panel,
    latent_panel,
)
from dashboard.images.views import GeneratorsView
from dashboard.language import say
from dashboard.ui import address, code_tab, layout, live_run, provenance_tab
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown


def in_the_plane(spec: Gan) -> None:
    """The game on points: its buttons, and everything it shows."""
    with errors_shown():
        live_run.bar(game_plane.TRAINER, spec)
        run = live_run.run_of(game_plane.TRAINER, spec)
        if run is None:
            game_plane.before(spec)
        else:
            game_plane.show(run)
        shown = spec if run is None else run.spec
        _tabs(
            partial(game_claim.show, spec),
            None if run is None else partial(game_plane.table, run),
            game_plane.code(shown),
            partial(provenance_tab.show, shown),
        )
    _publish(live_run.watched(game_plane.TRAINER).playing)


def on_items(spec: OGan) -> None:
    """The game on items: its buttons, and everything it shows."""
    with errors_shown():
        live_run.bar(game_items.TRAINER, spec)
        run = live_run.run_of(game_items.TRAINER, spec)
        if run is None:
            game_items.before(load(spec.items), say(spec.items.label))
        else:
            game_items.show(run, load(run.spec.items))
        shown = spec if run is None else run.spec
        _tabs(
            _of_the_plane,
            None if run is None else partial(game_items.table, run),
            game_items.code(shown),
            partial(provenance_tab.show, shown),
        )
    _publish(live_run.watched(game_items.TRAINER).playing)


def of_two_numbers(spec: Dirac) -> None:
    """The game that can be seen whole."""
    with errors_shown():
        game_dirac.show(spec)
        _tabs(
            _of_the_plane,
            partial(game_dirac.table, spec),
            game_dirac.code(spec),
            partial(provenance_tab.show, spec),
        )
    _publish(False)


def _tabs(
    claim: Callable[[], object], table: Callable[[], object] | None, code: str,
    provenance: Callable[[], object],
) -> None:  # fmt: skip
    page_tabs(
        {
            "λ tested": claim,
            "Formulas": game_cards.show,
            "Table": table or _nothing_yet,
            "Code": partial(code_tab.show, code),
            "Provenance": provenance,
        }
    )


def _of_the_plane() -> None:
    st.info(say("λ is tested on points of a plane: choose “Plane” under “Game”."))


def _nothing_yet() -> None:
    st.info(say("Nothing is trained yet; press Train."))


def _publish(playing: bool) -> None:
    if playing:
        return
    try:
        claim = state.spec(Claim)
    except SpecError:  # its tab says so
        claim = Claim(state.spec(Gan))
    address.publish(claim, *map(state.spec, (Dirac, OGan, GeneratorsView)))


def main() -> None:
    screen, side = layout.columns()
    with side, errors_shown():
        scene = generator_panel.scene()
        if scene == "dirac":
            numbers = generator_panel.dirac()
        elif scene == "items":
            ogan = live_run.settle(game_items.TRAINER, generator_panel.items())
        else:
            gan = live_run.settle(game_plane.TRAINER, generator_panel.plane())
    with screen, errors_shown():
        if scene == "dirac":
            of_two_numbers(numbers)
        elif scene == "items":
            if latent_panel.items(ogan.items) is not None:
                pace = live_run.pace(game_items.TRAINER, ogan)
                st.fragment(on_items, run_every=pace)(ogan)
            else:
                _publish(False)
        else:
            st.fragment(in_the_plane, run_every=live_run.pace(game_plane.TRAINER, gan))(gan)


main()
