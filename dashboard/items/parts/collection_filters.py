"""The filters of a collection's rows: a search, histograms that are brushed, and their chips."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.items.collection import Table
from core.items.filters import Filter, packed, passing, read, written
from core.items.roles import Column
from core.items.values import categories, numbers, reading
from dashboard import state
from dashboard.items.figures.collection import BARS, BINS, category_bars, number_bars
from dashboard.items.parts.collection_colours import COLOURED, day
from dashboard.language import paragraph, say
from dashboard.markdown import marked, plain
from dashboard.ui.captions import caption, user_text
from dashboard.ui.figure import Click, show_figure

LONGEST = 7_500  # characters of all filters in a link
FIRST = 2  # histograms shown before any is chosen
SEARCHED = ("text", "category", "id", "other")
HEIGHT = 190
SHOWN = 3  # categories named in a chip


def active(table: Table) -> tuple[Filter, ...]:
    """The filters of the link; those of columns that the table does not have are left out."""
    filters = read(state.get("filters", ""))
    names = {"", *table.arrow.column_names}
    return tuple(f for f in filters if f.column in names)


def set_filters(filters: Sequence[Filter]) -> None:
    """Make these the filters, if a link can hold them; else say so."""
    text = written(filters)
    if len(text) <= LONGEST:
        state.put("filters", text)
        return
    template = (
        "The filters take {n:,} characters; a link holds {most:,}. Draw around fewer rows, or "
        "filter by a column."
    )
    st.toast(marked(template, n=len(text), most=LONGEST), icon=":material/error:")


def put(filters: Sequence[Filter], new: Filter, together: bool = False) -> None:
    """Add a filter; one of the same kind and column is replaced, unless they work together."""
    others = [f for f in filters if together or (f.kind, f.column) != (new.kind, new.column)]
    set_filters([*(f for f in others if f != new), new])


def around(filters: Sequence[Filter], ids: list[object]) -> None:
    """Keep the rows drawn around on the map."""
    rows = [int(i) for i in ids if isinstance(i, (int, float))]
    if rows:
        put(filters, Filter("rows", "", packed(rows)))


def search(table: Table, filters: Sequence[Filter], places: Sequence[DeltaGenerator]) -> None:
    """A text to look for, the column to look in, and whether it is a whole word."""
    columns = [c.name for role in SEARCHED for c in table.columns if c.role == role and not c.dim]
    if not columns:
        return
    key, whole = "collection-search", "collection-whole-word"
    text, where, word = places
    with where:
        column = st.selectbox(say("In the column"), columns, key="collection-search-column")

    def add() -> None:
        wanted = st.session_state[key].strip()
        kind = "word" if st.session_state.get(whole) else "contains"
        if wanted:
            put(filters, Filter(kind, str(column), wanted), together=True)
        st.session_state[key] = ""

    with text:
        st.text_input(
            say("Find rows"), key=key, on_change=add, max_chars=200,
            placeholder=say("Type a text, then Enter …"),
        )  # fmt: skip
    with word:
        st.toggle(say("Whole word"), key=whole)


def chips(filters: Sequence[Filter], shown: int, all_: int) -> None:
    """How many rows are shown, and a button for each filter that removes it."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(marked("**{n:,}** of {all:,} rows", n=shown, all=all_), width="content")
        for i, f in enumerate(filters):
            rest = [*filters[:i], *filters[i + 1 :]]
            st.button(
                plain(description(f)), key=f"chip:{i}", icon=":material/close:", type="tertiary",
                help=say("Remove this filter"), on_click=partial(set_filters, rest),
            )  # fmt: skip
        if len(filters) > 1:
            st.button(
                say("Remove all"), key="chip:all", icon=":material/filter_alt_off:",
                type="tertiary", on_click=partial(set_filters, ()),
            )  # fmt: skip


def description(f: Filter) -> str:
    """A filter in words."""
    if f.kind == "rows":
        return say("drawn around")
    if f.kind == "in":
        names = ", ".join(f.value[:SHOWN])
        if len(f.value) > SHOWN:
            names = say("{names} and {n:,} more", names=names, n=len(f.value) - SHOWN)
        return say("{column}: {value}", column=f.column, value=names)
    if f.kind == "between":
        low, high = f.value
        return say("{column}: {low:g} to {high:g}", column=f.column, low=low, high=high)
    template = "{column} holds the word “{text}”" if f.kind == "word" else "{column}: “{text}”"
    return say(template, column=f.column, text=f.value)


