"""EM on points of the plane: no game, the same divergence, and a bound that never falls."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.adversarial.mixture import HALF_STEPS, Ascent, Mixed, ascend
from core.adversarial.scores import EDGE
from dashboard import state
from dashboard.images.figures import game_mixture as figures
from dashboard.images.figures.generators import axes, canvas
from dashboard.images.parts import plane_pen
from dashboard.images.views import GeneratorsView
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.spec_code import constructor
from dashboard.ui import downloads
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

BOUND = (
    r"F(r,\theta)=\sum_i\sum_k r_{ik}\big(\ln\pi_kN(x_i;m_k,S_k)-\ln r_{ik}\big)"
    r"\;\le\;\sum_i\ln q(x_i)"
)


def show(spec: Mixed) -> None:
    """The fit after the half steps of the slider, and the bound after all of them."""
    drawn = plane_pen.draws(spec.plane)
    if drawn:
        plane_pen.buttons()
        if not spec.plane.plane_drawn:
            _blank()
            return
    half = min(int(state.get("mixed_half", GeneratorsView().mixed_half)), HALF_STEPS)
    ascent = ascend(spec)
    st.markdown(answer(ascent, half))
    left, right = st.columns([1.5, 1.0], gap="medium")
    with left:
        show_figure(
            lambda: figures.fitted(ascent, half, clicked=drawn), "mixture_plane",
            made_of=("mixture_plane", spec, half),
            alt=say("The points of the plane, and the mixture after {half} half steps", half=half),
            height=600, shape=1.05, filename=f"mixture-{half}",
            grip=plane_pen.grip() if drawn else None, on_click=plane_pen.dot if drawn else None,
        )  # fmt: skip
        caption(
            say(
                "Circles: real points. Crosses: the means, the larger, the more weight. Curves: "
                "one and two deviations."
            )
        )
    with right:
        show_figure(
            lambda: figures.staircase(ascent, half), "staircase",
            made_of=("staircase", spec, half),
            alt=say("The bound after each half step, rising below the likelihood"),
            height=380, follow="setting:mixed_half",
            on_click=lambda click: state.put(
                "mixed_half", min(max(round(click["x"]), 0), HALF_STEPS)
            ),
        )  # fmt: skip
        caption(
            say(
                "An E step chooses r, the p(z|x) of each point, so that the bound touches the "
                "likelihood; an M step moves the mixture so that the bound rises, and the "
                "likelihood at least as far. No component gets narrower than 0.02."
            )
        )
    st.latex(BOUND)


def _blank() -> None:
    """An empty plane to draw into."""
    show_figure(
        lambda: {"data": [canvas()], "layout": axes("mixture", EDGE)}, "mixture_plane",
        made_of="blank", alt=say("The real points of the plane"), height=600, shape=1.05,
        grip=plane_pen.grip(), on_click=plane_pen.dot,
    )  # fmt: skip
    caption(say("Nothing is drawn yet."))


def answer(ascent: Ascent, half: int) -> str:
    """What the half step did, with its numbers."""
    bound, likelihood = float(ascent.bound[half]), float(ascent.likelihood[half])
    values = {"half": half, "bound": bound, "likelihood": likelihood, "gap": likelihood - bound}
    if half == 0:
        first = marked(
            "**Before the first step the bound is {gap:.3f} nats a point below the likelihood** of "
            "{likelihood:.3f}; an E step closes the gap.",
            **values,
        )
    else:
        values["rise"] = bound - float(ascent.bound[half - 1])
        if half % 2:
            first = marked(
                "**Half step {half}, an E step, raised the bound by {rise:.4f}** to {bound:.3f} "
                "nats a point: it is the likelihood.",
                **values,
            )
        else:
            first = marked(
                "**Half step {half}, an M step, raised the bound by {rise:.4f}** to {bound:.3f} "
                "nats a point, and the likelihood to {likelihood:.3f}.",
                **values,
            )
    left = float(ascent.likelihood[-1]) - likelihood
    second = marked(
        "After all {steps} half steps the likelihood is {left:.3f} higher; it never fell.",
        steps=HALF_STEPS, left=left,
    )  # fmt: skip
    return paragraph(first, second)


def table(spec: Mixed) -> None:
    """Bound and likelihood by half step."""
    if plane_pen.draws(spec.plane) and not spec.plane.plane_drawn:
        return
    ascent = ascend(spec)
    steps = range(len(ascent.bound))
    rows = pd.DataFrame(
        {
            "half step": list(steps),
            "step": ["", *("E" if half % 2 else "M" for half in steps[1:])],
            "bound, nats": ascent.bound,
            "likelihood, nats": ascent.likelihood,
        }
    )
    downloads.table(rows, "em", "em")


def code(spec: Mixed) -> str:
    """Python that gives bound, likelihood and means."""
    names = ", ".join(["Mixed", "Plane"] if spec.plane != type(spec.plane)() else ["Mixed"])
    return (
        f"from core.adversarial import {names}, ascend\n\n"
        f"ascent = ascend({constructor(spec)})\n"
        "print(ascent.bound, ascent.likelihood)\n"
        "print(ascent.means[-1], ascent.weights[-1])\n"
    )
