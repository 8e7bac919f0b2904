"""All encoders before the labels of the held-out items, with intervals, and ties called ties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.features.encoders import ENCODERS, NAMES
from core.features.judgement import (
    SCORES,
    EncoderContest,
    EncodersJudged,
    Outcome,
    ahead,
    over_seeds,
)
from core.features.neighbours import NEARNESS
from core.features.specs import InfoMax
from core.intervals import Interval
from core.items.data import Loaded
from core.messages import message
from dashboard import state
from dashboard.images.figures import features as figures
from dashboard.images.parts import features_lineup, features_tried
from dashboard.images.parts.features_gallery import BY
from dashboard.images.views import FeaturesView
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.ui import controls, downloads
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

RIVALS = ("pixels", "pca", "vae", "random")  # that InfoMax is compared with, in this order
HEAD = ("encoder", "d", "k-NN", "linear probe", "k-means accuracy", "NMI", "seconds")


def draw(spec: InfoMax, data: Loaded) -> None:
    """The controls, the sentence, the figure, the table."""
    if not len(data.labels):
        st.info(marked("{data} has no labels to judge by.", data=spec.items.label))
        return
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    with left:
        controls.slider(EncodersJudged, "voters", "Neighbours k‹that vote›", high=30)
    with right:
        controls.pick(FeaturesView, "near_by", "Nearest by", names=BY, options=NEARNESS)
    obtained = features_lineup.controls_of(spec)
    if obtained is not None:
        _show(obtained.spec, obtained.result, not obtained.fresh)
    with st.expander(say("Why InfoMax is weak on MNIST: what was tried")):
        features_tried.show()


def _show(asked: EncoderContest, outcome: Outcome, dim: bool) -> None:
    by = NEARNESS.index(state.get("near_by", NEARNESS[0]))
    gaps = {name: ahead(asked, outcome, name, "infomax", by) for name in RIVALS}
    st.markdown(sentence(gaps, outcome, asked.voters, by))
    chosen = [(say("k-NN"), by), (say("linear probe"), 2), (say("k-means accuracy"), 3)]
    rows = []
    for name, score in chosen:
        low, high = np.array([_ends(asked, outcome, m, score) for m in range(len(ENCODERS))]).T
        rows.append((name, outcome.values[:, :, score].mean(axis=1), low, high))
    show_figure(
        figures.scores(
            [say(NAMES[name]) for name in ENCODERS], rows, outcome.first[0].knn[by].chance,
            ENCODERS.index("infomax"),
        ),
        "scores", alt=say("Scores of {n} encoders with intervals", n=len(ENCODERS)), height=430,
        dim=dim,
    )  # fmt: skip
    S = outcome.values.shape[1]
    n = outcome.first[0].knn[by].n
    caption(
        say(
            "Bars: 95 % intervals over {n:,} held-out items of one seed (Wilson); of k-means none. "
            "With more seeds they also show how much of it is luck.",
            n=n,
        )
        if S == 1
        else say(
            "Bars: 95 % intervals of the mean over {S} seeds, Student's, the variance times 1/{S} "
            "+ items held out/items trained on, for the divisions overlap (Nadeau & Bengio 2003); "
            "each seed deals anew which {n:,} items are held out, and starts every encoder anew.",
            S=S, n=n,
        )
    )  # fmt: skip
    shown = pd.DataFrame([_row(asked, outcome, m, by) for m in range(len(ENCODERS))], columns=HEAD)
    names = [say(NAMES[name]) for name in ENCODERS]
    downloads.table(shown, "encoders", "features", on_screen=shown.assign(encoder=names))
    downloads.csv(
        message("Every seed as CSV"), lambda: table(outcome), "encoders-seeds.csv", "features:seeds"
    )
    for name, one in zip(ENCODERS, outcome.first, strict=True):
        if one.stopped:
            st.warning(marked("{name}: {why}", name=say(NAMES[name]), why=say(one.stopped)))


def sentence(gaps: dict[str, Interval], outcome: Outcome, k: int, by: int) -> str:
    """Who beats InfoMax by how much, and who does not: a tie is a tie."""
    mine = float(outcome.values[ENCODERS.index("infomax"), :, by].mean())
    parts = [
        marked("**{k}-NN with InfoMax names {mine:.1%} rightly.**", k=k, mine=mine),
    ]
    for name, one in gaps.items():
        low, high = sorted((abs(one.low), abs(one.high)))
        values = {"name": say(NAMES[name]), "gap": abs(one.value), "low": low, "high": high}
        if not one.real:
            parts.append(
                marked("Beside {name}: a tie ({gap:+.1%}).", name=values["name"], gap=one.value)
            )
        elif one.value > 0:
            parts.append(
                marked("It is beaten by {name} by {gap:.1%} ({low:.1%} to {high:.1%}).", **values)
            )
        else:
            parts.append(
                marked("It beats {name} by {gap:.1%} ({low:.1%} to {high:.1%}).", **values)
            )
    return paragraph(*parts)


def _ends(asked: EncoderContest, outcome: Outcome, m: int, score: int) -> tuple[float, float]:
    """The ends of a score's interval."""
    if outcome.values.shape[1] > 1:
        one = over_seeds(asked, outcome, ENCODERS[m], score)
        return one.low, one.high
    probes = (*outcome.first[m].knn, outcome.first[m].linear)
    if score < len(probes):
        return probes[score].low, probes[score].high
    return (float(outcome.values[m, 0, score]),) * 2


def _row(asked: EncoderContest, outcome: Outcome, m: int, by: int) -> list[str]:
    cells = [_cell(asked, outcome, m, score) for score in (by, 2, 3, 4)]
    seconds = float(outcome.seconds[m].mean())
    spent = f"{seconds:.1f}" if seconds else "–"
    return [ENCODERS[m], f"{outcome.first[m].d}", *cells, spent]


def _cell(asked: EncoderContest, outcome: Outcome, m: int, score: int) -> str:
    """A score with its interval, or with its spread over seeds."""
    values = outcome.values[m, :, score]
    if len(values) > 1:
        return f"{values.mean():.3f} ± {values.std(ddof=1):.3f}"
    low, high = _ends(asked, outcome, m, score)
    return f"{values[0]:.3f}" + (f" ({low:.3f}–{high:.3f})" if high > low else "")


def table(outcome: Outcome) -> pd.DataFrame:
    """Every score of every seed."""
    rows = [
        [name, seed, outcome.first[m].d, *outcome.values[m, seed], outcome.seconds[m, seed]]
        for m, name in enumerate(ENCODERS)
        for seed in range(outcome.values.shape[1])
    ]
    return pd.DataFrame(rows, columns=["encoder", "seed", "d", *SCORES, "seconds"])
