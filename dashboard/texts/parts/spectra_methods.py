"""The network beside other methods; the last layer's vectors; the luck of the seed."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.intervals import Interval
from core.series.baselines import BASELINES
from core.series.exports import as_collection
from core.series.judgement import METHODS, Judgement, SeriesContest, judge
from core.series.luck import Luck, SeedLuck, luck_of, over_seeds
from core.series.neighbours import agreement
from core.series.specs import SeriesNet, Spectra
from core.series.splitting import split
from core.series.training import fit
from core.spaces.specs import Kept, Place, Space
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.texts.figures import sentences as figures
from dashboard.texts.figures.sentences import Bar
from dashboard.texts.parts import long_run
from dashboard.texts.parts.long_run import LongRun
from dashboard.texts.parts.spectra_looks import is_trained
from dashboard.texts.views import SpectraView
from dashboard.ui import captions, controls, downloads, live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain

NAMES = {
    "network": "Network", "nearest": "Nearest neighbour", "logistic": "Logistic regression",
    "rocket": "Random kernels",
}  # fmt: skip
KERNELS = [100, 300, 1000, 3000, 10_000]
RUN = LongRun(over_seeds, "seeds of series", "spectra-seeds")


def methods(spec: SeriesNet) -> None:
    """Macro-F1 of every method on the same test series."""
    if not is_trained(spec):
        return
    kernels = controls.choose(
        SpectraView, "method_kernels", "Random kernels", KERNELS, format="{:,}"
    )
    if (obtained := obtain(judge, SeriesContest(spec, kernels), "spectra methods")) is None:
        return
    judged: Judgement = obtained.result
    st.markdown(verdict(judged))
    _bars({method: judged.score(method) for method in METHODS}, 1 / len(judged.classes),
          "spectra_methods", ("spectra methods", obtained.spec), not obtained.fresh)  # fmt: skip
    caption(
        say(
            "All learn from the same series and are asked about the same others, each series "
            "brought to mean 0 and variance 1. Nearest neighbour: Euclidean. Logistic regression: "
            "of the points, its penalty chosen inside the training series. Random kernels: the "
            "share above 0 and the largest answer of {n:,} kernels, by ridge regression (ROCKET "
            "in small, arXiv 1910.13051). Bars: 95 %, series drawn anew. Dotted: chance.",
            n=kernels,
        )
    )
    table = pd.DataFrame(
        [
            (say(NAMES[m]), score.value, score.low, score.high,
             np.trace(judged.counts(m)) / len(judged.own))
            for m in METHODS for score in (judged.score(m),)
        ],
        columns=["method", "macro-F1", "low", "high", "accuracy"],
    )  # fmt: skip
    downloads.table(table, "methods", "spectra-methods")


def verdict(judged: Judgement) -> str:
    """The network against the best of the others, on the same series."""
    rival = judged.best_rival
    first = say(
        "**The network has macro-F1 {one:.3f}, the best of the others, {name}, {other:.3f}.**",
        one=judged.score("network").value, name=say(NAMES[rival]).lower(),
        other=judged.score(rival).value,
    )  # fmt: skip
    return paragraph(first, lead(judged.ahead(rival)))


def lead(ahead: Interval) -> str:
    """Whether a difference of the network and another method is one."""
    if ahead.low <= 0 <= ahead.high:
        text = "That is a tie: {value:+.3f}, {low:+.3f} to {high:+.3f}."
    elif ahead.low > 0:
        text = "It is ahead by {value:.3f} ({low:.3f} to {high:.3f})."
    else:
        text = "It is behind: {value:+.3f} ({low:+.3f} to {high:+.3f})."
    return say(text, value=ahead.value, low=ahead.low, high=ahead.high)


def _bars(
    scores: dict[str, Interval],
    chance: float,
    key: str,
    made_of: tuple[object, ...],
    dim: bool = False,
) -> None:
    names = [say(NAMES[method]) for method in METHODS]
    bars = [
        Bar(say(NAMES[method]), 0, 0, score.value, score.low, score.high)
        for method, score in scores.items()
    ]
    show_figure(
        partial(
            figures.intervals, bars, names, ("",), (say("macro-F1"),), axis=say("macro-F1"),
            chance=np.array([[chance]]), percent=False,
        ),
        key, made_of=made_of, height=300, dim=dim,
        alt=say("Macro-F1 of the network and of three other methods, with intervals"),
    )  # fmt: skip


def vectors(spec: SeriesNet) -> None:
    """What the last layer's vectors know, and the way to the pages of collections."""
    if not is_trained(spec) or (obtained := obtain(agreement, spec, "spectra vectors")) is None:
        return
    found = obtained.result
    st.markdown(
        marked(
            "**The nearest other test series is of the same class for {own:.0%} by the last "
            "layer's vectors, for {raw:.0%} by the points themselves** (macro: each class counts "
            "alike; {chance:.0%} is chance).",
            own=found.vectors, raw=found.points, chance=found.chance,
        )
    )  # fmt: skip
    caption(
        say(
            "Vectors of {d} numbers, what the last layer reads; nearest by cosine, points by "
            "Euclidean distance, series of mean 0 and variance 1.",
            d=spec.vector_dim,
        )
    )
    trained = fit(obtained.spec)

    def leave() -> None:
        parted = split(obtained.spec.parting)
        collection = as_collection(parted, trained.network(obtained.spec), trained.kept)
        state.adopt(Kept(Place(Space(collection))))
        state.leave_for("collection")

    st.button(
        say("Open as a collection"), icon=":material/table_view:", key="spectra:collection",
        on_click=leave,
        help=say("Map, trust, neighbours, doubt: the pages of the section Items, with these "
                 "vectors."),
    )  # fmt: skip


