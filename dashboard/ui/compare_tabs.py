"""What is below a comparison: the two lists, the table, scores, reruns, several models, code."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.compare.crowd import MOST, mutual
from core.compare.pairs import Compared
from core.compare.specs import Crowd, Pair, Repeats
from core.compare.stability import repeat
from core.compare.versus import Duel, versus
from core.specs import Spec
from core.vectors import shelf
from dashboard import state
from dashboard.compare_views import CompareView
from dashboard.figures.compare import Match, Shares, against_frequency, duels, overlap_matrix
from dashboard.figures.neighbours import Ranking, compared
from dashboard.ui import controls, page
from dashboard.ui.figure import Click, show_figure
from dashboard.ui.reruns import notes_of, reruns_of
from dashboard.ui.work import obtain, told

TABS = ["Words", "Scores", "Stability", "Several models", "Code", "Provenance"]
HEADING = 30  # characters of a model's name above its list
SHOWN = 15  # neighbours in the two lists at most


def used() -> tuple[Spec, ...]:
    """The specs of the tabs, for the address; what the page's own say is said once."""
    again = state.spec(Repeats)
    return (Repeats().replace(repeat_by=again.leaf("repeat_by"), repeats=again.repeats),
            state.spec(Crowd))  # fmt: skip


def lists(spec: Pair, found: Compared, row: int, k: int, names: tuple[str, str], dim: bool) -> None:
    """A word's neighbours in A and in B, joined by lines."""
    rankings = []
    for letter, rows, cosines, title in (
        ("a", found.a_rows, found.a_cosines, short(*names)),
        ("b", found.b_rows, found.b_cosines, short(*names[::-1])),
    ):
        near = rows[row, : min(max(k, 5), SHOWN)]
        words = [found.words[i] for i in near]
        notes, told_of = _known_notes(spec, letter, found.words[row], words, k)
        rankings.append(
            Ranking(
                title, "cosine", words, cosines[row, : len(near)].astype(float),
                found.counts[near], None, notes, told_of,
            )
        )  # fmt: skip

    def follow(click: Click) -> None:
        if click["customdata"]:
            state.put("compared_word", str(click["customdata"][0]))

    both = len(set(rankings[0].words) & set(rankings[1].words))
    word = found.words[row]
    st.markdown(f"##### {page.plain(word)}")
    show_figure(
        compared(*rankings),
        "lists",
        alt=f"Nearest words of {word} in A and in B; {both} are in both",
        height=26 * max(len(rankings[0].words), 8) + 90,
        filename="two-lists",
        on_click=follow,
        dim=dim,
    )
    said = (
        f"The nearest words of “{word}” in A and B among the words both have, by cosine; {both} of "
        f"{len(rankings[0].words)} are in both, joined by lines. Cosine of the word with itself "
        f"once A is turned over B: {found.alike.cosines[row]:.3f}."
    )
    if any(ranking.notes for ranking in rankings):
        said += f" Beside a word: in how many reruns it is among the {k} nearest."
    page.caption(said + " Click a bar to go on from its word.")


def short(name: str, other: str) -> str:
    """A model's name as a heading: its kind, and what the other's name does not say.

    >>> short("PPMI-SVD 20-d, window 6, lee-news", "PPMI-SVD 20-d, lee-news")
    'PPMI-SVD 20-d, window 6'
    """
    kind, *more = name.split(", ")
    own = [part for part in more if part not in other.split(", ")]
    return ", ".join([kind, *own])[:HEADING]


def _known_notes(
    spec: Pair, letter: str, word: str, others: list[str], k: int
) -> tuple[list[str] | None, str]:
    """“9/10” for each of some neighbours, where the reruns are there already."""
    wanted = reruns_of(spec.a if letter == "a" else spec.b)
    if not repeat.stored(wanted):
        return None, ""
    known = repeat(wanted)
    return notes_of(known, word, others, k), f"among the {min(k, known.longest)} nearest in"


