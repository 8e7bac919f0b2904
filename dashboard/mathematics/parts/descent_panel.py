"""The controls of the page "Descent", and what a click on its picture sets."""

from __future__ import annotations

import streamlit as st

from core.mathematics.descent import Descent, rates_of
from core.mathematics.surfaces import Terrain, surface_of
from core.mathematics.tuning import limits
from dashboard import state
from dashboard.language import say
from dashboard.mathematics.figures.descent import NAMES, stability_strip
from dashboard.mathematics.views import DescentView
from dashboard.ui import controls, layout
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_slider import hold

SURFACES = {
    "quadratic": "Valley", "rosenbrock": "Banana", "wells": "Wells", "saddle": "Saddle",
    "logistic": "Regression",
}  # fmt: skip
BEGINNINGS = {  # what fits a surface: start, η, β, steps
    "quadratic": (-2.0, 1.2, 0.02, 0.9, 200),
    "rosenbrock": (-1.5, 2.2, 0.0005, 0.95, 600),
    "wells": (0.1, 1.4, 0.05, 0.9, 150),
    "saddle": (1.8, 0.02, 0.1, 0.9, 150),
    "logistic": (-2.0, 2.4, 2.0, 0.9, 200),
}  # fmt: skip
SIGNS = {"eta": "η", "beta": "β"}
TUNINGS = {"common": "Common", "best": "Own best"}
NOISY = {"sgd": "SGD alone", "all": "All"}


def panel() -> Descent:
    """The controls beside the picture."""
    layout.heading("Surface")
    surface = controls.pick(
        Terrain, "surface", "Surface", names=SURFACES, compact=False, on_change=_begin,
    )  # fmt: skip
    if surface == "quadratic":
        controls.slider(Terrain, "kappa", "Condition number κ", log=True, step=0.1, format="{:g}")
        controls.slider(Terrain, "turned", "Turned by", step=5.0, format="{:.0f}°")
    controls.slider(Descent, "start_x", "Start θ₁", step=0.01, format="{:.2f}")
    controls.slider(Descent, "start_y", "Start θ₂", step=0.01, format="{:.2f}")
    layout.heading("Steps‹of a descent›")
    controls.slider(Descent, "eta", "Step size η", log=True, step=0.0001, format="{:g}")
    _stability()
    controls.slider(Descent, "beta", "Momentum β", step=0.001, format="{:.3f}")
    _best()
    controls.pick(Descent, "tuning", "η and β", names=TUNINGS)
    controls.slider(Descent, "descent_steps", "Steps n", step=5)
    layout.heading("Noise")
    if surface == "logistic":
        controls.slider(Descent, "minibatch", "Batch b", log=True)
    else:
        controls.slider(Descent, "gradient_noise", "Noise of the gradient", step=0.1,
                        format="{:.1f}")  # fmt: skip
    controls.pick(Descent, "noisy", "Noise for", names=NOISY)
    controls.slider(Descent, "descent_seed", "Draw")
    return state.spec(Descent)


def _begin(chosen: str) -> None:
    """On another surface chosen by hand: begin where there is something to see."""
    names = ("start_x", "start_y", "eta", "beta", "descent_steps")
    state.put_all(dict(zip(names, BEGINNINGS[chosen], strict=True)))


def start_at(x: float, y: float) -> None:
    """Start the descents from another point of the picture."""
    for name, value in (("start_x", x), ("start_y", y)):
        state.put(name, round(min(max(float(value), -3.0), 3.0), 2))


def drag(x: float, y: float, held: bool) -> None:
    """Follow the hand on the start; the address waits until it lets go."""
    start_at(x, y)
    hold("setting:start_x", held)


def _stability() -> None:
    """Where each method ends to be stable, below the slider of η."""
    spec = state.spec(Descent)
    curvature = surface_of(spec.terrain).curvature
    show_figure(
        lambda: stability_strip(spec.eta, spec.beta, curvature), "limits",
        made_of=(spec.terrain, spec.eta, spec.beta),
        alt=say("The factor by which each method shrinks the error at a step, over the step size"),
        height=165, follow="setting:eta",
    )  # fmt: skip
    ends = limits(float(curvature[-1]), spec.beta)
    caption(
        say(
            "Stable below η = 2/λ = {gd:.4g} (gradient descent), 2(1 + β)/λ = {momentum:.4g} "
            "(momentum) and {nesterov:.4g} (Nesterov), with λ = {largest:.4g} the largest "
            "curvature at the minimum.",
            largest=curvature[-1], **ends,
        )
    )  # fmt: skip


def _best() -> None:
    """The best η and β of a quadratic, a click each."""
    best = rates_of(state.spec(Descent))
    settings = {
        "gd": {"eta": best.gd_eta},
        "momentum": {"eta": best.momentum_eta, "beta": best.momentum_beta},
        "nesterov": {"eta": best.nesterov_eta, "beta": best.nesterov_beta},
    }
    caption(say("The best η and β for a quadratic, at a click:"))
    with st.container(horizontal=True, gap="small", key="best-settings"):
        for name, values in settings.items():
            st.button(
                say(NAMES[name]).capitalize(), key=f"best:{name}", type="secondary",
                on_click=_adopt, args=(values,),
                help=", ".join(f"{SIGNS[k]} = {v:.4g}" for k, v in values.items()),
            )  # fmt: skip


def _adopt(values: dict[str, float]) -> None:
    state.put_all({name: float(f"{value:.6g}") for name, value in values.items()})
    state.put("tuning", "common")


def racers(names: str) -> list[str]:
    """The optimisers that are drawn, in their order; all where none is known."""
    chosen = [name for name in NAMES if name in names.split()]
    return chosen or list(NAMES)


def pick_racers() -> None:
    """Which optimisers are drawn."""
    key = state.seed("racers", DescentView().racers)
    if isinstance(names := st.session_state[key], str):  # of a link, not yet of the widget
        st.session_state[key] = racers(names)
    chosen = st.pills(
        say("Optimisers"), list(NAMES), selection_mode="multi", key=key,
        default=st.session_state[key], format_func=lambda name: say(NAMES[name]),
    )  # fmt: skip
    if not chosen:
        caption(say("None is chosen: all are drawn."))
    state.keep("racers", " ".join(name for name in NAMES if name in (chosen or NAMES)))
