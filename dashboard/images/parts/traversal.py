"""A slider for each dimension of z, decoded at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from core.items.data import Loaded
from core.latent.sampling import decode, kl_by_dimension
from dashboard import state
from dashboard.figures.latent import kl_bars
from dashboard.figures.mosaic import mosaic
from dashboard.images.views import LatentView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.slots import slot
from dashboard.ui import controls
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun
from dashboard.ui.live_slider import live_slider

MOVABLE = 12  # dimensions with a slider, the most informative ones
REACH = 3.0  # how far a slider moves z, either way


def draw(run: LiveRun, data: Loaded, place: int) -> None:
    """Sliders for the dimensions of z, decoded at once."""
    spec, snapshot = run.spec, run.trained.snapshots[place]
    network = run.trained.network(spec, place)
    kl = kl_by_dimension(network, snapshot)
    order = np.argsort(-kl)[:MOVABLE]
    picture, top = st.columns([1.0, 1.3], gap="large")
    with top:
        item = controls.slider(
            LatentView, "base_item", "Start from item", high=min(len(snapshot.mean), 5000) - 1
        )
        if st.button(say("Back to the item"), icon=":material/undo:", key="vae:back"):
            state.put("moved", "")
        moved = _moves(order, kl, state.get("moved", ""))
    z = snapshot.mean[item] + moved
    shown = np.stack([data.x[item], *decode(network, np.stack([snapshot.mean[item], z]))])[None]
    with picture:
        show_figure(
            mosaic(
                shown, data.picture, rows=[""],
                hover=np.array([[say("the item"), say("its reconstruction"), say("with z moved")]]),
                split=1, heads=(say("item"), say("reconstruction · moved")),
            ),
            "traversal",
            alt=say("Item {i}, its reconstruction, and the same with z moved", i=item),
            height=230, dim=not run.fresh,
        )  # fmt: skip
        caption(
            say("Item {i}, the mean of q(x|z) at its z, and with z moved by the sliders.", i=item)
        )
    show_figure(
        kl_bars(kl, order),
        "kl",
        alt=say("KL divergence to the cluster's prior by dimension of z"),
        height=260,
    )
    caption(
        say(
            "Mean KL(p(zᵢ|x) ‖ q(zᵢ|y)) of each dimension, in nats: what the loss charges for it, "
            "given the cluster. It is no limit of what the dimension tells, as that includes "
            "which cluster: for this, see “Information” on the page VAE judged. The sliders are "
            "in this order."
        )
    )


@dataclass
class Sliders:
    """Where the sliders stand.

    moves: their positions, as last written to the address; wrong: the parts of a link that are
    not possible.
    """

    moves: str = ""
    wrong: list[str] = field(default_factory=list)


def _moves(order: np.ndarray, kl: np.ndarray, text: str) -> np.ndarray:
    """How far each dimension of z is moved; kept in the address as “0:1.5 3:-2”."""
    linked, wrong = _linked(text, order)
    sliders, moved = slot(Sliders), np.zeros(len(kl), np.float32)
    if text != sliders.moves:  # a link, the back button, a tour: the sliders follow it
        for i in range(len(kl)):
            st.session_state[f"z:{i}"] = linked.get(i, 0.0)
    above = st.container()
    pair = st.columns(2, gap="medium")
    for n, i in enumerate(order):
        key = f"z:{i}"
        st.session_state.setdefault(key, 0.0)
        if n and n % 2 == 0:  # row by row: below each other on a phone, they keep their order
            pair = st.columns(2, gap="medium")
        with pair[n % 2]:
            moved[i] = live_slider(
                say("z{i} ({kl:.2f} nats)", i=i, kl=kl[i]),
                -REACH, REACH, 0.0, step=0.1, key=key, format="{:+.1f}",
            )  # fmt: skip
    moves = " ".join(f"{i}:{moved[i]:.1f}" for i in order if abs(moved[i]) > 1e-6)
    state.put("moved", moves)
    # An address that the sliders wrote is no link, even where an epoch lacks some of its sliders.
    if text == sliders.moves:
        wrong = sliders.wrong if moves == text else []
    sliders.moves, sliders.wrong = moves, wrong
    if wrong:
        with above:
            _warn(wrong, len(order))
    return moved


def _linked(text: str, order: np.ndarray) -> tuple[dict[int, float], list[str]]:
    """How far an address moves each dimension, and the parts of it that are not possible."""
    linked, wrong = {}, []
    for part in text.split():
        asked = re.fullmatch(r"(\d{1,4}):(-?\d{1,4}(?:\.\d{1,9})?)", part, re.ASCII)
        if asked is None or int(asked[1]) not in order:
            wrong.append(part)
            continue
        linked[int(asked[1])] = min(max(float(asked[2]), -REACH), REACH)
        if abs(float(asked[2])) > REACH:
            wrong.append(part)
    return linked, wrong


def _warn(wrong: list[str], n: int) -> None:
    """What was wrong with the link, until a slider is moved."""
    st.warning(
        marked(
            "Not possible in the link: {wrong}. The {n} dimensions with a slider are moved by "
            "at most {reach}.",
            wrong=", ".join(wrong)[:80],
            n=n,
            reach=f"±{REACH:g}",
        ),
        icon=":material/warning:",
    )


def code(run: LiveRun, place: int) -> str:
    """Python that moves z as the sliders do; the lines before name network and snapshot."""
    snapshot = run.trained.snapshots[place]
    kl = kl_by_dimension(run.trained.network(run.spec, place), snapshot)
    moved, _ = _linked(state.get("moved", ""), np.argsort(-kl)[:MOVABLE])
    item = min(state.get("base_item", 0), min(len(snapshot.mean), 5000) - 1)
    lines = f"""
item = {item}
z = snapshot.mean[item].copy()
"""
    for i, far in moved.items():
        lines += f"z[{i}] += {far!r}\n"
    return f"""{lines}both = np.stack([snapshot.mean[item], z])
print(load(spec.items).x[item], *decode(network, both), kl_by_dimension(network, snapshot))
"""
