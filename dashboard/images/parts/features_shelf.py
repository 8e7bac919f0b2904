"""A saved model of any page as one more encoder in the gallery."""

from __future__ import annotations

import weakref
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.features.encoders import NAMES
from core.features.judgement import agreement
from core.features.saved import vectors_of
from core.items.data import Loaded
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.slots import slot
from dashboard.ui.work import errors_shown

SAVED = "saved"  # its name among the encoders
VOTERS = 5


@dataclass
class Shelf:
    """The file that was given last, by the browser's id, and its vectors of the items shown.

    items: those that V is of, held loosely: another array may take the place of a dropped one.
    """

    file: str = ""
    content: bytes = b""
    items: weakref.ref[np.ndarray] | None = None
    kind: str = ""
    V: np.ndarray | None = None


def name(encoder: str) -> str:
    """What an encoder is called on the screen."""
    return say("saved model") if encoder == SAVED else say(NAMES[encoder])


def loader() -> None:
    """A closed field for a saved model."""
    with st.expander(say("Add a saved model")), errors_shown():
        file = st.file_uploader(
            say("A saved model"), key="features-shelf", type=["safetensors"],
            help=say(
                "A file that “Save the model” wrote, on any page of this section. It encodes these "
                "items, and is not trained on."
            ),
        )  # fmt: skip
        shelf = slot(Shelf)
        if file is None:
            shelf.file, shelf.content, shelf.V = "", b"", None
        elif shelf.file != file.file_id:
            shelf.file, shelf.content, shelf.V = file.file_id, file.getvalue(), None


def vectors(data: Loaded, held: np.ndarray) -> dict[str, np.ndarray]:
    """The vectors (n, d) of the saved model, if there is one, with a sentence about them."""
    shelf = slot(Shelf)
    if not shelf.content:
        return {}
    with errors_shown():
        if shelf.V is None or shelf.items is None or shelf.items() is not data.x:
            shelf.kind, shelf.V = vectors_of(shelf.content, data)
            shelf.items = weakref.ref(data.x)
        _say(shelf.kind, shelf.V, data, held)
        return {SAVED: shelf.V}
    return {}


def _say(kind: str, V: np.ndarray, data: Loaded, held: np.ndarray) -> None:
    text = marked("Added: {kind}, d = {d}.", kind=say(kind), d=V.shape[1])
    if len(data.labels) and len(held) > VOTERS:
        probe = agreement(V[held], data.labels[held], VOTERS)
        text += " " + marked(
            "Its {k} nearest name {score:.1%} ({low:.1%} to {high:.1%}) of the held-out items "
            "rightly. It may have been trained on these.",
            k=VOTERS, score=probe.score, low=probe.low, high=probe.high,
        )  # fmt: skip
    st.caption(text)
