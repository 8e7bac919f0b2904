"""The settings of an encoder by mutual information: data, weights, critics, training."""

from __future__ import annotations

import streamlit as st

from core.features.specs import AS_PUBLISHED, InfoMax
from dashboard import state
from dashboard.chain.stages import stage
from dashboard.images.parts.features_run import TRAINER, WEIGHTS
from dashboard.images.parts.latent_panel import choose_items
from dashboard.images.parts.vae_run import RATES
from dashboard.language import say
from dashboard.ui import controls, live_run

PARTNERS = {"features": "Its map", "itself": "Itself"}
CRITICS = {"bilinear": "Bilinear", "dense": "Dense‹layers›"}
SIZES = [4, 8, 16, 32, 64, 128, 256, 512]


def panel() -> InfoMax:
    """Draw the controls; returns the run they describe."""
    stage("1", "Data")
    choose_items()
    controls.slider(InfoMax, "kept_back", "Share held out", step=0.05, format="{:.0%}")
    stage("2", "Loss")
    _switch()
    controls.choose(InfoMax, "global_weight", "Global α", WEIGHTS, format="{:g}")
    controls.choose(InfoMax, "local_weight", "Local β", WEIGHTS, format="{:g}")
    controls.choose(InfoMax, "prior_weight", "Prior γ", WEIGHTS, format="{:g}")
    controls.pick(InfoMax, "partner", "z is paired with", names=PARTNERS)
    controls.pick(InfoMax, "critic", "Critic", names=CRITICS)
    controls.choose(InfoMax, "info_negatives", "Negatives an item", [1, 3, 7, 15, 31, 63, 127])
    controls.slider(InfoMax, "moved", "Pair moved by … pixels")
    stage("3", "Training")
    controls.slider(InfoMax, "info_latent", "Latent dimension d")
    controls.slider(InfoMax, "info_epochs", "Epochs", high=500, log=True)
    controls.choose(InfoMax, "info_rate", "Learning rate", RATES, format="{:g}")
    with st.expander(say("More on the model")):
        controls.toggle(InfoMax, "map_normalised", "Normalise the map")
        controls.toggle(InfoMax, "noisy", "Draw z from p(z|x)")
        controls.choose(InfoMax, "info_channels", "Channels", SIZES[:5])
        controls.choose(InfoMax, "critic_width", "Width of the critics", SIZES)
        controls.choose(InfoMax, "info_batch", "Batch", SIZES[1:])
        controls.slider(InfoMax, "info_seed", "Seed", high=99)
    return live_run.settle(TRAINER, state.spec(InfoMax))


def _switch() -> None:
    """One switch to the published recipe, and back."""
    default = InfoMax()
    settings = {name: state.get(name, default.leaf(name)) for name in AS_PUBLISHED}
    key = "features-published"

    def switched() -> None:
        published = st.session_state[key]
        state.put_all(AS_PUBLISHED if published else {n: default.leaf(n) for n in AS_PUBLISHED})

    st.session_state[key] = settings == AS_PUBLISHED
    st.toggle(
        say("The published recipe‹of InfoMax›"), st.session_state[key], key=key,
        on_change=switched,
        help=say(
            "z paired with itself, dense critics, one other item each: the global critic soon "
            "tells all, and z learns little of its item from it. Watch the estimates."
        ),
    )  # fmt: skip
