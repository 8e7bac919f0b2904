"""Collection: anything with a vector, on a map, among its columns and its neighbours."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from core.items.collection import Table
from core.items.filters import Filter, passing
from core.maps.density import regions
from core.spaces.clusters import Groups
from core.spaces.places import judge, place, settled_place
from core.spaces.queries import Answer, Asked
from core.spaces.rows import encoded_texts
from core.spaces.specs import Kept, Space
from core.vectors.specs import rank_ahead
from dashboard import state
from dashboard.items.figures.collection import (
    MOST_TITLES,
    Colour,
    MappedRows,
    collection_map,
    hollow_map,
    marks,
    query_marks,
    transform_marks,
)
from dashboard.items.parts import (
    collection_answer,
    collection_cloud,
    collection_elsewhere,
    collection_names,
    collection_picker,
    collection_query,
    collection_roles,
    collection_tabs,
)
from dashboard.items.parts import collection_colours as colours
from dashboard.items.parts import collection_filters as filtering
from dashboard.items.parts.collection_answer import AUTOMATIC, answer, description, readings
from dashboard.items.parts.collection_panel import LAYOUTS, column, highest, panel
from dashboard.items.parts.mapped import Mapped, nearest_to
from dashboard.items.parts.supervised import supervised
from dashboard.items.views import CollectionView
from dashboard.language import number, paragraph, say
from dashboard.markdown import plain
from dashboard.ui import address, controls, layout
from dashboard.ui.captions import caption
from dashboard.ui.figure import Click, show_figure
from dashboard.ui.work import ahead, begin, errors_shown, obtain

PLACES = "collection map"  # where their job is shown
HEIGHT = 620


def mapped_of(table: Table, spec: Kept) -> tuple[Mapped, bool] | None:
    """The map of these settings and whether it is theirs, or the last one; None before that.

    It is shown as soon as its places are known. The neighbours of many rows take longest, so that
    they are asked for last.
    """
    spec = dataclasses.replace(spec, place=settled_place(spec.place))
    if begin(place, spec.place, PLACES) and len(table) <= AUTOMATIC:
        collection_answer.begin(spec)
        collection_tabs.begin_groups(spec.place.space, table)
    placed = obtain(place, spec.place, PLACES)
    if placed is None or placed.spec.space.collection != spec.place.space.collection:
        return None
    shown = dataclasses.replace(spec, place=placed.spec)
    mapped = Mapped(shown, placed.result, judge(shown) if judge.ready(shown) else None)
    with errors_shown():
        mapped = dataclasses.replace(mapped, words=collection_names.words(table, mapped))
    if collection_tabs.by_cluster(table):
        with errors_shown():
            groups = collection_tabs.obtain_groups(mapped, table)
            mapped = dataclasses.replace(mapped, groups=groups)
    if not placed.fresh:
        return mapped, False
    result = None
    with errors_shown():
        result = obtain(judge, spec, collection_answer.TRUST, beside=True)
    if result is None or result.spec.place != spec.place:
        return mapped, True
    return dataclasses.replace(mapped, spec=result.spec, judged=result.result), result.fresh


def strip(table: Table, filters: Sequence[Filter]) -> None:
    """The controls above the picture: what the colours mean, and a search."""
    first, *rest = st.columns([1.5, 1.7, 1.1, 0.9], vertical_alignment="bottom")
    with first:
        _colours(table)
    filtering.search(table, filters, rest)
    if collection_tabs.by_cluster(table):
        controls.slider(Groups, "row_groups", "Clusters", high=highest(table, 20, 3))
    if state.get("row_colour", "") == "agreement":
        column(CollectionView, "label_column", "Labels", table.names("category"))


def _colours(table: Table) -> None:
    options = colours.options(table)
    key = state.seed("row_colour", options[0], listed=True)
    if st.session_state[key] not in options:
        st.session_state[key] = options[0]
    at = options.index(st.session_state[key])
    labels = {option: colours.label(option) for option in options}
    chosen = st.selectbox(say("Colour"), options, at, key=key, format_func=labels.__getitem__)
    state.keep("row_colour", "" if chosen == options[0] else chosen)


def colour(table: Table, mapped: Mapped) -> Colour:
    """The colours of the rows; trust while clusters are computed."""
    by = state.get("row_colour", "") or colours.options(table)[0]
    labels = state.get("label_column", "") or next(iter(table.names("category")), "")
    rows = mapped.placed.rows
    return colours.colour_of(by, table, rows, mapped.judged, labels, mapped.groups)


def picture(
    table: Table, mapped: Mapped, shown: np.ndarray, fresh: bool, query: Answer | None
) -> None:
    """The map, and what a click or a lasso does."""
    placed, filters = mapped.placed, filtering.active(table)
    titles = None
    if len(placed.rows) <= MOST_TITLES:
        line = colours.titles(table)
        titles = [line[i] for i in placed.rows.tolist()]
    rows = MappedRows(placed.rows, placed.xy, titles, shown[placed.rows])
    meaning = colour(table, mapped)
    chosen = np.flatnonzero(placed.rows == state.get("item_row", -1))
    place_of = int(chosen[0]) if len(chosen) else -1
    near = []
    if place_of >= 0:
        k = min(mapped.spec.kept_k, len(placed.rows) - 1)
        near = nearest_to(mapped.spec.place.space, place_of, k)[0].tolist()

    def choose(click: Click) -> None:
        data = click["customdata"]
        if isinstance(data, (int, float)):
            state.put("item_row", int(data))

    names = collection_names.named(table, mapped)
    collection_names.in_sight(names, mapped)
    method = say(LAYOUTS[mapped.spec.place.layout])
    inside = rows.shown & np.isfinite(rows.xy).all(axis=1)
    dense = regions(rows.xy[inside]) if state.get("dense_regions", False) else None
    cloud = collection_cloud.is_large(len(rows.rows))
    key = mapped.spec.place.key
    show_figure(
        (hollow_map if cloud else collection_map)(rows, meaning, axes_of(mapped), key, dense),
        "collection",
        alt=_alt(mapped, method, meaning.title),
        height=HEIGHT,
        filename="collection",
        on_click=choose,
        on_select=lambda ids: filtering.around(filters, ids),
        dim=not fresh,
        on_window=partial(collection_names.look, mapped),
        cloud=cloud,
        kept=collection_cloud.parts(key, rows, meaning) if cloud else (),
        marks=[
            *collection_names.marks(names),
            *marks(rows, place_of, near),
            *query_marks(rows, query),
            *transform_marks(collection_query.placed_by_library(mapped, query)),
        ],
    )


def encode_ahead(table: Table, space: Space) -> None:
    """Texts as longer vectors, where the slider will soon need them."""
    more, longer = rank_ahead(space.text_dim), None
    by_words = space.from_text and space.embedder == "tf-idf"
    if by_words and more is not None and more < len(table) <= AUTOMATIC:
        longer = space.replace(text_dim=more, rows_shuffled=False)
    ahead(encoded_texts, longer, PLACES)


def _alt(mapped: Mapped, method: str, meaning: str) -> str:
    n = len(mapped.placed.rows)
    if mapped.judged is None:
        return say("Map of {n:,} rows by {method}, coloured by {colour}", n=n, method=method,
                   colour=meaning)  # fmt: skip
    return say(
        "Map of {n:,} rows by {method}, coloured by {colour}; {kept:.0%} of true neighbours kept",
        n=n,
        method=method,
        colour=meaning,
        kept=float(mapped.judged.kept.mean()),
    )


def axes_of(mapped: Mapped) -> tuple[str, str]:
    """What the axes are."""
    layout_name = mapped.spec.place.layout
    if layout_name == "pca":
        a, b = (number(share, ".1%") for share in mapped.placed.share)
        first = say("first principal component, {share} of the variance", share=a)
        return first, say("second, {share}", share=b)
    if layout_name == "given":
        name = mapped.spec.place.given_places
        x, _, y = name.partition(", ")
        return (x, y) if y else (name, "")
    told = mapped.spec.place.told_column
    if told:
        name = say("{method}, told “{column}”; no unit", method=LAYOUTS[layout_name], column=told)
    else:
        name = say("{method}, no unit", method=LAYOUTS[layout_name])
    return name, name


@st.fragment
def screen(table: Table, spec: Kept) -> None:
    """The picture, the filters and the tabs, which run without the rest of the page."""
    mapped, query, shown = None, None, np.ones(len(table), bool)
    st.markdown(plain(collection_roles.summary(table)))
    above = st.container()  # what the map amounts to is known below
    with errors_shown():
        filters = filtering.active(table)
        strip(table, filters)
        shown = passing(table, filters)
        filtering.chips(filters, int(shown.sum()), len(table))
    with errors_shown():
        result = mapped_of(table, spec)
        if result is not None:
            mapped, fresh = result
            with above:
                st.markdown(plain(answer(mapped, fresh)))
            supervised(mapped.spec.place)
            with errors_shown():
                query = collection_query.answered(mapped)
            picture(table, mapped, shown, fresh, query)
            caption(description(table, mapped, fresh))
    if mapped is None:  # else the caption has them
        caption(paragraph(*map(say, table.stored.notes), *readings(table)))
    with errors_shown():
        filtering.histograms(table, filtering.active(table))
    collection_tabs.below(table, mapped, shown, state.spec(CollectionView), query)
    if collection_picker.in_use() != table.spec:
        st.rerun()  # a role was changed below: the whole page goes by it
    if mapped is not None:
        encode_ahead(table, mapped.spec.place.space)
    publish()


def publish() -> None:
    """The settings of the page, in its address."""
    address.publish(
        state.spec(Kept), state.spec(Groups), state.spec(Asked), state.spec(CollectionView)
    )


def main() -> None:
    """The collection's controls, and the screen."""
    left, side = layout.columns()
    table = None
    with left, errors_shown():
        table = collection_picker.opened(collection_picker.in_use())
    if table is None:
        publish()
        return
    with side:
        spec = panel(table)
        collection_elsewhere.show(table)
    with left:
        screen(table, spec)


main()
