"""The settings of a model with codes: data, quantiser, training."""

from __future__ import annotations

import streamlit as st

from core.quantised.specs import Codes
from dashboard import state
from dashboard.chain.stages import stage
from dashboard.images.parts import code_run, latent_panel
from dashboard.images.parts.code_run import WEIGHTS
from dashboard.images.parts.vae_run import RATES
from dashboard.language import say
from dashboard.ui import callbacks, controls, live_run

QUANTISERS = {
    "straight": "VQ, straight-through", "rotation": "VQ, rotation trick", "simvq": "SimVQ",
    "fsq": "FSQ",
}  # fmt: skip
LEARNT = {"gradient": "Gradient", "average": "Moving average"}
SIZES = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
DECAYS = [0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999]
REVIVAL = [0, 10, 20, 50, 100, 200, 500, 1000]


def panel() -> Codes:
    """Draw the controls; returns the run they describe."""
    stage("1", "Data")
    latent_panel.choose_items()
    stage("2", "Quantiser")
    quantiser = controls.pick(Codes, "quantiser", "Quantiser", names=QUANTISERS, compact=False)
    if quantiser == "fsq":
        controls.words(Codes, "levels", "Levels", hint="8 6 5")
    else:
        controls.choose(Codes, "codebook", "Codes K", SIZES, format="{:,}")
        controls.slider(Codes, "code_dim", "Dimension of a code")
    controls.toggle(Codes, "normalised", "Normalise z")
    if quantiser != "fsq":
        controls.toggle(Codes, "kmeans_start", "Start codes from k-means")
        with st.expander(say("More on the codebook")):
            _codebook(quantiser)
    stage("3", "Training")
    controls.slider(Codes, "code_epochs", "Epochs", high=500, log=True)
    controls.choose(Codes, "code_rate", "Learning rate", RATES, format="{:g}")
    with st.expander(say("More on the model")):
        controls.choose(Codes, "code_width", "Channels", [4, 8, 16, 32, 64, 128, 256])
        controls.choose(Codes, "code_batch", "Batch", [8, 16, 32, 64, 128, 256, 512, 1024])
        controls.slider(Codes, "row_codes", "Codes of a table's row")
        controls.slider(Codes, "code_seed", "Seed", high=99)
    callbacks.panel(Codes)
    return live_run.settle(code_run.TRAINER, state.spec(Codes))


def _codebook(quantiser: str) -> None:
    controls.choose(Codes, "commitment", "Commitment γ", WEIGHTS, format="{:g}")
    controls.choose(Codes, "codebook_weight", "Codebook β", WEIGHTS, format="{:g}")
    if quantiser == "simvq":
        return
    by = controls.pick(Codes, "codebook_by", "Codes learn by", names=LEARNT)
    if by == "average":
        controls.choose(Codes, "average_decay", "Decay of the average", DECAYS, format="{:g}")
    controls.choose(Codes, "revive_after", "Revive after … steps", REVIVAL)
