"""Descent: optimisers on a surface, side by side, and what noise does to them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache, partial

import numpy as np
import streamlit as st

from core.mathematics.batches import Batches
from core.mathematics.descent import FAR, OPTIMISERS, Descent, Paths, descend
from core.mathematics.flow import gradient_flow, heavy_ball
from core.mathematics.tuning import METHODS, limits
from core.mathematics.walkers import Walkers
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.mathematics.figures.descent import (
    NAMES,
    Equations,
    ground,
    loss_curves,
    surface_picture,
)
from dashboard.mathematics.parts import descent_escape, descent_noise, descent_panel, descent_tabs
from dashboard.mathematics.views import DescentView
from dashboard.ui import address, captions, controls, layout, provenance_tab
from dashboard.ui.figure import Click, Grip, Kept, show_figure
from dashboard.ui.packing import Figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown

CLOCKS = {"steps": "Steps n", "eta": "Time nη", "own": "Own clocks"}
DONE = 0.01  # of the first loss


def equations(spec: Descent, paths: Paths, racers: list[str]) -> Equations:
    """The flows that the racers follow, as long as their steps."""
    start = paths.theta[0, 0]
    flows: Equations = {}
    if "gd" in racers:
        flows["gd"] = gradient_flow(paths.surface, start, spec.descent_steps * float(paths.eta[0]))
    if "momentum" in racers or "nesterov" in racers:
        clock = float(np.sqrt(paths.eta[1]))
        friction = (1 - float(paths.beta[1])) / clock
        flows["momentum"] = heavy_ball(paths.surface, start, spec.descent_steps * clock, friction)
    return flows


def answer(spec: Descent, paths: Paths, racers: list[str]) -> str:
    """Which of those drawn is faster, and which diverges."""
    reached = dict(zip(OPTIMISERS, paths.reach(DONE), strict=True))
    diverged = dict(zip(OPTIMISERS, paths.diverged, strict=True))
    if not paths.losses[0, 0] > 0:
        return say("The start is a minimum: there is no way down.")
    sentences = [_race(spec, {name: reached[name] for name in racers})]
    for name in racers:
        if diverged[name] < 0:
            continue
        i = OPTIMISERS.index(name)
        method = "gd" if name == "sgd" else name
        ends = limits(float(paths.surface.curvature[-1]), float(paths.beta[i]))
        values = {"name": _begun(name), "step": int(diverged[name]), "eta": paths.eta[i]}
        if method in METHODS and paths.eta[i] >= ends[method]:
            sentences.append(
                say(
                    "{name} diverges: η = {eta:.4g} is not below its limit {end:.4g}; at step "
                    "{step} it is farther than {far:,.0f} away.",
                    end=ends[method], far=FAR, **values,
                )
            )  # fmt: skip
        else:
            sentences.append(
                say(
                    "{name} diverges: where it passes, the surface is too steep for η = "
                    "{eta:.4g}; at step {step} it is farther than {far:,.0f} away.",
                    far=FAR, **values,
                )
            )  # fmt: skip
    return paragraph(*sentences)


def _begun(name: str) -> str:
    """The name of an optimiser at the beginning of a sentence."""
    text = say(NAMES[name])
    return text[:1].upper() + text[1:]


def _race(spec: Descent, reached: dict[str, int | None]) -> str:
    """The steps to one per cent, the fastest first."""
    first = sorted((steps, name) for name, steps in reached.items() if steps is not None)
    late = [name for name, steps in reached.items() if steps is None]
    if not first:
        return say("After {n:,} steps none is down to 1 % of the first loss.", n=spec.descent_steps)
    fewest = first[0][0]
    best = [name for name, steps in reached.items() if steps == fewest]
    if len(reached) == 1:
        text = "{names} is down to 1 % of the first loss in {n:,} steps."
    elif len(best) == 1:
        text = "{names} is the fastest: down to 1 % of the first loss in {n:,} steps."
    elif len(best) == len(reached):
        text = "All are equally fast: down to 1 % of the first loss in {n:,} steps."
    else:
        text = (
            "Equally fast, and the fastest: {names}, down to 1 % of the first loss in {n:,} steps."
        )
    listed = captions.listed([say(NAMES[name]) for name in best])
    sentences = [say(text, names=_begun(best[0]) if len(best) == 1 else listed, n=fewest)]
    slower = first[len(best) :]
    if others := [say("{name} {n:,}", name=say(NAMES[name]), n=n) for n, name in slower]:
        sentences.append(say("Steps of the others: {steps}.", steps=captions.listed(others)))
    if late:
        names = captions.listed([say(NAMES[name]) for name in late])
        sentences.append(say("Not there after {n:,}: {names}.", n=spec.descent_steps, names=names))
    return paragraph(*sentences)


def standings(spec: Descent, paths: Paths, racers: list[str]) -> None:
    """How far each optimiser came, and what it went by where they differ in that."""
    reached = paths.reach(DONE)
    differ = spec.tuning == "best"
    rows = []
    for name in racers:
        i = OPTIMISERS.index(name)
        lost = int(paths.diverged[i])
        beta = f"{paths.beta[i]:.4g}" if name in ("momentum", "nesterov", "adam") else "–"
        rows.append(
            (
                say(NAMES[name]),
                *((f"{paths.eta[i]:.4g}", beta) if differ else ()),
                "–" if reached[i] is None else f"{reached[i]}",
                say("diverged, step {n}", n=lost) if lost >= 0 else f"{paths.losses[i, -1]:.3g}",
            )
        )
    own = ("η", "β") if differ else ()
    captions.facts(("optimiser", *own, "steps to 1 %", "loss above the lowest"), rows)


def pictures(spec: Descent, paths: Paths) -> None:
    """The surface with the paths, and the losses by a clock."""
    above = st.container()
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        controls.pick(DescentView, "clock", "Horizontal axis", names=CLOCKS)
    with right:
        controls.toggle(DescentView, "flows", "Equations beneath the steps")
    view = state.spec(DescentView)
    racers = descent_panel.racers(view.racers)

    @cache
    def flows() -> Equations:
        return equations(spec, paths, racers) if view.flows else {}

    drawn = (spec, view.racers, view.flows)
    with above:
        _surface(spec, drawn, lambda: surface_picture(spec.terrain, paths, racers, flows()))
    exact = spec.terrain.surface == "quadratic"
    show_figure(
        lambda: loss_curves(paths, racers, view.clock, flows(), exact), "losses",
        made_of=(*drawn, view.clock), height=320,
        alt=say("Loss of each optimiser over steps or time"),
    )  # fmt: skip
    captions.measured(_surface_caption(spec), _clock_caption(spec, paths, exact))
    standings(spec, paths, racers)


def _surface(spec: Descent, drawn: Hashable, draw: Callable[[], Figure]) -> None:
    """The picture in which the start is dragged."""

    def click(point: Click) -> None:
        descent_panel.start_at(point["x"], point["y"])

    grip = Grip(spec.start_x, spec.start_y, say("Start; arrow keys move it"), descent_panel.drag)
    show_figure(
        draw, "surface", made_of=drawn, height=520, on_click=click, grip=grip, filename="descent",
        kept=[Kept(spec.terrain.key, partial(ground, spec.terrain))],
        alt=say("Paths of optimisers on a surface, seen from above"),
    )  # fmt: skip
    captions.caption(say("Drag the ring, or click, to start elsewhere."))


def _surface_caption(spec: Descent) -> str:
    surface = {
        "quadratic": "L = ½ θᵀAθ with curvatures 1 and κ; shades are decades of the loss.",
        "rosenbrock": "Rosenbrock: L = (1 − θ₁)² + 100 (θ₂ − θ₁²)²; shades are decades of "
        "the loss.",
        "wells": "L = (θ₁² − 1)² + θ₂²; shades are decades of the loss.",
        "saddle": "L = θ₁² − θ₂²/2 + θ₂⁴/4, a saddle at 0; shades are decades of the loss.",
        "logistic": "Log-loss of a logistic regression, versicolor against virginica, with weight "
        "decay 0.01, along its Hessian's steepest (θ₁) and flattest (θ₂) direction from the "
        "optimum; SGD sees real minibatches. Shades are decades of the loss.",
    }[spec.terrain.surface]
    return say(surface)


def _clock_caption(spec: Descent, paths: Paths, exact: bool) -> str:
    momentum = float(np.sqrt(paths.eta[1]))
    sentences = [
        say(
            "A step of gradient descent passes η = {eta:.3g} of time, one of momentum √η = "
            "{root:.3g}: {times:.3g} times as much.",
            eta=paths.eta[0], root=momentum, times=momentum / paths.eta[0],
        )
    ]  # fmt: skip
    if spec.tuning == "common":
        sentences.append(
            say(
                "Dotted: θ′ = −∇L and θ″ + γθ′ = −∇L, friction γ = (1 − β)/√η = {friction:.3g}.",
                friction=(1 - paths.beta[1]) / momentum,
            )
        )
    if exact:
        sentences.append(say("Dashed: ρ²ⁿ, what theory promises at these η and β."))
    return paragraph(*sentences)


@st.fragment  # a control reruns this, not the frame around it
def main() -> None:
    screen, side = layout.columns()
    with side:
        spec = descent_panel.panel()
    with screen, errors_shown():
        descent_panel.pick_racers()
        paths = descend(spec)
        names = descent_panel.racers(state.spec(DescentView).racers)
        captions.answer(answer(spec, paths, names))
        pictures(spec, paths)
        page_tabs(
            {
                "Rates": partial(descent_tabs.rates_tab, spec),
                "Noise": descent_noise.noise_tab,
                "Escape": descent_escape.escape_tab,
                "Batch size": descent_escape.batch_tab,
                "Table": partial(descent_tabs.table_tab, paths),
                "Code": partial(descent_tabs.code_of, spec),
                "Provenance": partial(provenance_tab.show, spec, state.spec(Walkers),
                                      state.spec(Batches)),
            },
        )  # fmt: skip
    address.publish(spec, state.spec(Walkers), state.spec(Batches), state.spec(DescentView))


main()
