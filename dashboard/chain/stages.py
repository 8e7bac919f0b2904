"""The signal chain's controls, the same on every page: corpus → counts → association → vectors."""

from __future__ import annotations

import streamlit as st

from core.counts.measures import MEASURES, SHIFTED, Association
from core.counts.specs import Counts
from core.text.specs import Corpus
from core.vectors.specs import PpmiSvd
from dashboard import state
from dashboard.chain import dimensions, examples
from dashboard.figures.heatmap import NAMES
from dashboard.language import say
from dashboard.ui import controls

WEIGHTINGS = {"flat": "flat", "harmonic": "1/d", "linear": "linear"}
SIDES = {"both": "both", "left": "before", "right": "after"}
GAPS = "Dropped words keep their place"
THRESHOLDS = {0.0: "off"}


def corpus(*, full: bool = False) -> Corpus:
    """Which words of the text; `full` adds the maximum size of the vocabulary."""
    stage("1", "Corpus")
    controls.slider(
        Corpus,
        "min_count",
        "Minimum count",
        high=200,
        log=True,
    )
    if full:
        controls.choose(
            Corpus,
            "max_words",
            "Largest vocabulary",
            [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000],
            format="{:,}",
        )
    return state.spec(Corpus)


def counts() -> Counts:
    """How co-occurrences of words are counted."""
    stage("2", "Counts")
    controls.slider(
        Counts,
        "window",
        "Window L (tokens)",
    )
    controls.pick(
        Counts,
        "weighting",
        "Weight at distance d",
        names=WEIGHTINGS,
    )
    with st.expander(say("More on counting")):
        controls.pick(
            Counts,
            "side",
            "Contexts",
            names=SIDES,
        )
        controls.pick(
            Counts,
            "boundary",
            "No window reaches across a",
            compact=False,
        )
        controls.toggle(
            Counts,
            "keep_gaps",
            GAPS,
        )
        controls.choose(
            Counts,
            "subsample",
            "Subsampling t",
            [0.0, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5],
            format=lambda t: say(THRESHOLDS[t]) if t in THRESHOLDS else f"{t:.0e}",
        )
    return state.spec(Counts)


def association(*, measures: tuple[str, ...] = MEASURES) -> Association:
    """How counts become association."""
    stage("3", "Association")
    if len(measures) > 1:
        controls.pick(
            Association,
            "measure",
            "Measure",
            names=NAMES,
            options=measures,
        )
    if len(measures) == 1 or state.get("measure", "pmi") in SHIFTED:
        controls.slider(
            Association,
            "shift",
            "Shift k",
            step=0.1,
            log=True,
            format="{:.1f}",
        )
    controls.slider(
        Association,
        "smoothing",
        "Context smoothing α",
        step=0.01,
        format="{:.2f}",
    )
    return state.spec(Association)


def vectors() -> PpmiSvd:
    """How association becomes vectors."""
    stage("4", "Vectors")
    examples.dimension()
    controls.slider(
        PpmiSvd,
        "dim",
        "Dimension d",
        high=dimensions.MOST,
        log=True,
    )
    with st.expander(say("More on vectors")):
        controls.slider(
            PpmiSvd,
            "exponent",
            "Singular value exponent p",
            step=0.05,
            format="{:.2f}",
        )
        controls.toggle(
            PpmiSvd,
            "add_context",
            "Add context vectors, W + C",
        )
    return state.spec(PpmiSvd)


def words_to_vectors() -> None:
    """The whole chain, from the text to PPMI-SVD vectors."""
    corpus()
    counts()
    association(measures=("ppmi",))
    vectors()


def stage(number: str, name: str) -> None:
    """A numbered heading between controls."""
    st.html(f'<div class="vs-stage"><span>{number}</span>{say(name)}</div>')
