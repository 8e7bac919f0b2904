"""The information bottleneck: accuracy by what z may tell of a text."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.text_classes import duration
from core.text_classes.bottleneck import LAMBDAS, Narrowed, narrow, narrowing_of
from core.text_classes.division import TRAINED, divide
from core.text_classes.specs import TextClasses
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.texts.figures.classes import narrowing
from dashboard.texts.parts import long_run
from dashboard.texts.parts.long_run import LongRun
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_slider import live_choice

RUN = LongRun(narrow, "bottleneck", "narrowing")
KEY = "lambda-shown"


def draw(spec: TextClasses) -> None:
    """The curve over λ, or the button that trains it."""
    whole = narrowing_of(spec)
    trained = len(divide(spec.division).rows(TRAINED))
    seconds = duration.seconds(whole.classes, trained)
    n = len(LAMBDAS) + 1
    offer = marked(
        "Between text and class a vector z is drawn, and λ is what each nat costs that it tells of "
        "the text. This trains without it and at {n} values of λ, in the background: about "
        "{minutes:.0f} minutes on this machine. The result is kept. (To watch one such training, "
        "set λ under “Network”.)",
        n=len(LAMBDAS), minutes=max(n * seconds / 60, 1),
    )  # fmt: skip
    if (narrowed := long_run.result(RUN, whole, offer)) is None:
        return
    start = LAMBDAS[narrowed.nearest(spec.bottleneck or 0.01)]
    shown = live_choice(say("λ shown"), list(LAMBDAS), start, key=KEY, format="{:g}")
    place = LAMBDAS.index(shown)
    st.markdown(answer(narrowed, place))
    show_figure(
        partial(narrowing, narrowed, place), "class_bottleneck",
        made_of=("class bottleneck", whole, place),
        alt=say("Share of texts classified correctly by the bound on I(X; Z), at λ = {value:g}",
                value=shown),
        height=400,
    )  # fmt: skip
    caption(
        say(
            "I(X; Z) ≤ E KL(p(z|x) ‖ N(0, 1)), the bound along the axis, of texts tested. Trained "
            "with a drawn z, tested with its mean. To name the class {needed:.2f} nats are enough. "
            "One training each: differences of a point are within the luck of training. The "
            "article reports about 1 % more on other reviews.",
            needed=narrowed.entropy,
        )
    )


def answer(narrowed: Narrowed, place: int) -> str:
    """What z tells at a λ, what that is worth, and against no bottleneck."""
    share, ahead = narrowed.share(place), narrowed.ahead(place)
    first = marked(
        "**At λ = {value:g} z tells at most {bound:.2f} nats of a text, and {share:.1%} ({low:.1%} "
        "to {high:.1%}) of the texts tested are classified correctly; of those trained on, "
        "{trained:.1%}.**",
        value=LAMBDAS[place], bound=float(narrowed.bound[place, 1]), share=share.value,
        low=share.low, high=share.high, trained=float(narrowed.accuracy[place, 0]),
    )  # fmt: skip
    points = [100 * v for v in (ahead.value, ahead.low, ahead.high)]
    if np.isnan(points[1]) or points[1] <= 0 <= points[2]:
        text = "Against none a tie: {points:+.1f} points, {low:+.1f} to {high:+.1f}."
    elif points[1] > 0:
        text = "It is better than none by {points:.1f} points ({low:.1f} to {high:.1f})."
    else:
        text = "It is worse than none, by {points:+.1f} points ({low:+.1f} to {high:+.1f})."
    second = say(text, points=points[0], low=points[1], high=points[2])
    return paragraph(first, second, say("That counts the luck of the texts, not of the training."))
