"""The tabs below a map: chosen word, lasso, hubs, stability, table, code, provenance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.maps.cloud import nearest_to_mean, points
from core.maps.hubs import Hubness, hubness
from core.maps.specs import SEEDED, Clusters, Hubs, Stability, Trust
from core.maps.stability import repeat
from core.maps.trust import Judged
from core.specs import Spec
from core.vectors.models.factorised import factorise
from core.vectors.specs import Shelved
from dashboard import state
from dashboard.chain import spaces
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.ui import code_tab, controls, downloads, provenance_tab
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import obtain
from dashboard.words.figures.hubs import hub_distribution
from dashboard.words.figures.map import MappedWords
from dashboard.words.figures.seeds import small_multiples
from dashboard.words.parts import map_code
from dashboard.words.views import MapView

SPECS: tuple[type[Spec], ...] = (Clusters, Hubs, Stability)
MAX_CHARACTERS = 4_000  # characters of the list of words drawn around
WORST_SHOWN = 20  # words shown before one is chosen


def tab_specs() -> tuple[Spec, ...]:
    """The specs of the tabs, for the address."""
    return tuple(state.spec(kind) for kind in SPECS)


def joined(words: list[str]) -> str:
    """Words as one text, as many as fit."""
    text = " ".join(words)
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS].rpartition(" ")[0]


def below(
    spec: Trust, view: MapView, judged: Judged, mapped: MappedWords, controlled: bool
) -> None:
    """The tabs; only the open one is computed. `controlled`: the null control is known too."""
    page_tabs(
        {
            "Word": lambda: _word(view, judged, mapped),
            "Lasso": lambda: _lasso(spec, view, mapped),
            "Hubs": lambda: _hubs(spec, mapped),
            "Seeds": lambda: _seeds(spec, mapped),
            "Table": lambda: downloads.table(table(mapped), "map", "map"),
            "Code": lambda: _code(spec, view, mapped, controlled),
            "Provenance": lambda: _provenance(spec, view),
        },
    )


def _code(spec: Trust, view: MapView, mapped: MappedWords, controlled: bool) -> None:
    words = dict(zip(mapped.keys, mapped.words, strict=True))
    code_tab.show(map_code.code(spec, view, words, controlled))


def _provenance(spec: Trust, view: MapView) -> None:
    space = spaces.space(spec.map.cloud.vectors)
    provenance_tab.show(*([space] if space else []), spec, view)


def table(mapped: MappedWords) -> pd.DataFrame:
    """Every word of the map with its place and its trust."""
    word, count, counts = "word", "count", mapped.counts
    if mapped.rows is not None:
        word, count, counts = "title", "row", mapped.rows
    return pd.DataFrame(
        {
            word: mapped.words,
            "x": mapped.xy[:, 0],
            "y": mapped.xy[:, 1],
            count: counts,
            "norm": mapped.norms,
            "neighbours kept": mapped.kept,
            "trustworthiness": mapped.trustworthiness,
            "continuity": mapped.continuity,
            "lists it is in": mapped.occurrence,
        }
    )


def _word(view: MapView, judged: Judged, mapped: MappedWords) -> None:
    """True neighbours and neighbours on the map, side by side."""
    if view.map_word not in mapped.keys:
        _worst_kept(mapped)
        return
    row = mapped.keys.index(view.map_word)
    true, near = judged.true[row], judged.drawn[row]
    caption(
        say(
            "“{word}”: {share:.0%} of its {k} true neighbours are among its {k} nearest on the "
            "map.",
            word=mapped.words[row],
            share=judged.kept[row],
            k=len(true),
        )
    )
    kept_true, kept_near = np.isin(true, near), np.isin(near, true)
    frame = pd.DataFrame(
        {
            "true neighbours": [mapped.words[i] for i in true],
            "on the map": np.where(kept_true, "near", "torn away"),
            "neighbours on the map": [mapped.words[i] for i in near],
            "in truth": np.where(kept_near, "near", "false"),
        }
    )
    on_screen = {
        "on the map": [say("near") if kept else say("torn away") for kept in kept_true],
        "in truth": [say("near") if kept else say("false") for kept in kept_near],
    }
    downloads.table(frame, "map-word", "map-word", on_screen=frame.assign(**on_screen))


def _worst_kept(mapped: MappedWords) -> None:
    """A starting point: the words whose neighbours the map keeps worst."""
    rows = np.argsort(mapped.kept, kind="stable")[:WORST_SHOWN]
    of_words = (
        "Click a word on the map, or find it above. These {n} kept fewest of their true "
        "neighbours, the more frequent first among equals:"
    )
    of_rows = (
        "Click a row on the map, or find it above. These {n} kept fewest of their true neighbours:"
    )
    caption(say(of_words if mapped.rows is None else of_rows, n=len(rows)))
    columns = mapped.kept, mapped.trustworthiness, mapped.continuity
    names = "neighbours kept", "trustworthiness", "continuity"
    frame = pd.DataFrame({name: c[rows] for name, c in zip(names, columns, strict=True)})
    frame.insert(
        0, "word" if mapped.rows is None else "title", [mapped.words[i] for i in rows]
    )  # fmt: skip
    downloads.table(frame, "map-lost", "map-lost")


def _lasso(spec: Trust, view: MapView, mapped: MappedWords) -> None:
    """The words in the lasso, what is near their mean, and a button that opens their PMI."""
    place = {key: i for i, key in enumerate(mapped.keys)}
    words = view.lasso.split()
    rows = np.array([place[word] for word in words if word in place], np.int64)
    if not len(rows):
        of_words = (
            "Choose the lasso or the box at the top right of the map, and draw around some words."
        )
        of_rows = (
            "Choose the lasso or the box at the top right of the map, and draw around some points."
        )
        st.caption(say(of_words if mapped.rows is None else of_rows))
        return
    of_words = "{n:,} words drawn around; {kept:.1%} kept on average."
    of_rows = "{n:,} rows drawn around; {kept:.1%} kept on average."
    caption(
        say(
            of_words if mapped.rows is None else of_rows,
            n=len(rows),
            kept=mapped.kept[rows].mean(),
        )
    )
    cloud = spec.map.cloud
    if isinstance(cloud.vectors, Shelved):
        ready = True
    else:
        obtained = obtain(factorise, cloud.vectors.factors, "map vectors")
        ready = obtained is not None and obtained.fresh
    if ready:
        X = points(cloud).X
        near, cosines = nearest_to_mean(X, rows)
        nearest = ", ".join(
            f"{mapped.words[i]} ({c:.2f})" for i, c in zip(near, cosines, strict=True)
        )
        caption(say("Nearest to their mean (cosine), others than these: {words}.", words=nearest))
    if len(rows) >= 2 and mapped.rows is None:
        st.button(
            say("PMI heatmap of these")
            if len(rows) <= map_code.HEATMAP
            else marked("PMI heatmap of the first {n}", n=map_code.HEATMAP),
            key="lasso-heatmap", icon=":material/grid_on:",
            on_click=_to_heatmap, args=([mapped.words[i] for i in rows[:map_code.HEATMAP]],),
        )  # fmt: skip
    downloads.table(table(mapped).iloc[rows], "lasso", "lasso")


def _to_heatmap(words: list[str]) -> None:
    quoted = " ".join(words)
    state.put_all({"row_mode": "typed", "column_mode": "same", "row_list": quoted[:2000]})
    state.leave_for("heatmap")


def _hubs(spec: Trust, mapped: MappedWords) -> None:
    """k-occurrence of the vectors as they are, and as the controls transform them."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        controls.slider(Hubs, "hub_k", "Neighbours k", high=50)
    with middle:
        controls.slider(
            Hubs, "removed", "Components removed D", high=20,
        )  # fmt: skip
    with right:
        controls.toggle(Hubs, "centred", "Subtract the mean")
    raw, *cleaned = map_code.hubs_of(spec.map.cloud)
    original = obtain(hubness, raw, "hubs")
    other = obtain(hubness, cleaned[0], "cleaned hubs") if cleaned else None
    if original is None or len(original.result.occurrence) != len(mapped.words):
        return
    after = other.result if other else None
    csv_name, description = "centred", say("centred")
    if cleaned and cleaned[0].removed:
        csv_name = f"mean and {cleaned[0].removed} components removed"
        description = say("mean and {n} components removed", n=cleaned[0].removed)
    k, N = original.spec.hub_k, len(mapped.words)
    show_figure(
        hub_distribution(
            original.result.occurrence,
            after.occurrence if after else None,
            _by_lot(k, N),
            description,
        ),
        "hubs",
        alt=say(
            "How many lists of {k} neighbours words are in; skewness {skewness:.2f}",
            k=k,
            skewness=original.result.skewness,
        ),
        height=340,
        filename="hubs",
        dim=not original.fresh or (other is not None and not other.fresh),
    )
    change = ""
    if after is not None:
        change = say(
            "; {what}, which takes {share:.1%} of Σ‖v‖² away: skewness {skewness:.2f}",
            what=description,
            share=after.share,
            skewness=after.skewness,
        )
    of_words = (
        "For each of the {N:,} words, in how many of the others' lists of {k} nearest it stands "
        "(cosine, exact): {k} on average, skewness {skewness:.2f}{then}."
    )
    of_rows = (
        "For each of the {N:,} rows, in how many of the others' lists of {k} nearest it stands "
        "(cosine, exact): {k} on average, skewness {skewness:.2f}{then}."
    )
    caption(
        paragraph(
            say(
                of_words if mapped.rows is None else of_rows,
                N=N,
                k=k,
                skewness=original.result.skewness,
                then=change,
            ),
            say("Drawn at random, it would be {skewness:.2f}.", skewness=_lot_skewness(k, N)),
        )
    )
    frame = _largest_hubs(original.result, "as they are", mapped)
    headings = _headings("as they are", say("as they are"))
    if after is not None:
        frame = pd.concat([frame, _largest_hubs(after, csv_name, mapped)], axis=1)
        headings |= _headings(csv_name, description)
    downloads.table(frame, "hubs", "hubs", headings=headings)


