"""The settings of games: where they are played, the points or items, the losses, the training."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import uploads
from core.adversarial.claim import Claim
from core.adversarial.dirac import DIRAC_GAMES, Dirac
from core.adversarial.drawing import of_picture
from core.adversarial.inference_specs import Inference
from core.adversarial.mixture import Mixed
from core.adversarial.specs import GAMES, PLANES, Gan, OGan, Plane
from core.items.greys import PICTURES
from dashboard import state
from dashboard.chain.stages import stage
from dashboard.images.parts.latent_panel import choose_items
from dashboard.images.parts.vae_run import RATES
from dashboard.images.views import GeneratorsView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.slots import slot
from dashboard.ui import controls

SCENES = {
    "plane": "Plane", "mixture": "Plane: EM", "dirac": "Two numbers", "items": "Items: O-GAN",
    "inference": "Items: AAE, ALI",
}  # fmt: skip
INFERENCES = {"aae": "AAE", "ali": "ALI, BiGAN"}
CODE_WEIGHTS = (0.0, *(m * 10.0**e for e in range(-2, 3) for m in (1, 2, 5)))
POINTS = {
    "ring": "Ring", "grid": "Grid", "moons": "Moons", "spiral": "Spiral", "drawn": "Drawn by hand",
    "picture": "A picture's dark pixels",
}  # fmt: skip
LOSSES = {
    "non-saturating": "GAN, non-saturating",
    "saturating": "GAN, saturating",
    "least squares": "Least squares",
    "wgan": "WGAN",
    "wgan-gp": "WGAN-GP",
}
MOTIONS = {"flow": "Flow", "together": "Together", "in turn": "In turn"}
ANCHORS = (0.0, *(m * 10.0**e for e in range(-2, 3) for m in (1, 2, 5)))
PENALTIES = (0.0, 0.01, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0)
RHO_WEIGHTS = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
UPDATES = tuple(float(n) for n in range(1, 11))
LAGS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
SIZES = [16, 32, 64, 128, 256, 512]


def scene() -> str:
    """Where the game is played."""
    stage("1", "Game")
    return controls.pick(GeneratorsView, "scene", "Played", names=SCENES, compact=False)


def points() -> None:
    """Where the real points of the plane lie."""
    kind = controls.pick(
        Plane, "plane_kind", "Real points", names=POINTS, options=PLANES, compact=False
    )
    if kind == "picture":
        _picture()
    if kind in ("ring", "grid"):
        controls.slider(Plane, "plane_modes", "Gaussians", high=25)
    elif kind in ("drawn", "picture"):
        controls.slider(Plane, "plane_modes", "Parts that count as modes", high=25)
    else:
        controls.slider(Plane, "plane_modes", "Pieces of the curve", high=25)
    controls.slider(Plane, "spread", "Spread σ", step=0.01, high=0.2, format="{:.2f}")


def _picture() -> None:
    """A picture whose dark pixels are the real points; a digit, where none is given."""
    name = state.get("picture_name", "")
    file = st.file_uploader(
        say("A picture"), key="plane-picture", type=[ending[1:] for ending in PICTURES],
        help=say(
            "Its dark pixels are where the real points lie, the darker, the more. Large pictures "
            "are shrunk. It stays on the machine this app runs on."
        ),
    )  # fmt: skip
    if file is not None and slot(Given).file != file.file_id:
        slot(Given).file = file.file_id
        digest = uploads.keep(file.name, file)
        of_picture(uploads.base_name(file.name), digest)  # refused here where it is none
        state.put_all({"picture_name": uploads.base_name(file.name), "picture_digest": digest})
        st.rerun()
    if not state.get("picture_digest", ""):
        controls.slider(Plane, "plane_digit", "Digit, by its number")
        return
    st.caption(marked("In use: {name}", name=name))
    if st.button(say("A digit instead"), key="plane:digit"):
        state.put_all({"picture_name": "", "picture_digest": ""})
        st.rerun()


@dataclass
class Given:
    """The picture that was read last, by the browser's name for it."""

    file: str = ""


def plane() -> Gan:
    """The controls of a game on points; returns the run they describe."""
    points()
    stage("2", "Losses")
    game = controls.pick(Gan, "game", "Loss", names=LOSSES, options=GAMES, compact=False)
    controls.choose(Gan, "anchor", "λ of the dropped term", ANCHORS, format="{:g}")
    controls.choose(Gan, "held", "Old generator kept for … rounds", LAGS, format="{:,}")
    if game == "wgan-gp":
        controls.choose(Gan, "penalty", "Gradient penalty", PENALTIES, format="{:g}")
        controls.slider(Gan, "slope", "c of the penalty", step=0.1, high=2, format="{:g}")
    stage("3", "Training")
    controls.slider(Gan, "gan_epochs", "Epochs", high=500, log=True)
    controls.choose(Gan, "rate_d", "Learning rate of D", RATES, format="{:g}")
    controls.choose(Gan, "rate_g", "Learning rate of G", RATES, format="{:g}")
    with st.expander(say("More on the game")):
        controls.slider(Gan, "momentum", "β₁ of Adam", step=0.05, format="{:.2f}")
        controls.slider(Gan, "d_updates", "Updates of D a round")
        controls.slider(Gan, "g_updates", "Updates of G a round")
        controls.slider(Gan, "noise", "Dimensions of z", high=32)
        controls.choose(Gan, "gan_width", "Units a layer", SIZES)
        controls.choose(Gan, "gan_batch", "Batch", SIZES)
        controls.choose(Gan, "gan_updates", "Updates an epoch", [10, 20, 50, 100, 200, 500])
        controls.slider(Plane, "points", "Real points‹how many›", high=20_000, log=True)
        controls.slider(Gan, "gan_seed", "Seed", high=99)
    stage("4", "Shown")
    controls.toggle(GeneratorsView, "heat", "D as colour")
    controls.toggle(GeneratorsView, "arrows", "Pull of D's gradient")
    controls.toggle(GeneratorsView, "warped", "The bent grid of z")
    return state.spec(Gan)


