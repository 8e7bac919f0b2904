"""Generators: games of a generator and a discriminator, and the term that the GAN forgot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.adversarial.claim import Claim
from core.adversarial.dirac import Dirac
from core.adversarial.inference_specs import Inference
from core.adversarial.mixture import Mixed
from core.adversarial.rivals import Rivals
from core.adversarial.specs import Gan, OGan
from core.errors import SpecError
from core.items.data import load
from dashboard import state
from dashboard.images.parts import (
    game_cards,
    game_claim,
    game_dirac,
    game_items,
    game_mixture,
    game_plane,
    game_rivals,
    generator_panel,
    latent_panel,
    plane_pen,
    saved_runs,
)
from dashboard.images.parts.game_families import INFERENCE, OGAN, Family
from dashboard.images.views import GeneratorsView
from dashboard.language import say
from dashboard.ui import address, code_tab, layout, live_run, provenance_tab
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown


def in_the_plane(spec: Gan) -> None:
    """The game on points: its buttons, and everything it shows."""
    if plane_pen.draws(spec.plane):  # only this runs while the pen moves
        spec = live_run.settle(game_plane.TRAINER, state.spec(Gan))
    with errors_shown():
        if not (plane_pen.draws(spec.plane) and not spec.plane.plane_drawn):
            live_run.bar(game_plane.TRAINER, spec)
        run = live_run.run_of(game_plane.TRAINER, spec)
        if run is not None and not run.fresh and plane_pen.draws(spec.plane):
            run = None  # on these points nothing is trained: one may draw on
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


def on_items(family: Family, spec: OGan | Inference) -> None:
    """A game on items: its buttons, and everything it shows."""
    trainer = family.trainer
    with errors_shown():
        live_run.bar(trainer, spec)
        run = live_run.run_of(trainer, spec)
        if run is None:
            game_items.before(load(spec.items), say(spec.items.label))
        else:
            game_items.show(family, run, load(run.spec.items))
        shown = spec if run is None else run.spec
        _tabs(
            _of_the_plane,
            None if run is None else partial(game_items.table, family, run),
            family.code(shown) + game_rivals.code(state.spec(Rivals)),
            partial(provenance_tab.show, shown),
            game_rivals.show,
        )
    _publish(live_run.watched(trainer).playing)


def of_a_mixture(spec: Mixed) -> None:
    """EM on points of the plane, half step by half step."""
    with errors_shown():
        game_mixture.show(spec)
        _tabs(
            _of_the_plane,
            partial(game_mixture.table, spec),
            game_mixture.code(spec),
            partial(provenance_tab.show, spec),
        )
    _publish(False)


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
    provenance: Callable[[], object], compared: Callable[[], object] | None = None,
) -> None:  # fmt: skip
    page_tabs(
        {
            "λ tested": claim,
            "Models compared": compared or _of_items,
            "Formulas": game_cards.show,
            "Table": table or _nothing_yet,
            "Code": partial(code_tab.show, code),
            "Provenance": provenance,
        }
    )


def _of_the_plane() -> None:
    st.info(say("λ is tested on points of a plane: choose “Plane” under “Game”."))


def _of_items() -> None:
    st.info(say("Models that encode are compared on items: choose them under “Game”."))


def _nothing_yet() -> None:
    st.info(say("Nothing is trained yet; press Train."))


def _publish(playing: bool) -> None:
    if playing:
        return
    try:
        claim = state.spec(Claim)
    except SpecError:  # its tab says so
        claim = Claim(state.spec(Gan))
    address.publish(
        claim, *map(state.spec, (Mixed, Dirac, OGan, Inference, Rivals, GeneratorsView))
    )


def _items_scene(family: Family, spec: OGan | Inference) -> None:
    if latent_panel.items(spec.items) is None:
        _publish(False)
        return
    pace = live_run.pace(family.trainer, spec)
    st.fragment(on_items, run_every=pace)(family, spec)


def _panel(scene: str) -> Callable[[], object]:
    """Draw the controls of a scene; what draws the rest of the page from them."""
    if scene == "dirac":
        return partial(of_two_numbers, generator_panel.dirac())
    if scene == "mixture":
        return partial(of_a_mixture, generator_panel.mixture())
    if scene in FAMILIES:
        family, controls = FAMILIES[scene]
        spec = live_run.settle(family.trainer, controls())
        saved_runs.loader(family.trainer, family.read)
        return partial(_items_scene, family, spec)
    gan = live_run.settle(game_plane.TRAINER, generator_panel.plane())
    pace = live_run.pace(game_plane.TRAINER, gan)
    return partial(st.fragment(in_the_plane, run_every=pace), gan)


FAMILIES: dict[str, tuple[Family, Callable[[], OGan | Inference]]] = {
    "items": (OGAN, generator_panel.items),
    "inference": (INFERENCE, generator_panel.inference),
}


def main() -> None:
    screen, side = layout.columns()
    with side, errors_shown():
        draw = _panel(generator_panel.scene())
    with screen, errors_shown():
        draw()


main()
