"""A mixture fitted by EM: each half step raises the same bound."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.mathematics.mixture import HALF_STEPS, Ascent, Mixture, ascend
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.mathematics.figures import mixture as figures
from dashboard.mathematics.parts.written import signed
from dashboard.mathematics.views import BoundsView
from dashboard.ui import captions, code_tab, controls, downloads, layout, provenance_tab
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import Shown


def settings() -> Mixture:
    """The mixture of the session."""
    return state.spec(Mixture)


def panel() -> None:
    """The points, the mixture, and how far EM has come."""
    layout.heading("EM")
    controls.slider(BoundsView, "half_step", "Half steps")
    controls.slider(Mixture, "components", "Gaussians K")
    controls.slider(Mixture, "start", "Start‹of EM›")
    layout.heading("Points")
    controls.slider(Mixture, "sampled", "Points‹how many›", step=20)
    controls.slider(Mixture, "apart", "Bumps apart by", step=0.1, format="{:.1f}")


def show() -> Shown:
    """The answer and the figures; returns the tabs."""
    mixture, half = settings(), state.spec(BoundsView).half_step
    ascent = ascend(mixture)
    st.markdown(answer(ascent, half))
    left, right = st.columns(2, gap="large")
    with left:
        show_figure(
            partial(figures.fitted, ascent, half), "fitted", made_of=(mixture, half),
            alt=say("The points, and the mixture after {half} half steps", half=half),
            height=400, filename="mixture",
        )  # fmt: skip
    with right:
        show_figure(
            partial(figures.over_half_steps, ascent, half), "over_half_steps",
            made_of=(mixture, half),
            alt=say("The bound after each half step, rising below the likelihood"),
            height=400, filename="em", follow="setting:half_step",
            on_click=lambda click: state.put(
                "half_step", min(max(round(click["x"]), 0), HALF_STEPS)
            ),
        )  # fmt: skip
    st.latex(
        r"F(r,\theta)=\sum_i\sum_k r_{ik}\big(\ln\pi_kN(x_i;m_k,s_k^2)-\ln r_{ik}\big)"
        r"\;\le\;\sum_i\ln q(x_i)"
    )
    captions.measured(
        say("The E step chooses r, the p(z|x) of each point, so that the bound touches the "
            "likelihood. The M step chooses weights, means and deviations that raise the bound, "
            "and the likelihood with it. Before the first E step r is the same for all. No "
            "component gets narrower than 2 % of the points' own deviation: on a single point the "
            "likelihood would grow without end.")
    )  # fmt: skip
    return {
        "Table": partial(_table, ascent),
        "Code": partial(_code, mixture),
        "Provenance": partial(provenance_tab.show, mixture),
    }


def answer(ascent: Ascent, half: int) -> str:
    """One sentence with the numbers, for Markdown."""
    bound, likelihood = float(ascent.bound[half]), float(ascent.likelihood[half])
    last = float(ascent.likelihood[-1])
    if half == 0:
        return marked(
            "At the start the bound is {bound} nats a point, {gap:.3g} below the likelihood. "
            "An E step closes the gap.",
            bound=signed(bound), gap=likelihood - bound,
        )  # fmt: skip
    more = bound - float(ascent.bound[half - 1])
    if half % 2:
        return marked(
            "This E step raised the bound by **{more:.2g}** to the likelihood itself, {bound} "
            "nats a point. After {steps} half steps EM is {left:.2g} higher.",
            more=more, bound=signed(bound), left=last - likelihood, steps=HALF_STEPS,
        )  # fmt: skip
    return marked(
        "This M step raised the bound by **{more:.2g}** to {bound} nats a point, and the "
        "likelihood above it, to {likelihood}. After {steps} half steps EM is {left:.2g} higher.",
        more=more, bound=signed(bound), likelihood=signed(likelihood), left=last - likelihood,
        steps=HALF_STEPS,
    )  # fmt: skip


def _table(ascent: Ascent) -> None:
    import pandas as pd

    steps = range(len(ascent.bound))
    table = pd.DataFrame(
        {
            "half step": list(steps),
            "kind": ["–", *("E" if half % 2 else "M" for half in steps[1:])],
            "bound": ascent.bound,
            "likelihood": ascent.likelihood,
        }
    )
    downloads.table(table, "em", "em")


def _code(mixture: Mixture) -> None:
    from dashboard.spec_code import constructor

    code_tab.show(
        "from core.mathematics.mixture import Mixture, ascend\n\n"
        f"ascent = ascend({constructor(mixture)})\n"
        "print(ascent.bound, ascent.likelihood, ascent.means[-1])\n"
    )
