"""The picture that explains the margin: classes round a circle, no training."""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

from core.sequences.circle import Circle
from core.sequences.specs import Sentences
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.texts.figures.circle import circle_picture, loss_picture
from dashboard.texts.views import SentenceView
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

SURE = 0.05  # nats: a loss that leaves hardly anything to learn


def shown(spec: Sentences, view: SentenceView) -> Circle:
    """The circle of the current s and m; the other losses have no margin in m."""
    margin = spec.margin if spec.loss == "am-softmax" else 0.0
    return Circle(view.circle_classes, spec.scale, margin, spec.loss == "a-softmax")


def draw() -> None:
    """What m and s ask of a text, in a sentence and two pictures."""
    circle = shown(state.spec(Sentences), state.spec(SentenceView))
    st.markdown(answer(circle))
    key = (circle.classes, circle.scale, circle.margin, circle.fourfold)
    left, right = st.columns([1.0, 1.25], gap="medium")
    with left:
        show_figure(
            partial(circle_picture, circle), "margin_circle", made_of=("circle", *key), height=360,
            alt=say(
                "{n} classes round a circle; each keeps the arc within {reach:.0f}° of its "
                "direction",
                n=circle.classes, reach=math.degrees(max(circle.reach, 0.0)),
            ),
            filename="margin-circle",
        )  # fmt: skip
    with right:
        show_figure(
            partial(loss_picture, circle), "margin_loss", made_of=("loss", *key), height=360,
            alt=say("The loss by the angle from the own class, with and without the margin"),
            filename="margin-loss",
        )  # fmt: skip
    caption(
        say(
            "A drawing, before any training: a sentence's vector ends on the circle. Left: the "
            "thick arcs are where the cosine with the own class exceeds every other by m; grey "
            "belongs to none; dotted rays are where two cosines are equal. Right: the loss of a "
            "sentence of one class by its angle; the band is its arc."
        )
    )


def answer(circle: Circle) -> str:
    """What this s and m amount to."""
    K, s, m = circle.classes, circle.scale, circle.margin
    if circle.reach <= 0:
        first = say(
            "**m = {m:.2f} asks too much**: with {n} classes round a circle, the own cosine can "
            "exceed the next by {most:.2f} at most. No place satisfies it.",
            m=m, n=K, most=circle.most_margin,
        )  # fmt: skip
    elif circle.gap > 0:
        with_m = (
            "**A margin of {m:.2f} keeps classes apart: each of {n} has {reach:.0f}° to either "
            "side of its direction, and the {gap:.0f}° between two neighbours belong to none.** "
            "Without it, it would be {half:.0f}° and no gap."
        )
        fourfold = (
            "**Four times the angle keeps classes apart: each of {n} has {reach:.0f}° to either "
            "side of its direction, and the {gap:.0f}° between two neighbours belong to none.** "
            "With the angle itself it would be {half:.0f}° and no gap."
        )
        first = say(
            fourfold if circle.fourfold else with_m, n=K, m=m,
            reach=math.degrees(circle.reach), gap=math.degrees(circle.gap), half=180 / K,
        )  # fmt: skip
    else:
        first = say(
            "**Without a margin each of {n} classes keeps {half:.0f}° to either side, and the arcs "
            "meet**: a sentence at the edge is classified rightly, and its neighbour across the "
            "edge is of another class.",
            n=K, half=180 / K,
        )  # fmt: skip
    if circle.least > SURE:
        second = say(
            "With s = {s:g} even a sentence in its class's own direction has a loss of {loss:.2f} "
            "nats, where guessing blindly has {blind:.2f}.",
            s=s, loss=circle.least, blind=math.log(K),
        )  # fmt: skip
    else:
        second = say(
            "With s = {s:g} a sentence in its class's own direction has a loss of {loss:.3f} "
            "nats: nothing is left to learn.",
            s=s, loss=circle.least,
        )  # fmt: skip
    return paragraph(first, _ranked(circle), second)


def _ranked(circle: Circle) -> str:
    """Whether texts inside their arcs are also ranked rightly."""
    if circle.reach <= 0:
        return ""
    if circle.is_ranked:
        return say(
            "The gap is at least as wide as an arc, so no sentence of another class is nearer "
            "than one of its own."
        )
    return say(
        "An arc is wider than the gap, so a sentence of another class can be nearer than one of "
        "its own; from m = {sure:.2f} on none is.",
        sure=math.ceil(100 * circle.sure_margin) / 100,
    )
