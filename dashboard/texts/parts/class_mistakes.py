"""Texts to read: the surest mistakes, and texts that their neighbours outvote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import streamlit as st

from core.spaces.specs import Kept
from core.text_classes.division import divide
from core.text_classes.doubts import Doubted, Doubts, doubt
from core.text_classes.exports import as_collection
from core.text_classes.specs import TextClasses
from core.text_classes.texts import classified
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.texts.parts.class_typed import is_trained
from dashboard.texts.views import ClassView
from dashboard.ui import controls
from dashboard.ui.captions import caption, user_lines
from dashboard.ui.work import obtain

SHOWN = 8
LONGEST_TEXT = 220  # characters of a text in a list


def draw(spec: TextClasses) -> None:
    """Two lists side by side, and the way to the map of all texts tested."""
    if not is_trained(spec):
        return
    k = controls.slider(ClassView, "near_texts", "Neighbours k‹of a text›")
    obtained = obtain(doubt, Doubts(spec, k), "doubts")
    if obtained is None:
        return
    doubted = obtained.result
    texts, names = classified(spec.division.reading.labelled).texts, divide(spec.division).names
    if spec.division.reading.labelled.texts_of == "reviews":
        names = [say(name) for name in names]
    st.markdown(answer(doubted))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"## {say('The surest mistakes')}")
        user_lines(_lines(doubted, doubted.mistakes, texts, names, _sure))
    with right:
        st.markdown(f"## {say('Outvoted by their neighbours')}")
        user_lines(_lines(doubted, doubted.outvoted, texts, names, _votes))
    caption(
        say(
            "Of the {n:,} texts that judge: label → likeliest class with its probability, and "
            "label → commonest label of the neighbours with the share that is not of its own. "
            "Neighbours are the {k} nearest other ones, by the cosine of the last layer's vectors, "
            "which no label of these texts has shaped. Where network and neighbours agree against "
            "a label, read it: it may be the label that is wrong.",
            n=len(doubted.own), k=doubted.rows.shape[1],
        )
    )  # fmt: skip

    def leave() -> None:
        state.adopt(Kept().replace(**dict(as_collection(spec).leaves())))
        state.leave_for("collection")

    st.button(say("The texts as a collection"), icon=":material/table_view:",
              key="classes:collection", on_click=leave)  # fmt: skip


def answer(doubted: Doubted) -> str:
    """How many texts are taken for another class, and how many labels the neighbours doubt."""
    wrong, odd = doubted.mistakes, doubted.outvoted
    both = len(np.intersect1d(wrong, odd))
    return marked(
        "**{wrong:,} of {n:,} texts are taken for another class, {sure:,} of them with 95 % or "
        "more.** Of {odd:,} texts most neighbours have another label; the network sides with the "
        "neighbours in {both:,}.",
        wrong=len(wrong), n=len(doubted.own), odd=len(odd), both=both,
        sure=int((doubted.probability[wrong] >= 0.95).sum()),
    )  # fmt: skip


def _sure(doubted: Doubted, i: int, names: list[str]) -> str:
    return say("{label} → {other}, {share:.1%}",
               label=names[doubted.own[i]], other=names[doubted.likeliest[i]],
               share=doubted.probability[i])  # fmt: skip


def _votes(doubted: Doubted, i: int, names: list[str]) -> str:
    return say("{label} → {other}, {share:.0%}",
               label=names[doubted.own[i]], other=names[doubted.outvoted_by[i]],
               share=doubted.disagreeing[i])  # fmt: skip


def _lines(
    doubted: Doubted, rows: np.ndarray, texts: list[str], names: list[str], about: Any
) -> Iterator[tuple[str, str]]:
    for i in rows[:SHOWN].tolist():
        text = texts[doubted.places[i]]
        short = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} …"
        yield about(doubted, i, names), short
