"""Entry point: the frame around every page."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # `streamlit run` puts only this file's folder there
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from dashboard.ui import plotly_js  # noqa: E402

plotly_js.load_ahead()  # before any other import: browser and server work at the same time
st.set_page_config(
    page_title="Vectorscope",
    page_icon=str(ROOT / "dashboard" / "static" / "favicon.png"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
st.navigation(
    {
        "Words": [
            st.Page(
                "app_pages/heatmap.py",
                title="PMI heatmap",
                icon=":material/grid_on:",
                default=True,
            ),
            st.Page("app_pages/neighbours.py", title="Neighbours", icon=":material/hub:"),
            st.Page("app_pages/map.py", title="Map", icon=":material/map:"),
            st.Page("app_pages/corpus.py", title="Corpus", icon=":material/menu_book:"),
        ],
        "Vectors": [
            st.Page("app_pages/models.py", title="Models", icon=":material/model_training:"),
            st.Page("app_pages/explain.py", title="Explain", icon=":material/function:"),
            st.Page(
                "app_pages/scores.py", title="Analogies & scores", icon=":material/scoreboard:"
            ),
            st.Page("app_pages/keywords.py", title="Keywords", icon=":material/key:"),
        ],
        "Matrices": [
            st.Page("app_pages/lowrank.py", title="Low rank", icon=":material/compress:"),
            st.Page("app_pages/similar.py", title="Similar matrices", icon=":material/grid_4x4:"),
        ],
        "Images": [
            st.Page("app_pages/latent.py", title="VAE clusters", icon=":material/bubble_chart:"),
            st.Page("app_pages/latent_samples.py", title="VAE samples", icon=":material/apps:"),
            st.Page("app_pages/latent_judgement.py", title="VAE judged", icon=":material/balance:"),
        ],
    },
    position="top",
).run()
