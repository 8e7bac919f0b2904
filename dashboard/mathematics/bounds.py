"""Bounds: from an integral that has no formula to the ELBO, by one inequality."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.language import say
from dashboard.mathematics.parts import bound_evidence, bound_integral, bound_mixture
from dashboard.mathematics.views import BoundsView
from dashboard.navigation import PAGES
from dashboard.ui import address, controls, layout
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown

QUESTIONS = {"integral": "An integral", "evidence": "One x", "mixture": "A mixture"}
PARTS = {"integral": bound_integral, "evidence": bound_evidence, "mixture": bound_mixture}
ONWARD = {
    "latent": "VAE clusters: networks hold it",
    "latent_judgement": "Density: M draws for each item",
    "generators": "Generators: one divergence for all",
}
TABS = {"latent_judgement": "Density", "generators": "Formulas"}


def onward() -> None:
    """Where the same bound goes on: pages that learn what is held by hand here."""
    layout.heading("Onward")
    for page, label in ONWARD.items():
        st.button(
            say(label), key=f"onward:{page}", type="tertiary", icon=PAGES[page].icon,
            on_click=leave, args=(page,),
        )  # fmt: skip


def leave(page: str) -> None:
    """Open a page, at its tab that goes on with the bound."""
    if page in TABS:
        st.session_state[f"{page}-tabs"] = say(TABS[page])
    state.leave_for(page)


@st.fragment  # a control reruns this, not the frame around it
def main() -> None:
    screen, side = layout.columns()
    with side:
        question = controls.pick(BoundsView, "question", "Bound of", names=QUESTIONS)
        part = PARTS[question]
        part.panel()
        onward()
    with screen, errors_shown():
        page_tabs(part.show())
    address.publish(*(module.settings() for module in PARTS.values()), state.spec(BoundsView))


main()
