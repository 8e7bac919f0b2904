"""A pen that draws the real points of a game into its plane, by hand or with the arrow keys."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.adversarial.drawing import EDGE, read_drawn, write_drawn
from core.adversarial.specs import Plane
from dashboard import state
from dashboard.images.views import GeneratorsView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui.figure import Click, Grip
from dashboard.ui.live_slider import hold

APART = 0.05  # the least distance from one point of a stroke to the next
MOST = 450  # points: what the setting holds


def draws(plane: Plane) -> bool:
    """Whether these points are drawn by hand."""
    return plane.plane_kind == "drawn"


def grip() -> Grip:
    """The pen, where it was last."""
    view = state.spec(GeneratorsView)
    return Grip(view.pen_x, view.pen_y, say("Pen; arrow keys draw"), stroke)


def stroke(x: float, y: float, held: bool) -> None:
    """Draw a point where the pen is; the address waits until the hand lets go."""
    at = np.clip([x, y], -EDGE, EDGE).round(3)
    state.put_all({"pen_x": float(at[0]), "pen_y": float(at[1])})
    hold("setting:spread", held)  # any setting with a control tells the address to wait
    state.put("plane_drawn", longer(state.get("plane_drawn", ""), x, y))


def longer(drawn: str, x: float, y: float) -> str:
    """A drawing with one more point, unless the last one is almost there."""
    at, places = np.clip([[x, y]], -EDGE, EDGE), read_drawn(drawn)
    if len(places) and np.linalg.norm(places[-1] - at) < APART:
        return drawn
    return write_drawn(np.concatenate([places, at])[:MOST])


def dot(click: Click) -> None:
    """Draw a point where the plane was clicked."""
    stroke(float(click["x"]), float(click["y"]), held=False)


def buttons() -> None:
    """How to draw, and the buttons that take points away."""
    places = read_drawn(state.get("plane_drawn", ""))
    words, last, all_of_them = st.columns([3, 1, 1], vertical_alignment="center")
    words.caption(
        marked(
            "Drag the pen through the plane, or click: points are drawn. {n} of {most} so far.",
            n=len(places), most=MOST,
        )
    )  # fmt: skip
    if last.button(
        say("Undo ten"), icon=":material/undo:", key="pen:undo", disabled=not len(places),
        width="stretch",
    ):  # fmt: skip
        state.put("plane_drawn", write_drawn(places[:-10]))
        st.rerun()
    if all_of_them.button(
        say("Clear"), icon=":material/delete:", key="pen:clear", disabled=not len(places),
        width="stretch",
    ):  # fmt: skip
        state.put("plane_drawn", "")
        st.rerun()
