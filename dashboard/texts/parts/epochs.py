"""What an epoch shows: the angles of texts, how many find a mate, and the loss."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import streamlit as st

from core.sequences.learner import Epoch
from core.sequences.splitting import KNOWN, NEW
from dashboard.language import paragraph, say
from dashboard.texts.figures.sentences import PARTS, angle_histograms, learning_curves
from dashboard.texts.parts import scrubber, sentence_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun


def draw(run: LiveRun) -> Epoch:
    """The scrubber, the sentence, the histograms and the curves; returns the epoch shown."""
    trained = run.trained
    place = scrubber.place(sentence_run.TRAINER, run, "sentence_epoch")
    epoch: Epoch = trained.snapshots[place]
    st.markdown(answer(epoch))
    epochs = [stored.epoch for stored in trained.snapshots]
    found = np.array([stored.found[:, 0] for stored in trained.snapshots])
    shown = [i for i in range(len(PARTS)) if epoch.angles[i].within.sum()]
    left, right = st.columns([1.25, 1.0], gap="medium")
    with left:
        show_figure(
            partial(
                angle_histograms, [epoch.angles[i] for i in shown], [say(PARTS[i]) for i in shown]
            ),
            "angles",
            made_of=("angles", run.spec, epoch.epoch),
            alt=say("Angles between sentences of one group and of two, epoch {n}", n=epoch.epoch),
            height=400, dim=not run.fresh,
        )  # fmt: skip
    with right:
        show_figure(
            learning_curves(trained.history.totals, epochs, found, epoch.epoch), "learning",
            alt=say("The loss, and how many sentences find a mate, by epoch"),
            height=400, dim=not run.fresh,
        )  # fmt: skip
    caption(
        say(
            "Left: all pairs of up to 1,000 sentences of each kind, in bins of 3°, each histogram "
            "100 % in all. Right: how many of these sentences have one of their own group as the "
            "nearest of their kind, and the mean loss of an epoch."
        )
    )
    return epoch


def answer(epoch: Epoch) -> str:
    """How far groups are apart, and whether that carries over to groups never trained on."""
    known, new = epoch.angles[KNOWN].apart, epoch.angles[NEW].apart
    parts = []
    if not math.isnan(known):
        text = (
            "**Kept back, a pair of one group is nearer than a pair of two in {share:.0%} of "
            "cases** (50 % is chance)."
        )
        parts.append(say(text, share=known))
    if not math.isnan(new):
        text = "Of groups never trained on: {share:.0%}."
        parts.append(say(text, share=new))
    return paragraph(*parts)
