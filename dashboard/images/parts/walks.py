"""From one sample to another, of other clusters or of the same, on an arc and straight."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.items.data import Loaded
from core.latent.sampling import angle_walk, decode, straight_walk, walk_ends
from dashboard import state
from dashboard.figures.mosaic import height, mosaic
from dashboard.images.parts.latent_shown import temperature_slider
from dashboard.images.views import LatentView
from dashboard.language import say
from dashboard.ui import controls
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun

STEPS = 13
ENDS = ("walk_from", "walk_to")


def draw(run: LiveRun, data: Loaded, place: int) -> None:
    """From a sample of one cluster to one of another, or of the same, on an arc and straight."""
    spec = run.spec
    network, K = run.trained.network(spec, place), spec.components
    *columns, slider, button = st.columns(
        [1, 1, 1.4, 0.8] if K > 1 else [1.4, 0.8], vertical_alignment="bottom", gap="medium"
    )
    one, other = _chosen(columns, K)
    temperature, seed = temperature_slider(LatentView, slider, button, "walk")
    a, b, centre = walk_ends(network, one, other, temperature, seed)
    rows = np.stack(
        [centre + angle_walk(a - centre, b - centre, STEPS), straight_walk(a, b, STEPS)]
    )
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
        alt=say("Pictures on the way from cluster {a} to cluster {b}, two ways", a=one, b=other),
        height=height(2, STEPS, data.picture, data.x.shape[1]) + 20, dim=not run.fresh,
    )  # fmt: skip
    first, last, arc, straight = (
        float(np.sum((z - centre) ** 2)) for z in (a, b, *rows[:, STEPS // 2])
    )
    lengths = {"a": first, "b": last, "arc": arc, "straight": straight}
    if one != other:
        caption(
            say(
                "From a sample of cluster {one} to one of cluster {other}. Arc: z₁ cos θ + z₂ sin "
                "θ. Straight: (1−t) z₁ + t z₂. ‖z‖² at the ends {a:.1f} and {b:.1f}, half way "
                "{arc:.1f} on the arc and {straight:.1f} straight, always half as much. The arc "
                "is made for independent draws of N(0, I), which it keeps such; samples of two "
                "clusters are none, so that neither way has to stay where there are items.",
                one=one, other=other, **lengths,
            )
        )  # fmt: skip
        return
    width = np.exp(np.asarray(network.prior_logvar)[one])
    caption(
        say(
            "Between two independent samples of {prior}, μ its centre. Arc: μ + (z₁−μ) cos θ + "
            "(z₂−μ) sin θ, such a sample all the way. Straight: (1−t) z₁ + t z₂. ‖z−μ‖² at the "
            "ends {a:.1f} and {b:.1f}, half way {arc:.1f} on the arc and {straight:.1f} straight, "
            "always half as much. The mean over all pairs of samples is {mean:.1f} at the ends "
            "and all along the arc, and half of that in the middle of the straight way, nearer "
            "the centre than samples are.",
            prior=say("N(0, I)")
            if spec.latent_model == "plain"
            else say("cluster {k}‹in a sentence", k=one),
            mean=temperature**2 * float(width.sum()), **lengths,
        )
    )  # fmt: skip


def _chosen(columns: list[DeltaGenerator], K: int) -> tuple[int, int]:
    """The clusters of the two ends; with one cluster there is nothing to choose."""
    if K == 1:
        return 0, 0
    ends = []
    for column, name, label in zip(
        columns, ENDS, (say("From cluster"), say("To cluster")), strict=True
    ):
        with column:
            arrived, default = state.arrived(name), LatentView().leaf(name)
            key = state.seed(name, default)
            requested = st.session_state[key]
            cluster = st.session_state[key] = min(requested, K - 1)
            if arrived and requested not in (cluster, default):
                controls.corrected(name, requested, cluster)
            ends.append(int(st.selectbox(label, list(range(K)), cluster, key=key)))
            state.keep(name, ends[-1])
    return ends[0], ends[1]


def code(run: LiveRun) -> str:
    """Python that walks both ways; the lines before name network, temperature and draw."""
    last = run.spec.components - 1
    one, other = (min(state.get(name, LatentView().leaf(name)), last) for name in ENDS)
    return f"""
a, b, centre = walk_ends(network, {one}, {other}, temperature, draw)
arc = centre + angle_walk(a - centre, b - centre, {STEPS})
ways = np.stack([arc, straight_walk(a, b, {STEPS})])
print(decode(network, ways), np.sum((ways - centre) ** 2, axis=-1))
"""
