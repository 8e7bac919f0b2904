"""Both components side by side: the browser tests' subject, and a place to try them.

Run it with ``python -m streamlit run tests/browser/component_gallery.py`` from a folder in
which ``static/`` is a copy of ``dashboard/static`` (the fixture `gallery` makes one).
"""

from __future__ import annotations

import time

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from dashboard.figures.template import DIVERGING, escape
from dashboard.ui.figure import Kept, show_figure
from dashboard.ui.live_slider import live_choice, live_slider, seed

st.set_page_config(page_title="Gallery", layout="wide")

WORDS = [f"word {i}" for i in range(48)] + ["<b>bold</b>", '<a href="https://x.y">"q" & r</a>']
LABELS = [escape(w) for w in WORDS]


def heatmap(phase: float) -> go.Figure:
    """A 50×50 wave: no two values of the slider give the same picture."""
    i = np.arange(50, dtype=np.float32)
    z = np.sin(i[:, None] / 6 + phase / 5) * np.cos(i[None, :] / 9 - phase / 9)
    cells = np.array([[f"{a}/{b}" for b in range(50)] for a in range(50)])
    fig = go.Figure(
        go.Heatmap(z=z, x=LABELS, y=LABELS, customdata=cells, colorscale=DIVERGING, zmid=0)
    )
    return fig.update_layout(title_text=f"Wave at phase {phase}", meta=str(phase))


def scatter(count: int) -> go.Figure:
    """`count` points on a spiral, each with its number as id."""
    t = np.arange(count, dtype=np.float32)
    fig = go.Figure(
        go.Scatter(
            x=t * np.cos(t / 5), y=t * np.sin(t / 5), customdata=np.arange(count), mode="markers"
        )
    )
    return fig.update_layout(meta=str(count), xaxis_title="x", yaxis_title="y")


if st.button("Phase to 30", type="primary"):
    seed("phase", 30)
phase = live_slider("Phase", 0, 50, 5, step=1, key="phase", help="Moves the wave.\nTry a drag.")
time.sleep(float(st.query_params.get("slow", 0)))  # a computation between hand and picture
left, right = st.columns(2)
with left:
    wave = show_figure(
        heatmap(phase), "wave", alt=f"Wave at phase {phase}", on_click="rerun", filename="a wave"
    )
with right:
    count = live_slider("Points", 1, 500, 60, step=1, key="count", log=True, format="{} pts")
    place = live_choice("Place", ["left", "middle", "right"], "middle", key="place")
    points = show_figure(
        scatter(count),
        "spiral",
        alt=f"{count} points on a spiral",
        height=360,
        on_click="rerun",
        on_select="rerun",
        dim=place == "right",
    )
if "kept" in st.query_params:
    shade = live_slider("Shade", 0, 9, 0, step=1, key="shade")
    size = live_slider("Cloud", 5, 50, 20, step=1, key="size")
    i = np.arange(size)
    mark = live_slider("Mark", 0, 4, 0, step=1, key="mark")
    cloud = go.Scattergl(
        mode="markers", marker={
            "size": 12, "cmin": 0, "cmax": 10, "showscale": True,
            "colorscale": [[0, "#000000"], [0.5, "#0000FF"], [1, "#FF0000"]],
        },
    )  # fmt: skip
    star = {"size": 18, "symbol": "star", "color": "#000000", "line": {"width": 1, "color": "#FFF"}}
    show_figure(
        go.Figure(cloud), "cloud", alt="Cloud", height=300, on_click="rerun",
        token=f"{size}:{shade}:{mark}",
        kept=(
            Kept(f"cloud of {size}", lambda: {
                "x": i * 1.0, "y": i % 7 * 1.0, "text": np.array([f"t{n}" for n in i]),
                "customdata": i,
            }),
            Kept(f"{shade} of {size}", lambda: {"marker": {"color": (i + shade) % 10}}),
        ),
        marks=[{"type": "scattergl", "mode": "markers", "name": "here", "x": [3.0 * mark],
                "y": [3.0], "marker": star}] if mark else [],
        labels={"first": [mark], "bold": False},
    )  # fmt: skip
st.session_state.runs = st.session_state.get("runs", 0) + 1
st.text(f"phase={phase} count={count} place={place}")
st.text(f"clicked={(wave.click or points.click or {}).get('customdata')}")
st.text(f"selected={len(points.selection)}")
st.text(f"runs={st.session_state.runs}")
