"""Map: words in the plane, and how far the place of each can be trusted."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.errors import UnknownWord
from core.maps.cloud import words_of
from core.maps.clusters import cluster
from core.maps.specs import ENGINES, Cloud, Map, Trust
from core.maps.trust import Judged, judge
from core.text.typical import function_words
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors.models.row_names import RowNames
from core.vectors.search.nearest import weights_of
from core.vectors.specs import Shelved
from dashboard import state
from dashboard.chain import engines, row_picker, word_picker
from dashboard.figures.template import cut
from dashboard.language import number, say
from dashboard.markdown import marked, plain_message
from dashboard.ui import address, captions, controls, layout
from dashboard.ui.figure import Click, Kept, show_figure
from dashboard.ui.work import errors_shown, obtain
from dashboard.words.figures.map import (
    TITLE,
    Chosen,
    Colour,
    MappedWords,
    marks,
    paint,
    places,
    word_map,
)  # fmt: skip
from dashboard.words.parts import map_caption, map_code, map_tabs
from dashboard.words.parts.map_panel import METHODS, mapped_words, panel
from dashboard.words.views import MapView

COLOURS = {
    "trust": "Trust: share of neighbours kept",
    "trustworthiness": "Few false neighbours",
    "continuity": "Few torn away",
    "cluster": "Cluster of the vectors",
    "frequency": "Frequency",
    "norm": "Vector norm",
    "hubness": "Hubness",
}
EACH = {
    "trustworthiness": "trustworthiness of each word",
    "continuity": "continuity of each word",
}
MAP_OF_WORDS = (
    "Map of {n:,} words by {method}, coloured by {colour}; {kept:.0%} of true neighbours kept"
)
MAP_OF_ROWS = (
    "Map of {n:,} rows by {method}, coloured by {colour}; {kept:.0%} of true neighbours kept"
)
AUTOMATIC = 5_000  # words up to which the null control is computed unasked
COMPLETED = 1_000  # words offered while typing: each 1 000 take the browser 20 ms more
HEIGHT = 680


def strip(cloud: Cloud, words: Vocabulary) -> MapView:
    """The controls above the picture: a word to look for, the colours, the null control."""
    find, colours, null = st.columns([2, 2, 1.2], vertical_alignment="bottom")
    with find:
        if isinstance(words, RowNames):
            row_picker.pick(words, "map_word", "Find a row")
        else:
            known = words.words[: min(cloud.map_words, COMPLETED)]
            word_picker.pick(known, "map_word", "Find a word")
    with colours:
        options = [name for name in COLOURS if name != "frequency" or not rows_in(words)]
        controls.pick(
            MapView, "map_colour", "Colour", names=COLOURS, options=options, compact=False
        )
    with null:
        controls.toggle(
            Map, "shuffled", "Null control",
        )  # fmt: skip
    return state.spec(MapView)


def rows_in(words: Vocabulary) -> bool:
    """Whether the words are names of a collection's rows."""
    return isinstance(words, RowNames)


def check_axes(spec: Map, words: Vocabulary) -> None:
    """Raise the error of a malformed axis here, where it was typed, before any job starts."""
    if spec.map_method == "axes":
        weights_of(spec.x_axis, words), weights_of(spec.y_axis, words)


def chosen_of(view: MapView, judged: Judged, words: Vocabulary) -> Chosen | None:
    """The chosen word and its neighbours, or why it is not on the map."""
    if not view.map_word:
        return None
    try:
        id = words.find(view.map_word)
    except UnknownWord as error:
        if row_picker.is_row(view.map_word):  # of a collection looked at before
            return None
        st.warning(plain_message(error), icon=":material/search_off:")
        return None
    if not len(rows := np.flatnonzero(judged.ids == id)):
        of_words = "“{word}” is number {rank:,} by frequency; raise *Words* to see it."
        of_rows = "“{word}” is number {rank:,} of the rows; raise *Rows* to see it."
        template = of_rows if rows_in(words) else of_words
        st.info(marked(template, word=words.words[id], rank=id + 1))
        return None
    row = int(rows[0])
    kept = np.isin(judged.true[row], judged.drawn[row])
    return Chosen(row, judged.true[row], kept, np.setdiff1d(judged.drawn[row], judged.true[row]))


