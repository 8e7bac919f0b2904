"""Characters or words: is the difference real?"""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.intervals import Interval
from core.text_classes import duration
from core.text_classes.division import TRAINED, divide
from core.text_classes.published import ACCURACY
from core.text_classes.rivalry import SIDES, Rivalry, Rivals, rival, rivalry_of
from core.text_classes.specs import TextClasses
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.texts.figures import sentences as figures
from dashboard.texts.figures.sentences import Bar
from dashboard.texts.parts import long_run
from dashboard.texts.parts.class_run import INPUTS, NETWORKS
from dashboard.texts.parts.long_run import LongRun
from dashboard.texts.views import ClassView
from dashboard.ui import controls, live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

RUN = LongRun(rival, "characters or words", "rivals")


def draw(spec: TextClasses) -> None:
    """Both inputs on the same divisions, or the button that trains them."""
    seeds = controls.slider(ClassView, "rivalry_seeds", "Seeds of the comparison")
    rivalry = rivalry_of(spec, seeds)
    trained = len(divide(spec.division).rows(TRAINED))
    seconds = sum(
        duration.seconds(rivalry.classes.replace(text_input=side), trained) for side in SIDES
    )
    offer = marked(
        "One division and one start are luck. This trains {network} over characters and over "
        "words at {seeds} seeds, {n} trainings of {epochs} epochs, in the background: about "
        "{minutes:.0f} minutes on this machine. The result is kept.",
        network=say(NETWORKS[spec.text_body]), seeds=seeds, n=2 * seeds, epochs=spec.class_epochs,
        minutes=max(seeds * seconds / 60, 1),
    )  # fmt: skip
    if (rivals := long_run.result(RUN, rivalry, offer)) is not None:
        _outcome(rivalry, rivals)


def _outcome(rivalry: Rivalry, rivals: Rivals) -> None:
    st.markdown(verdict(rivals))
    means = [rivals.of(i) for i in range(len(SIDES))]
    bars = [Bar(say(INPUTS[side]), 0, 0, m.value, m.low, m.high)
            for side, m in zip(SIDES, means, strict=True)]  # fmt: skip
    if rivalry.classes.division.reading.labelled.texts_of == "reviews":
        bars += [Bar(say(INPUTS[side]), 0, 1, *[ACCURACY[side]] * 3) for side in SIDES]
    low = 100 * min(b.low for b in bars if np.isfinite(b.low))

    def drawn() -> dict[str, object]:
        figure = figures.intervals(
            bars, [say(INPUTS[side]) for side in SIDES], [""],
            (say("measured here"), say("published")), axis=say("texts classified correctly"),
        )  # fmt: skip
        figure["layout"]["xaxis"] |= {"range": [max(low - 3, 0), 100.5], "dtick": 5}
        return figure

    show_figure(
        drawn, "rivals", made_of=("rivals", rivalry),
        alt=say("Share of texts classified correctly, by characters and by words, over seeds"),
        height=210,
    )  # fmt: skip
    by_seed = ", ".join(f"{100 * (a - b):+.1f}" for a, b in rivals.accuracy)
    caption(
        paragraph(
            say(
                "Means over {n} seeds; each draws another division and another start, the same for "
                "both. Differences by seed, in points: {by_seed}. Bars: 95 %, Student's, the "
                "variance times 1/{n} + texts tested/texts trained on, for the divisions overlap "
                "(Nadeau & Bengio 2003). Published, of one division of other reviews: 89.55 and "
                "89.03 %, without intervals.",
                n=rivalry.rivalry_seeds, by_seed=by_seed,
            )
        )
    )  # fmt: skip
    live_run.warn_of_diverged(int(rivals.stopped.sum()))


def verdict(rivals: Rivals) -> str:
    """Characters against words, twice: by the luck of training, and by that of the texts."""
    seeds, texts = rivals.over_seeds, rivals.over_texts
    return paragraph(
        marked(
            "**Characters {one:.1%}, words {other:.1%}.**",
            one=rivals.of(0).value, other=rivals.of(1).value,
        ),
        say("Over seeds (the luck of division and training): {verdict}", verdict=_decided(seeds)),
        say(
            "Over the {n:,} texts of the first seed (the luck of the texts): {verdict}",
            n=rivals.right.shape[1], verdict=_decided(texts),
        ),
    )  # fmt: skip


def _decided(difference: Interval) -> str:
    points = [100 * v for v in (difference.value, difference.low, difference.high)]
    if np.isnan(points[1]) or points[1] <= 0 <= points[2]:
        text = "a tie, {points:+.1f} points, {low:+.1f} to {high:+.1f}."
    elif points[1] > 0:
        text = "characters are better by {points:.1f} points ({low:.1f} to {high:.1f})."
    else:
        text = "words are better by {points:.1f} points ({low:.1f} to {high:.1f})."
        points = [-points[0], -points[2], -points[1]]
    return say(text, points=points[0], low=points[1], high=points[2])
