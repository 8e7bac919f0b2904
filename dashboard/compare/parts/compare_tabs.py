"""What is below a comparison: the two lists, the table, scores, reruns, several models, code."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.compare import crowd
from core.compare.pairs import Compared
from core.compare.specs import Contest, Crowd, Pair, Repeats
from core.compare.stability import repeat
from core.messages import message
from core.specs import Spec
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import models, spaces
from dashboard.chain.reruns import notes_of, reruns_of
from dashboard.compare.figures.compare import (
    Shares,
    against_frequency,
    overlap_matrix,
)
from dashboard.compare.memory import Asked
from dashboard.compare.parts import compare_halves, compare_scores
from dashboard.compare.parts.compare_code import code, listed
from dashboard.compare.parts.points import choose, kept_points
from dashboard.compare.views import CompareView
from dashboard.figures.neighbours import Ranking, compared
from dashboard.language import say
from dashboard.markdown import plain
from dashboard.slots import slot
from dashboard.ui import code_tab, controls, downloads, provenance_tab
from dashboard.ui.captions import answer, caption, measured
from dashboard.ui.figure import Click, show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import obtain

HEADING = 60  # characters of a model's name above its list
OF_ROWS = (
    "The nearest rows of “{word}” in A and B among the rows both have, by cosine; {both} of {n} "
    "are in both, joined by lines. Cosine of the row with itself once A is aligned with B: "
    "{cosine:.3f}. Click a bar to go on from its row."
)
PLAIN = (
    "The nearest words of “{word}” in A and B among the words both have, by cosine; {both} of {n} "
    "are in both, joined by lines. Cosine of the word with itself once A is aligned with B: "
    "{cosine:.3f}. Click a bar to go on from its word."
)
NOTED = (
    "The nearest words of “{word}” in A and B among the words both have, by cosine; {both} of {n} "
    "are in both, joined by lines. Cosine of the word with itself once A is aligned with B: "
    "{cosine:.3f}. Beside a word: in how many reruns it is among the {k} nearest. Click a bar to "
    "go on from its word."
)


def used() -> tuple[Spec, ...]:
    """The specs of the tabs, for the address, without what the page's own already hold."""
    again = state.spec(Repeats)
    return (
        Repeats().replace(repeat_by=again.leaf("repeat_by"), repeats=again.repeats),
        Contest().replace(trainings=state.spec(Contest).trainings),
        state.spec(Crowd),
    )


def lists(
    spec: Pair, comparison: Compared, row: int, k: int, names: tuple[str, str], dim: bool
) -> None:
    """A word's neighbours in A and in B, joined by lines."""
    rankings, of_items = [], spaces.of_items(spec.a)
    numbers = comparison.counts  # what hovering says of a word, or the number of a row
    if of_items:
        numbers = shelf.load(spec.a.leaf("model")).rows[comparison.a_ids]
    for letter, rows, cosines, title in (
        ("a", comparison.a_rows, comparison.a_cosines, short(*names)),
        ("b", comparison.b_rows, comparison.b_cosines, short(*names[::-1])),
    ):
        near = rows[row, : listed(k)]
        words = [comparison.words[i] for i in near]
        notes, notes_title = _known_notes(spec, letter, comparison.words[row], words, k)
        rankings.append(
            Ranking(
                title, "cosine", words, cosines[row, : len(near)].astype(float),
                numbers[near], None, notes, notes_title, of_items,
            )
        )  # fmt: skip

    def follow(click: Click) -> None:
        if click["customdata"]:
            state.put("compared_word", str(click["customdata"][0]))

    both = len(set(rankings[0].words) & set(rankings[1].words))
    word = comparison.words[row]
    st.markdown(f"## {plain(word)}")
    show_figure(
        partial(compared, *rankings),
        "lists",
        made_of=tuple(ranking.content for ranking in rankings),
        alt=say(
            "Nearest rows of {word} in A and in B; {both} are in both"
            if of_items
            else "Nearest words of {word} in A and in B; {both} are in both",
            word=word,
            both=both,
        ),
        height=26 * max(len(rankings[0].words), 8) + 90,
        filename="two-lists",
        on_click=follow,
        dim=dim,
    )
    noted = any(ranking.notes for ranking in rankings)
    caption(
        say(
            OF_ROWS if of_items else NOTED if noted else PLAIN,
            word=word, both=both, n=len(rankings[0].words), k=k,
            cosine=comparison.alike.cosines[row],
        )
    )  # fmt: skip


def short(name: str, other: str) -> str:
    """A model's name as a heading: its kind, and what is not in the other's name.

    >>> short("PPMI-SVD 20-d, window 6, lee-news", "PPMI-SVD 20-d, lee-news")
    'PPMI-SVD 20-d, window 6'
    """
    kind, *more = name.split(", ")
    own = [part for part in more if part not in other.split(", ")]
    return ", ".join([kind, *own])[:HEADING]


