"""The texts there are, how long a training will take, and what its epochs show."""

from __future__ import annotations

import math
from functools import lru_cache, partial

import numpy as np
import streamlit as st

from core.text_classes import duration
from core.text_classes.division import TEST, TRAINED, UNUSED, WATCHED, Divided, divide
from core.text_classes.learner import Epoch
from core.text_classes.published import ACCURACY
from core.text_classes.specs import Reading, TextClasses
from core.text_classes.texts import Classified, classified
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.texts.figures.classes import learning
from dashboard.texts.parts import class_run, scrubber
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun

NAMED = 4  # classes that the sentence names


def lead(spec: TextClasses) -> None:
    """What texts there are, how they are divided, and what was left out."""
    labelled = spec.division.reading.labelled
    texts, divided = classified(labelled), divide(spec.division)
    counts = np.bincount(divided.part, minlength=4)
    reviews = labelled.texts_of == "reviews"
    some = [say(name) if reviews else name[:30] for name in texts.names[:NAMED]]
    names = say(", ‹between names›").join(some)
    st.markdown(
        marked(
            "**{n:,} different texts in {k} classes: {names}.** {trained:,} are trained on, "
            "{watched:,} watched during training, and {test:,} judge at the end.",
            n=len(texts.texts), k=len(texts.names),
            names=f"{names}, …" if len(texts.names) > NAMED else names,
            trained=int(counts[TRAINED]), watched=int(counts[WATCHED]), test=int(counts[TEST]),
        )
    )  # fmt: skip
    caption(_left_out(texts, divided, spec))


def _left_out(texts: Classified, divided: Divided, spec: TextClasses) -> str:
    rows = [
        (texts.duplicates + divided.alike,
         "{n:,} of {rows:,} rows repeat another and were left out before the texts were divided, "
         "so that none is on both sides."),
        (divided.torn, "{n:,} texts begin as another one with another label; all that is read of "
         "them is alike, and they were left out."),
        (texts.contradictory, "{n:,} texts occur with two labels and were left out."),
        (texts.unlabelled, "{n:,} rows have no text or no label."),
        (texts.single, "{n:,} classes have one text only and were left out."),
        (len(divided.rows(UNUSED)), "{n:,} texts are not used."),
    ]  # fmt: skip
    parts = [say(text, n=n, rows=texts.rows) for n, text in rows if n]
    if long := _longer(spec.division.reading):
        parts.append(
            say(
                "Texts longer than {most:,} characters, of which only the beginning is read: "
                "{n:,}.",
                n=long, most=spec.division.reading.read_characters,
            )
        )  # fmt: skip
    return paragraph(*parts)


@lru_cache(8)
def _longer(reading: Reading) -> int:
    """How many texts are longer than what is read of them."""
    return sum(len(text) > reading.read_characters for text in classified(reading.labelled).texts)


def expected(spec: TextClasses) -> None:
    """How long the training will take, before it starts."""
    seconds = duration.seconds(spec, len(divide(spec.division).rows(TRAINED)))
    if seconds < 90:
        st.caption(marked("About {n:.0f} s on this machine, and some to compile.",
                       n=max(round(seconds / 5) * 5, 5)))  # fmt: skip
        return
    each = seconds / spec.class_epochs
    st.caption(
        marked(
            "About {minutes:.0f} minutes on this machine, {each:.0f} s an epoch. It goes on in "
            "the background, and can be paused after each epoch.",
            minutes=max(seconds / 60, 2), each=each,
        )
    )  # fmt: skip


def draw(run: LiveRun) -> None:
    """The scrubber, the sentence and the curves."""
    trained, spec = run.trained, run.spec
    place = scrubber.place(class_run.TRAINER, run, "class_epoch")
    epoch: Epoch = trained.snapshots[place]
    divided = divide(spec.division)
    st.markdown(answer(epoch, divided))
    stored = trained.snapshots
    lines = {say("always the commonest class"): _commonest(divided)}
    if spec.division.reading.labelled.texts_of == "reviews":
        lines[say("published for {input}", input=say(class_run.INPUTS[spec.text_input]))] = (
            ACCURACY[spec.text_input]
        )
    narrow = spec.bottleneck > 0
    show_figure(
        partial(
            learning, [s.epoch for s in stored], np.array([s.accuracy for s in stored]),
            np.array([s.bound if narrow else s.cross_entropy for s in stored]), epoch.epoch, lines,
            below=say("bound on I(X; Z), nats") if narrow else say("cross-entropy, nats"),
        ),
        "class_learning",
        made_of=("class learning", spec, trained.epoch, epoch.epoch),
        alt=say(
            "Share of texts classified correctly by epoch, of those trained on and of those watched"
        ),
        height=420, dim=not run.fresh,
    )  # fmt: skip
    caption(
        say(
            "Up to 600 texts of each kind after each epoch, nothing dropped. Where the curve of "
            "the texts trained on goes on rising and the other does not, the network learns them "
            "by heart. The published figures are of other reviews; the texts that judge are not "
            "looked at here."
        )
    )


def _commonest(divided: Divided) -> float:
    watched = divided.label[divided.rows(WATCHED, TEST)]
    return float(np.bincount(watched).max() / len(watched))


def answer(epoch: Epoch, divided: Divided) -> str:
    """How many texts are classified correctly after an epoch, and what a blind guess would do."""
    trained, watched = (float(value) for value in epoch.accuracy)
    parts = []
    if math.isnan(watched):
        parts.append(marked("**After epoch {n}, {share:.1%} of the texts trained on are classified "
                            "correctly.**", n=epoch.epoch, share=trained))  # fmt: skip
    else:
        parts.append(
            marked(
                "**After epoch {n}, {share:.1%} of {texts:,} watched texts are classified "
                "correctly**, and {trained:.1%} of those trained on; always the commonest class "
                "would be right for {blind:.0%}.",
                n=epoch.epoch, share=watched, texts=len(divided.rows(WATCHED)), trained=trained,
                blind=_commonest(divided),
            )
        )  # fmt: skip
    if not math.isnan(bound := float(epoch.bound[-1])):
        parts.append(say("z tells at most {bound:.2f} nats of a text, {needed:.2f} are enough to "
                         "name its class.", bound=bound,
                         needed=math.log(len(divided.names))))  # fmt: skip
    return paragraph(*parts)
