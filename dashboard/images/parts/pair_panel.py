"""The settings of run B, told by what differs from run A."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from core.latent.specs import AS_PUBLISHED, Vae
from core.messages import message
from dashboard import state
from dashboard.chain import stages as chain
from dashboard.images.parts import latent_panel
from dashboard.images.parts.vae_run import PRECISIONS, RATES
from dashboard.images.views import DIFFERENCES, SecondRun
from dashboard.language import say
from dashboard.ui import controls

SIZES = (16, 32, 64, 128, 256, 512, 1024)
_choose, _pick, _slide = controls.choose, controls.pick, controls.slider
CONTROLS: dict[str, Callable[..., Any]] = {
    "vae_seed": partial(_slide, high=99),
    "latent_model": partial(_pick, names=latent_panel.MODELS),
    "start": partial(_pick, names=latent_panel.STARTS),
    "clusters": partial(_slide, high=30),
    "latent": partial(_slide, high=32),
    "precision": partial(_choose, options=PRECISIONS, format="{:g}"),
    "classifier": _pick,
    "divergence": _pick,
    "guide": partial(_slide, step=0.5, format="{:g}"),
    "vae_epochs": partial(_slide, high=500, log=True),
    "vae_rate": partial(_choose, options=RATES, format="{:g}"),
    "vae_batch": partial(_choose, options=SIZES),
    "width": partial(_choose, options=SIZES),
    "layer_kind": partial(_pick, names=latent_panel.LAYERS),
}


def panel(first: Vae) -> Vae:
    """Draw the controls of run B; returns the run they describe."""
    chain.stage("B", "Run B: like A, below, but for")
    _presets()
    key = state.seed("differs", SecondRun().differs, listed=True)
    if isinstance(st.session_state[key], str):
        st.session_state[key] = [n for n in st.session_state[key].split() if n in DIFFERENCES]
    labels = {name: say(label) for name, label in DIFFERENCES.items()}
    chosen = st.multiselect(
        say("What differs"), list(DIFFERENCES), st.session_state[key], key=key,
        format_func=labels.__getitem__, placeholder=say("nothing: the same run"),
        help=say("Run B has the settings of run A, except these."),
    )  # fmt: skip
    state.keep("differs", " ".join(chosen))
    for name in chosen:
        label = message("B: {name}", name=message(DIFFERENCES[name]))
        CONTROLS[name](SecondRun, f"b_{name}", label)
    return state.spec(SecondRun).run(first)


def _presets() -> None:
    published = {f"b_{n}": v for n, v in AS_PUBLISHED.items()}
    presets: dict[str, dict[str, Any]] = {
        "Another seed": {"differs": "vae_seed"},
        "As published": {"differs": " ".join(AS_PUBLISHED)} | published,
        "Smaller z": {"differs": "latent", "b_latent": 2},
    }
    with st.container(key="presets-pair", horizontal=True):
        for name, values in presets.items():
            if st.button(say(name), type="tertiary", key=f"pair:{name}"):
                state.put_all(values)
