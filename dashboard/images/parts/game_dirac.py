"""The game of two numbers: its flow, a trajectory, and what happens near the balance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.adversarial.dirac import DIRAC_GAMES, Dirac, Portrait, balance, portrait
from dashboard import state
from dashboard.images.figures import dirac as figures
from dashboard.images.parts.generator_panel import LOSSES
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.spec_code import constructor
from dashboard.ui import downloads
from dashboard.ui.captions import caption, facts
from dashboard.ui.figure import Click, Grip, show_figure
from dashboard.ui.live_slider import hold

VERDICTS = {
    "attracts": "attracts",
    "circles": "circles",
    "repels": "repels",
    "none": "no balance",
}
ANSWERS = {
    "attracts": "**The balance attracts**: near it, the distance falls by half every {time:.3g} "
    "units of time.",
    "circles": "**Close to the balance the players circle**: the eigenvalues give no pull either "
    "way. What the trajectory does from farther out follows from the curved part of the flow.",
    "repels": "**The balance repels**: near it, the distance doubles every {time:.3g} units of "
    "time.",
    "none": "**There is no balance to settle in**: at ψ = 0 the penalty has a kink, which pushes "
    "ψ away from there.",
}


def show(spec: Dirac) -> None:
    """Field and trajectory, eigenvalues, and all games beside each other."""
    made = portrait(spec)
    st.markdown(answer(spec, made))
    left, right = st.columns([1.4, 1.0], gap="medium")
    with left:
        show_figure(
            lambda: figures.phase(spec, made), "phase", made_of=("phase", spec),
            alt=say("The flow of both players, and one trajectory from θ = {theta:g}, ψ = {psi:g}",
                    theta=spec.theta, psi=spec.psi),
            height=560, shape=1.1, on_click=_begin,
            grip=Grip(spec.theta, spec.psi, say("Start; arrow keys move it"), drag),
        )  # fmt: skip
        caption(
            say(
                "All real points are at 0, all generated ones at θ, and D(x) = σ(ψx): so small a "
                "game that it can be seen whole. Drag the ring, or click, to begin elsewhere."
            )
        )
    with right:
        show_figure(
            lambda: figures.distance(made), "distance", made_of=("distance", spec),
            alt=say("θ and ψ over time"), height=230,
        )  # fmt: skip
        show_figure(
            lambda: figures.eigenvalues(made.balance, spec.motion == "flow"), "eigenvalues",
            made_of=("eigenvalues", spec),
            alt=say("The eigenvalues at the balance"), height=300,
        )  # fmt: skip
    _all(spec)


def answer(spec: Dirac, made: Portrait) -> str:
    """What becomes of the players, with its numbers."""
    near = made.balance
    time = np.log(2) / abs(near.rate) if near.verdict in ("attracts", "repels") else np.nan
    first = marked(ANSWERS[near.verdict], time=time)
    second = marked(
        "From θ = {theta:g}, ψ = {psi:g} they are {away:.3g} from it after {duration:.3g} units "
        "of time; they began at {start:.3g}.",
        theta=spec.theta, psi=spec.psi, away=float(np.linalg.norm(made.path[-1, :2])),
        duration=float(made.times[-1]), start=float(np.hypot(spec.theta, spec.psi)),
    )  # fmt: skip
    return paragraph(first, second)


def _begin(click: Click) -> None:
    number = click["customdata"]
    places = figures.starts()
    if isinstance(number, int) and 0 <= number < len(places):
        theta, psi = places[number]
        state.put_all({"theta": round(float(theta), 2), "psi": round(float(psi), 2)})


def drag(theta: float, psi: float, held: bool) -> None:
    """Follow the hand on the start; the address waits until it lets go."""
    state.put_all({"theta": within(theta), "psi": within(psi)})
    hold("setting:theta", held)


def within(value: float) -> float:
    """A start inside the picture."""
    return round(min(max(float(value), -2.0), 2.0), 2)


def _all(spec: Dirac) -> None:
    """Every game with and without the dropped term, as these settings move."""
    anchor = spec.dirac_anchor or 1.0
    rows = []
    for game in DIRAC_GAMES:
        for slope in (0.0, 1.0) if game == "wgan-gp" else (spec.dirac_slope,):
            each = spec.replace(dirac_game=game, dirac_slope=slope)
            name = say(LOSSES[game])
            if game == "wgan-gp":
                name = say("{name}, c = {c:g}", name=name, c=slope)
            cells = []
            for strength in (0.0, anchor):
                near = balance(each.replace(dirac_anchor=strength))
                text = say(VERDICTS[near.verdict])
                if near.verdict in ("attracts", "repels"):
                    text = say("{verdict}, rate {rate:.3f}", verdict=text, rate=near.rate)
                cells.append(text)
            rows.append((name, *cells))
    head = ("Loss", say("λ = 0"), say("λ = {value:g}", value=anchor))
    facts(head, rows)


def table(spec: Dirac) -> None:
    """The trajectory."""
    made = portrait(spec)
    columns = pd.DataFrame(made.path, columns=["θ", "ψ", "θ_o"])
    columns.insert(0, "time", made.times)
    downloads.table(columns, "trajectory", "trajectory")


def code(spec: Dirac) -> str:
    """Python that gives trajectory and eigenvalues."""
    return (
        "from core.adversarial import Dirac, portrait\n\n"
        f"made = portrait({constructor(spec)})\n"
        "print(made.balance.eigenvalues, made.balance.verdict)\n"
        "print(made.path[-1])\n"
    )