def _known_notes(
    spec: Pair, letter: str, word: str, others: list[str], k: int
) -> tuple[list[str] | None, str]:
    """“9/10” for each neighbour, where the reruns are already stored, and what it counts."""
    reruns = reruns_of(spec.a if letter == "a" else spec.b)
    if not repeat.stored(reruns):
        return None, ""
    stability = repeat(reruns)
    notes_title = say("among the {k} nearest in", k=min(k, stability.longest))
    return notes_of(stability, word, others, k), notes_title


def below(
    spec: Pair, view: CompareView, comparison: Compared, row: int | None, names: tuple[str, str]
) -> None:
    """The tabs; only the open one is computed."""
    k = min(view.overlap_k, comparison.longest)
    page_tabs(
        {
            "Words": lambda: _words(comparison, k, spaces.of_items(spec.a)),
            "Scores": lambda: _scores(spec, names),
            "Stability": lambda: _stability(spec, view, comparison, row, names),
            "Several models": lambda: _several(spec),
            "Code": lambda: code_tab.show(code(spec, view, comparison, row)),
            "Provenance": lambda: provenance_tab.show(spec, view),
        },
    )


def _scores(spec: Pair, names: tuple[str, str]) -> None:
    """Lists of judged words; rows of a collection have labels of their own."""
    space = spaces.space(spec.a)
    if space is None:
        compare_scores.show(spec, names)
        return
    st.info(
        say(
            "The lists of judged words are about words. Which vectors tell a column of labels "
            "better, and whether that is more than luck, the page Embedding A or B says."
        )
    )
    spaces.open_two_embeddings(space, "scores:two")


def words_table(comparison: Compared, k: int, of_items: bool = False) -> pd.DataFrame:
    """Every shared word, the most changed first; among equals the more frequent."""
    share = comparison.overlap(k)
    if of_items:
        table = pd.DataFrame(
            {
                "title": comparison.words,
                f"overlap@{k}": share,
                "cosine once aligned": comparison.alike.cosines,
            }
        )
        return table.iloc[np.argsort(share, kind="stable")]
    table = pd.DataFrame(
        {
            "word": comparison.words,
            f"overlap@{k}": share,
            "cosine once aligned": comparison.alike.cosines,
            "count": comparison.counts,
            "rank by frequency": np.arange(1, len(comparison.words) + 1),
        }
    )
    if not comparison.counts.any():
        table = table.drop(columns="count")
    return table.iloc[np.argsort(share, kind="stable")]


def _words(comparison: Compared, k: int, of_items: bool) -> None:
    table = words_table(comparison, k, of_items)
    of_words = (
        "All {n:,} shared words by how much they changed: fewest shared neighbours first, among "
        "equals the more frequent. Rare words change most in any two models; the line in the "
        "figure says what is usual for a frequency."
    )
    of_rows = "All {n:,} shared rows by how much they changed: fewest shared neighbours first."
    caption(say(of_rows if of_items else of_words, n=len(table)))
    headings = {f"overlap@{k}": say("overlap@{k}", k=k)}
    downloads.table(table, "changed-words", "changed", headings, lazy=True)


