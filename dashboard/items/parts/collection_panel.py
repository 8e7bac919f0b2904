"""The controls right of a collection's map: whose vectors, and how they are placed."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress

import streamlit as st

from core.errors import CoreError
from core.items import number_vectors
from core.items.collection import Table
from core.items.values import categories
from core.maps.specs import SEEDED
from core.spaces import encoders
from core.spaces.places import place, settled_place
from core.spaces.specs import Kept, Place, Space
from core.specs import Spec, limits
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import engines, models
from dashboard.items.views import CollectionView
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.ui import controls
from dashboard.ui.captions import caption

MOST_LABELS = 200
MOST_TOLD = 3  # columns of which it is told that their labels are too few or too many
MOST_SHORT = 1_000  # rows of tables of which it is asked how many are on the map
BESIDE = 16  # characters of JSON that a name needs beside its own, with a role
LAYOUTS = {"pca": "PCA", "umap": "UMAP", "t-sne": "t-SNE", "given": "Given‹places›"}
EMBEDDERS = {
    "tf-idf": "TF-IDF", "sif": "SIF‹mean of word vectors›", "sum": "Sum‹of word vectors›",
    "encoder": "Encoder‹of sentences, installed here›",
}  # fmt: skip


def panel(table: Table) -> Kept:
    """The controls of a collection's vectors and its map."""
    vectors(table)
    options = [name for name in LAYOUTS if name != "given" or table.places]
    layout = controls.pick(Place, "layout", "Method", names=LAYOUTS, options=options)
    if layout == "given":
        column(Place, "given_places", "Places", list(table.places))
    elif layout == "umap":
        controls.slider(Place, "map_near", "Neighbours‹of a row›", log=True, high=100)
        controls.slider(Place, "min_dist", "Least distance", step=0.01, format="{:.2f}")
        if engines.pick(Place) != "ours":
            _told(label_columns(table))
    elif layout == "t-sne":
        controls.slider(Place, "perplexity", "Perplexity", step=1.0, log=True, format="{:.0f}")
    if layout in SEEDED:
        controls.slider(Place, "map_seed", "Seed", high=20)
    controls.slider(Kept, "kept_k", "Neighbours k of the trust", high=highest(table, 50, 2))
    controls.toggle(CollectionView, "dense_regions", "Outline dense regions")
    if table.names("text"):
        controls.toggle(CollectionView, "region_names", "Names on the map")
    controls.toggle(Space, "rows_shuffled", "Null control")
    return state.spec(Kept)


def highest(table: Table, usual: int, least: int) -> int:
    """How far a slider of neighbours or clusters goes, of which there are fewer than rows on the
    map; at least `least`, so that it can be moved."""
    n = len(table)
    if n <= MOST_SHORT:
        with suppress(CoreError):  # what is wrong with the settings is said elsewhere
            if place.ready(spec := settled_place(state.spec(Place))):
                n = len(place(spec).rows)
    return max(min(usual, n - 1), least)


def column(kind: type[Spec], name: str, label: str, options: Sequence[str]) -> str:
    """A list of columns for a setting that holds a column's name, by default the first."""
    current = state.get(name, "")
    key = state.seed(name, current, listed=True)
    if not options:
        return ""
    if st.session_state[key] not in options:
        st.session_state[key] = options[0]
    value = st.selectbox(
        say(label), options, list(options).index(st.session_state[key]), key=key,
        format_func=called, help=say(limits(kind, name)["help"]),
    )  # fmt: skip
    state.keep(name, "" if value == options[0] else value)  # links name what is not the default
    return str(value)


def called(column: str) -> str:
    """A column's name on the screen; that of the vectors which the app makes is its own."""
    return say("numbers, standardised") if column == number_vectors.NAME else column


def _told(options: list[str]) -> None:
    """The column of labels that the layout is told: none, unless one is chosen."""
    key = state.seed("told_column", "", listed=True)
    choices = ["", *options]
    if st.session_state[key] not in choices:
        st.session_state[key] = ""
    labels = {name: name or say("nothing") for name in choices}
    value = st.selectbox(
        say("Told the labels in"), choices, choices.index(st.session_state[key]), key=key,
        format_func=labels.__getitem__, help=say(limits(Place, "told_column")["help"]),
    )  # fmt: skip
    state.keep("told_column", value)


