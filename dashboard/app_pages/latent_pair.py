"""Two runs: the same items through two latent models, their clusters matched."""

from __future__ import annotations

import streamlit as st

from core.latent.data import Loaded
from core.latent.pairs import compare
from core.latent.specs import Vae
from core.latent.training import fit
from dashboard import state
from dashboard.latent_views import PairView, SecondRun
from dashboard.ui import latent_panel, page, pair_panel, pair_tabs
from dashboard.ui.latent_shown import send_pictures
from dashboard.ui.pair_tabs import Both
from dashboard.ui.work import obtain, told

TABS = {
    "Clusters": pair_tabs.clusters,
    "Samples": pair_tabs.samples,
    "Latents": pair_tabs.latents,
    "Seeds": pair_tabs.seeds,
    "Code": pair_tabs.code,
    "Provenance": pair_tabs.provenance,
}


def stage(both: Both) -> None:
    """The numbers of the pair, and everything below them."""
    with told():
        pair_tabs.numbers(both)
        tabs = st.tabs(list(TABS), on_change="rerun", key="latent-pair-tabs")
        for tab, draw in zip(tabs, TABS.values(), strict=True):
            if tab.open:
                with tab, told():
                    draw(both)
    state.publish(state.spec(Vae), state.spec(SecondRun), state.spec(PairView))


def _both(first: Vae, second: Vae, data: Loaded) -> Both | None:
    """Both runs trained to their ends; where one is not, a way to train it."""
    wanted = {"A": first, "B": second}
    untrained = [name for name, spec in wanted.items() if not fit.stored(spec)]
    asked: set[str] = st.session_state.setdefault("pair-asked", set())
    if untrained and first.key + second.key not in asked:
        names = " and ".join(untrained)
        if not st.button(f"Train {names}", icon=":material/play_arrow:", type="primary",
                         key="pair:train"):  # fmt: skip
            st.info(f"Run {names} is not trained yet: a pair is of runs trained to their ends.")
            return None
        asked.add(first.key + second.key)
    found = []
    for name, spec in wanted.items():
        made = obtain(fit, spec, f"run {name}")
        if made is None or not made.fresh:
            return None
        found.append(made.result)
    compared = compare(found[0].snapshots[-1], found[1].snapshots[-1])
    return Both(first, second, found[0], found[1], compared, data)


def main() -> None:
    said = state.begin("latent_pair", (Vae, SecondRun, PairView))
    page.header("Two runs", "The same items through two models: what stays, and what was luck?")
    page.notices(said)
    screen, side = page.layout()
    with side, told():
        top = st.container()
        first = latent_panel.panel()
        with top:
            second = pair_panel.panel(first)
    with screen, told():
        data = latent_panel.items(first.items)
        if data is not None:
            send_pictures(first.items)
            both = _both(first, second, data)
            if both is not None:
                st.fragment(stage)(both)
    state.publish(state.spec(Vae), state.spec(SecondRun), state.spec(PairView))


main()
