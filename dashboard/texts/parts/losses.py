"""AM-Softmax against softmax over seeds, trained in the background and kept."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.intervals import Interval
from core.sequences.contest import RIVALS, LossContest, Outcome, compete, contest_of
from core.sequences.judgement import ASKED
from core.sequences.specs import LOSSES, Sentences
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.texts.figures import sentences as figures
from dashboard.texts.figures.sentences import Bar
from dashboard.texts.parts import long_run
from dashboard.texts.parts.comparison import SETS
from dashboard.texts.parts.long_run import LongRun
from dashboard.texts.views import SentenceView
from dashboard.ui import controls, live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

NAMES = {
    "am-softmax": "AM-Softmax", "softmax": "Softmax", "a-softmax": "Like A-Softmax",
    "tf-idf": "TF-IDF",
}  # fmt: skip
RUN = LongRun(compete, "contest of losses", "contest")


def draw(spec: Sentences) -> None:
    """The losses on the same splits, or the button that trains them."""
    seeds = controls.slider(SentenceView, "contest_seeds", "Seeds of the contest")
    contest = contest_of(spec, seeds)
    offer = marked(
        "One split and one start are luck. This trains all three losses at {seeds} seeds, "
        "{n} trainings of {epochs} epochs, in the background; the result is kept.",
        seeds=contest.contest_seeds, n=contest.contest_seeds * len(LOSSES),
        epochs=contest.sentences.epochs,
    )  # fmt: skip
    if (outcome := long_run.result(RUN, contest, offer)) is not None:
        _outcome(contest, outcome)


def _outcome(contest: LossContest, outcome: Outcome) -> None:
    asked = [p for p in range(len(ASKED)) if np.isfinite(outcome.found[:, :, p]).all()]
    for place in asked:
        st.markdown(verdict(outcome, place))
    bars = [
        Bar(say(NAMES[rival]), p, 0, share.value, share.low, share.high)
        for rival in RIVALS
        for p, place in enumerate(asked)
        for share in (outcome.of(rival, place, 1),)
    ]
    show_figure(
        partial(
            figures.intervals, bars, [say(NAMES[r]) for r in RIVALS],
            [say(SETS[p]).capitalize() for p in asked], ("top-1",),
            axis=say("texts whose nearest is a mate"),
        ),
        "losses",
        made_of=("losses", contest),
        alt=say("Texts whose nearest is of their own group, by loss, over seeds"),
        height=190 * len(asked) + 70,
    )  # fmt: skip
    caption(
        say(
            "Means over {n} seeds. Each seed draws other groups, other texts kept back and another "
            "start, the same for all losses; differences are taken seed by seed. Bars: 95 %, "
            "Student's, the variance times 1/{n} + texts asked/texts trained on, for the splits "
            "overlap (Nadeau & Bengio 2003). They cover the luck of the split and of the start for "
            "this corpus; another corpus may differ by more.",
            n=contest.contest_seeds,
        )
    )
    live_run.warn_of_diverged(int(outcome.stopped.sum()))


def verdict(outcome: Outcome, place: int) -> str:
    """AM-Softmax against softmax on one set of texts."""
    ahead = outcome.ahead("am-softmax", "softmax", place, 1)
    first = marked(
        "**{where}:** AM-Softmax {one:.1%}, softmax {other:.1%}.",
        where=say(SETS[place]).capitalize(),
        one=outcome.of("am-softmax", place, 1).value,
        other=outcome.of("softmax", place, 1).value,
    )
    return paragraph(first, _said(ahead, len(outcome.found)))


def _said(ahead: Interval, n: int) -> str:
    if ahead.low <= 0 <= ahead.high:
        text = "A tie over {n} seeds: {points:+.1f} points, {low:+.1f} to {high:+.1f}."
    elif ahead.low > 0:
        text = "Over {n} seeds the margin is worth {points:.1f} points ({low:.1f} to {high:.1f})."
    else:
        text = "Over {n} seeds the margin costs: {points:+.1f} points ({low:+.1f} to {high:+.1f})."
    values = {"points": ahead.value, "low": ahead.low, "high": ahead.high}
    return say(text, n=n, **{name: 100 * value for name, value in values.items()})
