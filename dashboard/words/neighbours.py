"""Neighbours: the exact nearest words of a query, by a measure of your choice."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UnknownWord
from core.vectors.models.factorised import vectors
from core.vectors.models.model import space
from core.vectors.models.row_names import RowNames
from core.vectors.specs import FIRST_ORDER, SECOND_ORDER, PpmiSvd, Query, Shelved
from core.vectors.store import shelf
from core.vectors.store.exports import word2vec_text
from dashboard import state
from dashboard.chain import dimensions, examples, models, spaces
from dashboard.chain import stages as chain
from dashboard.chain.nearest import Answer, answer, shelf_answer
from dashboard.chain.reruns import stored_reruns, with_rerun_notes
from dashboard.chain.views import Steady
from dashboard.figures.neighbours import TITLE, Ranking, bars, compared
from dashboard.figures.template import cut
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.spec_code import constructor
from dashboard.ui import (
    address,
    captions,
    code_tab,
    controls,
    downloads,
    layout,
    provenance_tab,
)
from dashboard.ui.figure import Click, show_figure
from dashboard.ui.packing import Figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown
from dashboard.words.parts import query_box
from dashboard.words.views import Lists

NAMED = 3  # of the nearest words, in the sentence above the figure
NAMES = {
    "cosine": "Cosine",
    "inner product": "Inner product",
    "euclidean": "Euclidean distance",
    "context correlation": "Context correlation",
    "pmi": "PMI (first order)",
    "conditional": "log p(y|x) − α log #y (first order)",
}


def panel() -> tuple[PpmiSvd, Shelved, Query, Lists]:
    """The controls right of the picture: model, measure, the chain, and what list B changes."""
    entry = models.in_use()
    similarity = controls.pick(
        Query, "similarity", "Measure", names=NAMES, compact=False, options=measures_of(entry)
    )  # fmt: skip
    lists = _second_list(entry)
    measures = {similarity, lists.b_similarity if lists.compare else similarity}
    if "context correlation" in measures:
        controls.slider(
            Query, "basis", "N most frequent words", log=True, step=10, high=50_000, format="{:,}",
        )  # fmt: skip
    if "conditional" in measures:
        controls.slider(
            Query, "alpha", "Frequency penalty α", step=0.01, format="{:.2f}",
        )  # fmt: skip
    if measures & set(FIRST_ORDER):
        controls.slider(
            Query, "least", "Least weighted count", step=0.5, format="{:.1f}",
        )  # fmt: skip
    controls.slider(Query, "k", "How many", high=50)
    if similarity == "cosine" and controls.toggle(
        Steady, "steady", "How often each comes back",
    ):  # fmt: skip
        controls.slider(Steady, "repeats", "How many times")
    if entry is None:
        chain.words_to_vectors()
    return state.spec(PpmiSvd), state.spec(Shelved), state.spec(Query), state.spec(Lists)


def measures_of(entry: shelf.Entry | None) -> tuple[str, ...] | None:
    """The measures that a model has numbers for; None: all. Rows have no frequent contexts."""
    if entry is not None and entry.of_items:
        return tuple(name for name in SECOND_ORDER if name != "context correlation")
    return SECOND_ORDER if entry else None


def _second_list(entry: shelf.Entry | None) -> Lists:
    with st.expander(say("Compare with a second list"), expanded=state.get("compare", False)):
        if controls.toggle(Lists, "compare", "Show list B"):
            same = "The same vectors" if entry else "PPMI-SVD, changed as below"
            other = models.pick(
                "Vectors of B", setting="b_model", live=same, beside=entry, items=entry is not None
            )
            stored = bool(other or entry)
            controls.pick(
                Lists, "b_similarity", "Measure of B", names=NAMES, compact=False,
                options=measures_of(entry or shelf.find(other)),
            )  # fmt: skip
            if stored:
                return state.spec(Lists)
            controls.slider(Lists, "b_window", "Window of B")
            examples.dimension("b_dim")
            controls.slider(Lists, "b_dim", "Dimension of B", high=dimensions.MOST, log=True)
            controls.slider(Lists, "b_shift", "Shift of B", step=0.1, log=True, format="{:.1f}")
            controls.slider(
                Lists, "b_smoothing", "Context smoothing of B", step=0.01, format="{:.2f}"
            )
    return state.spec(Lists)


def begin_with_known_word(spec: PpmiSvd, source: Shelved) -> examples.Outcome:
    """Where the vectors lack the example word, take one that they have."""
    if spaces.of_items(source):  # a row is chosen from a list
        return "kept"
    known = (
        examples.Known(source.model, shelf.load(source.model).vocabulary)
        if source.model
        else examples.of_corpus(spec.association.counts.corpus)
    )
    return examples.word(known, "expression", Query().expression)


def picture(
    text: str, answer_a: Answer, answer_b: Answer | None, source: PpmiSvd | Shelved
) -> None:
    """The answer, then bars, or two lists joined by lines."""

    def follow(click: Click) -> None:
        if click["customdata"]:
            word = str(click["customdata"][0])
            state.put("expression", spaces.written(answer_a.words, word))

    of_items, asked = isinstance(answer_a.words, RowNames), query_box.title(answer_a.words, text)
    first = answer_a.ranking(say(NAMES[answer_a.neighbours.similarity]))
    if not len(first.words):
        st.info(
            say("No word has enough evidence; lower the least count, or choose another measure.")
        )
        return
    rerun_notes = ""
    draw: Callable[[], Figure]
    made_of: tuple[Hashable, ...]
    with errors_shown():
        first, rerun_notes = with_rerun_notes(first, text, answer_a.words, source)
    if answer_b is None:
        draw, made_of = partial(bars, first), (first.content,)
        captions.answer(nearest_sentence(first, asked, answer_a.neighbours.similarity))
        description = say(
            "The {n} nearest rows of “{text}”, exactly, among {words:,}: {how}."
            if of_items
            else "The {n} nearest words of “{text}”, exactly, among {words:,}: {how}.",
            n=len(first.words),
            text=asked,
            words=len(answer_a.words.words),
            how=answer_a.description,
        )
    else:
        second = answer_b.ranking(say(NAMES[answer_b.neighbours.similarity]))
        draw, made_of = partial(compared, first, second), (first.content, second.content)
        both = len(set(first.words) & set(second.words))
        captions.answer(
            say(
                "“{text}”: {both} of {n} rows are in both lists."
                if of_items
                else "“{text}”: {both} of {n} words are in both lists.",
                text=asked, both=both, n=len(first.words),
            )
        )  # fmt: skip
        description = say("A: {a}. B: {b}.", a=answer_a.description, b=answer_b.description)
    size = max(len(first.words), 8)
    show_figure(
        draw,
        "neighbours" if answer_b is None else "compared",
        made_of=made_of,
        alt=say(
            "Nearest rows of {word}: {words}" if of_items else "Nearest words of {word}: {words}",
            word=asked,
            words=", ".join(first.words[:10]),
        ),
        height=26 * size + 90,
        filename="neighbours",
        on_click=follow,
        dim=answer_a.dim or (answer_b is not None and answer_b.dim),
    )
    captions.caption(
        say(
            "Click a bar to go on from its row."
            if of_items
            else "Click a bar to go on from its word."
        )
    )
    captions.measured(paragraph(description, rerun_notes))


def nearest_sentence(ranking: Ranking, asked: str, similarity: str) -> str:
    """The first of a list; with reruns, how often each of them comes back."""
    words = [cut(word, TITLE) for word in ranking.words[:NAMED]]
    if similarity in FIRST_ORDER:
        template = "“{text}” stands most with {words}, compared with chance."
    elif ranking.notes:
        template = "“{text}” is nearest to {words}, found again in {often} reruns."
    else:
        template = "“{text}” is nearest to {words}."
    often = captions.listed((ranking.notes or ())[: len(words)])
    return say(template, text=asked, words=captions.listed(words), often=often)


def below(
    spec: PpmiSvd, source: Shelved, query: Query, lists: Lists, answer_a: Answer, code: str
) -> None:
    """Table, vectors to download, code and provenance."""
    page_tabs(
        {
            "Table": lambda: _table(answer_a),
            "Vectors": lambda: _vectors(spec, source, answer_a),
            "Code": lambda: code_tab.show(code),
            "Provenance": lambda: _provenance(spec, source, query, lists),
        },
    )


def _table(answer_a: Answer) -> None:
    ranking = answer_a.ranking("")
    word, count = ("title", "row") if ranking.of_items else ("word", "count")
    table = pd.DataFrame({word: ranking.words, "score": ranking.scores})
    table[count] = ranking.counts
    if ranking.norms is not None:
        table["norm"] = ranking.norms
    table.insert(0, "rank", range(1, len(table) + 1))
    headings = {"rank": say("rank‹of a list›")}
    downloads.table(table, "neighbours", "near", headings=headings)


def _vectors(spec: PpmiSvd, source: Shelved, answer_a: Answer) -> None:
    if answer_a.norms is None:
        st.caption(say("First-order measures have no vectors; choose another measure."))
        return
    rows = _rows(spec, source)
    words = answer_a.words
    if isinstance(words, RowNames):
        template = "{n:,} rows × {d} dimensions; in the file a row is “#” and its number."
        st.caption(marked(template, n=rows.shape[0], d=rows.shape[1]))
    else:
        st.caption(marked("{n:,} words × {d} dimensions.", n=rows.shape[0], d=rows.shape[1]))
    downloads.later(
        "Vectors in word2vec text format",
        lambda: word2vec_text(spaces.tokens(words), rows),
        "vectors.txt",
        "text/plain",
        "vectors",
    )


def _provenance(spec: PpmiSvd, source: Shelved, query: Query, lists: Lists) -> None:
    if source.model:
        training = spaces.space(source) or shelf.get(source.model).training
        provenance_tab.show(*([training] if training else []), source, query, lists)
    else:
        provenance_tab.show(spec, query, lists)


def _rows(spec: PpmiSvd, source: Shelved) -> np.ndarray:
    """The vectors that were searched."""
    if not source.model:
        return vectors(spec).word
    return space(shelf.load(source.model), source.part).word


def _code(queries: list[tuple[PpmiSvd | Shelved, Query]], answer_a: Answer) -> str:
    """Python that reproduces the lists shown, and how often the words of the first recur."""
    imports = """from core.counts import Association, Counts
