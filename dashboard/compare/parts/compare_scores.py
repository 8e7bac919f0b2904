"""Both models scored on the same lists, and which luck their difference is more than."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.compare.duel import Duel
from core.compare.specs import Contest, Pair
from core.compare.versus import versus
from dashboard import state
from dashboard.figures.duels import Match, duels
from dashboard.language import say
from dashboard.markdown import marked, plain
from dashboard.ui import controls, downloads
from dashboard.ui.captions import answer, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain

SMALL = 0.02  # of a correlation or a share: a smaller difference does not matter in use
TIE = (
    "{name}: no difference beyond the luck of the questions, on the {shared:,} of {total:,} items "
    "both cover (B − A = {value:+.3f}, 95 % interval {low:+.3f} to {high:+.3f} holds 0). {training}"
)
BETTER = (
    "{name}: {side} is better by {value:.3f} on the {shared:,} of {total:,} items both cover; the "
    "luck of the questions is ruled out (B − A between {low:+.3f} and {high:+.3f}). {training}"
)
TIE_SEEDS = (
    "{name}: no difference beyond the luck of the questions and of training, on the {shared:,} of "
    "{total:,} items both cover (B − A = {value:+.3f}, 95 % interval {low:+.3f} to {high:+.3f} "
    "holds 0). {training}"
)
BETTER_SEEDS = (
    "{name}: {side} is better by {value:.3f} on the {shared:,} of {total:,} items both cover; the "
    "luck of the questions and of training is ruled out (B − A between {low:+.3f} and "
    "{high:+.3f}). {training}"
)
NIL = "{verdict} Wherever in that interval it lies, it is too small to matter."
ONCE = "Luck of training: not known, each was trained once; train both again below the figure."
LOADED = "Luck of training: not known, a loaded model cannot be trained again here."
FIXED = "Nothing in their training is random; another text may give another answer."
SEEDS = "Trained {a} and {b} times from other seeds; another text may give another answer."


def show(spec: Pair, names: tuple[str, str]) -> None:
    """Both on the same items, and whether the difference is real."""
    obtained = obtain(versus, contest(spec), "versus")
    if obtained is None:
        return
    scored = [duel for duel in obtained.result if np.isfinite(duel.a.value)]
    if not scored:
        total = sum(duel.total for duel in obtained.result)
        shared = sum(duel.shared for duel in obtained.result)
        st.info(
            marked(
                "Nothing to score: A and B both know {shared:,} of the {total:,} judged pairs and "
                "questions. These are single English words, such as “tiger” and “cat”, in lower "
                "case; rows of another language, or names of documents and items, are in no list.",
                shared=shared, total=total,
            )
        )  # fmt: skip
        return
    answer(_answer(scored))
    matches = [Match(say(d.name), d.a, d.b, d.difference, verdict(d)) for d in scored]
    show_figure(
        duels(matches, ("A", "B")),
        "duels",
        alt="; ".join(match.sentence for match in matches),
        height=110 + 66 * len(matches),
        filename="scores",
        dim=not obtained.fresh,
    )
    measured(
        say(
            "A: {a}; B: {b}. Spearman's ρ with people's judgements and the "
            "share of analogies answered correctly, on the items both cover only. "
            "Lines: 95 % intervals from 1000 bootstraps of the judged pairs, or of the pairs "
            "that analogies were built from, the same draws for both; so the difference "
            "(right) is paired. Where models were trained again, from the seeds, too.",
            a=names[0],
            b=names[1],
        )
    )
    if any(duel.random != (False, False) for duel in scored):
        controls.slider(Contest, "trainings", "Trainings of each")
    for match in matches:
        st.markdown(f"- {plain(match.sentence)}")
    table = pd.DataFrame(
        [
            {"list": str(d.name), "A": d.a.value, "B": d.b.value, "B − A": d.difference.value,
             "low": d.difference.low, "high": d.difference.high, "shared": d.shared,
             "of": d.total, "real": d.real}
            for d in scored
        ]
    )  # fmt: skip
    translated = table.assign(list=[say(d.name) for d in scored])
    downloads.table(table, "duels", "duels", on_screen=translated)


def _answer(scored: list[Duel]) -> str:
    """On how many lists each model is better beyond luck."""
    better = [d.difference.value for d in scored if d.real]
    if not better:
        return say("On no list is either better than the other beyond luck.")
    return say(
        "Of {n} lists, A is better on {a} and B on {b} beyond luck.",
        n=len(scored), a=sum(value < 0 for value in better), b=sum(value > 0 for value in better),
    )  # fmt: skip


def contest(pair: Pair) -> Contest:
    """The pair, each trained as often as the page says."""
    return Contest(pair, state.spec(Contest).trainings)


def verdict(d: Duel) -> str:
    """A plain sentence: which is better, and which luck that is more than."""
    apart = d.difference
    seeds = d.training_known and max(d.trainings) > 1
    if seeds:
        training = say(SEEDS, a=d.trainings[0], b=d.trainings[1])
    else:
        training = say(FIXED if d.training_known else LOADED if None in d.random else ONCE)
    items = {"name": say(d.name), "shared": d.shared, "total": d.total}
    items |= {"low": apart.low, "high": apart.high}
    if not d.real:
        return say(TIE_SEEDS if seeds else TIE, value=apart.value, training=training, **items)
    text = say(BETTER_SEEDS if seeds else BETTER, side="B" if apart.value > 0 else "A",
               value=abs(apart.value), training=training, **items)  # fmt: skip
    return say(NIL, verdict=text) if max(abs(apart.low), abs(apart.high)) < SMALL else text
