"""Choosing a row of a collection where pages of words have a box for a word."""

from __future__ import annotations

import re

import streamlit as st

from core.errors import CoreError, UnknownWord
from core.vectors.models.row_names import RowNames
from core.vectors.search.nearest import weights_of
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked

ROW = re.compile(r"\s*[-−]?\s*#\d")
OFFERED = 1_000  # rows in the list; any other can be typed


def pick(names: RowNames, setting: str, label: str, *, first: bool = False) -> str:
    """A list of the rows by their titles; returns the one chosen as “#17”, "" for none.

    A typed text stands for the first row whose title holds it; a sum of rows stays as typed.
    first: whether there is always a row, at first that at the top.
    """
    arrived = state.arrived(setting)
    key = state.seed(setting, "")
    text = st.session_state[key] or ""
    current = named(names, text) if arrived else resolved(names, text)
    if text and not current and not arrived:
        st.warning(marked("No title holds “{text}”.", text=text), icon=":material/search_off:")
    if first and not current:
        current = names.number(0)
    options = [names.number(place) for place in range(min(len(names.words), OFFERED))]
    if current and current not in options:
        options = [current, *options]
    st.session_state[key] = current or None
    titles = {option: title(names, option) for option in options}
    value = st.selectbox(
        say(label), options, options.index(current) if current else None, key=key,
        format_func=lambda option: titles.get(option, option), accept_new_options=True,
        placeholder=say("Type a title, or # and a row's number …"),
    )  # fmt: skip
    return str(state.keep(setting, value or ""))


def resolved(names: RowNames, text: str) -> str:
    """The row that a typed text means, as “#17”, or a sum of rows as it is; "" for none."""
    if chosen := named(names, text):
        return chosen
    folded = text.strip().casefold()
    holding = (i for i, name in enumerate(names.words) if folded and folded in name.casefold())
    place = next(holding, None)
    return "" if place is None else names.number(place)


def named(names: RowNames, text: str) -> str:
    """A row's number or a sum of such as it is, a whole title as its row's number, else ""."""
    try:
        return names.number(names.find(text)) if text else ""
    except UnknownWord:
        pass
    try:
        return text if is_row(text) and weights_of(text, names) else ""
    except CoreError:
        return ""


def is_row(text: str) -> bool:
    """Whether a text begins with the number of a row, as no word's does."""
    return ROW.match(text) is not None


def title(names: RowNames, asked: str) -> str:
    """What people read for a row's number; a sum stays as it is."""
    try:
        return names.words[names.find(asked)]
    except UnknownWord:
        return asked
