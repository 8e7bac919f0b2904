"""The panel *Callbacks* of a training: its schedule, what a step does, when it ends."""

from __future__ import annotations

import streamlit as st

from core.specs import Spec
from dashboard.language import say
from dashboard.ui import controls

SCHEDULES = {"constant": "Constant", "cosine": "Cosine", "steps": "Steps"}
WATCHED = {"loss": "Training", "held_out": "Held out", "averaged": "Averaged"}
NORMS = [0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0]
SHARES = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
DECAYS = [0.0, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999]


def panel(kind: type[Spec]) -> None:
    """Draw the controls of a spec's `Callbacks`, folded; their fields are part of the link."""
    with st.expander(say("Callbacks")):
        _rate(kind)
        controls.choose(kind, "clip_norm", "Gradient clipping, norm", NORMS, format="{:g}")
        decay = controls.choose(kind, "ema_decay", "Weight averaging (EMA)", DECAYS, format="{:g}")
        every = controls.slider(kind, "evaluate_every", "Evaluate every … epochs", high=20)
        if every:
            controls.slider(kind, "held_out", "Share held out", step=0.01, format="{:.2f}")
        losses = ["loss", *(["held_out"] if every else [])]
        losses += ["averaged"] if every and decay else []
        controls.pick(kind, "watched", "Watched loss", names=WATCHED, options=losses)
        controls.slider(kind, "patience", "Patience, epochs", high=100)
        controls.toggle(kind, "keep_best", "Keep the best epoch")


def _rate(kind: type[Spec]) -> None:
    schedule = controls.pick(kind, "rate_schedule", "Learning-rate schedule", names=SCHEDULES)
    controls.slider(kind, "warmup_epochs", "Warm-up, epochs", high=50)
    if schedule != "constant":
        controls.slider(kind, "decay_epochs", "Decay, epochs", high=500, log=True)
        controls.choose(kind, "decay_factor", "Decay factor", SHARES, format="{:g}")
