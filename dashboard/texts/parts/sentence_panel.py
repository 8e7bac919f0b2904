"""The settings of an encoder of sentences: texts and groups, the loss, the training."""

from __future__ import annotations

import streamlit as st

from core.sequences.specs import Sentences, TextGroups
from dashboard import state
from dashboard.chain.stages import stage
from dashboard.language import say
from dashboard.texts.parts import label_table, sentence_run
from dashboard.texts.parts.sentence_run import RATES
from dashboard.texts.views import SentenceView
from dashboard.ui import callbacks, controls, live_run

LOSSES = {"am-softmax": "AM-Softmax", "softmax": "Softmax", "a-softmax": "Like A-Softmax"}


def panel() -> Sentences | None:
    """Draw the controls; the run they describe, or None while a table is still to be chosen."""
    stage("1", "Loss")
    loss = controls.pick(Sentences, "loss", "Loss‹of a training›", names=LOSSES, compact=False)
    if loss == "am-softmax":
        controls.slider(Sentences, "margin", "Margin m", step=0.01, format="{:.2f}")
    if loss != "softmax":
        controls.slider(Sentences, "scale", "Scale s", step=1, format="{:g}")
    controls.slider(SentenceView, "circle_classes", "Classes of the drawing")
    stage("2", "Texts")
    chosen = _texts()
    stage("3", "Encoder and training")
    controls.slider(Sentences, "sentence_epochs", "Epochs", high=100, log=True)
    controls.choose(Sentences, "sentence_rate", "Learning rate", RATES, format="{:g}")
    with st.expander(say("More on the encoder")):
        _more()
    callbacks.panel(Sentences)
    return live_run.settle(sentence_run.TRAINER, state.spec(Sentences)) if chosen else None


def _texts() -> bool:
    """What is grouped; whether anything is chosen."""
    if not label_table.is_settled(TextGroups, "grouping", "labels"):
        return False
    if state.get("grouping", TextGroups().grouping) != "labels":
        controls.slider(TextGroups, "shortest", "Shortest sentence (tokens)")
    controls.slider(TextGroups, "most_each", "Texts of a group at most", high=1000, log=True)
    controls.slider(Sentences, "new_groups", "Groups never trained on", step=0.05, format="{:.0%}")
    controls.slider(Sentences, "kept_back", "Texts kept back", step=0.05, format="{:.0%}")
    return True


def _more() -> None:
    controls.choose(
        Sentences, "sentence_dim", "Dimension d‹of a sentence›", [2, 8, 16, 32, 64, 128, 256]
    )
    controls.choose(
        Sentences, "embedding_dim", "Length of a token's vector", [8, 16, 32, 64, 128, 256]
    )
    controls.slider(Sentences, "longest", "Longest text (tokens)", high=100)
    controls.slider(Sentences, "rarest", "Rarest token (times)", high=20)
    controls.slider(Sentences, "forgotten", "Tokens hidden in a step", step=0.05, format="{:.0%}")
    controls.choose(Sentences, "sentence_batch", "Batch", [20, 50, 100, 200, 500, 1000])
    controls.slider(Sentences, "sentence_seed", "Seed", high=99)