def seeds(spec: SeriesNet) -> None:
    """The same at several seeds, or the button that trains them."""
    count = controls.slider(SpectraView, "luck_seeds", "Seeds‹to train›")
    luck = luck_of(spec, state.get("method_kernels", 1000), count)
    offer = marked(
        "One split and one start are luck. This trains the network at {seeds} seeds, {epochs} "
        "epochs each, and asks the other methods about the same series, in the background; the "
        "result is kept.",
        seeds=luck.luck_seeds, epochs=luck.net.epochs,
    )  # fmt: skip
    if (outcome := long_run.result(RUN, luck, offer)) is not None:
        _outcome(luck, outcome)


def _outcome(luck: SeedLuck, outcome: Luck) -> None:
    means = {method: outcome.of(method) for method in METHODS}
    rival = max(BASELINES, key=lambda method: means[method].value)
    most = round(means[rival].value, 3)  # as it is said
    best = [say(NAMES[m]).lower() for m in BASELINES if round(means[m].value, 3) == most]
    first = say(
        "**Over {n} seeds the network's macro-F1 is {one:.3f}, that of the best of the others, "
        "{name}, {other:.3f}.**",
        n=luck.luck_seeds, one=means["network"].value, name=captions.listed(best),
        other=means[rival].value,
    )  # fmt: skip
    st.markdown(paragraph(first, lead(outcome.ahead(rival))))
    _bars(means, outcome.chance, "spectra_seeds", ("spectra seeds", luck))
    if isinstance(luck.net.parting.data, Spectra):
        text = (
            "Each seed makes other spectra and another start, the same for all methods. Bars: "
            "95 %, Student's: the luck of spectra and training together."
        )
    else:
        text = (
            "Each seed draws another split and another start. Bars: 95 %, Student's, the variance "
            "times 1/S + test series/training series, for the splits overlap (Nadeau & Bengio "
            "2003); another file may differ by more."
        )
    caption(say(text))
    live_run.warn_of_diverged(int(outcome.stopped.sum()))