def below(
    spec: Pair, view: CompareView, found: Compared, row: int | None, names: tuple[str, str]
) -> None:
    """The tabs; only the open one is computed."""
    tabs = dict(zip(TABS, st.tabs(TABS, on_change="rerun", key="compare-tabs"), strict=True))
    open_ = next((name for name, tab in tabs.items() if tab.open), TABS[0])
    k = min(view.overlap_k, found.longest)
    with tabs[open_], told():
        if open_ == "Words":
            _words(found, k)
        elif open_ == "Scores":
            _scores(spec, names)
        elif open_ == "Stability":
            _stability(spec, view, found, row, names)
        elif open_ == "Several models":
            _several()
        elif open_ == "Code":
            page.code(code(spec, k))
        else:
            page.provenance(spec, view)


def words_table(found: Compared, k: int) -> pd.DataFrame:
    """Every shared word, the most changed first; among equals the more frequent."""
    share = found.overlap(k)
    table = pd.DataFrame(
        {
            "word": found.words,
            f"overlap@{k}": share,
            "cosine once turned": found.alike.cosines,
            "count": found.counts,
            "rank by frequency": np.arange(1, len(found.words) + 1),
        }
    )
    if not found.counts.any():
        table = table.drop(columns="count")
    return table.iloc[np.argsort(share, kind="stable")]


def _words(found: Compared, k: int) -> None:
    table = words_table(found, k)
    page.caption(
        f"All {len(table):,} shared words by how much they changed: fewest shared neighbours "
        "first, among equals the more frequent. Rare words change most in any two models; the "
        "line in the figure says what is usual for a frequency."
    )
    page.download_table(table, "changed-words", "changed")


def _scores(spec: Pair, names: tuple[str, str]) -> None:
    """Both on the same items, and whether the difference is real."""
    made = obtain(versus, spec, "versus")
    if made is None:
        return
    fine = [duel for duel in made.result if np.isfinite(duel.a[0])]
    if not fine:
        st.info("The lists of judged words are English; the models share too few of their items.")
        return
    matches = [Match(d.name, d.a, d.b, d.difference, verdict(d)) for d in fine]
    show_figure(
        duels(matches, ("A", "B")),
        "duels",
        alt="; ".join(match.said for match in matches),
        height=110 + 66 * len(matches),
        filename="scores",
        dim=not made.fresh,
    )
    page.caption(
        f"A: {names[0]}; B: {names[1]}. Spearman's ρ with people's judgements and the share of "
        "analogies answered correctly, on the items both cover only. Lines: 95 % of 1000 "
        "bootstraps over the items, the same draws for both; so the difference (right) is paired."
    )
    for match in matches:
        st.markdown(f"- {page.plain(match.said)}")
    page.download_table(
        pd.DataFrame(
            [
                {"list": d.name, "A": d.a[0], "B": d.b[0], "B − A": d.difference[0],
                 "low": d.difference[1], "high": d.difference[2], "shared": d.shared,
                 "of": d.total, "real": d.real}
                for d in fine
            ]
        ),
        "duels", "duels",
    )  # fmt: skip


def verdict(d: Duel) -> str:
    """A plain sentence: which is better, and whether that is more than luck."""
    value, low, high = d.difference
    on = f"on the {d.shared:,} of {d.total:,} items both cover"
    if not d.real:
        return (
            f"{d.name}: no difference that could be told from luck {on} (B − A = {value:+.3f}, "
            f"95 % interval {low:+.3f} to {high:+.3f} holds 0)."
        )
    return (
        f"{d.name}: {'B' if value > 0 else 'A'} is better by {abs(value):.3f} {on}, and this is "
        f"more than luck (B − A between {low:+.3f} and {high:+.3f})."
    )


