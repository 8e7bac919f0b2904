"""From a sample of one cluster to one of another, on an arc and straight."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.latent.data import Loaded
from core.latent.sampling import angle_walk, decode, from_clusters, straight_walk
from dashboard import state
from dashboard.figures.mosaic import height, mosaic
from dashboard.language import say
from dashboard.ui import controls, page
from dashboard.ui.figure import show_figure
from dashboard.ui.vae_run import Run
from dashboard.views import LatentView

STEPS = 13
ENDS = ("walk_from", "walk_to")


def draw(run: Run, data: Loaded, place: int) -> None:
    """From a sample of one cluster to one of another, on an arc and straight."""
    spec = run.spec
    network, K = run.trained.network(spec, place), spec.components
    columns = st.columns([1, 1, 1], vertical_alignment="bottom", gap="medium")
    ends = []
    for column, name, label in zip(
        columns, ENDS, (say("From cluster"), say("To cluster")), strict=False
    ):
        with column:
            arrived, default = state.arrived(name), LatentView().leaf(name)
            key = state.seed(name, default)
            wanted = st.session_state[key]
            now = st.session_state[key] = min(wanted, K - 1)
            if arrived and wanted not in (now, default):
                controls.corrected(name, wanted, now)
            ends.append(int(st.selectbox(label, list(range(K)), now, key=key)))
            state.keep(name, ends[-1])
    with columns[2]:
        temperature = controls.slider(
            LatentView, "temperature", "Temperature τ", step=0.05, format="{:.2f}"
        )
    z = from_clusters(network, 1, temperature, state.get("draw", 0))[:, 0]
    a, b = z[ends[0]], z[ends[1]]
    rows = np.stack([angle_walk(a, b, STEPS), straight_walk(a, b, STEPS)])
    texts = np.array(
        [
            [f"θ = {t:.0f}°" for t in np.linspace(0, 90, STEPS)],
            [f"t = {t:.2f}" for t in np.linspace(0, 1, STEPS)],
        ]
    )
    show_figure(
        mosaic(
            decode(network, rows), data.picture, rows=[say("arc"), say("straight")], hover=texts
        ),
        "walk",
        alt=say(
            "Pictures on the way from cluster {a} to cluster {b}, two ways", a=ends[0], b=ends[1]
        ),
        height=height(2, STEPS, data.picture, data.x.shape[1]) + 20, dim=not run.fresh,
    )  # fmt: skip
    half = np.sum(rows[:, STEPS // 2] ** 2, axis=1)
    page.caption(
        say(
            "Arc: z₁ cos θ + z₂ sin θ. Straight: (1−t) z₁ + t z₂. ‖z‖² at the ends {a:.1f} and "
            "{b:.1f}, half way {arc:.1f} on the arc and {straight:.1f} straight: of two "
            "independent draws of N(0, I) the straight middle has half the variance, the arc all "
            "of it. Cluster centres are no such draws, so that between clusters both are shown.",
            a=a @ a, b=b @ b, arc=half[0], straight=half[1],
        )
    )  # fmt: skip


def code(run: Run) -> str:
    """Python that walks both ways; the lines before name network, temperature and draw."""
    last = run.spec.components - 1
    a, b = (min(state.get(name, LatentView().leaf(name)), last) for name in ENDS)
    return f"""
ends = from_clusters(network, 1, temperature, draw)[:, 0]
a, b = ends[{a}], ends[{b}]
ways = np.stack([angle_walk(a, b, {STEPS}), straight_walk(a, b, {STEPS})])
print(decode(network, ways), np.sum(ways**2, axis=-1))
"""