def _stability(
    spec: Pair, view: CompareView, comparison: Compared, row: int | None, names: tuple[str, str]
) -> None:
    """One of the two models, trained several times."""
    left, right = st.columns([1.4, 1], vertical_alignment="bottom")
    with left:
        letter = controls.pick(
            CompareView, "repeated", "Trained again",
            names={"a": message("A, {name}", name=short(*names)),
                   "b": message("B, {name}", name=short(*names[::-1]))},
        )  # fmt: skip
    with right:
        controls.slider(Repeats, "repeats", "How many times")
    reruns = reruns_of(spec.a if letter == "a" else spec.b)
    if not _asked(reruns):
        return
    obtained = obtain(repeat, reruns, "repeats")
    if obtained is None:
        return
    stability = obtained.result
    k = min(view.overlap_k, stability.longest)
    stay = stability.stay(k)
    place = {word: i for i, word in enumerate(stability.words)}
    word = comparison.words[row] if row is not None else ""
    at = place.get(word)
    counts = shelf.model_of(reruns.rerun.vectors).counts

    shares = Shares(stability.words, counts, stay, k, k / (len(stability.words) - 1),
                    say("share of {k} neighbours found again", k=k),
                    of_items=spaces.of_items(reruns.rerun.vectors))  # fmt: skip
    answer(
        say(
            "Of a row's {k} nearest, {mean:.0%} are found again in a draw."
            if shares.of_items
            else "Of a word's {k} nearest, {mean:.0%} are found again in a rerun.",
            k=k, mean=stay.mean(),
        )
    )  # fmt: skip
    show_figure(
        partial(against_frequency, shares, at),
        "stability",
        made_of=(obtained.spec, k, at),
        kept=[kept_points(obtained.spec.key, shares, at)],
        alt=say(
            "{mean:.0%} of the {k} nearest rows are found again on average"
            if shares.of_items
            else "{mean:.0%} of the {k} nearest words are found again on average",
            mean=stay.mean(), k=k,
        ),
        height=380,
        filename="stability",
        on_click=partial(choose, shares),
        dim=not obtained.fresh,
    )  # fmt: skip
    of_words = (
        "{what}: of a word's {k} nearest in the model itself, {mean:.1%} are among its {k} "
        "nearest in a rerun, on average over all {n:,} words and reruns. The words and their "
        "order stay those of the model; a word not drawn is near nothing."
    )
    of_rows = (
        "{what}: of a row's {k} nearest in the vectors as they are, {mean:.1%} are among its {k} "
        "nearest in a draw, on average over all {n:,} rows and draws. Given vectors cannot be "
        "trained again: the draws say how far neighbours depend on single dimensions."
    )
    measured(
        say(
            of_rows if shares.of_items else of_words,
            what=say(stability.what),
            k=k,
            mean=stay.mean(),
            n=len(stability.words),
        )
    )
    if at is not None:
        near = stability.own[at, :k]
        near = near[near >= 0]
        times = stability.times(at, near, k)
        caption(say("The {k} nearest of “{word}”:", k=k, word=word))
        often = [message("{n} of {runs} runs", n=n, runs=len(stability.runs)) for n in times]
        column = f"in the top {k} in"
        table = pd.DataFrame(
            {
                "rank": range(1, len(near) + 1),
                "neighbour": [stability.words[i] for i in near],
                column: [str(text) for text in often],
            }
        )
        downloads.table(
            table, "stability", "stability",
            {column: say("in the top {k} in", k=k), "rank": say("rank‹of a list›")},
            table.assign(**{column: [say(text) for text in often]}),
        )  # fmt: skip
    compare_halves.show(reruns, k)


def _asked(reruns: Repeats) -> bool:
    """Whether the trainings are stored, need no time or were asked for; if not, a button."""
    if repeat.stored(reruns) or reruns.leaf("repeat_by") == "dimensions":
        return True
    asked, this = slot(Asked).of, ("reruns", reruns.key)
    if this in asked:
        return True
    caption(say("How many of each word's neighbours come back when the model is trained again?"))
    label = say("Train {n} times", n=reruns.repeats)
    if st.button(label, icon=":material/play_arrow:", key="compare-reruns"):
        asked.add(this)
        st.rerun()
    return False


def _several(spec: Pair) -> None:
    """Up to ten models of the shelf, each with each; of rows, those of A's collection."""
    space = spaces.space(spec.a)
    beside = shelf.get(spec.a.leaf("model")) if space is not None else None
    entries = {
        entry.id: entry
        for entry in shelf.entries()
        if (spaces.comparable(beside, entry) if beside else not entry.of_items)
    }
    if len(entries) < 2:
        st.info(
            say("Put two or more models on the shelf, on the page “Models”, to compare them all.")
        )
        return
    before = [id for id in state.get("crowd", "").split() if id in entries][: crowd.MOST]
    choices = models.labels(entries.values())
    ids = st.multiselect(
        say("Models"), list(entries), before or list(entries)[:4], key=state.worded("crowd-models"),
        format_func=choices.__getitem__, max_selections=crowd.MOST,
    )  # fmt: skip
    state.put("crowd", " ".join(ids))
    controls.slider(Crowd, "crowd_words", "Shared words at most", step=50, log=True, high=20_000,
                    format="{:,}")  # fmt: skip
    if len(ids) < 2:
        st.caption(say("Choose two or more."))
        return
    obtained = obtain(crowd.mutual, state.spec(Crowd), "crowd")
    if obtained is None or any(id not in entries for id in obtained.result.ids):
        return
    result = obtained.result
    depth = st.segmented_control(
        "k", result.depths.tolist(), default=int(result.depths[min(2, len(result.depths) - 1)]),
        required=True, key="crowd-k",
    )  # fmt: skip
    level = result.depths.tolist().index(depth)
    names = [spaces.called(entries[id]) for id in result.ids]
    show_figure(
        overlap_matrix(names, result.overlaps[level], int(depth or 0)),
        "crowd",
        alt=say(
            "Mean overlap of the {depth} nearest words of {n} models", depth=depth, n=len(names)
        ),
        height=140 + 44 * len(names),
        filename="overlaps",
        dim=not obtained.fresh,
    )
    measured(
        say(
            "Mean overlap@{depth} over the {words:,} most frequent words all {n} models have, "
            "neighbours exact and by cosine of the word vectors among these words; by chance "
            "{chance:.2%}.",
            depth=depth, words=result.words, n=len(names), chance=depth / (result.words - 1),
        )
    )  # fmt: skip
