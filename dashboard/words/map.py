"""Map: words in the plane, and how far each of them can be trusted to stand where it does."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.errors import UnknownWord
from core.maps.cloud import words_of
from core.maps.clusters import cluster
from core.maps.specs import Cloud, Map, Trust
from core.maps.trust import Judged, judge
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors.search.nearest import weights_of
from core.vectors.specs import Shelved
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.markdown import plain, plain_message
from dashboard.ui import address, controls, layout
from dashboard.ui.captions import caption
from dashboard.ui.figure import Click, Kept, show_figure
from dashboard.ui.work import obtain, told
from dashboard.words.figures.map import Chosen, Colour, Word, marks, paint, places, word_map
from dashboard.words.parts import map_code, map_tabs
from dashboard.words.parts.map_panel import METHODS, drawn_of, panel
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
AUTOMATIC = 5_000  # words up to which the null control is measured without being asked for
COMPLETED = 1_000  # words offered while one types: a browser takes 20 ms more for each 1 000
HEIGHT = 680


def strip(words: list[str]) -> MapView:
    """The controls above the picture: a word to look for, the colours, the null control."""
    find, colours, null = st.columns([2, 2, 1.2], vertical_alignment="bottom")
    with find:
        key = state.seed("map_word", "")
        here = st.session_state[key] or None
        options = words[:COMPLETED]
        if here is not None and here not in options:
            options = [here, *options]
        st.session_state[key] = here
        index = None if here is None else options.index(here)
        chosen = st.selectbox(
            say("Find a word"), options, index, key=key, placeholder=say("Type a word …"),
            accept_new_options=True,
        )  # fmt: skip
        state.keep("map_word", chosen or "")
    with colours:
        controls.pick(MapView, "map_colour", "Colour", names=COLOURS, compact=False)
    with null:
        controls.toggle(
            Map, "shuffled", "Null control",
        )  # fmt: skip
    return state.spec(MapView)


def check_axes(spec: Map, words: Vocabulary) -> None:
    """Complain of a malformed axis here, where it was typed, and before any job."""
    if spec.map_method == "axes":
        weights_of(spec.x_axis, words), weights_of(spec.y_axis, words)


def chosen_of(view: MapView, judged: Judged, words: Vocabulary) -> Chosen | None:
    """The chosen word and its neighbours, or why it is not on the map."""
    if not view.map_word:
        return None
    try:
        id = words.find(view.map_word)
    except UnknownWord as error:
        st.warning(plain_message(error), icon=":material/search_off:")
        return None
    if not len(found := np.flatnonzero(judged.ids == id)):
        st.info(
            say(
                "“{word}” is number {rank:,} by frequency; raise *Words* to see it.",
                word=plain(view.map_word),
                rank=id + 1,
            )
        )
        return None
    row = int(found[0])
    kept = np.isin(judged.true[row], judged.drawn[row])
    return Chosen(row, judged.true[row], kept, np.setdiff1d(judged.drawn[row], judged.true[row]))


def colour_of(view: MapView, spec: Trust, drawn: Word) -> tuple[Colour, list[int]] | None:
    """What the colours mean, and words to label first; None while clusters are not known."""
    name = view.map_colour
    if name == "trust":
        return Colour(say("share of {k} neighbours kept", k=spec.trust_k), drawn.kept), []
    if name in ("trustworthiness", "continuity"):
        values = getattr(drawn, name)
        return Colour(say(EACH[name]), values, float(min(values.min(), 0.5))), []
    if name == "norm":
        low, high = float(drawn.norms.min()), float(drawn.norms.max())
        return Colour(say("vector norm"), drawn.norms, low, high), []
    if name == "frequency" and not drawn.counts.any():  # a loaded model does not say
        logs = np.log10(np.arange(1, len(drawn.words) + 1))
        ticks = [(float(e), f"{10**e:,}") for e in range(int(logs[-1]) + 1)]
        title = say("place in the model's list")
        return Colour(title, logs, 0.0, float(logs[-1]), ticks), []
    if name in ("frequency", "hubness"):
        counts = drawn.counts if name == "frequency" else drawn.occurrence + 1
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
    made = obtain(cluster, map_code.groups_of(spec.map.cloud), "groups")
    if made is None or len(made.result.labels) != len(drawn.words):
        return None
    typical = made.result.typical
    names = [", ".join(drawn.words[i] for i in rows[:3] if i >= 0) for rows in typical]
    labels = made.result.labels.astype(float)
    return Colour(say("cluster"), labels, names=names), [int(i) for i in typical[:, 0]]


def axes_of(spec: Map, judged: Judged) -> tuple[str, str]:
    if spec.map_method == "pca":
        a, b = (f"{share:.1%}" for share in judged.share)
        first = say("first principal component, {share} of the variance", share=a)
        return first, say("second, {share}", share=b)
    if spec.map_method == "axes":
        said = say("cosine with {words}").format
        return said(words=spec.x_axis), said(words=spec.y_axis)
    name = say("{method}, no unit", method=METHODS[spec.map_method])
    return name, name


def picture(spec: Trust, view: MapView, judged: Judged, words: Vocabulary, dim: bool) -> Word:
    """The map and what a click or a lasso does."""
    drawn = drawn_of(spec, judged)
    names = drawn.words
    chosen = chosen_of(view, judged, words)
    painted = f"{spec.key} {view.map_colour}"
    if view.map_colour == "cluster":
        painted += map_code.groups_of(spec.map.cloud).key
    coloured = colour_of(view, spec, drawn)
    if coloured is None:  # shown by trust while clusters are computed
        painted = f"{spec.key} trust"
        coloured = colour_of(view.replace(map_colour="trust"), spec, drawn)
        assert coloured is not None
    colour, first = coloured
    if chosen is not None:
        first = [chosen.row, *chosen.true.tolist()]

    def choose(click: Click) -> None:
        if click["customdata"]:
            state.put("map_word", names[int(click["customdata"][0])])

    def gather(ids: list[object]) -> None:
        rows = sorted({int(i[0]) for i in ids if isinstance(i, list)})
        state.put("lasso", map_tabs.listed([names[row] for row in rows]))

    figure = word_map(
        drawn, colour, axes_of(spec.map, judged), square=spec.map.map_method != "axes",
        uirevision=spec.map.key,
    )  # fmt: skip
    show_figure(
        figure,
        "map",
        alt=say(
            "Map of {n:,} words by {method}, coloured by {colour}; {kept:.0%} of true neighbours "
            "kept",
            n=len(names),
            method=say(METHODS[spec.map.map_method]),
            colour=say(COLOURS[view.map_colour]),
            kept=judged.kept.mean(),
        ),
        height=HEIGHT,
        filename="map",
        on_click=choose,
        on_select=gather,
        dim=dim,
        kept=(Kept(spec.key, partial(places, drawn)), Kept(painted, partial(paint, colour))),
        marks=marks(drawn, chosen),
        labels={"first": first, "bold": chosen is not None},
    )
    return drawn


def numbers(judged: Judged) -> str:
    """The three numbers of a map."""
    return say(
        "{kept:.1%} kept, trustworthiness {trust:.3f}, continuity {continuity:.3f}",
        kept=judged.kept.mean(),
        trust=judged.trustworthiness.mean(),
        continuity=judged.continuity.mean(),
    )


def said(spec: Trust, judged: Judged, other: Judged | None) -> str:
    """What was done, how far the map can be trusted, and what chance gives."""
    N, k, map_ = len(judged.ids), spec.trust_k, spec.map
    how = {
        "pca": say("first two principal components of the unit vectors"),
        "umap": say(
            "UMAP of the exact {near} neighbours by cosine, least distance {least:g}, started "
            "from PCA, seed {seed}",
            near=map_.map_near,
            least=map_.min_dist,
            seed=map_.map_seed,
        ),
        "t-sne": say(
            "t-SNE of the exact neighbours by cosine, perplexity {perplexity:g}, started from "
            "PCA, 1000 steps, seed {seed}",
            perplexity=map_.perplexity,
            seed=map_.map_seed,
        ),
        "axes": say("cosines with two sums of words"),
    }[map_.map_method]
    null = map_.cloud.shuffled
    beside = ""
    if other is not None:
        real, control = "The real vectors: {numbers}.", "Null control, shuffled vectors: {numbers}."
        beside = say(real if null else control, numbers=numbers(other))
    elif not null:
        beside = say("Switch the null control on to see what it gives.")
    return paragraph(
        say(
            "Shuffled vectors (NULL CONTROL) of the {N:,} most frequent words: {how}."
            if null
            else "Vectors of the {N:,} most frequent words: {how}.",
            N=N,
            how=how,
        ),
        say(
            "Of each word's {k} true nearest neighbours, those that are among its {k} nearest on "
            "the map: {numbers}.",
            k=k,
            numbers=numbers(judged),
        ),
        beside,
        say("By lot, {share:.1%} would be kept.", share=k / (N - 1)),
        say("Click a word for its true neighbours."),
    )


def counterpart(spec: Trust) -> Judged | None:
    """The null control's numbers, or from there the real ones; large ones only where known."""
    other = spec.replace(shuffled=not spec.map.cloud.shuffled)
    if spec.map.cloud.map_words > AUTOMATIC and not judge.stored(other):
        return None
    made = obtain(judge, other, "null control")
    return made.result if made is not None and made.fresh else None


