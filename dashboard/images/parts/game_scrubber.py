"""The scrubber over the epochs of a game, and the button that plays them."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.images.views import LAST
from dashboard.language import say
from dashboard.ui.live_run import LiveRun, Trainer, Watched, watched
from dashboard.ui.live_slider import live_choice


def scrub(trainer: Trainer, run: LiveRun) -> int:
    """The scrubber, and the button that plays; returns the place of the epoch shown."""
    mine = watched(trainer)
    epochs = [snapshot.epoch for snapshot in run.trained.snapshots]
    newest, key = epochs[-1], f"{trainer.name}-epoch"
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    moved = st.session_state.get(key, mine.epoch)
    if mine.epoch is not None and moved != mine.epoch:
        state.put("shown_epoch", moved if moved != newest else LAST)
    epoch = min(state.get("shown_epoch", LAST), newest)
    place = min(range(len(epochs)), key=lambda i: abs(epochs[i] - epoch))
    if mine.playing:
        place = min(place + 1, len(epochs) - 1)
        state.put("shown_epoch", epochs[place] if epochs[place] != newest else LAST)
    st.session_state[key] = mine.epoch = epochs[place]
    if len(epochs) > 1:
        with left:
            live_choice(say("Epoch shown"), epochs, newest, key=key, format="{}")
        with right:
            _play(trainer, mine, place == len(epochs) - 1)
    return place


def _play(trainer: Trainer, mine: Watched, over: bool) -> None:
    """Start the animation from the first epoch, or stop it."""
    icon = "stop" if mine.playing else "play_arrow"
    if st.button(
        say("Stop" if mine.playing else "Play"), icon=f":material/{icon}:", width="stretch",
        key=f"{trainer.name}:play",
    ):  # fmt: skip
        mine.playing = not mine.playing
        if mine.playing:
            state.put("shown_epoch", 0)
        st.rerun()
    if mine.playing and over:
        mine.playing = False
        st.rerun()
