"""The signal chain's controls, the same on every page: corpus → counts → association → vectors."""

from __future__ import annotations

import streamlit as st

from core.counts.measures import MEASURES, SHIFTED, Association
from core.counts.specs import Counts
from core.text.specs import Corpus
from core.vectors.specs import PpmiSvd
from dashboard import state
from dashboard.chain import corpus_picker
from dashboard.figures.heatmap import NAMES
from dashboard.language import say
from dashboard.ui import controls

WEIGHTINGS = {"flat": "flat", "harmonic": "1/d", "linear": "linear"}
SIDES = {"both": "both", "left": "before", "right": "after"}
GAPS = "Dropped words keep their place"
THRESHOLDS = {0.0: "off"}


def corpus(*, full: bool = False) -> Corpus:
    """Which text, and which of its words; `full` shows the largest vocabulary too."""
    stage("1", "Corpus")
    corpus_picker.pick()
    controls.slider(
        Corpus,
        "min_count",
        "Minimum count",
        high=200,
        log=True,
        help="Words met fewer times are dropped. Raising it removes rare words, whose PMI "
        "is high by accident, and makes everything smaller and faster.",
    )
    if full:
        controls.choose(
            Corpus,
            "max_words",
            "Largest vocabulary",
            [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000],
            format="{:,}",
            help="Only so many of the most frequent words are kept.",
        )
    return state.spec(Corpus)


def counts() -> Counts:
    """How meetings of words are counted."""
    stage("2", "Counts")
    controls.slider(
        Counts,
        "window",
        "Window L (tokens)",
        help="A context stands at most this far away. Small windows find words of the same "
        "kind, large ones words of the same topic.",
    )
    controls.pick(
        Counts,
        "weighting",
        "Weight at distance d",
        names=WEIGHTINGS,
        help="flat: $1$. 1/d: harmonic, as in GloVe. linear: $(L-d+1)/L$, word2vec's random "
        "window in expectation.",
    )
    with st.expander(say("More on counting")):
        controls.pick(
            Counts,
            "side",
            "Contexts",
            names=SIDES,
            help="Contexts before the word, after it, or both.",
        )
        controls.pick(
            Counts,
            "boundary",
            "No window reaches across a",
            compact=False,
            help="Text on the two sides of such a boundary is never counted as meeting.",
        )
        controls.toggle(
            Counts,
            "keep_gaps",
            GAPS,
            help="On (“clean”): words dropped by the minimum count still take up room in the "
            "window. Off (“dirty”): they are removed first, so windows reach further.",
        )
        controls.choose(
            Counts,
            "subsample",
            "Subsampling t",
            [0.0, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5],
            format=lambda t: say(THRESHOLDS[t]) if t in THRESHOLDS else f"{t:.0e}",
            help="A word of relative frequency f counts with weight min(1, √(t/f)): "
            "word2vec's subsampling, in expectation. Lower t quietens frequent words.",
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
            help=r"PMI $=\log\frac{n(w,c)}{\mathbb{E}\,n(w,c)}$ in nats. PPMI: its positive part. "
            r"NPMI: divided by $-\log p(w,c)$, so that 1 means “only ever together”.",
        )
    if len(measures) == 1 or state.get("measure", "pmi") in SHIFTED:
        controls.slider(
            Association,
            "shift",
            "Shift k",
            step=0.1,
            log=True,
            format="{:.1f}",
            help="log k is subtracted from PMI; k is SGNS's number of negative samples. "
            "Raising it keeps only stronger associations.",
        )
    controls.slider(
        Association,
        "smoothing",
        "Context smoothing α",
        step=0.01,
        format="{:.2f}",
        help="Context counts are raised to α before the expectation is taken. Below 1, "
        "rare contexts lose the advantage that PMI gives them; 0.75 is usual.",
    )
    return state.spec(Association)


def vectors() -> PpmiSvd:
    """How association becomes vectors."""
    stage("4", "Vectors")
    controls.slider(
        PpmiSvd,
        "dim",
        "Dimension d",
        high=300,
        log=True,
        help="Singular vectors kept of the PPMI matrix. Fewer smooth more.",
    )
    with st.expander(say("More on vectors")):
        controls.slider(
            PpmiSvd,
            "exponent",
            "Singular value exponent p",
            step=0.05,
            format="{:.2f}",
            help="W = U_d Σ_d^p. 1 is the plain SVD; ½ splits Σ between words and "
            "contexts; 0 weighs all dimensions alike.",
        )
        controls.toggle(
            PpmiSvd,
            "add_context",
            "Add context vectors, W + C",
            help="Each word's vector as a context is added to its vector as a word.",
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
