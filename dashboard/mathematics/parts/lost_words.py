"""Which words lose their neighbours as the rank falls."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.matrices import Curves, Shown, Upload, load, neighbourhoods
from dashboard import state
from dashboard.language import say
from dashboard.mathematics.figures import spectrum
from dashboard.mathematics.parts.approximation import RANK, Subject
from dashboard.ui.captions import caption, measured
from dashboard.ui.figure import Click, show_figure
from dashboard.ui.work import obtain


def show(subject: Subject, rank: int) -> None:
    """Which words lose their neighbours; a click goes on to them."""
    if subject.product or not load(subject.matrix).rows or isinstance(subject.matrix, Upload):
        st.info(
            say("The rows of this matrix are no words: choose PPMI of a text, or word vectors.")
        )
        return
    assert isinstance(subject.spec, Shown)
    spec = Curves(subject.matrix, highest=subject.spec.curves.highest)
    obtained = obtain(neighbourhoods, spec, "neighbourhoods")
    if obtained is None:
        return
    result = obtained.result
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        show_figure(
            spectrum.neighbours_kept(result, rank),
            "kept",
            alt=say("Share of ten nearest words that the truncated SVD keeps, over the rank"),
            height=400,
            dim=subject.dim or not obtained.fresh,
            follow=RANK,
        )
        measured(
            say(
                "The {n:,} most frequent words: how many of a word's ten nearest by cosine, among "
                "all rows of the whole matrix, are still among its ten nearest in the truncated "
                "SVD, measured at {ranks} ranks. Band: 80 % of the words.",
                n=len(result.words),
                ranks=len(result.ranks),
            )
        )
    worst = result.worst(rank)
    at = int(result.ranks[max(int(np.searchsorted(result.ranks, rank, side="right")) - 1, 0)])
    with right:
        show_figure(
            spectrum.words_that_lose(worst, at),
            "losing",
            alt=say(
                "Words that lose their neighbours: {words}",
                words=", ".join(word for word, _ in worst),
            ),
            height=400,
            on_click=partial(_to_neighbours, at),
            dim=subject.dim or not obtained.fresh,
        )
        caption(
            say(
                "The words that keep the fewest at rank {at:,}, the next measured below {rank:,}. "
                "Click one for its neighbours there."
                if at < rank
                else "The words that keep the fewest at rank {at:,}. Click one for its neighbours "
                "there.",
                at=at,
                rank=rank,
            )
        )


def _to_neighbours(rank: int, click: Click) -> None:
    if click["customdata"]:
        state.put_all({"expression": str(click["customdata"]), "dim": min(max(rank, 2), 500)})
        state.leave_for("neighbours")