from core.text import Corpus, Source, Text
from core.vectors import PpmiSvd, Query, Shelved, nearest

"""
    source, query = queries[0]
    imports = spaces.code(*(source for source, _ in queries)) + imports
    reruns = stored_reruns(query.expression, answer_a, source)
    lines = "".join(
        f"print(nearest({constructor(spec)}, {constructor(query)}))\n" for spec, query in queries
    )
    if reruns is None:
        return imports + lines
    spec, word = reruns
    return f"""{imports}{lines}
from core.compare import Repeats, Rerun, repeat

near = [word for word, _ in nearest({constructor(source)}, {constructor(query)})]
print(repeat({constructor(spec)}).found_again({word!r}, near, len(near)))
"""


@st.fragment  # a control reruns this, not the frame around it
def main() -> None:
    screen, side = layout.columns()
    with side:
        spec, source, query, lists = panel()
    with screen:
        begun = begin_with_known_word(spec, source)
        text = ""
        with errors_shown():
            text = query_box.show(source)
        query = state.spec(Query).replace(expression=text)
        with errors_shown():
            try:
                show(spec, source, query, lists)
            except UnknownWord as error:
                if begun == "kept":  # its words were not counted by then
                    begun = begin_with_known_word(spec, source)
                if begun == "changed":
                    st.rerun()
                if begun == "kept":
                    query_box.unknown(error, text)
    vectors_of = source if source.model else spec
    address.publish(vectors_of, state.spec(Query), lists, state.spec(Steady))


def show(spec: PpmiSvd, source: Shelved, query: Query, lists: Lists) -> None:
    """The answer to a query: one list, or two."""
    if not query.expression:
        st.info(say("Type a word."))
        return
    answer_a = shelf_answer(source, query) if source.model else answer(spec, query, "A")
    if answer_a is None:
        return
    answer_b = None
    queries: list[tuple[PpmiSvd | Shelved, Query]] = [(source if source.model else spec, query)]
    if lists.compare:
        second_query = query.replace(similarity=lists.b_similarity)
        if lists.b_model or source.model:
            other_source = Shelved(lists.b_model or source.model, source.part)
            answer_b = shelf_answer(other_source, second_query)
            queries.append((other_source, second_query))
        else:
            other = spec.replace(
                window=lists.b_window,
                dim=lists.b_dim,
                shift=lists.b_shift,
                smoothing=lists.b_smoothing,
            )
            answer_b = answer(other, second_query, "B")
            queries.append((other, second_query))
    of_text = source.model or spec.association.counts.corpus.text.key
    query_box.remember(query.expression, of_text, answer_a.words)
    picture(query.expression, answer_a, answer_b, source if source.model else spec)
    below(spec, source, query, lists, answer_a, _code(queries, answer_a))
    if not source.model:
        dimensions.compute_ahead(spec, "factors A")


main()
