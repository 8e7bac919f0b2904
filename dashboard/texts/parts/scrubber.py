"""The slider along the stored epochs of a run."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.language import say
from dashboard.texts.views import LAST
from dashboard.ui import live_run
from dashboard.ui.live_run import LiveRun, Trainer
from dashboard.ui.live_slider import live_choice


def place(trainer: Trainer, run: LiveRun, setting: str) -> int:
    """Draw the slider; the place of the chosen epoch among the stored ones.

    setting: the field of a view that holds the epoch, LAST for the run's result.
    """
    trained, runs = run.trained, live_run.watched(trainer)
    epochs = [stored.epoch for stored in trained.snapshots]
    key, kept = f"{trainer.name}-epoch", trained.kept
    moved = st.session_state.get(key, runs.epoch)
    if runs.epoch is not None and moved != runs.epoch:
        state.put(setting, moved if moved != kept else LAST)
    wanted = state.get(setting, LAST)
    wanted = kept if wanted == LAST else wanted
    nearest = min(range(len(epochs)), key=lambda i: abs(epochs[i] - min(wanted, epochs[-1])))
    st.session_state[key] = runs.epoch = epochs[nearest]
    if len(epochs) > 1:
        live_choice(say("Epoch shown"), epochs, kept, key=key, format="{}")
    return nearest