def label_columns(table: Table) -> list[str]:
    """The columns of labels of which there are neither too few nor too many to be predicted."""
    names = table.names("category")
    return [name for name in names if 1 < len(categories(table, name).names) <= MOST_LABELS]


def unfit(table: Table) -> str:
    """Why columns of categories are none of `label_columns`, for Markdown; "" where all are."""
    sentences, fit = [], label_columns(table)
    names = table.names("category")
    if not names:
        return say("No column holds categories; set the role of one on the page “Collection”.")
    for name in [name for name in names if name not in fit][:MOST_TOLD]:
        text = (
            "“{column}” holds {n:,} labels; at least two are needed."
            if (n := len(categories(table, name).names)) < 2
            else "“{column}” holds {n:,} labels; at most {most} can be predicted."
        )
        sentences.append(marked(text, column=name, n=n, most=MOST_LABELS))
    return paragraph(*sentences)


def fitting(names: Sequence[str], longest: int, chosen: str = "") -> list[str]:
    """Of these columns the chosen one, and the first ones whose names fit a setting, as JSON."""
    kept, room = set[str](), longest
    for name in sorted(names, key=lambda name: name != chosen):
        room -= len(json.dumps(name, ensure_ascii=False)) + BESIDE
        if room < 0:
            break
        kept.add(name)
    return [name for name in names if name in kept]


def say_left_out(names: Sequence[str], kept: Collection[str]) -> None:
    """How many of these columns do not fit, and which is the first of them."""
    left = [name for name in names if name not in kept]
    if left:
        caption(
            say(
                "{n:,} of {all:,} columns are left out, “{name}” the first of them: the names of "
                "all are too long for one setting.",
                n=len(left), all=len(names), name=left[0],
            )
        )  # fmt: skip


def embedders() -> list[str]:
    """The ways to embed a text that can be used here."""
    installed = state.get("encoder", "") or encoders.models()
    return [name for name in EMBEDDERS if name != "encoder" or installed]


def encoder() -> None:
    """Which of the encoders in the folder embeds the texts."""
    known = encoders.models()
    current = state.get("encoder", "")
    key = state.seed("encoder", current, listed=True)
    options = {encoders.pinned(name): f"{name} ({library})" for name, library in known.items()}
    if current and current not in options:  # by a link: what is wrong with it is said elsewhere
        options[current] = current.rpartition("@")[0] or current
    if not st.session_state[key]:
        st.session_state[key] = next(iter(options))
    value = st.selectbox(
        say("Encoder"), list(options), list(options).index(st.session_state[key]), key=key,
        format_func=options.__getitem__, help=say(limits(Space, "encoder")["help"]),
    )  # fmt: skip
    state.keep("encoder", value)


def vectors(table: Table) -> None:
    """Which column holds the vectors, or how the texts get them."""
    given, texts = table.names("embedding"), table.names("text")
    from_text = not given
    if given and texts:
        from_text = controls.toggle(Space, "from_text", "Vectors from the texts")
    if not from_text:
        column(Space, "embedding", "Vectors", given)
        return
    if len(texts) > 1:
        column(Space, "text_column", "Texts", texts)
    embedder = controls.pick(
        Space, "embedder", "Vectors by", names=EMBEDDERS, options=embedders(), compact=False
    )
    if embedder == "tf-idf":
        controls.slider(Space, "text_dim", "Dimensions", log=True)
        return
    if embedder == "encoder":
        encoder()
        return
    id = models.pick("Word vectors")
    entry = shelf.find(id) if id else None
    if entry is not None:
        models.part(entry)
    if state.get("embedder", "") == "sif":
        controls.slider(
            Space, "sif_a", "Weight a", step=0.00001, log=True, high=0.1, format="{:g}"
        )  # fmt: skip
