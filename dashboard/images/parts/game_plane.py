"""A game on points of a plane, as it is played: the plane, its scores, its losses."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.adversarial.landscape import Landscape, landscape
from core.adversarial.scores import SCORED, chance, reference
from core.adversarial.snapshots import Snapshot
from core.adversarial.specs import Gan
from core.adversarial.training import advance, fit, so_far
from dashboard import state
from dashboard.images.figures import generators as figures
from dashboard.images.parts import plane_pen
from dashboard.images.parts.game_scrubber import scrub
from dashboard.images.parts.generator_panel import ANCHORS, UPDATES
from dashboard.images.parts.vae_run import RATES
from dashboard.images.views import GeneratorsView
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.spec_code import constructor
from dashboard.ui import downloads, live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import Dial, Extra, LiveRun, Trainer

TRAINER = Trainer(
    "gan", fit, advance, so_far, "gan_epochs", "gan_changes", "games_train",
    dials=(
        Dial("rate", "Rate of D from here on", RATES),
        Dial("rate_g", "Rate of G from here on", RATES),
        Dial("anchor", "λ from here on", ANCHORS),
        Dial("d_updates", "D's updates from here on", UPDATES),
        Dial("g_updates", "G's updates from here on", UPDATES),
    ),
    extras=(
        Extra("D alone", "looks_one", lambda spec, epoch: spec.alone(epoch, "discriminator")),
        Extra("G alone", "looks_two", lambda spec, epoch: spec.alone(epoch, "generator")),
    ),
)  # fmt: skip
COLUMNS = ["loss of D", "loss of G", "‖G(z) − G_o(z)‖²", "gradient penalty"]


def before(spec: Gan) -> None:
    """The real points, before anything is trained; what is drawn by hand is drawn here."""
    drawn = plane_pen.draws(spec.plane)
    if drawn:
        plane_pen.buttons()
    blank = drawn and not spec.plane.plane_drawn
    real = np.zeros((0, 2), np.float32) if blank else reference(spec.plane)[0]
    shot = Snapshot(0, (), real[:0], None)  # type: ignore[arg-type]
    show_figure(
        partial(figures.plane, real, shot, None, spec.game, clicked=drawn),
        "plane",
        made_of=("plane", spec.plane),
        alt=say("The real points of the plane"),
        height=520,
        shape=1.05,
        grip=plane_pen.grip() if drawn else None,
        on_click=plane_pen.dot if drawn else None,
    )
    if blank:
        caption(say("Nothing is drawn yet."))
        return
    modes = len(reference(spec.plane)[1].centres)
    caption(
        say(
            "{n:,} real points, {modes} modes. Nothing is trained yet; press Train.",
            n=spec.plane.points, modes=modes,
        )
    )  # fmt: skip


def show(run: LiveRun) -> None:
    """Everything of the epoch shown."""
    spec: Gan = run.spec
    if run.fresh and run.trained.epoch < spec.epochs:
        live_run.steer(TRAINER, spec, run)
    place = scrub(TRAINER, run)
    shot = run.trained.snapshots[place]
    st.markdown(answer(spec, shot))
    left, right = st.columns([1.7, 1.0], gap="medium")
    with left:
        _plane(run, place)
    with right:
        _curves(run, shot.epoch)


def answer(spec: Gan, shot: Snapshot) -> str:
    """What the epoch amounts to, in plain sentences with its numbers."""
    modes = len(reference(spec.plane)[1].centres)
    by_chance, score = chance(spec.plane), shot.score
    first = marked(
        "**After epoch {epoch} the generator covers {covered} of {modes} modes**, and {near:.0%} "
        "of its points lie at one.",
        epoch=shot.epoch, covered=score.covered, modes=modes, near=score.near,
    )  # fmt: skip
    low, high = by_chance.js[0], by_chance.js[-1]
    if score.js <= high:
        second = marked(
            "JS from the real points is {js:.3f} nats, no more than between two real samples "
            "({low:.3f} to {high:.3f}).",
            js=score.js, low=low, high=high,
        )  # fmt: skip
    else:
        second = marked(
            "JS from the real points is {js:.3f} nats, {times:.0f} times what two real samples "
            "differ by ({low:.3f} to {high:.3f}); it can be 0.693 at most.",
            js=score.js, times=score.js / by_chance.js.mean(), low=low, high=high,
        )  # fmt: skip
    return paragraph(first, second)


def _plane(run: LiveRun, place: int) -> None:
    spec, trained = run.spec, run.trained
    shot, view = trained.snapshots[place], state.spec(GeneratorsView)
    shown = {"heat": view.heat, "arrows": view.arrows, "warped": view.warped}

    def drawn() -> dict[str, object]:
        scene: Landscape | None = None
        if any(shown.values()):
            scene = landscape(spec, trained.players(spec, place), shot.generated)
        return figures.plane(trained.real, shot, scene, spec.game, **shown)

    show_figure(
        drawn, "plane",
        made_of=(spec.replace(gan_epochs=1), shot.epoch, *shown.values()),
        alt=say(
            "Real and generated points of the plane after epoch {epoch}, and what the "
            "discriminator says of each place", epoch=shot.epoch,
        ),
        height=640, shape=1.05, dim=not run.fresh, filename=f"game-{shot.epoch}",
        grip=plane_pen.grip() if plane_pen.draws(spec.plane) and run.fresh else None,
    )  # fmt: skip
    caption(
        say(
            "Circles: real points. Crosses: generated, the same z at every epoch. Colour: what D "
            "says, blue for real, orange for generated. Arrows: where D's gradient pulls a point."
        )
    )


def _curves(run: LiveRun, epoch: int) -> None:
    spec, trained = run.spec, run.trained
    floor, modes = chance(spec.plane), len(reference(spec.plane)[1].centres)
    made_of = (spec.replace(gan_epochs=1), trained.epoch, epoch)
    show_figure(
        lambda: figures.covered(trained.snapshots, modes, epoch), "covered",
        made_of=("covered", *made_of),
        alt=say("Modes covered by epoch"), height=180, dim=not run.fresh,
    )  # fmt: skip
    show_figure(
        lambda: figures.divergences(trained.snapshots, floor, epoch), "divergences",
        made_of=("divergences", *made_of),
        alt=say("KL and JS of the generated points by epoch, beside chance"), height=230,
        dim=not run.fresh,
    )  # fmt: skip
    show_figure(
        lambda: figures.losses(trained.losses, spec.game, epoch), "loss",
        made_of=("loss", *made_of),
        alt=say("The losses of both players by epoch"), height=200, dim=not run.fresh,
    )  # fmt: skip
    caption(
        say(
            "On a grid of 24 × 24 cells, {n:,} points of each kind. Dotted: two samples of real "
            "points. A mode is covered if it gets a fifth of its fair share within 3σ.",
            n=SCORED,
        )
    )


def table(run: LiveRun) -> None:
    """Scores of the stored epochs, and losses of all."""
    shots = run.trained.snapshots
    scores = pd.DataFrame([shot.score._asdict() for shot in shots])
    scores.insert(0, "epoch", [shot.epoch for shot in shots])
    scores.columns = ["epoch", "modes covered", "share at a mode", "KL, nats", "JS, nats"]
    losses = pd.DataFrame(run.trained.losses, columns=COLUMNS)
    losses.insert(0, "epoch", range(1, len(losses) + 1))
    downloads.table(scores.merge(losses, on="epoch", how="left"), "game", "game")


def code(spec: Gan) -> str:
    """Python that trains the game and gives its scores."""
    return (
        "from core.adversarial import Gan, Plane, fit\n\n"
        f"spec = {constructor(spec)}\n"
        "trained = fit(spec)\n"
        "last = trained.snapshots[-1]\n"
        "print(last.score, trained.losses[-1])\n"
        "print(last.generated)\n"
    )
