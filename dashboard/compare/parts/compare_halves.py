"""What “found again in 9 of 10 reruns” promises of another text, below the reruns."""

from __future__ import annotations

import streamlit as st

from core.compare.halves import halves
from core.compare.specs import Repeats
from dashboard.compare.figures.compare import promises
from dashboard.compare.memory import Asked
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.slots import slot
from dashboard.ui.captions import caption, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain

FREQUENT = 1000


def show(spec: Repeats, k: int) -> None:
    """The share of neighbours that another half of the text has, by how many reruns had them."""
    if spec.leaf("repeat_by") == "dimensions":
        return
    if spec.leaf("repeat_by") != "bootstrap":
        caption(
            say(
                "Other seeds read the same text: what they agree on is free of the luck of "
                "training, not of that of the text."
            )
        )
        return
    asked = slot(Asked).of
    if not halves.stored(spec) and ("halves", spec.key) not in asked:
        caption(
            say(
                "These reruns share text with each other, so that what {n} of {n} find again may "
                "still be a chance of this text. On two halves of it that can be measured.",
                n=spec.repeats,
            )
        )
        if st.button(
            say("Measure on the other half of the text"), icon=":material/balance:",
            key="compare-halves",
            help=marked("{n} trainings of half of the text each.", n=spec.repeats + 2),
        ):  # fmt: skip
            asked.add(("halves", spec.key))
            st.rerun()
        return
    obtained = obtain(halves, spec, "halves")
    if obtained is None:
        return
    everything = obtained.result.promises(k)
    frequent = obtained.result.promises(k, FREQUENT)
    if not everything:
        st.info(say("The halves have no words in common that could be compared."))
        return
    best, runs = everything[-1], len(obtained.result.runs)
    st.markdown(
        marked(
            "Of neighbours that {times} of {runs} reruns of one half of the text find again, "
            "{share:.0%} are among the {k} nearest in the other half.",
            times=best.times, runs=runs, share=best.share, k=k,
        )
    )  # fmt: skip
    words = len(obtained.result.own)
    show_figure(
        promises([(say("all {n:,} words", n=words), everything),
                  (say("the {n:,} most frequent", n=min(FREQUENT, words)), frequent)], runs, k),
        "promises", height=340, filename="promises", dim=not obtained.fresh,
        alt=say("Share of neighbours found in the other half, by the reruns that have them"),
    )  # fmt: skip
    measured(
        say(
            "One half is resampled {runs} times; a neighbour of it is looked for in a model of the "
            "other half. Bars: 95 %, the luck of the words, these two halves given. A half says "
            "less than the whole text, so that reruns of the whole promise rather more.",
            runs=runs,
        )
    )
