"""What the pages of a latent model share: which epoch is shown, the map's axes, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.items.data import Loaded, load
from core.items.specs import Items
from core.latent.snapshots import SHOWN, Snapshot
from core.learning.learner import Run
from core.specs import Spec
from dashboard import state
from dashboard.figures.mosaic import sheet
from dashboard.images.views import LAST
from dashboard.language import say
from dashboard.ui import controls
from dashboard.ui.live_slider import live_choice


@lru_cache(maxsize=4)
def _sheet(items: Items) -> dict[str, Any]:
    data = load(items)
    return sheet(data.x[:SHOWN], data.picture)


def send_pictures(items: Items) -> None:
    """Send the sheet that hovering over a point cuts its picture from, as a variable of CSS.

    Outside the fragment that a slider runs again: it may be megabytes, and goes out once.
    """
    st.html(f"<style>:root {{ {_variable(items)}: url({_sheet(items)['source']}); }}</style>")


def pictures(items: Items) -> dict[str, Any]:
    """What the figure needs to know about the sheet."""
    return _sheet(items) | {"source": f"var({_variable(items)})"}


def _variable(items: Items) -> str:
    return f"--vs-sheet-{items.key[:12]}"


class Scrubbed(Protocol):
    """What the session does with runs of a family: epoch, the one the scrubber was set to."""

    epoch: int | None


def epoch_slider(trained: Run[Any], runs: Scrubbed, key: str, playing: bool = False) -> int:
    """The scrubber; returns the place of the epoch among the stored ones.

    runs, key: of the family that the run belongs to, which remember where its scrubber stands.
    """
    epochs = [snapshot.epoch for snapshot in trained.snapshots]
    kept_epoch = trained.kept
    moved = st.session_state.get(key, runs.epoch)
    if runs.epoch is not None and moved != runs.epoch:
        state.put("shown_epoch", moved if moved != kept_epoch else LAST)
    epoch = state.get("shown_epoch", LAST)
    epoch = kept_epoch if epoch == LAST else epoch
    place = min(range(len(epochs)), key=lambda i: abs(epochs[i] - min(epoch, epochs[-1])))
    if playing:
        place = min(place + 1, len(epochs) - 1)
        state.put("shown_epoch", epochs[place] if epochs[place] != kept_epoch else LAST)
    st.session_state[key] = runs.epoch = epochs[place]
    if len(epochs) > 1:
        live_choice(say("Epoch shown"), epochs, kept_epoch, key=key, format="{}")
    return place


def temperature_slider(
    kind: type[Spec], slider: DeltaGenerator, button: DeltaGenerator, page: str
) -> tuple[float, int]:
    """(τ, number of the draw of ε) of what is generated: a slider, and a button for new ε."""
    with slider:
        temperature = controls.slider(
            kind, "temperature", "Temperature τ", step=0.05, format="{:.2f}",
        )  # fmt: skip
    key = f"{page}:resample"
    if button.button(say("Resample"), icon=":material/casino:", width="stretch", key=key):
        state.put("draw", (state.get("draw", 0) + 1) % 10_000)
    return float(temperature), int(state.get("draw", 0))


def axes_of(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Principal axes W (d, 2) of the codes, and their mean (d,), the same way up each time."""
    origin = snapshot.mean.mean(axis=0)
    centred = snapshot.mean - origin
    _, U = np.linalg.eigh(centred.T @ centred)
    W = U[:, ::-1][:, :2]
    if W.shape[1] < 2:
        W = np.concatenate([W, np.zeros_like(W)], axis=1)
    sign = np.sign(W[np.abs(W).argmax(axis=0), [0, 1]])
    return W * np.where(sign == 0, 1, sign), origin


def doubt(responsibility: np.ndarray) -> np.ndarray:
    """Entropy of p(y|z), nats, (n,)."""
    r = np.maximum(responsibility, 1e-12)
    entropy: np.ndarray = -(r * np.log(r)).sum(axis=1)
    return entropy


def hover_texts(snapshot: Snapshot, data: Loaded) -> list[str]:
    """A few words on each item: its cluster and how sure that is, and its label."""
    per_cent = np.rint(100 * snapshot.responsibility.max(axis=1)).astype(np.int64)
    label = data.labels[: len(per_cent)] if len(data.labels) else np.zeros(len(per_cent), np.int32)
    kinds, kind_of_item = np.unique(
        np.stack([snapshot.cluster, per_cent, label]), axis=1, return_inverse=True
    )  # a few hundred texts at most are written, not one for each item
    short = say("cluster {k} · p(y|z) {sure:.2f}")
    long = say("cluster {k} · p(y|z) {sure:.2f} · label {label}")
    texts = [
        long.format(k=k, sure=p / 100, label=data.classes[c])
        if len(data.labels)
        else short.format(k=k, sure=p / 100)
        for k, p, c in kinds.T
    ]
    return [texts[i] for i in kind_of_item.ravel()]


def cluster_names(K: int) -> Sequence[str]:
    return [say("cluster {k}", k=k) for k in range(K)]