def colour_of(view: MapView, spec: Trust, mapped: MappedWords) -> tuple[Colour, list[int]] | None:
    """The meaning of the colours, and words to label first; None until clusters are computed."""
    name = view.map_colour
    if name == "trust":
        return Colour(say("share of {k} neighbours kept", k=spec.trust_k), mapped.kept), []
    if name in ("trustworthiness", "continuity"):
        values = getattr(mapped, name)
        return Colour(say(EACH[name]), values, float(min(values.min(), 0.5))), []
    if name == "norm":
        low, high = float(mapped.norms.min()), float(mapped.norms.max())
        return Colour(say("vector norm"), mapped.norms, low, high), []
    if name == "frequency" and not mapped.counts.any():  # a loaded model has no counts
        logs = np.log10(np.arange(1, len(mapped.words) + 1))
        ticks = [(float(e), f"{10**e:,}") for e in range(int(logs[-1]) + 1)]
        title = say("place in the model's list")
        return Colour(title, logs, 0.0, float(logs[-1]), ticks), []
    if name in ("frequency", "hubness"):
        counts = mapped.counts if name == "frequency" else mapped.occurrence + 1
        lists = say("lists of {k} neighbours", k=spec.trust_k)
        title = say("occurrences") if name == "frequency" else lists
        less = 0 if name == "frequency" else 1
        logs = np.log10(np.maximum(counts, 1))
        ends = float(logs.min()), float(max(logs.max(), logs.min() + 0.1))
        tens = [10**e for e in range(int(np.ceil(ends[0])), int(ends[1]) + 1)]
        if name == "hubness":
            tens = [1, 2, 5, 11, 31, 101, 301, 1001]
        ticks = [(float(np.log10(t)), f"{t - less:,}") for t in tens if np.log10(t) <= ends[1]]
        return Colour(title, logs, *ends, ticks), []
    clusters = obtain(cluster, map_code.groups_of(spec.map.cloud), "groups")
    if clusters is None or len(clusters.result.labels) != len(mapped.words):
        return None
    typical = clusters.result.typical
    labels = mapped.words
    if mapped.rows is not None:
        labels = [cut(word, TITLE) for word in labels]
    names = [", ".join(labels[i] for i in rows[:3] if i >= 0) for rows in typical]
    values = clusters.result.labels.astype(float)
    return Colour(say("cluster"), values, names=names), [int(i) for i in typical[:, 0]]


def axes_of(spec: Map, judged: Judged) -> tuple[str, str]:
    if spec.map_method == "pca":
        a, b = (number(share, ".1%") for share in judged.share)
        first = say("first principal component, {share} of the variance", share=a)
        return first, say("second, {share}", share=b)
    if spec.map_method == "axes":
        label = say("cosine with {words}").format
        return label(words=spec.x_axis), label(words=spec.y_axis)
    name = say("{method}, no unit", method=METHODS[spec.map_method])
    return name, name


def picture(
    spec: Trust, view: MapView, judged: Judged, words: Vocabulary, dim: bool
) -> MappedWords:
    """The map and what a click or a lasso does."""
    mapped = mapped_words(spec, judged)
    chosen = chosen_of(view, judged, words)
    colour_key = f"{spec.key} {view.map_colour}"
    if view.map_colour == "cluster":
        colour_key += map_code.groups_of(spec.map.cloud).key
    coloured = colour_of(view, spec, mapped)
    if coloured is None:  # coloured by trust while clusters are computed
        colour_key = f"{spec.key} trust"
        coloured = colour_of(view.replace(map_colour="trust"), spec, mapped)
        assert coloured is not None
    colour, first = coloured
    if chosen is not None:
        first = [chosen.row, *chosen.true.tolist()]

    def choose(click: Click) -> None:
        if click["customdata"]:
            state.put("map_word", mapped.keys[int(click["customdata"][0])])

    def gather(ids: list[object]) -> None:
        rows = sorted({int(i[0]) for i in ids if isinstance(i, list)})
        state.put("lasso", map_tabs.joined([mapped.keys[row] for row in rows]))

    figure = word_map(
        mapped, colour, axes_of(spec.map, judged), square=spec.map.map_method != "axes",
        uirevision=spec.map.key,
    )  # fmt: skip
    show_figure(
        figure,
        "map",
        alt=say(
            MAP_OF_WORDS if mapped.rows is None else MAP_OF_ROWS,
            n=len(mapped.words),
            method=say(METHODS[spec.map.map_method]),
            colour=say(COLOURS[view.map_colour]),
            kept=judged.kept.mean(),
        ),
        height=HEIGHT,
        filename="map",
        on_click=choose,
        on_select=gather,
        dim=dim,
        kept=(Kept(spec.key, partial(places, mapped)), Kept(colour_key, partial(paint, colour))),
        marks=marks(mapped, chosen),
        labels={
            "first": first,
            "bold": chosen is not None,
            "last": function_words(mapped.words) if mapped.rows is None else [],
        },
    )
    return mapped


