"""Two runs: the same items through two latent models, their clusters matched."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.items.data import Loaded
from core.latent.pairs import compare
from core.latent.specs import Vae
from core.latent.training import fit
from dashboard import state
from dashboard.images.parts import items_preview, latent_panel, pair_panel, pair_tabs
from dashboard.images.parts.latent_shown import send_pictures
from dashboard.images.parts.pair_tabs import Asked, Both
from dashboard.images.views import PairView, SecondRun
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.slots import slot
from dashboard.ui import address, layout
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain


def stage(both: Both) -> None:
    """The numbers of the pair, and everything below them."""
    with errors_shown():
        pair_tabs.numbers(both)
        page_tabs(
            {
                "Clusters": partial(pair_tabs.clusters, both),
                "Samples": partial(pair_tabs.samples, both),
                "Latents": partial(pair_tabs.latents, both),
                "Seeds": partial(pair_tabs.seeds, both),
                "Code": partial(pair_tabs.code, both),
                "Provenance": partial(pair_tabs.provenance, both),
            },
        )
    address.publish(state.spec(Vae), state.spec(SecondRun), state.spec(PairView))


def _both(first: Vae, second: Vae, data: Loaded) -> Both | None:
    """Both trained runs; None, and a button that trains, where one is not trained to its end."""
    specs = {"A": first, "B": second}
    untrained = [name for name, spec in specs.items() if not fit.stored(spec)]
    asked = slot(Asked).runs
    if untrained and first.key + second.key not in asked:
        names = say("{a} and {b}", a="A", b="B") if len(untrained) == 2 else untrained[0]
        if not st.button(marked("Train {runs}", runs=names), icon=":material/play_arrow:",
                         type="primary", key="pair:train"):  # fmt: skip
            text = "Train {runs} on these {n:,} items to see which clusters A and B both find."
            items_preview.draw(first.items, data, say(text, runs=names, n=len(data.x)))
            return None
        asked.add(first.key + second.key)
    trained = []
    for name, spec in specs.items():
        obtained = obtain(fit, spec, f"run {name}")
        if obtained is None or not obtained.fresh:
            return None
        trained.append(obtained.result)
    compared = compare(trained[0].result, trained[1].result)
    return Both(first, second, trained[0], trained[1], compared, data)


def main() -> None:
    screen, side = layout.columns()
    with side, errors_shown():
        top = st.container()
        first = latent_panel.panel()
        with top:
            second = pair_panel.panel(first)
    with screen, errors_shown():
        data = latent_panel.items(first.items)
        if data is not None:
            send_pictures(first.items)
            both = _both(first, second, data)
            if both is not None:
                st.fragment(stage)(both)
    address.publish(state.spec(Vae), state.spec(SecondRun), state.spec(PairView))


main()