def _stability(
    spec: Pair, view: CompareView, found: Compared, row: int | None, names: tuple[str, str]
) -> None:
    """One of the two made again and again."""
    left, right = st.columns([1.4, 1], vertical_alignment="bottom")
    with left:
        letter = controls.pick(
            CompareView, "repeated", "Made again and again",
            names={"a": f"A, {names[0][:22]}", "b": f"B, {names[1][:22]}"},
        )  # fmt: skip
    with right:
        controls.slider(Repeats, "repeats", "How many times")
    wanted = reruns_of(spec.a if letter == "a" else spec.b)
    made = obtain(repeat, wanted, "repeats")
    if made is None:
        return
    known = made.result
    k = min(view.overlap_k, known.longest)
    stay = known.stay(k)
    place = {word: i for i, word in enumerate(known.words)}
    word = found.words[row] if row is not None else ""
    at = place.get(word)
    counts = np.zeros(len(known.words), np.int64)
    ids = [place[w] for w in found.words if w in place]
    counts[ids] = [n for w, n in zip(found.words, found.counts, strict=True) if w in place]

    def choose(click: Click) -> None:
        if click["customdata"]:
            state.put("compared_word", known.words[int(click["customdata"][0])])

    show_figure(
        against_frequency(
            Shares(known.words, counts, stay, k, k / (len(known.words) - 1),
                   f"share of {k} neighbours found again"),
            at,
        ),
        "stability",
        alt=f"{stay.mean():.0%} of the {k} nearest words are found again on average",
        height=380,
        filename="stability",
        on_click=choose,
        dim=not made.fresh,
    )  # fmt: skip
    page.caption(
        f"{known.what}: of a word's {k} nearest in the model itself, {stay.mean():.1%} are among "
        f"its {k} nearest in a rerun, on average over all {len(known.words):,} words and reruns. "
        "The words and their order stay those of the model; a word not drawn is near nothing."
    )
    if at is not None:
        near = known.own[at, :k]
        near = near[near >= 0]
        times = known.times(at, near, k)
        page.caption(f"The {k} nearest of “{word}”:")
        page.download_table(
            pd.DataFrame(
                {
                    "rank": range(1, len(near) + 1),
                    "neighbour": [known.words[i] for i in near],
                    f"in the top {k} in": [f"{n} of {len(known.runs)} runs" for n in times],
                }
            ),
            "stability", "stability",
        )  # fmt: skip


def _several() -> None:
    """Up to ten models of the shelf, each with each."""
    entries = {entry.id: entry for entry in shelf.entries()}
    if len(entries) < 2:
        st.info("Put two or more models on the shelf, on the page “Models”, to compare them all.")
        return
    before = [id for id in state.get("crowd", "").split() if id in entries][:MOST]
    ids = st.multiselect(
        "Models", list(entries), before or list(entries)[:4], key="crowd-models",
        format_func=lambda id: entries[id].name, max_selections=MOST,
    )  # fmt: skip
    state.put("crowd", " ".join(ids))
    controls.slider(Crowd, "crowd_words", "Shared words at most", step=50, log=True, high=20_000,
                    format="{:,}")  # fmt: skip
    if len(ids) < 2:
        st.caption("Choose two or more.")
        return
    made = obtain(mutual, state.spec(Crowd), "crowd")
    if made is None or any(id not in entries for id in made.result.ids):
        return
    result = made.result
    depth = st.segmented_control(
        "k", result.depths.tolist(), default=int(result.depths[min(2, len(result.depths) - 1)]),
        required=True, key="crowd-k",
    )  # fmt: skip
    level = result.depths.tolist().index(depth)
    shown = [entries[id].name for id in result.ids]
    show_figure(
        overlap_matrix(shown, result.overlaps[level], int(depth or 0)),
        "crowd",
        alt=f"Mean overlap of the {depth} nearest words of {len(shown)} models",
        height=140 + 44 * len(shown),
        filename="overlaps",
        dim=not made.fresh,
    )
    page.caption(
        f"Mean overlap@{depth} over the {result.words:,} most frequent words all {len(shown)} "
        f"models have, neighbours exact and by cosine of the word vectors among these words; "
        f"by chance {depth / (result.words - 1):.2%}."
    )


def code(spec: Pair, k: int) -> str:
    """Python that gives the same numbers."""
    lines = f"""from core.compare import Pair, compare, versus
from core.counts import Association, Counts
from core.text import Corpus, Source, Text
from core.vectors import PpmiSvd

pair = {page.constructor(spec)}
found = compare(pair)
print(found.mean_overlap({k}), found.alike, found.overlap({k}))
"""
    return lines + "print(versus(pair))\n" if versus.stored(spec) else lines
