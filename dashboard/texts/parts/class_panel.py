"""The settings of text classes: texts, network, training."""

from __future__ import annotations

import streamlit as st

from core.text_classes.published import recipe
from core.text_classes.specs import LabelledTexts, TextClasses
from dashboard import state
from dashboard.chain.stages import stage
from dashboard.language import say
from dashboard.texts.parts import class_run, label_table
from dashboard.texts.parts.class_run import BODIES, INPUTS, LAMBDAS, RATES
from dashboard.ui import callbacks, controls, live_run


def panel() -> TextClasses | None:
    """Draw the controls; the run they describe, or None while a table is still to be chosen."""
    stage("1", "Texts")
    chosen = _texts()
    stage("2", "Network")
    _network()
    stage("3", "Training")
    controls.slider(TextClasses, "class_epochs", "Epochs", high=100, log=True)
    controls.choose(TextClasses, "class_rate", "Learning rate", RATES, format="{:g}")
    with st.expander(say("More on the network")):
        _more()
    callbacks.panel(TextClasses)
    return live_run.settle(class_run.TRAINER, state.spec(TextClasses)) if chosen else None


def _texts() -> bool:
    """Where the texts come from; whether they are chosen."""
    if not label_table.is_settled(LabelledTexts, "texts_of", "table"):
        return False
    controls.slider(TextClasses, "read_characters", "Characters read", high=500, log=True)
    controls.slider(TextClasses, "train_texts", "Texts trained on", high=20_000, log=True,
                    format="{:,}")  # fmt: skip
    return True


def _network() -> None:
    published = _is_published()

    def changed(text_input: str) -> None:
        if published:
            state.put_all(recipe(text_input))

    controls.pick(TextClasses, "text_input", "Input", names=INPUTS, compact=False,
                  on_change=changed)  # fmt: skip
    _switch()
    controls.pick(TextClasses, "text_body", "Body‹of a network›", names=BODIES)
    controls.choose(TextClasses, "bottleneck", "Bottleneck λ", LAMBDAS, format="{:g}")


def _is_published() -> bool:
    wanted = recipe(state.get("text_input", TextClasses().text_input))
    usual = TextClasses()
    return {name: state.get(name, usual.leaf(name)) for name in wanted} == wanted


def _switch() -> None:
    """One switch to the published recipe, and back."""
    key = "classes-published"

    def switched() -> None:
        text_input = state.get("text_input", TextClasses().text_input)
        wanted = recipe(text_input)
        default = TextClasses().replace(text_input=text_input)
        on = st.session_state[key]
        state.put_all(wanted if on else {name: default.leaf(name) for name in wanted})

    st.session_state[key] = _is_published()
    st.toggle(
        say("The published recipe"), st.session_state[key], key=key, on_change=switched,
        help=say(
            "An LSTM of 128 units over 200 characters or 100 words, 15,000 texts trained on, 30 "
            "epochs, of one-hot characters 90 (Su 2015). It takes from half an hour to hours on a "
            "processor; the page says how long before it starts."
        ),
    )  # fmt: skip


def _more() -> None:
    controls.choose(TextClasses, "body_dim", "Kernels or units", [16, 32, 64, 128, 256])
    controls.slider(TextClasses, "kernel_width", "Width of a kernel (tokens)")
    controls.choose(TextClasses, "token_dim", "Length of a token's vector",
                    [8, 16, 32, 64, 128, 256])  # fmt: skip
    controls.slider(TextClasses, "rarest_token", "Rarest token (times)", high=20)
    controls.slider(TextClasses, "hidden_tokens", "Tokens hidden in a step", step=0.05,
                    format="{:.0%}")  # fmt: skip
    controls.slider(TextClasses, "dropped", "Dropout", step=0.05, format="{:.0%}")
    controls.choose(TextClasses, "class_batch", "Batch", [16, 32, 64, 128, 256, 512])
    controls.slider(TextClasses, "division_seed", "Seed", high=99)