def histograms(table: Table, filters: Sequence[Filter]) -> None:
    """Counts of chosen columns; each shows what the filters of the others leave."""
    columns = {c.name: c for c in table.columns if c.role in COLOURED and not c.dim}
    if not columns:
        return
    key = state.seed("histograms", "")
    chosen = _names(st.session_state[key], columns)
    widget = "collection-histograms"
    if st.session_state.get(widget) is None or state.arrived("histograms"):
        st.session_state[widget] = chosen
    picked = st.multiselect(say("Counts of"), list(columns), key=widget)
    first = list(columns)[:FIRST]
    state.keep("histograms", "" if picked == first else json.dumps(picked, ensure_ascii=False))
    places = st.columns(max(len(picked), 1), gap="medium") if len(picked) <= 3 else st.columns(3)
    for i, name in enumerate(picked):
        with places[i % len(places)]:
            _histogram(table, columns[name], filters, i)


def _names(text: str, columns: dict[str, Column]) -> list[str]:
    """The columns counted: those of the link, else the first."""
    if not text:
        return list(columns)[:FIRST]
    try:
        names = json.loads(text)
    except ValueError:
        return []
    return [n for n in names if n in columns] if isinstance(names, list) else []


def _histogram(table: Table, column: Column, filters: Sequence[Filter], place: int) -> None:
    left = passing(table, filters, but=column.name)
    user_text(column.name)
    key = f"counts-{place}"
    if column.role == "category":
        groups = categories(table, column.name)
        names = groups.names[:BARS]
        counted = np.bincount(groups.codes[left & (groups.codes >= 0)], minlength=len(groups.names))

        def take(click: Click) -> None:
            if click["customdata"]:
                _toggle(filters, column.name, str(click["customdata"][0]))

        figure = category_bars(names, groups.sizes[:BARS], counted[:BARS])
        show_figure(
            figure, key, alt=say("Rows of each category of “{column}”", column=column.name),
            height=HEIGHT, on_click=take,
        )  # fmt: skip
        if len(groups.names) > BARS:
            st.caption(marked("The {n} most frequent of {all:,}.", n=BARS, all=len(groups.names)))
        return
    values = numbers(table, column.name)
    known = values[np.isfinite(values)]
    if not known.size:
        nothing = say("No dates.") if column.role == "date" else say("No numbers.")
        caption(paragraph(nothing, *map(say, reading(table, column.name).notes)))
        return
    edges, ranges = bins(known)
    counts = np.histogram(known, edges)[0], np.histogram(values[left], edges)[0]

    def span(ids: list[object]) -> None:
        ends = [end for i in ids if isinstance(i, list) for end in i]
        if ends:
            put(filters, Filter("between", column.name, [min(ends), max(ends)]))

    figure = number_bars(edges, ranges, *counts, dates=column.role == "date")
    figure["layout"] |= {"dragmode": "select", "selectdirection": "h"}
    low, high = (day(v) if column.role == "date" else f"{v:g}" for v in edges[[0, -1]])
    show_figure(
        figure, key, height=HEIGHT, on_select=span, on_click=lambda click: span(
            [click["customdata"]]
        ),
        alt=say(
            "Rows by “{column}”, from {low} to {high}", column=column.name, low=low, high=high
        ),
    )  # fmt: skip


def bins(known: np.ndarray) -> tuple[np.ndarray, list[list[float]]]:
    """The edges (b + 1,) of the bins of numbers, and the range [low, high] of each bin: a bin for
    each whole number where these are few, and one for a number that is the only one."""
    low, high = float(known.min()), float(known.max())
    whole = high - low < BINS and bool((known == np.rint(known)).all())
    if whole or low == high:
        values = np.arange(low, high + 1)
        edges = np.append(values - 0.5, values[-1] + 0.5)
        return edges, [[float(value), float(value)] for value in values]
    edges = np.linspace(low, high, BINS + 1)
    edges[-1] = np.nextafter(high, np.inf)  # of rounding, the largest number may lie above
    return edges, [list(map(float, pair)) for pair in itertools.pairwise(edges)]


def _toggle(filters: Sequence[Filter], column: str, name: str) -> None:
    """Add a category to the filter of its column, or take it out."""
    old = next((f for f in filters if f.kind == "in" and f.column == column), None)
    names = list(old.value) if old else []
    names = [n for n in names if n != name] if name in names else [*names, name]
    rest = [f for f in filters if f is not old]
    if names:
        put(rest, Filter("in", column, names))
    else:
        set_filters(rest)
