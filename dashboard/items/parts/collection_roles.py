"""What a table was taken to hold: the role of each column, to be changed, and its first rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.items.collection import NUMBERS, PREVIEW, Table
from core.items.collection_specs import ROLES, with_roles
from core.items.pictures import picture
from core.items.roles import LOOKED_AT, Column
from core.items.values import categories, cell
from core.messages import Message
from core.specs import limits
from dashboard import state
from dashboard.items.memory import Unseen
from dashboard.items.parts import collection_reading
from dashboard.items.parts.collection_answer import noted
from dashboard.language import paragraph, say
from dashboard.markdown import marked, plain
from dashboard.slots import slot
from dashboard.ui.captions import caption, titled, user_text

NAMES_OF_ROLES = (
    "vectors", "place on a map", "text", "picture", "category, label", "number‹of a column›",
    "date", "id", "not used",
)  # fmt: skip
NAMED_ROLES = dict(zip(ROLES, NAMES_OF_ROLES, strict=True))
SUMMED_UP = (
    ("embedding", "Vectors: {names}."),
    ("text", "Texts: {names}."),
    ("picture", "Pictures: {names}."),
    ("category", "Labels: {names}."),
    ("number", "Numbers: {names}."),
    ("date", "Dates: {names}."),
    ("place", "Places: {names}."),
    ("id", "Ids: {names}."),
)
MOST = 30  # columns that have a control of their own
NAMED = 3  # columns of a role that the summary names
EXAMPLES = 3  # values beside a column's role
CELL = 160  # characters of a cell
SHORT = 60  # of an example
TRIED = 50  # rows that examples are taken from
SERIES = 8  # columns of numbers in a row that may be a series


def summary(table: Table) -> str:
    """What the table holds, in words: its rows, and its columns by their roles."""
    sentences = [
        say(template, names=_listed(table, columns))
        for role, template in SUMMED_UP
        if (columns := [column for column in table.columns if column.role == role])
    ]
    size = say("Rows: {n:,}. Columns: {m:,}.", n=len(table), m=len(table.columns))
    return paragraph(size, *sentences)


def _listed(table: Table, columns: list[Column]) -> str:
    named = [_described(table, column) for column in columns[:NAMED]]
    names = say(", ‹between names›").join(named)
    if len(columns) > NAMED:
        names = say("{names} and {n:,} more", names=names, n=len(columns) - NAMED)
    return names


def _described(table: Table, column: Column) -> str:
    if column.dim:
        return say("“{name}” ({d:,} numbers)", name=column.name, d=column.dim)
    if column.role == "category":
        n = len(categories(table, column.name).names)
        return say("“{name}” ({n:,} different)", name=column.name, n=n)
    return say("“{name}”", name=column.name)


def first_look(table: Table) -> None:
    """The roles of a table just opened, before anything is computed of it."""
    st.markdown(plain(summary(table)))
    caption(
        say(
            "What each column means was guessed from its name, its type and its first rows. "
            "Nothing has been computed of it yet: change what is wrong, then go on."
        )
    )
    collection_reading.show(table.spec, table)
    if not table.names("embedding", "text"):
        st.warning(
            say(
                "No column holds vectors, or texts to make them of: no map can be drawn. Give a "
                "column the role “text”, or open a file of vectors beside the table."
            ),
            icon=":material/search_off:",
        )
        if len(table.names("number")) >= SERIES:
            caption(
                say(
                    "Rows of numbers open on other pages: Spectra takes them as series with "
                    "classes, VAE clusters as items."
                )
            )
    st.button(
        say("Go on"), key="roles-fine", type="primary", icon=":material/arrow_forward:",
        on_click=_seen,
    )  # fmt: skip
    preview(table)
    st.markdown(say("## What each column means"))
    editor(table)


def _seen() -> None:
    slot(Unseen).collection = None


def editor(table: Table) -> None:
    """Each column with its role, which can be changed, and examples of its values."""
    if len(table.stored.members) > 1:
        _member(table)
    with st.container(gap="small"):
        notes = noted(table)
        for column in table.columns[:MOST]:
            _row(table, column, notes.get(column.name, ()))
    others = {column.name: column for column in table.columns[MOST:]}
    if others:
        label = marked("Another of the {n:,} columns", n=len(table.columns))
        name = st.selectbox(label, list(others), key="role-column")
        _row(table, others[str(name)], notes.get(str(name), ()))


def _member(table: Table) -> None:
    """Which of the tables in a zip is opened."""
    names = list(table.stored.members)
    key = "role-zip-table"
    st.session_state[key] = names[0]

    def change() -> None:
        state.put_all({"zip_table": st.session_state[key], "roles": ""})

    st.selectbox(
        say("Table in the zip"), names, 0, key=key, on_change=change,
        help=say(limits(type(table.spec), "zip_table")["help"]),
    )  # fmt: skip


def _row(table: Table, column: Column, notes: Sequence[Message]) -> None:
    """One column: its name and facts, its role, how it was read, examples."""
    name, role, examples = st.columns([1.2, 1, 2.2], gap="small", vertical_alignment="center")
    with name:
        facts = [say(column.type) if column.dim else column.type]
        if not column.dim:
            facts.append(say("{share:.0%} filled", share=column.filled))
            if column.distinct and len(table) <= LOOKED_AT:
                facts.append(say("{n:,} different", n=column.distinct))
            elif column.distinct:
                facts.append(say("{n:,} different in {m:,} rows", n=column.distinct, m=LOOKED_AT))
        titled(column.name, " · ".join(facts))
    with role:
        _role(table, column)
    with examples:
        for remark in notes:
            caption(say(remark))
        if column.role == "picture":
            pictures = [picture(table, column.name, row) for row in range(min(3, len(table)))]
            if shown := [data for data in pictures if data is not None]:
                st.image(shown, width=48)
                return
        user_text(" · ".join(_examples(table, column)))


def _role(table: Table, column: Column) -> None:
    possible = list(column.possible)
    key = state.worded(f"role-of:{column.name}")
    st.session_state[key] = column.role
    labels = {role: say(NAMED_ROLES[role]) for role in possible}
    if column.guess in labels:
        labels[column.guess] = say("{role} (guessed)", role=labels[column.guess])
    st.selectbox(
        say("Role"), possible, possible.index(column.role), key=key, label_visibility="collapsed",
        format_func=labels.__getitem__, disabled=len(possible) < 2,
        on_change=partial(_change, table, column, key),
    )  # fmt: skip


def _change(table: Table, column: Column, key: str) -> None:
    role = st.session_state[key]
    roles = {n: r for n, r in table.spec.overruled.items() if n != column.name}
    if role != column.guess:
        roles[column.name] = role
    state.put("roles", with_roles(table.spec, roles).roles)


def _examples(table: Table, column: Column) -> list[str]:
    """A few values of a column, each once."""
    if column.dim:
        return [t for t in (_vector(table, column, row) for row in range(EXAMPLES)) if t][:1]
    values: dict[str, None] = {}
    for row in range(min(TRIED, len(table))):
        if text := cell(table, column.name, row, SHORT).strip():
            values.setdefault(text)
        if len(values) == EXAMPLES:
            break
    return list(values)


def _vector(table: Table, column: Column, row: int) -> str:
    """The first numbers of a vector; nothing where the row has none."""
    head = table.head(column.name)
    if row >= len(head) or not np.isfinite(head[row]).all():
        return ""
    more = ", …" if column.dim > NUMBERS else ""
    return f"[{', '.join(f'{x:.3g}' for x in head[row])}{more}]"


def preview(table: Table) -> None:
    """The first rows of all columns."""
    n = min(PREVIEW, len(table))
    st.markdown(marked("## The first rows: {n} of {all:,}", n=n, all=len(table)))
    data = {
        column.name: [
            _vector(table, column, row) if column.dim else cell(table, column.name, row, CELL)
            for row in range(n)
        ]
        for column in table.columns
    }
    st.dataframe(pd.DataFrame(data), hide_index=True, key="collection-preview", placeholder="–")