def mixture() -> Mixed:
    """The controls of a mixture fitted by EM; returns its settings."""
    points()
    stage("2", "EM")
    controls.slider(GeneratorsView, "mixed_half", "Half steps")
    controls.slider(Mixed, "mixed_components", "Gaussians K")
    controls.slider(Mixed, "mixed_start", "Start‹of EM›")
    with st.expander(say("More on the points")):
        controls.slider(Plane, "points", "Real points‹how many›", high=20_000, log=True)
    return state.spec(Mixed)


def dirac() -> Dirac:
    """The controls of the game of two numbers."""
    stage("2", "Losses")
    game = controls.pick(
        Dirac, "dirac_game", "Loss", names=LOSSES, options=DIRAC_GAMES, compact=False
    )
    if game == "wgan-gp":
        controls.slider(Dirac, "dirac_penalty", "Gradient penalty", step=0.05, format="{:.2f}")
        controls.slider(Dirac, "dirac_slope", "c of the penalty", step=0.1, format="{:g}")
    controls.slider(Dirac, "dirac_anchor", "λ of the dropped term", step=0.05, format="{:.2f}")
    if state.get("dirac_anchor", 0.0):
        controls.slider(Dirac, "follows", "k of the old generator", step=0.01, log=True,
                        format="{:g}")  # fmt: skip
    stage("3", "Trajectory")
    controls.slider(Dirac, "theta", "Start θ", step=0.05, format="{:.2f}")
    controls.slider(Dirac, "psi", "Start ψ", step=0.05, format="{:.2f}")
    motion = controls.pick(Dirac, "motion", "Players move", names=MOTIONS)
    if motion != "flow":
        controls.slider(Dirac, "stride", "Step h", step=0.01, format="{:.2f}")
    controls.slider(Dirac, "duration", "Time", step=1.0, format="{:g}")
    return state.spec(Dirac)


def items() -> OGan:
    """The controls of an O-GAN; returns the run they describe."""
    choose_items()
    stage("2", "Model")
    controls.slider(OGan, "ogan_latent", "Dimensions of z", high=64)
    controls.choose(OGan, "rho_weight", "Weight of ρ", RHO_WEIGHTS, format="{:g}")
    controls.choose(OGan, "ogan_width", "Units a layer", SIZES)
    stage("3", "Training")
    controls.slider(OGan, "ogan_epochs", "Epochs", high=500, log=True)
    controls.choose(OGan, "ogan_rate", "Learning rate", RATES, format="{:g}")
    with st.expander(say("More on the game")):
        controls.slider(OGan, "ogan_momentum", "β₁ of Adam", step=0.05, format="{:.2f}")
        controls.choose(OGan, "ogan_batch", "Batch", SIZES)
        controls.choose(OGan, "ogan_updates", "Updates an epoch", [10, 20, 50, 100, 200, 500])
        controls.slider(OGan, "ogan_seed", "Seed", high=99)
    return state.spec(OGan)


def inference() -> Inference:
    """The controls of an AAE or ALI; returns the run they describe."""
    choose_items()
    stage("2", "Model")
    model = controls.pick(Inference, "inference_model", "Model", names=INFERENCES)
    controls.slider(Inference, "inference_latent", "Dimensions of z", high=64)
    if model == "aae":
        controls.choose(Inference, "code_weight", "Weight λ of D", CODE_WEIGHTS, format="{:g}")
    controls.choose(Inference, "judge_penalty", "Penalty on D's gradient", PENALTIES, format="{:g}")
    controls.choose(Inference, "inference_width", "Units a layer", SIZES)
    stage("3", "Training")
    controls.slider(Inference, "inference_epochs", "Epochs", high=500, log=True)
    controls.choose(Inference, "inference_rate", "Learning rate of E and G", RATES, format="{:g}")
    controls.choose(Inference, "rate_judge", "Learning rate of D", RATES, format="{:g}")
    with st.expander(say("More on the game")):
        controls.slider(Inference, "inference_momentum", "β₁ of Adam", step=0.05, format="{:.2f}")
        controls.choose(Inference, "inference_batch", "Batch", SIZES)
        controls.choose(Inference, "inference_updates", "Updates an epoch",
                        [10, 20, 50, 100, 200, 500])  # fmt: skip
        controls.slider(Inference, "inference_seed", "Seed", high=99)
    return state.spec(Inference)


def claim(gan: Gan) -> Claim:
    """The controls of the test of λ: its values, and how many runs at each."""
    left, right = st.columns(2)
    with left:
        controls.words(Claim, "anchors", "Values of λ", hint="0 0.1 1 10")
    with right:
        controls.slider(Claim, "claim_seeds", "Runs at each λ")
    return state.spec(Claim).shared