def words_in(cloud: Cloud) -> Vocabulary | None:
    """The words there are vectors of; None while a text is being read."""
    if isinstance(cloud.vectors, Shelved):
        return words_of(cloud)
    known = obtain(vocabulary, cloud.vectors.association.counts.corpus, "map words")
    return None if known is None else known.result


def show(spec: Trust, view: MapView, words: Vocabulary) -> None:
    """The map with its caption and its tabs."""
    check_axes(spec.map, words)
    made = obtain(judge, spec, "map")
    if made is None:
        return
    spec, judged = made.spec, made.result
    drawn = picture(spec, view, judged, words_of(spec.map.cloud), not made.fresh)
    other = counterpart(spec) if made.fresh else None
    caption(said(spec, judged, other))
    map_tabs.below(spec, state.spec(MapView), judged, drawn, other is not None)


@st.fragment
def screen(spec: Trust) -> None:
    """The picture, its own controls and its tabs: what is done to them runs nothing else."""
    grouped = _grouped()
    with told():
        words = words_in(spec.map.cloud)
        if words is not None:
            view = strip(words.words[: spec.map.cloud.map_words])
            if _grouped() != grouped:
                st.rerun()  # the panel has controls of the clusters, or no longer
            show(spec.replace(shuffled=state.get("shuffled", False)), view, words)
    address.publish(state.spec(Trust), *map_tabs.used(), state.spec(MapView))


def _grouped() -> bool:
    return bool(state.spec(MapView).map_colour == "cluster")


def main() -> None:
    left, side = layout.columns()
    with side:
        spec = panel()
    with left:
        screen(spec)


main()
