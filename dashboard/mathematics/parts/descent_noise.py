"""The tab of the page "Descent" with the walkers that noise drives."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.mathematics.walkers import CROWD, Crowd, Landscape, Walkers, right_share, walk
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.mathematics.figures import walkers as pictures
from dashboard.mathematics.memory import Playing
from dashboard.mathematics.views import DescentView
from dashboard.slots import slot
from dashboard.ui import controls
from dashboard.ui.captions import answer, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain

FRAME = 0.35  # s that a moment of the animation lasts
LANDSCAPES = {"wells": "Two wells", "bowl": "Bowl"}
MOTIONS = {"overdamped": "No mass", "kramers": "With mass"}
CONVENTIONS = {"sde": "σ dB", "root two": "√2 σ dB"}
STARTS = {"left": "Left", "spread": "Everywhere"}


def noise_tab() -> None:
    """10 000 walkers: where they are, and where theory expects them."""
    panel, screen = st.columns([1, 2.2], gap="large")
    with panel:
        landscape()
        controls.pick(Walkers, "begin", "Begin", names=STARTS)
        controls.slider(Walkers, "walker_time", "Time‹of the walk›", step=1.0, format="{:.0f}")
    spec = state.spec(Walkers)
    with screen:
        obtained = obtain(walk, spec, "walkers")
        if obtained is not None:
            play = FRAME if slot(Playing).on else None
            st.fragment(_crowd, run_every=play)(obtained.spec, obtained.result, not obtained.fresh)


def landscape(wells_only: bool = False) -> None:
    """The controls of the landscape, and of how walkers move on it."""
    kind = "wells"
    if not wells_only:
        kind = controls.pick(Landscape, "landscape", "Landscape", names=LANDSCAPES)
    motion = controls.pick(Landscape, "motion", "Walkers", names=MOTIONS)
    name = "Curvature" if kind == "bowl" else "Height of the wall"
    controls.slider(Landscape, "barrier", name, step=0.05, format="{:.2f}")
    if kind == "wells":
        controls.slider(Landscape, "breadth", "Breadth of the right well", step=0.1,
                        format="{:.1f}")  # fmt: skip
    if not wells_only:
        controls.pick(Landscape, "convention", "Noise is", names=CONVENTIONS)
        controls.slider(Landscape, "sigma", "Noise σ", step=0.05, format="{:.2f}")
    if motion == "kramers":
        controls.slider(Landscape, "friction", "Friction λ", log=True, step=0.05, format="{:.2f}")
    controls.slider(Landscape, "walker_step", "Time of a step h", log=True, step=0.001,
                    format="{:.3f}")  # fmt: skip


def _crowd(spec: Walkers, crowd: Crowd, dim: bool) -> None:
    """The moment shown: the slider, the sentence, the pictures."""
    land, last = spec.terrain1d, len(crowd.t) - 1
    if last:
        _moment(last)
    frame = min(int(state.get("shown_frame", last)), last)
    answer(_crowd_sentence(spec, crowd, frame))
    show_figure(
        partial(pictures.crowd_picture, land, crowd, frame), "walkers",
        made_of=(spec, frame), dim=dim, height=470, filename="walkers",
        alt=say("Walkers on a landscape, and their histogram beside the stationary density"),
    )  # fmt: skip
    measured(_crowd_caption(spec))
    if land.landscape == "wells":
        answer(_flat_sentence(land, crowd, frame))
        show_figure(
            partial(pictures.share_curve, crowd, right_share(land), frame), "right-share",
            made_of=(spec, frame), dim=dim, height=220,
            alt=say("The share of walkers in the right well over time"),
        )  # fmt: skip


def _moment(last: int) -> None:
    """The slider over the moments, and the button that lets them pass."""
    playing = slot(Playing)
    scrub, button = st.columns([6, 1.3], vertical_alignment="bottom")
    if playing.on:
        frame = min(int(state.get("shown_frame", last)) + 1, last)
        state.put("shown_frame", frame)
    with scrub:
        frame = controls.slider(DescentView, "shown_frame", "Moment", high=last)
    with button:
        label = "Stop" if playing.on else "Play"
        icon = ":material/stop:" if playing.on else ":material/play_arrow:"
        if st.button(say(label), icon=icon, width="stretch", key="walkers:play"):
            playing.on = not playing.on
            if playing.on:
                state.put("shown_frame", 0)
            st.rerun()
    if playing.on and frame == last:
        playing.on = False
        st.rerun()


def _crowd_sentence(spec: Walkers, crowd: Crowd, frame: int) -> str:
    land = spec.terrain1d
    if crowd.left_at >= 0 and frame == len(crowd.t) - 1:
        return say(
            "A step of h = {h:g} is too large for this landscape, whose curvature is up to "
            "{curvature:.3g} at the minimum: soon after t = {t:.3g} walkers flew off. Choose a "
            "smaller h.",
            h=land.walker_step, curvature=land.steepest, t=crowd.t[frame],
        )  # fmt: skip
    p = float(crowd.p[frame])
    if frame == 0:
        return say("t = 0: {n:,} walkers wait where they begin.", n=CROWD)
    values = {"n": CROWD, "t": float(crowd.t[frame]), "p": _p(p)}
    if p >= 0.05:
        text = say(
            "At t = {t:.3g} the {n:,} walkers cannot be told from the stationary density: "
            "{p} (Kolmogorov–Smirnov).",
            **values,
        )
    else:
        text = say(
            "At t = {t:.3g} the {n:,} walkers are not distributed as the stationary density: "
            "{p} (Kolmogorov–Smirnov). They have not forgotten their beginning, or the step "
            "is too large.",
            **values,
        )
    if len(crowd.v):
        return paragraph(text, say("Speeds: {p}.", p=_p(float(crowd.p_speed[frame]))))
    return text


def _p(p: float) -> str:
    return f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"


def _crowd_caption(spec: Walkers) -> str:
    land, T = spec.terrain1d, spec.terrain1d.temperature
    if land.motion == "kramers":
        equation = say(
            "dv = −L′dt − λv dt + σ dB, x′ = v (Kramers): density ∝ exp(−(2λ/σ²)(v²/2 + L)), so "
            "T = σ²/(2λ) = {T:.4g}; with √2 σ dB it is T = σ²/λ."
            if land.convention == "sde"
            else "dv = −L′dt − λv dt + √2 σ dB, x′ = v (Kramers): density ∝ "
            "exp(−(λ/σ²)(v²/2 + L)), so T = σ²/λ = {T:.4g}; with σ dB it is T = σ²/(2λ).",
            T=T,
        )
        step = say(
            "A step is one of momentum with η = h² = {eta:.3g} and β = 1 − λh = {beta:.4g}.",
            eta=land.walker_step**2, beta=1 - land.friction * land.walker_step,
        )  # fmt: skip
        return paragraph(equation, step)
    equation = say(
        "dx = −L′dt + σ dB: density ∝ exp(−2L/σ²), so T = σ²/2 = {T:.4g}; where it is written "
        "with √2 σ dB, it is exp(−L/σ²)."
        if land.convention == "sde"
        else "dx = −L′dt + √2 σ dB: density ∝ exp(−L/σ²), so T = σ² = {T:.4g}; where it is "
        "written with σ dB, it is exp(−2L/σ²).",
        T=T,
    )
    return paragraph(
        equation, say("A step is one of gradient descent with noise, η = h = {h:g}.",
                      h=land.walker_step)
    )  # fmt: skip


def _flat_sentence(land: Landscape, crowd: Crowd, frame: int) -> str:
    values = {"share": float(crowd.right[frame]), "theory": right_share(land), "s": land.breadth}
    if land.breadth == 1.0:
        return say(
            "Both wells are alike: {share:.1%} of the walkers are in the right one, {theory:.0%} "
            "in the end. Make the right one broader.",
            **values,
        )
    return say(
        "Flat against sharp: both wells are equally deep, the right one is {s:.1f} times as broad. "
        "{share:.1%} of the walkers are in it, in the end s/(1 + s) = {theory:.1%}, at any noise. "
        "Its curvature is {ratio:.1f} times smaller.",
        ratio=land.breadth**2, **values,
    )  # fmt: skip
