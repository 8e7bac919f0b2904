"""The network beside models without one, on the texts that judge."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.intervals import Interval
from core.text_classes import published
from core.text_classes.comparison import (
    LINEAR,
    NETWORK,
    Compared,
    Comparison,
    accuracy,
    ahead,
    compare,
    judge,
)
from core.text_classes.leak import Leak, leak
from core.text_classes.published import ACCURACY, SUMS
from core.text_classes.specs import TextClasses
from core.text_classes.texts import classified
from core.text_classes.training import fit
from dashboard import state
from dashboard.chain import models
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.texts.figures import sentences as figures
from dashboard.texts.figures.sentences import Bar
from dashboard.texts.parts.class_run import INPUTS
from dashboard.texts.views import ClassView
from dashboard.ui import downloads
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain

NAMES = {
    NETWORK: "This network",
    "nb-svm characters": "NB-SVM, characters",
    "nb-svm words": "NB-SVM, words",
    "tf-idf characters": "TF-IDF, characters",
    "tf-idf words": "TF-IDF, words",
    "sum": "Sum of word vectors, linear",
    "sum hidden": "Sum of word vectors, hidden layer",
}  # fmt: skip
MANY = 0.02  # of the rows, copies: fewer are not worth a comparison
OWN_VECTORS = "PPMI of the texts trained on"


def comparison_of(spec: TextClasses) -> Comparison:
    """What the models without a network are fitted to on this page."""
    return Comparison(spec.division, state.spec(ClassView).sum_model)


def draw(spec: TextClasses) -> None:
    """All methods in one figure and one table, with the published figures as marks."""
    obtained = obtain(compare, comparison_of(spec), "methods")
    if obtained is None:
        return
    compared = obtained.result
    right = {name: compared.right(name) for name in LINEAR}
    if fit.stored(spec) and obtained.fresh:
        if (judged := obtain(judge, spec, "judged")) is None or not judged.fresh:
            return
        right[NETWORK] = judged.result.right
    st.markdown(verdict(right, compared))
    leaked = _leaked(spec) if obtained.fresh else None
    shares = {name: accuracy(right[name]) for name in NAMES if name in right}
    bars = [Bar(say(NAMES[name]), 0, 0, s.value, s.low, s.high) for name, s in shares.items()]
    rows = [say(NAMES[name]) for name in shares]
    reviews = spec.division.reading.labelled.texts_of == "reviews"
    if reviews:
        marks = _published()
        rows += [name for name, _ in marks if name not in rows]
        bars += [Bar(name, 0, 1, value, value, value) for name, value in marks]
    if leaked is not None:
        s = accuracy(leaked.right)
        bars.append(Bar(say(NAMES["tf-idf characters"]), 0, 2, s.value, s.low, s.high))
    figure = partial(_figure, bars, rows, compared.commonest)
    show_figure(
        figure, "class_methods",
        made_of=(
            "class methods", obtained.spec, spec if NETWORK in right else None, leaked is None,
        ),
        alt=say("Share of texts classified correctly, by method"),
        height=34 * len(rows) + 110, dim=not obtained.fresh,
    )  # fmt: skip
    caption(
        say(
            "{n:,} texts that no method was trained on. All read the same beginning of a text. "
            "NB-SVM and TF-IDF with logistic regression count 1 to 3 characters, or 1 and 2 words. "
            "Of the words added up {known:.0%} have a vector. Bars: 95 %, the luck of which texts "
            "judge; not that of the training, which the tab “Characters or words” measures. "
            "Dotted: always the commonest class.",
            n=len(compared.own), known=compared.known,
        )
    )  # fmt: skip
    if reviews:
        caption(
            say(
                "Diamonds: as published, for {rows:,} other reviews; it is not said whether the "
                "{copies:,} of them that repeat another were left out. TF-IDF on characters is "
                "right for {both:.1%} of those with copies on both sides, and for {one:.1%} "
                "without.",
                rows=published.REVIEWS,
                copies=published.COPIES,
                both=published.WITH_COPIES,
                one=published.WITHOUT,
            )
        )
    models.pick("Word vectors added up", setting="sum_model", live=OWN_VECTORS)
    table = pd.DataFrame(
        [(NAMES[name], s.value, s.low, s.high) for name, s in shares.items()],
        columns=["method", "classified correctly", "low", "high"],
    )
    shown = table.assign(method=[say(name) for name in table["method"]])
    downloads.table(table, "methods", "class-methods", on_screen=shown)


def _leaked(spec: TextClasses) -> Leak | None:
    """What copies on both sides would be worth, said in a sentence; None where there are few."""
    texts = classified(spec.division.reading.labelled)
    if texts.duplicates < MANY * texts.rows:
        return None
    obtained = obtain(leak, spec.division, "leak")
    if obtained is None or not obtained.fresh:
        return None
    right, seen = obtained.result.right, obtained.result.seen
    st.markdown(
        marked(
            "With copies left on both sides TF-IDF on characters would seem right for {all:.1%}: "
            "{seen:.0%} of the texts tested would have been trained on. Of the others it is right "
            "for {new:.1%}.",
            all=float(right.mean()), seen=float(seen.mean()),
            new=float(right[~seen].mean()) if (~seen).any() else 0.0,
        )
    )  # fmt: skip
    return obtained.result


def _published() -> list[tuple[str, float]]:
    """The published accuracies, by the row that they stand in."""
    networks = [
        (say("Published: LSTM, {input}", input=say(INPUTS[name])), value)
        for name, value in ACCURACY.items()
    ]
    return [*networks, *((say(NAMES[name]), value) for name, value in SUMS.items())]


def _figure(bars: list[Bar], rows: list[str], commonest: float) -> dict[str, Any]:
    figure = figures.intervals(
        bars, rows, [""],
        (say("measured here"), say("published"), say("copies on both sides")),
        axis=say("texts classified correctly"), chance=np.array([[commonest, np.nan, np.nan]]),
    )  # fmt: skip
    lowest = min([commonest, *(b.low for b in bars if np.isfinite(b.low))])
    figure["layout"]["xaxis"] |= {"range": [max(100 * lowest - 4, 0), 100.5], "dtick": 10}
    figure["layout"]["legend"] |= {"y": 1.0, "yanchor": "bottom"}
    return figure


def verdict(right: dict[str, np.ndarray], compared: Compared) -> str:
    """Which method is best, and how surely it is better than the network."""
    best = compared.best
    share = accuracy(right[best])
    if NETWORK not in right:
        return marked(
            "**Without a network “{name}” is right for {share:.1%} ({low:.1%} to {high:.1%}) of "
            "{n:,} texts.** Train one to see what it adds.",
            name=say(NAMES[best]), share=share.value, low=share.low, high=share.high,
            n=len(compared.own),
        )  # fmt: skip
    own = accuracy(right[NETWORK])
    first = marked(
        "**The network is right for {own:.1%} ({low:.1%} to {high:.1%}) of {n:,} texts; the best "
        "without one, {name}, for {share:.1%}.**",
        own=own.value, low=own.low, high=own.high, n=len(compared.own), name=say(NAMES[best]),
        share=share.value,
    )  # fmt: skip
    return paragraph(first, decided(ahead(right[NETWORK], right[best]), say(NAMES[best])))


def decided(difference: Interval, rival: str) -> str:
    """Whether the network is better than a rival on the same texts, and by what luck."""
    points = [100 * v for v in (difference.value, difference.low, difference.high)]
    if np.isnan(points[1]) or points[1] <= 0 <= points[2]:
        text = (
            "On these texts that is a tie: the difference, {points:+.1f} points, may be {low:+.1f} "
            "or {high:+.1f}."
        )
    elif points[1] > 0:
        text = (
            "The network is better beyond the luck of the texts, by {points:.1f} points ({low:.1f} "
            "to {high:.1f})."
        )
    else:
        text = (
            "{rival} is better beyond the luck of the texts, by {points:.1f} points ({low:.1f} to "
            "{high:.1f})."
        )
        points = [-points[0], -points[2], -points[1]]
    return say(text, points=points[0], low=points[1], high=points[2], rival=rival)
