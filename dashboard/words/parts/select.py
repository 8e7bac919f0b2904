"""Choosing the rows and columns of the heatmap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.counts import selection
from core.counts.counting import Cooccurrence
from core.counts.measures import Association
from core.errors import CoreError, UnknownWord
from core.specs import Spec
from core.text.specs import Corpus
from core.text.words import Vocabulary
from core.vectors.models.factorised import factorise, vectors
from core.vectors.search.neighbours import neighbours
from core.vectors.specs import PpmiSvd, Query
from dashboard import state
from dashboard.chain import examples
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.ui import controls
from dashboard.ui.work import obtain
from dashboard.words.views import EXAMPLE, ColumnWords, HeatmapView, RowWords

LISTS = {"row": "Row words", "column": "Column words"}
LABELS = {"row": "Row word", "column": "Column word"}
NAMES = {
    "typed": "Words typed",
    "neighbourhood": "Neighbourhood of a word",
    "partners": "Top partners of a word",
    "frequency": "Band of frequencies",
    "same": "Same as rows",
}


def begin_with_known_words(corpus: Corpus) -> examples.Outcome:
    """Where a text lacks the example words, take some that it has."""
    known = examples.of_corpus(corpus)
    view = state.spec(HeatmapView)
    outcomes: list[examples.Outcome] = []
    for side in ("row", "column"):
        mode, kind = view.leaf(f"{side}_mode"), RowWords if side == "row" else ColumnWords
        if mode == "typed":
            name = f"{side}_list"
            outcomes.append(examples.several(known, name, kind().leaf(name)))
        elif mode in ("partners", "neighbourhood"):
            name = f"{side}_word"
            outcomes.append(examples.word(known, name, kind().leaf(name)))
    return max(outcomes, key=("kept", "changed", "waiting").index, default="kept")


def controls_for() -> HeatmapView:
    """The row of controls above the heatmap: rows, columns, order."""
    rows, words, columns, order = st.columns([1.25, 2.4, 1.25, 1.0], vertical_alignment="bottom")
    with rows:
        mode = controls.pick(RowWords, "row_mode", "Rows", names=NAMES, compact=False)
    with words:
        _inputs(RowWords, "row", mode)
    with columns:
        across = controls.pick(ColumnWords, "column_mode", "Columns", names=NAMES, compact=False)
    with order:
        controls.pick(HeatmapView, "order", "Order", compact=False)
    if across != "same":
        _inputs(ColumnWords, "column", across)
    return state.spec(HeatmapView)


def _inputs(kind: type[Spec], side: str, mode: str) -> None:
    if mode == "typed":
        controls.words(kind, f"{side}_list", LISTS[side], hint="war army music band …")
        return
    a, b = st.columns(2, vertical_alignment="bottom")
    with a:
        if mode == "frequency":
            key = state.seed(f"{side}_first", kind().leaf(f"{side}_first"))
            first = st.session_state[key]
            value = st.number_input(say("From frequency rank"), 1, 500_000, first, key=key)
            state.keep(f"{side}_first", int(value))
        else:
            controls.words(kind, f"{side}_word", LABELS[side])
    with b:
        controls.slider(kind, f"{side}_count", "How many")


def words_of(
    view: HeatmapView, spec: Association, counts: Cooccurrence, words: Vocabulary
) -> tuple[np.ndarray, np.ndarray]:
    """Ids of the rows and of the columns; warns of words that are not in the vocabulary."""
    rows = _ids_of("row", view, spec, counts, words)
    if view.leaf("column_mode") == "same":
        return rows, rows
    return rows, _ids_of("column", view, spec, counts, words)


def _ids_of(
    side: str, view: HeatmapView, spec: Association, counts: Cooccurrence, words: Vocabulary
) -> np.ndarray:
    mode = view.leaf(f"{side}_mode")
    size = view.leaf(f"{side}_count")
    if mode == "typed":
        ids, unknown = selection.typed(words, view.leaf(f"{side}_list"))
        say_unknown(unknown if view.leaf(f"{side}_list") != EXAMPLE else (), side)
        if not len(ids):
            st.info(say("Type words of the text to see how they are associated."))
        limit = 100
        if len(ids) > limit:
            st.info(marked("Showing the first {limit} of {n:,} words.", limit=limit, n=len(ids)))
        return ids[:limit]
    if mode == "frequency":
        return selection.band(words, view.leaf(f"{side}_first"), size)
    try:
        word = words.find(view.leaf(f"{side}_word").strip())
    except UnknownWord as error:
        say_unknown([error], side)
        return np.zeros(0, np.int64)
    if mode == "partners":
        least = view.least_expected, max(view.least_g2, 3.84)
        partners = selection.partners(spec, counts, word, size, *least)
        if not len(partners):
            st.info(say("No context of this word has enough evidence."))
        return partners
    vector_spec = state.spec(PpmiSvd).replace(**dict(spec.leaves()))
    factors = obtain(factorise, vector_spec.factors, f"{side} neighbourhood")
    if factors is None:
        return np.zeros(0, np.int64)
    if not factors.fresh:
        vector_spec = vector_spec.replace(**dict(factors.spec.association.leaves()))
    word_vectors = vectors(vector_spec)
    if len(word_vectors.word) != len(words.words):  # still those of the previous vocabulary
        return np.zeros(0, np.int64)
    near = neighbours(words.words, word_vectors, {word: 1.0}, Query(k=size - 1))
    return np.concatenate([[word], near.ids])


def say_unknown(unknown: Sequence[CoreError], side: str) -> None:
    """Warn of words that are not in the vocabulary, each with similar spellings."""
    for error in unknown[:4]:
        st.warning(plain_message(error), icon=":material/search_off:")
    if len(unknown) > 4:
        more = len(unknown) - 4
        st.warning(marked("… and {n:,} more words are not in the vocabulary.", n=more))