def programs(spec: Trust) -> str:
    """What the other programs keep on the same map, as far as that is known."""
    if spec.map.map_method != "umap":
        return ""
    known = {}
    for engine in ENGINES:
        other = spec.replace(umap_engine=engine)
        asked = engine == "ours" and spec.map.cloud.map_words <= AUTOMATIC
        if other != spec and (judge.stored(other) or asked):
            result = obtain(judge, other, f"map by {engine}")
            if result is not None and result.fresh:
                known[engine] = float(result.result.kept.mean())
    return engines.beside(spec.map.umap_engine, known)


def counterpart(control: Trust) -> Judged | None:
    """The null control's judgement, or on that page the real one; large ones only if stored."""
    if control.map.cloud.map_words > AUTOMATIC and not judge.stored(control):
        return None
    judged = obtain(judge, control, "null control")
    return judged.result if judged is not None and judged.fresh else None


def words_in(cloud: Cloud) -> Vocabulary | None:
    """The words that have vectors; None while a text is being read."""
    if isinstance(cloud.vectors, Shelved):
        return words_of(cloud)
    counted = obtain(vocabulary, cloud.vectors.association.counts.corpus, "map words")
    return None if counted is None else counted.result


def show(spec: Trust, view: MapView, words: Vocabulary) -> None:
    """The map with its caption and its tabs."""
    check_axes(spec.map, words)
    trusted = obtain(judge, spec, "map")
    if trusted is None:
        return
    spec, judged = trusted.spec, trusted.result
    control = spec.replace(shuffled=not spec.map.cloud.shuffled)
    other = judge(control) if judge.ready(control) else None
    sentence = captions.answer(map_caption.answer(spec, judged, other))
    mapped = picture(spec, view, judged, words_of(spec.map.cloud), not trusted.fresh)
    if other is None and trusted.fresh:
        other = counterpart(control)
        if other is not None:
            captions.answer(map_caption.answer(spec, judged, other), sentence)
    captions.caption(map_caption.hint(spec))
    beside = programs(spec) if trusted.fresh else ""
    captions.measured(map_caption.description(spec, judged, other, beside))
    map_tabs.below(spec, state.spec(MapView), judged, mapped, other is not None)


@st.fragment
def screen(spec: Trust) -> None:
    """The picture, its own controls and its tabs, which run without the rest of the page."""
    clustered = _coloured_by_cluster()
    with errors_shown():
        words = words_in(spec.map.cloud)
        if words is not None:
            view = strip(spec.map.cloud, words)
            if _coloured_by_cluster() != clustered:
                st.rerun()  # the controls of the clusters have to appear, or to go
            show(spec.replace(shuffled=state.get("shuffled", False)), view, words)
    address.publish(state.spec(Trust), *map_tabs.tab_specs(), state.spec(MapView))


def _coloured_by_cluster() -> bool:
    return bool(state.spec(MapView).map_colour == "cluster")


@st.fragment  # a control reruns this, not the frame around it
def main() -> None:
    left, side = layout.columns()
    with side:
        spec = panel()
    with left:
        screen(spec)


main()
