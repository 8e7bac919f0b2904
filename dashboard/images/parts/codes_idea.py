"""The idea in the plane: what a quantiser passes on to the encoder, and how codebooks move."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.quantised import plane
from dashboard import state
from dashboard.images.figures import codes_plane
from dashboard.images.parts import codes_dragged
from dashboard.images.views import PlaneView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import controls
from dashboard.ui.captions import answer, caption
from dashboard.ui.figure import show_figure

POINTS = 60  # that are coded in the plane
PULLS = {"straight": "Straight-through", "turned": "Rotated", "rotation": "Guarded"}


def draw() -> None:
    """Four pictures: one vector, the cells, a step of the codebook, FSQ."""
    answer(
        say(
            "What the encoder makes of a place, z, is replaced by the nearest code, q. The "
            "pictures show what z then learns from: it decides whether codes stay in use."
        )
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _pair()
    with right:
        _cells()
    left, right = st.columns(2, gap="medium")
    with left:
        _moves()
    with right:
        _boxes()


def _pair() -> None:
    angle = controls.slider(PlaneView, "turn", "Angle between z and q", format="{}°")
    left, right = st.columns(2)
    with left:
        ratio = controls.slider(
            PlaneView, "size_ratio", "Norm ratio ‖q‖/‖z‖", step=0.05, format="{:.2f}"
        )
    with right:
        wanted = controls.slider(PlaneView, "wanted", "Update of q", format="{}°")
    shown = plane.pair(angle, ratio, wanted)
    st.markdown(_verdict(angle, ratio))
    show_figure(
        partial(codes_plane.pair, shown), "codes_pair",
        made_of=("codes_pair", angle, ratio, wanted),
        alt=say("A vector, its code {angle}° away, and their updates", angle=angle), height=400,
    )  # fmt: skip
    caption(
        say(
            "Dotted: the unit circle, on which z lies. An update is minus the gradient. Move the "
            "angle beyond 90°, or the ratio towards 0, to see where the rotation trick fails."
        )
    )


def _verdict(angle: int, ratio: float) -> str:
    """What the two sliders amount to."""
    cosine = float(np.cos(np.deg2rad(angle)))
    if angle > 90:
        return marked(
            "**Over-rotated:** at {angle}° the rotation trick moves z against the update of q "
            "(cosine {cosine:.2f}). Straight-through is better there.",
            angle=angle, cosine=cosine,
        )  # fmt: skip
    if ratio < 0.2:
        return marked(
            "**Vanishing:** q is {ratio:.2f} times as long as z, and so is the update that the "
            "rotation trick passes on. Straight-through keeps its length.",
            ratio=ratio,
        )
    return marked(
        "The rotation trick passes the update of q on to z turned back by **{angle}°** (cosine "
        "{cosine:.2f}) and **{ratio:.2f}** times as long; straight-through copies it.",
        angle=angle, ratio=ratio, cosine=cosine,
    )  # fmt: skip


def _cells() -> None:
    pull = controls.pick(PlaneView, "plane_pull", "Update that z receives", names=PULLS)
    left, right = st.columns(2)
    with left:
        controls.slider(PlaneView, "plane_codes", "Codes‹how many›")
    with right:
        controls.slider(PlaneView, "plane_draw", "Draw of the codes")
    book, drawn = codes_dragged.book(), codes_dragged.settings()
    wanted = int(state.get("wanted", PlaneView().wanted))
    turn = np.deg2rad(wanted)
    g = np.array([np.cos(turn), np.sin(turn)])
    share = _against(book, pull, g)
    st.markdown(
        marked(
            "In **{share:.0%}** of the plane z moves against the update of its code; {K} cells.",
            share=share, K=len(book),
        )
    )  # fmt: skip
    show_figure(
        partial(
            codes_plane.cells, book, pull, g, (say("along"), say("against the update of q"))
        ),
        "codes_cells", made_of=("codes_cells", pull, wanted, *drawn),
        alt=say(
            "The cells of {K} codes, and the update that z receives at each place", K=len(book)
        ),
        height=400, grip=codes_dragged.grip(book), on_click=codes_dragged.take,
    )  # fmt: skip
    if codes_dragged.moved():
        st.button(
            say("Put all codes back"), icon=":material/undo:", key="codes:back",
            on_click=codes_dragged.put_back,
        )  # fmt: skip
    caption(
        say(
            "Click a code, then drag its ring. The update of q is that of the left picture, the "
            "same for all codes: what differs is the quantiser's doing. Arrows of more than twice "
            "its length are cut."
        )
    )


def _against(book: np.ndarray, pull: str, g: np.ndarray) -> float:
    _, points = plane.lattice(codes_plane.FIELD)
    update = plane.received(pull, points, book[plane.nearest(points, book)], g)
    return float((update @ g < -1e-9).mean())


def _moves() -> None:
    book, drawn = codes_dragged.book(), codes_dragged.settings()
    points = 0.35 * np.random.default_rng(1).standard_normal((POINTS, 2)) + [0.7, 0.4]
    after = {
        say("VQ: chosen codes alone"): plane.moved("straight", points, book),
        say("SimVQ: one matrix"): plane.moved("simvq", points, book),
    }
    still, all_moved = (
        int((np.abs(moved - book).max(axis=1) > 1e-9).sum()) for moved in after.values()
    )
    st.markdown(
        marked(
            "In one step towards {n} points, VQ moves **{still}** of {K} codes, SimVQ "
            "**{moved}**: codes that nobody chose stay where they are, or come along.",
            n=POINTS, still=still, moved=all_moved, K=len(book),
        )
    )  # fmt: skip
    show_figure(
        partial(codes_plane.moves, book, points, after), "codes_moves",
        made_of=("codes_moves", *drawn),
        alt=say("Where {K} codes move in one step", K=len(book)), height=400,
    )  # fmt: skip
    caption(
        say(
            "A gradient step of rate ½ on the mean of ‖e − z‖². SimVQ learns a matrix that all "
            "codes are multiplied by."
        )
    )


def _boxes() -> None:
    left, right = st.columns(2)
    with left:
        first = controls.slider(PlaneView, "first_levels", "FSQ, levels of z₁")
    with right:
        second = controls.slider(PlaneView, "second_levels", "FSQ, levels of z₂")
    st.markdown(
        marked(
            "FSQ cuts the plane into {a} × {b} = **{K}** cells without a codebook; far out its "
            "gradient vanishes, so that z should have mean 0 and variance 1.",
            a=first, b=second, K=first * second,
        )
    )  # fmt: skip
    show_figure(
        partial(codes_plane.boxes, (first, second)), "codes_boxes",
        made_of=("codes_boxes", first, second),
        alt=say("FSQ's {K} cells, and the gradient that passes", K=first * second), height=400,
    )  # fmt: skip
    caption(say("q = round(tanh(z + artanh(o/h)) h − o) / ⌊L/2⌋ in each dimension."))
