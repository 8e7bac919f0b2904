"""What was understood of a dropped table, and its corrections, for all pages that take one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.tables.aside import SetAside
from core.tables.options import ENCODINGS, TableOptions
from core.tables.preview import Preview
from core.tables.row_names import NONE
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked, plain, plain_message
from dashboard.ui.mirrors import follow

SIGNS = {
    "comma": "Comma",
    "semicolon": "Semicolon",
    "tab": "Tab",
    "pipe": "Vertical bar",
    "spaces": "Spaces",
    "none": "None: one column",
}
HEADINGS = {"yes": "Names the columns", "no": "Is a row like others"}
DECIMALS = {"point": "Point", "comma": "Comma"}
BY_SIGN = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "spaces", "": "none"}
MOST_SHOWN = 50  # rows set aside


def understood(
    shown: Preview,
    options: TableOptions,
    key: str,
    *,
    rows: int | None = None,
    set_aside: Sequence[SetAside] = (),
    numbers: bool = False,
    named: bool = False,
    first_rows: bool = True,
) -> TableOptions:
    """Say how a table was read, show its first rows, and return what the user says of it.

    options: what was said so far; key: of this place on the page. rows: how many were read, once
    they are; numbers: whether a decimal mark matters; named: whether a column may name the rows;
    first_rows: whether the page does not show them itself.
    """
    _summary(shown, rows)
    if shown.columns and first_rows:
        st.dataframe(_first_rows(shown), hide_index=True, height="content", key=f"{key}-preview")
    left_out(set_aside)
    with st.expander(say("Read it differently")):
        fields = {"encoding": {name: name for name in ENCODINGS}}
        if shown.dialect is not None:
            fields = {"separator": _said(SIGNS), "heading": _said(HEADINGS)} | fields
            fields |= {"decimal": _said(DECIMALS)} if numbers else {}
        chosen = {name: _ask(name, labels, options, key) for name, labels in fields.items()}
        if named:
            chosen["named_by"] = _ask_names(shown.columns, options, key)
    return options.replace(**chosen)


def left_out(set_aside: Sequence[SetAside]) -> None:
    """Name the rows that were not used, each with why."""
    if not set_aside:
        return
    total = sum(entry.rows for entry in set_aside)
    with st.expander(marked("{n:,} rows or files were not used", n=total)):
        lines = [
            f"- {plain_message(entry.place)}: {plain_message(entry.why)}"
            for entry in set_aside[:MOST_SHOWN]
        ]
        more = total - sum(entry.rows for entry in set_aside[:MOST_SHOWN])
        st.markdown(
            "\n".join([*lines, *([f"- {marked('and {n:,} more', n=more)}"] if more else [])])
        )


def _summary(shown: Preview, rows: int | None) -> None:
    """One line: encoding, separator, heading, columns, and rows once they are known."""
    parts = [say("Read as {encoding}", encoding=shown.encoding)]
    if shown.dialect is not None:
        sign = say(SIGNS[BY_SIGN.get(shown.dialect.separator, "none")])
        if shown.dialect.separator not in BY_SIGN:
            sign = plain(shown.dialect.separator)
        parts.append(say("separator: {sign}", sign=sign))
        parts.append(say("with a heading") if shown.dialect.heading else say("without a heading"))
    if shown.columns:
        parts.append(say("{n:,} columns", n=len(shown.columns)))
    if rows is not None:
        parts.append(say("{n:,} rows", n=rows))
    st.caption(" · ".join(parts))
    for title in shown.titles:
        st.caption(marked("Above the table: {text}", text=title[:80]))


def _first_rows(shown: Preview) -> object:
    import pandas as pd

    width = len(shown.columns)
    rows = [[*row, *[""] * width][:width] for row in shown.rows]
    for cells, row in zip(rows, shown.rows, strict=True):  # a longer row is not cut unseen
        cells[-1] = " ".join([cells[-1], *row[width:]]) if len(row) > width else cells[-1]
    return pd.DataFrame([[cell[:200] for cell in row] for row in rows], columns=list(shown.columns))


def _ask(name: str, labels: Mapping[str, str], options: TableOptions, key: str) -> str:
    labels = {"guess": say("As guessed"), **labels}
    titles = {
        "separator": say("Separator"),
        "heading": say("First row"),
        "encoding": say("Encoding"),
        "decimal": say("Decimal mark"),
    }
    key = state.worded(f"{key}-{name}")
    follow(key, options, getattr(options, name))
    chosen = st.selectbox(titles[name], list(labels), key=key, format_func=labels.__getitem__)
    return str(chosen)


def _ask_names(columns: Sequence[str], options: TableOptions, key: str) -> str:
    """Which column names the rows, and is none of their numbers."""
    fixed = {"": say("As guessed"), NONE: say("None: all are measured")}
    names = list(dict.fromkeys([*fixed, *columns, options.named_by]))
    key = state.worded(f"{key}-named_by")
    follow(key, (options, tuple(names)), options.named_by)
    chosen = st.selectbox(
        say("Column that names the rows"), names, names.index(options.named_by), key=key,
        format_func=lambda name: fixed.get(name, name),
    )  # fmt: skip
    return str(chosen)


def _said(labels: Mapping[str, str]) -> dict[str, str]:
    return {value: say(label) for value, label in labels.items()}