def _largest_hubs(hubs: Hubness, name: str, mapped: MappedWords) -> pd.DataFrame:
    rows = np.argsort(-hubs.occurrence, kind="stable")[:15]
    words = [mapped.words[i] for i in rows]
    return pd.DataFrame({f"hubs, {name}": words, f"lists, {name}": hubs.occurrence[rows]})


def _headings(name: str, vectors: str) -> dict[str, str]:
    """The headings on the screen for the columns of `_largest_hubs`."""
    return {
        f"hubs, {name}": say("hubs, {vectors}", vectors=vectors),
        f"lists, {name}": say("lists, {vectors}", vectors=vectors),
    }


def _by_lot(k: int, N: int) -> np.ndarray:
    """P(a word is in ≥ x lists), x = 0, 1, …: binomial, N − 1 lists with probability k/(N − 1)."""
    from scipy.stats import binom

    x = np.arange(int(k + 8 * np.sqrt(k)) + 2)
    return np.asarray(binom.sf(x - 1, N - 1, k / (N - 1)))


def _lot_skewness(k: int, N: int) -> float:
    p = k / (N - 1)
    return float((1 - 2 * p) / np.sqrt((N - 1) * p * (1 - p)))


def _seeds(spec: Trust, mapped: MappedWords) -> None:
    """The same map from several seeds."""
    if spec.map.map_method not in SEEDED:
        st.caption(say("PCA and axes have no randomness: every seed gives this very map."))
        return
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        controls.slider(Stability, "stable_seeds", "Seeds")
    with right:
        controls.slider(Stability, "stable_k", "Neighbours k on the map", high=50)
    stability = obtain(repeat, map_code.seeds_of(spec.map), "seeds")
    if stability is None or stability.result.xy.shape[1] != len(mapped.words):
        return
    repeats = stability.result
    k, shared = stability.spec.stable_k, repeats.shared
    titles = [say("seed {seed}", seed=repeats.seeds[0])]
    for i, seed in enumerate(repeats.seeds[1:].tolist(), 1):
        titles.append(say("seed {seed}: {share:.0%}", seed=seed, share=shared[0, i]))
    show_figure(
        small_multiples(repeats.xy, titles, repeats.kept, mapped.words),
        "seeds",
        alt=say(
            "The map from {n} seeds; {kept:.0%} of neighbours stay",
            n=len(titles),
            kept=repeats.kept.mean(),
        ),
        height=60 + 300 * -(-len(titles) // 2),
        filename="seeds",
        dim=not stability.fresh,
    )
    pairs = shared[np.triu_indices(len(titles), 1)]
    of_words = (
        "The same map from {n} seeds, each shifted, turned, mirrored and scaled to lie over the "
        "first (Procrustes). Of a word's {k} nearest on the map, {mean:.1%} are the same from "
        "another seed ({low:.1%} to {high:.1%} over {pairs} pairs; beside each seed: against the "
        "first). Colour: the same, word by word."
    )
    of_rows = (
        "The same map from {n} seeds, each shifted, turned, mirrored and scaled to lie over the "
        "first (Procrustes). Of a row's {k} nearest on the map, {mean:.1%} are the same from "
        "another seed ({low:.1%} to {high:.1%} over {pairs} pairs; beside each seed: against the "
        "first). Colour: the same, row by row."
    )
    caption(
        say(
            of_words if mapped.rows is None else of_rows,
            n=len(titles),
            k=k,
            mean=pairs.mean(),
            low=pairs.min(),
            high=pairs.max(),
            pairs=len(pairs),
        )
    )
