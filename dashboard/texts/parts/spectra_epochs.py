"""What an epoch of a network of series shows: what it confuses, and how it learns."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.series.data import Series, load
from core.series.learner import Epoch
from core.series.scores import accuracy, f1, macro_f1, measured
from core.series.specs import SeriesNet
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.texts.figures import spectra as figures
from dashboard.texts.parts import scrubber, spectra_run
from dashboard.ui import captions
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun

MUCH = 0.05  # between accuracy and macro-F1: worth a sentence


def draw(run: LiveRun) -> None:
    """The scrubber, the sentence, the confusion and the curves."""
    trained, spec = run.trained, run.spec
    epoch: Epoch = trained.snapshots[scrubber.place(spectra_run.TRAINER, run, "net_epoch")]
    series = load(spec.parting.data)
    st.markdown(answer(epoch, series))
    names = [class_name(series, k) for k in range(len(series.classes))]
    epochs = [stored.epoch for stored in trained.snapshots]
    seen, unseen = (
        np.array([float(macro_f1(getattr(stored, name))) for stored in trained.snapshots])
        for name in ("trained", "tested")
    )
    left, right = st.columns([1.15, 1.0], gap="medium")
    with left:
        show_figure(
            partial(figures.confusion, epoch.tested, names), "confusion",
            made_of=("spectra confusion", spec, epoch.epoch), height=380, dim=not run.fresh,
            alt=say("What each test series is, and what it is taken for, epoch {n}",
                    n=epoch.epoch),
        )  # fmt: skip
    with right:
        show_figure(
            figures.learning(
                epochs, seen, unseen, trained.history.parts[:, 1], epoch.epoch, turn(spec)
            ),
            "spectra_learning", height=380, dim=not run.fresh,
            alt=say("Macro-F1 of series trained on and of others, and the loss, by epoch"),
        )  # fmt: skip
    caption(
        say(
            "{n:,} test series, never trained on; {m:,} are trained on. Macro-F1 is the mean over "
            "classes of F1 = 2 hits / (series of the class + series taken for it), so that a rare "
            "class counts as much as a frequent one; guessing with the right shares gives "
            "{chance:.2f}. Interval: 95 %, series drawn anew; the luck of the training is not in "
            "it, see “Seeds”.",
            n=int(epoch.tested.sum()),
            m=len(series.x) - int(epoch.tested.sum()),
            chance=1 / len(series.classes),
        )
    )


def turn(spec: SeriesNet) -> int:
    """The last epoch with cross-entropy alone, with what was steered."""
    soft = [epoch for epoch in range(1, spec.epochs + 1) if spec.at(epoch).soft > 0]
    return soft[0] - 1 if soft else spec.epochs


def answer(epoch: Epoch, series: Series) -> str:
    """Macro-F1 with its interval, which class is hardest, and what accuracy hides."""
    counts = epoch.tested
    score, each = measured(counts), f1(counts)
    worst = int(each.argmin())
    taken = counts[worst].copy()
    taken[worst] = -1
    other = int(taken.argmax())
    first = say(
        "**Macro-F1 {value:.3f} on series it never saw (95 %: {low:.3f} to {high:.3f}).**",
        value=score.value, low=score.low, high=score.high,
    )  # fmt: skip
    shown = np.round(each, 2)  # as it is said: what looks alike is not harder
    if (shown == shown[worst]).all():
        text = "No class is harder than another: each has F1 {f1:.2f}."
    elif (shown == shown[worst]).sum() > 1:
        text = "Hardest are {names}, each with F1 {f1:.2f}."
    elif taken[other] <= 0:
        text = "Hardest is {name}, F1 {f1:.2f}: others are taken for it."
    else:
        text = "Hardest is {name}, F1 {f1:.2f}: {n:,} of {all:,} are taken for {other}."
    names = [class_name(series, int(k)) for k in np.flatnonzero(shown == shown[worst])]
    second = marked(
        text, name=class_name(series, worst), names=captions.listed(names), f1=float(each[worst]),
        n=int(taken[other]), all=int(counts[worst].sum()), other=class_name(series, other),
    )  # fmt: skip
    right = accuracy(counts)
    if right - score.value < MUCH:
        return paragraph(first, second)
    largest = float(counts.sum(axis=1).max() / counts.sum())
    third = say(
        "{right:.0%} are taken for what they are, which says less: {share:.0%} are of one class.",
        right=right, share=largest,
    )  # fmt: skip
    return paragraph(first, second, third)


def class_name(series: Series, k: int) -> str:
    """What a class is called: kinds of spectra in the language of the screen."""
    return say(series.classes[k]) if series.is_wavelength else series.classes[k]
